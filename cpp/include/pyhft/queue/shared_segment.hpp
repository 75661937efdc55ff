// SPDX-License-Identifier: MIT
#pragma once

// A named segment of shared memory that holds one queue: a page that says what it is, then the ring. It is the file
// /dev/shm/pyhft-NAME, readable by its owner only, and outlives the processes until remove().
//
// What is opened is looked at first: a file that isn't a segment of ours, of another version, cut short, never finished
// by its creator or made for other records is refused by an input_error that says so and how to go on.
//
// Each side of the queue is one process's: it holds a lock of the file that the kernel takes back when the process ends,
// however it ends. So a second producer is refused, and present() tells whether the other side lives. Processes that
// fork while they hold a side share it.
//
// Cold, but for present(): two system calls.

#include <cstddef>
#include <cstdint>
#include <string>

#include "pyhft/queue/record_ring.hpp"

namespace pyhft::queue {

enum class side : unsigned { none = 0, producer = 1, consumer = 2, both = 3 };

constexpr bool has(side sides, side one) noexcept {
  return (static_cast<unsigned>(sides) & static_cast<unsigned>(one)) != 0;
}

// The layout of a segment whose records are bytes of any length (shared_byte_ring.hpp); its capacity is in bytes.
inline constexpr record_layout byte_records{};

struct segment_form {
  record_layout layout;
  std::size_t capacity;
  bool wakes_consumer;
  std::string record_type;  // up to 511 bytes, empty: unsaid
};

class shared_segment {
 public:
  shared_segment() noexcept = default;
  // A new segment with body_bytes of zeros, which open() refuses until publish(). argument_error: a name that can't be
  // one, or that is taken; host_error: no memory, or the system's reason.
  static shared_segment create(const std::string& name, const segment_form& form, std::size_t body_bytes);
  // input_error: there is none, or it isn't what was asked for.
  static shared_segment open(const std::string& name, const record_layout& layout, const std::string& record_type);
  // Takes the name away; who has the segment open keeps it. False where there was none.
  static bool remove(const std::string& name);

  shared_segment(shared_segment&& other) noexcept;
  shared_segment& operator=(shared_segment&& other) noexcept;
  ~shared_segment();

  // The body is made: others may open it.
  void publish(side mine);
  // Takes a side. host_error where another process has it; input_error unless the body is_plausible.
  void claim(side mine, bool is_plausible = true);

  std::byte* body() const noexcept;
  const segment_form& form() const noexcept { return form_; }
  const std::string& name() const noexcept { return name_; }
  bool is_open() const noexcept { return memory_ != nullptr; }
  side mine() const noexcept { return mine_; }
  // Whether some process, or this object, holds that side (of both: either).
  bool present(side which) const noexcept;

 private:
  shared_segment(std::string name, int file) : name_(std::move(name)), file_(file) {}
  void map(std::size_t bytes);

  std::string name_;
  int file_ = -1;
  std::byte* memory_{};
  std::size_t bytes_{};
  segment_form form_{};
  side mine_ = side::none;
};

}  // namespace pyhft::queue
