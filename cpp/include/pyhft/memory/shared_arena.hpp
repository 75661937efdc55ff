// SPDX-License-Identifier: MIT
#pragma once

// The arena for several threads: each makes a cursor of its own, which takes chunks of slots from the arena by one
// fetch-add and hands them out by plain increments. The atomic instruction, which costs tens of nanoseconds where cores
// contend for it, is thus paid once a chunk.
//
//   shared_arena<order> orders(100'000);
//   shared_arena<order>::cursor mine(orders);   // one per thread
//   order* one = mine.try_allocate();           // null where no chunk is left, counted in exhausted()
//
// Lock-free: no thread waits for another. A slot is handed out once, to one thread. All memory is taken by the
// arena's constructor. What a cursor hasn't used of its chunk is no other's: a call may find nothing while the cursors of
// other threads still hold up to a chunk each. A cursor that ends (or is told to surrender()) gives the rest back where
// its chunk was the last to be taken; else the rest is stranded() until the next reset().
//
// Slots are plain bytes, as in arena.hpp. reset() takes all of them back and wants no cursor with a chunk and no hold():
// in debug builds it ends the program where there is one.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "pyhft/base/config.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/memory/lease_count.hpp"
#include "pyhft/memory/slots.hpp"

namespace pyhft::memory {

// Where the next chunk begins. Its accesses are relaxed: fetch_add alone makes the chunks disjoint, and what is written
// into a slot is published by whatever hands the slot's address to another thread.
class chunk_counter {
 public:
  struct chunk {
    std::size_t first;
    std::size_t count;
  };

  explicit chunk_counter(std::uint64_t start = 0) noexcept : next_{start} {}

  // The next chunk of at most `wanted` of `capacity` slots; count 0 where all are taken. The counter is looked at before
  // it is moved: a full arena that is asked for ever stays where it is, a chunk for each thread beyond its end at most,
  // and never comes round to slots that were handed out.
  chunk take(std::size_t wanted, std::size_t capacity) noexcept {
    if (next_.load(std::memory_order_relaxed) >= capacity) return {capacity, 0};
    const std::uint64_t first = next_.fetch_add(wanted, std::memory_order_relaxed);
    if (first >= capacity) return {capacity, 0};
    return {first, std::min(wanted, capacity - first)};
  }

  // The end of the last chunk, from first_unused up to `end`. False where another chunk was taken since.
  bool give_back(std::size_t first_unused, std::size_t end) noexcept {
    std::uint64_t expected = end;
    return next_.compare_exchange_strong(expected, first_unused, std::memory_order_relaxed);
  }

  std::uint64_t next() const noexcept { return next_.load(std::memory_order_relaxed); }
  void reset() noexcept { next_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> next_;
};

template <slot_type T>
class shared_arena {
 public:
  // capacity and chunk in slots; 0 or more than fits the address space: argument_error. Memory that can't be had:
  // host_error.
  explicit shared_arena(std::size_t capacity, huge_pages wish = huge_pages::attempt)
      : shared_arena(capacity, wish, usual_chunk(capacity)) {}
  shared_arena(std::size_t capacity, huge_pages wish, std::size_t chunk)
      : slots_(capacity, wish), chunk_(checked_chunk(chunk)) {}

  // Chunks of so many slots that the next one is rarely asked for, and a sixty-fourth of the arena at most, so that what
  // lies idle in them stays little. A multiple of 64 of any size begins and ends with a cache line.
  static constexpr std::size_t usual_chunk(std::size_t capacity) noexcept {
    return std::clamp<std::size_t>(capacity / 64 / 64 * 64, 64, 1024);
  }

  shared_arena(const shared_arena&) = delete;
  shared_arena& operator=(const shared_arena&) = delete;
  ~shared_arena() { leases_.demand_none("the end"); }

  // One thread's; must end before the arena does.
  class cursor {
   public:
    explicit cursor(shared_arena& of) noexcept : arena_{of} {}
    cursor(const cursor&) = delete;
    cursor& operator=(const cursor&) = delete;
    ~cursor() { surrender(); }

    // Hot.
    T* try_allocate() noexcept {
      if (next_ == end_) [[unlikely]] {
        if (!take_chunk()) return nullptr;
      }
      return next_++;
    }

    template <class... Args>
    T* try_make(Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>) {
      T* slot = try_allocate();
      return slot == nullptr ? nullptr : std::construct_at(slot, std::forward<Args>(args)...);
    }

    // Lets go of the chunk; the next try_allocate() takes another.
    void surrender() noexcept {
      if (next_ == nullptr) return;
      arena_.take_back(next_, end_);
      next_ = end_ = nullptr;
    }

   private:
    bool take_chunk() noexcept {
      const chunk_counter::chunk taken = arena_.counter_.take(arena_.chunk_, arena_.capacity());
      if (taken.count == 0) {
        arena_.exhausted_.fetch_add(1, std::memory_order_relaxed);  // a statistic, orders nothing
        return false;
      }
      if (next_ == nullptr) arena_.leases_.take();
      next_ = arena_.slots_.begin() + taken.first;
      end_ = next_ + taken.count;
      return true;
    }

    shared_arena& arena_;
    T* next_{};
    T* end_{};
  };

  // Cold. Every slot handed out is free again; the count of exhausted() stays. The caller sees to it that no other
  // thread uses the arena meanwhile.
  void reset() noexcept {
    leases_.demand_none("reset");
    counter_.reset();
    stranded_.store(0, std::memory_order_relaxed);
  }

  // While it lives, the slots must not be taken back.
  lease hold() const noexcept { return lease{leases_}; }

  T& operator[](std::size_t index) noexcept { return slots_.begin()[index]; }
  const T& operator[](std::size_t index) const noexcept { return slots_.begin()[index]; }
  std::size_t index_of(const T* slot) const noexcept { return slots_.index_of(slot); }
  bool owns(const T* slot) const noexcept { return slots_.own(slot); }

  // Slots handed out since the last reset, and those left over in chunks that were let go of. Exact where no cursor has
  // a chunk; until then used() counts all of a cursor's chunk.
  std::size_t used() const noexcept { return std::min<std::size_t>(counter_.next(), capacity()) - stranded(); }
  std::size_t stranded() const noexcept { return stranded_.load(std::memory_order_relaxed); }
  std::size_t capacity() const noexcept { return slots_.capacity(); }
  // Calls that found no slot, over the arena's whole life.
  std::uint64_t exhausted() const noexcept { return exhausted_.load(std::memory_order_relaxed); }
  const page_block& block() const noexcept { return slots_.block(); }

 private:
  // A chunk is never more than the arena, so that the counter has room beyond its end for every thread.
  std::size_t checked_chunk(std::size_t chunk) const {
    if (chunk == 0) throw argument_error("Chunks of 0 slots hold nothing: give 1 or more.");
    return std::min(chunk, capacity());
  }

  void take_back(const T* first_unused, const T* end) noexcept {
    const std::size_t rest = static_cast<std::size_t>(end - first_unused);
    if (rest != 0 && !counter_.give_back(index_of(first_unused), index_of(end)))
      stranded_.fetch_add(rest, std::memory_order_relaxed);  // a statistic, orders nothing
    leases_.give_back();
  }

  slots<T> slots_;
  std::size_t chunk_;
  // Apart from what only is read, and from what is written when something has gone wrong.
  alignas(2 * cache_line_bytes) chunk_counter counter_;
  alignas(2 * cache_line_bytes) std::atomic<std::uint64_t> exhausted_{};
  std::atomic<std::size_t> stranded_{};
  mutable lease_count leases_;
};

}  // namespace pyhft::memory
