// SPDX-License-Identifier: MIT
#pragma once

// The memory of a streaming state: a fixed number of doubles that somebody else owns. A state is a plain struct; its
// rings are bound to memory once, when it is opened, so that updates never allocate and a copy of the struct is cheap.
//
// A state update writes each of its rings at most once. That one write is remembered, which is what makes `peek` O(1):
// update a copy of the struct, take the answer, and undo the write in the memory that both share. Two ways out for states
// that keep an order in their memory: writes that come out the same when they are made again need no undoing, and a state
// with a `peek` of its own, which writes nothing, may write what it likes in `update`.
//
// Included by the objects of every instruction set: C headers only, every function inlined (see kernel_table.hpp).

#include <stddef.h>
#include <stdint.h>

namespace pyhft::kernels {

#define PYHFT_STATE [[gnu::always_inline]] inline

class ring {
 public:
  ring() = default;
  // Of `size` values, at least 1.
  PYHFT_STATE explicit ring(int64_t size) noexcept : size_(static_cast<uint32_t>(size)) {}

  PYHFT_STATE uint32_t size() const noexcept { return size_; }

  // Memory for size() doubles. What stands in it is kept.
  PYHFT_STATE void bind(double* memory) noexcept { data_ = memory; }

  // What bind() was given, for states that keep other states there.
  PYHFT_STATE double* memory() const noexcept { return data_; }

  // Puts x in the place of the oldest value, which is returned. The first size() values returned are whatever the memory
  // held.
  PYHFT_STATE double push(double x) noexcept {
    const double oldest = data_[head_];
    write(head_, x);
    head_ = head_ + 1 == size_ ? 0 : head_ + 1;
    return oldest;
  }

  // The value that the next push replaces.
  PYHFT_STATE double oldest() const noexcept { return data_[head_]; }

  // 0 is the newest value; age < size().
  PYHFT_STATE double operator[](uint32_t age) const noexcept {
    return data_[head_ > age ? head_ - 1 - age : head_ + size_ - 1 - age];
  }

  // For states that keep an order of their own in the memory, such as a queue of candidates for a maximum.
  PYHFT_STATE double at(uint32_t slot) const noexcept { return data_[slot]; }
  PYHFT_STATE void write(uint32_t slot, double x) noexcept {
    written_ = slot;
    overwritten_ = data_[slot];
    data_[slot] = x;
  }

  // A write that isn't undone: see above.
  PYHFT_STATE void rearrange(uint32_t slot, double x) noexcept { data_[slot] = x; }

  // Takes back the last write, in memory only: the struct that wrote is thrown away.
  PYHFT_STATE void undo_write() noexcept {
    if (written_ != nothing) data_[written_] = overwritten_;
  }
  // To be called before an update that may be undone.
  PYHFT_STATE void forget_write() noexcept { written_ = nothing; }

 private:
  static constexpr uint32_t nothing = UINT32_MAX;

  double* data_ = nullptr;
  double overwritten_ = 0.0;
  uint32_t size_ = 1;
  uint32_t head_ = 0;
  uint32_t written_ = nothing;
};

}  // namespace pyhft::kernels
