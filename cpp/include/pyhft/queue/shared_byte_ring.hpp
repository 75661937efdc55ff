// SPDX-License-Identifier: MIT
#pragma once

// A byte ring (byte_ring.hpp) in a named segment of shared memory (shared_segment.hpp), between two processes: each
// object is one side, or both. Producer and consumer calls are those of the ring. Cold, but for them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "pyhft/queue/byte_ring.hpp"
#include "pyhft/queue/shared_segment.hpp"

namespace pyhft::queue {

struct shared_ring_options {
  bool wake_consumer = false;     // each commit then costs an exchange, and a futex call where the consumer parks
  std::uint64_t first_index = 0;  // for tests
};

// Takes a side of what was opened, and goes on where it stands. shared_segment::claim() has the errors.
inline void claim_ring(shared_segment& segment, side mine, mapped_byte_ring& ring) {
  segment.claim(mine);
  ring.join();
  segment.claim(mine, ring.is_plausible());  // looked at when nobody else can move this side
}

class shared_byte_ring {
 public:
  // In a segment of that name, which must not exist yet. capacity_bytes: a power of two from 64, else argument_error.
  // record_type: what open() compares, up to 511 bytes; empty is compared with nothing. shared_segment.hpp has the
  // errors.
  static shared_byte_ring create(const std::string& name, std::size_t capacity_bytes, side mine,
                                 const std::string& record_type = {}, const shared_ring_options& options = {}) {
    const segment_form form{byte_records, checked_ring_bytes(capacity_bytes), options.wake_consumer, record_type};
    shared_byte_ring made(shared_segment::create(name, form, mapped_byte_ring::bytes_for(capacity_bytes)));
    made.ring_.begin(options.first_index);
    made.segment_.publish(mine);
    return made;
  }
  // The ring that another process, or this one, has created under that name.
  static shared_byte_ring open(const std::string& name, side mine, const std::string& record_type = {}) {
    shared_byte_ring found(shared_segment::open(name, byte_records, record_type));
    claim_ring(found.segment_, mine, found.ring_);
    return found;
  }

  mapped_byte_ring& ring() noexcept { return ring_; }
  // Who is there.
  const shared_segment& segment() const noexcept { return segment_; }

 private:
  explicit shared_byte_ring(shared_segment&& segment)
      : segment_(std::move(segment)),
        ring_(segment_.body(), segment_.form().capacity, segment_.form().wakes_consumer) {}

  shared_segment segment_;
  mapped_byte_ring ring_;
};

}  // namespace pyhft::queue
