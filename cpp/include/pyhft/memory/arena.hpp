// SPDX-License-Identifier: MIT
#pragma once

// Slots of one type on one block of prefaulted pages, handed out in order and taken back all at once. One owner: every
// call comes from the same thread (or from threads that hand the arena over); shared_arena.hpp is for several.
//
// try_allocate() costs a compare and an increment. All memory is taken by the constructor; when the slots are used up,
// a call returns null and is counted in exhausted(), and nothing else happens, however often. A slot's address is stable
// until the arena dies.
//
// A slot isn't constructed: its type must be one that lives in plain bytes (trivially copyable and destructible), and
// the bytes are zero at first and what the last user left after a reset(). Who wants a constructed value calls
// try_make().
//
// Whoever looks at slots from elsewhere (another thread, a caller further up) takes a hold() for as long: in debug
// builds reset() and the destructor then end the program instead of changing what is looked at.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "pyhft/memory/lease_count.hpp"
#include "pyhft/memory/slots.hpp"

namespace pyhft::memory {

template <slot_type T>
class arena {
 public:
  // capacity in slots; 0 or more than fits the address space: argument_error. Memory that can't be had: host_error.
  explicit arena(std::size_t capacity, huge_pages wish = huge_pages::attempt) : slots_(capacity, wish) {}
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;
  ~arena() { leases_.demand_none("the end"); }

  // Hot.
  T* try_allocate() noexcept {
    if (next_ == end_) [[unlikely]] {
      ++exhausted_;
      return nullptr;
    }
    return next_++;
  }

  template <class... Args>
  T* try_make(Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>) {
    T* slot = try_allocate();
    return slot == nullptr ? nullptr : std::construct_at(slot, std::forward<Args>(args)...);
  }

  // Hot as well. Every slot handed out is free again, whoever still points at it; the count of exhausted() stays.
  void reset() noexcept {
    leases_.demand_none("reset");
    most_used_ = most_used();
    next_ = slots_.begin();
  }

  // While it lives, the slots must not be taken back.
  lease hold() const noexcept { return lease{leases_}; }

  T& operator[](std::size_t index) noexcept { return slots_.begin()[index]; }
  const T& operator[](std::size_t index) const noexcept { return slots_.begin()[index]; }
  std::size_t index_of(const T* slot) const noexcept { return slots_.index_of(slot); }
  bool owns(const T* slot) const noexcept { return slots_.own(slot); }

  // The slots handed out since the last reset, in order.
  std::span<T> allocated() noexcept { return {slots_.begin(), next_}; }
  std::span<const T> allocated() const noexcept { return {slots_.begin(), next_}; }

  std::size_t used() const noexcept { return slots_.index_of(next_); }
  // The largest number ever used between two resets.
  std::size_t most_used() const noexcept { return std::max(most_used_, used()); }
  std::size_t capacity() const noexcept { return slots_.capacity(); }
  // Calls that found no slot, over the arena's whole life.
  std::uint64_t exhausted() const noexcept { return exhausted_; }
  const page_block& block() const noexcept { return slots_.block(); }

 private:
  slots<T> slots_;
  T* next_ = slots_.begin();
  T* end_ = slots_.end();
  std::uint64_t exhausted_{};
  std::size_t most_used_{};
  mutable lease_count leases_;
};

}  // namespace pyhft::memory
