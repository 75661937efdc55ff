// SPDX-License-Identifier: MIT
#pragma once

// A bounded queue of byte records of any length between exactly one producer and one consumer: two threads (byte_ring),
// or two processes (mapped_byte_ring, the same in memory that the ring doesn't own; shared_byte_ring.hpp has it in a
// named segment).
//
// A record is written and read in place and never split: one that doesn't fit before the end of the block starts at its
// beginning, and a mark tells the consumer to follow. Records are aligned to 8 bytes and cost 8 bytes of header.
// Wait-free; no call allocates, locks, throws or makes a system call, except that a mapped ring which was made to wake
// its consumer makes one where that parks. When full, try_reserve() returns null, and what happens to the record is the
// producer's decision. A record may be as long as max_record_bytes(), half the ring, so that one that is refused by a
// ring in which it never could fit is told from one that came too early.
//
// Producer: try_reserve + commit, reserve_or_wait, try_push_n. Consumer: peek + release, peek_or_wait, consume, and
// refresh + peek_known where a round is to stop at what was there when it began. The waiting forms take an idle strategy
// (threads/idle.hpp) and ask give_up() before each idle round. A side may move to another thread if the caller orders the
// two (join, mutex).
//
// The memory of a mapped ring has no pointer in it. Whoever is killed inside a call leaves a ring that its successor
// goes on with: a record is there when it was committed, and until it was released.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "pyhft/base/config.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/base/futex.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/never.hpp"

namespace pyhft::queue {

// At the front of a mapped ring's memory.
struct byte_ring_state {
  static constexpr std::size_t apart = lines_apart;

  alignas(apart) std::atomic<std::uint64_t> tail;  // the producer's
  alignas(apart) std::atomic<std::uint64_t> head;  // the consumer's
  alignas(apart) std::atomic<std::uint32_t> bell;  // 1 while the consumer parks or is about to
};

namespace detail {

// What each side keeps for itself: its own index, where that goes at the next step, and what it knows of the other's.
// Not beside the words that the other side looks at: whoever looks at a line that was written last elsewhere may take it
// away, and the next step would begin with a load that waits for it to come back. A store waits for nothing.
struct producers_own {
  std::uint64_t tail{};
  std::uint64_t pending_tail{};
  std::uint64_t cached_head{};
};
struct consumers_own {
  std::uint64_t head{};
  std::uint64_t next_head{};
  std::uint64_t cached_tail{};
};

// Where a ring has its indices.
struct own_indices {
  static constexpr bool may_wake = false;
  static constexpr bool hands_lines_back = true;

  explicit own_indices(std::uint64_t first)
      : tail_word(first), head_word(first), producer{first, first, first}, consumer{first, first, first} {}
  std::atomic<std::uint64_t>& tail() noexcept { return tail_word; }
  const std::atomic<std::uint64_t>& tail() const noexcept { return tail_word; }
  std::atomic<std::uint64_t>& head() noexcept { return head_word; }
  const std::atomic<std::uint64_t>& head() const noexcept { return head_word; }

  alignas(lines_apart) std::atomic<std::uint64_t> tail_word;
  alignas(lines_apart) std::atomic<std::uint64_t> head_word;
  alignas(lines_apart) producers_own producer;
  alignas(lines_apart) consumers_own consumer;
};
struct mapped_indices {
  static constexpr bool may_wake = true;
  // A consumer that is killed leaves the record that it was about to release to its successor, whole.
  static constexpr bool hands_lines_back = false;

  mapped_indices(byte_ring_state* where, bool wakes) noexcept : state(where), wakes_consumer(wakes) {}
  std::atomic<std::uint64_t>& tail() const noexcept { return state->tail; }
  std::atomic<std::uint64_t>& head() const noexcept { return state->head; }

  byte_ring_state* state;
  bool wakes_consumer;
  alignas(lines_apart) producers_own producer;
  alignas(lines_apart) consumers_own consumer;
};

// What the two have in common. tail: where the next record goes; head: the oldest record, or the mark before it.
template <class Indices>
class byte_ring_calls {
 public:
  byte_ring_calls(byte_ring_calls&&) noexcept = default;  // of a mapped one
  byte_ring_calls(const byte_ring_calls&) = delete;
  byte_ring_calls& operator=(const byte_ring_calls&) = delete;

  // Producer. length bytes to fill in place, aligned to 8, or null when full or longer than max_record_bytes(). The
  // consumer sees the record after commit(); reserving again without committing takes it back.
  std::byte* try_reserve(std::size_t length) noexcept { return reserve_at(indices_.producer.tail, length); }
  void commit() noexcept {
    // Release pairs with the consumer's acquire of the tail: the record is there before the index says so.
    indices_.producer.tail = indices_.producer.pending_tail;
    indices_.tail().store(indices_.producer.tail, std::memory_order_release);
    if constexpr (Indices::may_wake) {
      if (indices_.wakes_consumer) [[unlikely]]
        ring_bell();
    }
  }

  // Producer. As try_reserve(), but waits while full; null when give_up() said so, or at once where no ring of this size
  // could take it.
  template <class Idle, class GiveUp = never>
  std::byte* reserve_or_wait(std::size_t length, Idle&& idle, GiveUp&& give_up = {}) noexcept {
    if (length > max_record_bytes()) return nullptr;
    for (;;) {
      std::byte* const at = try_reserve(length);
      if (at == nullptr && give_up()) return nullptr;
      idle(at != nullptr ? 1 : 0);
      if (at != nullptr) return at;
    }
  }
  // Producer. How many of the records went in: copies of the first so many, in order, announced together.
  std::size_t try_push_n(std::span<const std::span<const std::byte>> records) noexcept {
    std::uint64_t tail = indices_.producer.tail;
    std::size_t n = 0;
    for (; n != records.size(); ++n) {
      std::byte* const at = reserve_at(tail, records[n].size());
      if (at == nullptr) break;
      std::copy(records[n].begin(), records[n].end(), at);
      tail = indices_.producer.pending_tail;
    }
    if (n != 0) commit();
    return n;
  }

  // Consumer. The oldest record in place, data() null when there is none; it stays the ring's until release(). A record
  // of no bytes has a data() that isn't null.
  std::span<const std::byte> peek() noexcept {
    if (indices_.consumer.cached_tail == indices_.consumer.head) refresh();
    return peek_known();
  }
  // Consumer. As peek(), among the records that had been committed at the last refresh() or empty peek().
  std::span<const std::byte> peek_known() noexcept {
    std::uint64_t head = indices_.consumer.head;
    if (indices_.consumer.cached_tail == head) return {};
    std::uint64_t length = read_header(head);
    if (length == skip_mark) [[unlikely]] {
      head += capacity_bytes() - static_cast<std::size_t>(head & mask_);
      length = read_header(head);
    }
    indices_.consumer.next_head = head + slot_bytes(static_cast<std::size_t>(length));
    return {bytes_ + (head & mask_) + header_bytes, static_cast<std::size_t>(length)};
  }
  // Consumer. Looks how far the producer has come. True when there is a record.
  bool refresh() noexcept {
    // Acquire pairs with the producer's release of the tail.
    indices_.consumer.cached_tail = indices_.tail().load(std::memory_order_acquire);
    return indices_.consumer.cached_tail != indices_.consumer.head;
  }
  // Consumer. Gives back the record that was peeked at last.
  void release() noexcept {
    const std::uint64_t head = std::exchange(indices_.consumer.head, indices_.consumer.next_head);
    if constexpr (Indices::hands_lines_back) hand_back_lines(head);
    announce_head();
  }

  // Consumer. As peek(), but waits while empty; data() is null when give_up() said so.
  template <class Idle, class GiveUp = never>
  std::span<const std::byte> peek_or_wait(Idle&& idle, GiveUp&& give_up = {}) noexcept {
    for (;;) {
      const auto record = peek();
      if (record.data() == nullptr && give_up()) return record;
      idle(record.data() != nullptr ? 1 : 0);
      if (record.data() != nullptr) return record;
    }
  }
  // Consumer. Gives use() the records that are there now, oldest first and at most `most`, and gives them back together;
  // how many they were. What use() throws ends the program.
  template <class Use>
  std::size_t consume(Use use, std::size_t most = std::numeric_limits<std::size_t>::max()) noexcept {
    refresh();
    const std::uint64_t head = indices_.consumer.head;
    std::size_t n = 0;
    for (; n != most; ++n) {
      const auto record = peek_known();
      if (record.data() == nullptr) break;
      use(record);
      indices_.consumer.head = indices_.consumer.next_head;
    }
    if (n == 0) return 0;
    if constexpr (Indices::hands_lines_back) hand_back_lines(head);
    announce_head();
    return n;
  }

  // Bytes in use, headers and skipped ends with them: a moment's estimate, for anyone.
  std::size_t used_bytes() const noexcept {
    // The head first: the tail can only have grown since. Acquire keeps the order.
    const std::uint64_t head = indices_.head().load(std::memory_order_acquire);
    return std::min(static_cast<std::size_t>(indices_.tail().load(std::memory_order_acquire) - head), capacity_bytes());
  }
  bool empty() const noexcept { return used_bytes() == 0; }
  std::size_t capacity_bytes() const noexcept { return mask_ + 1; }
  // With this length a record fits an empty ring wherever the indices stand.
  std::size_t max_record_bytes() const noexcept { return capacity_bytes() / 2 - header_bytes; }

  static constexpr std::size_t record_alignment = 8;
  static constexpr std::size_t header_bytes = 8;

 protected:
  template <class... Args>
  byte_ring_calls(std::byte* bytes, std::size_t capacity_bytes, Args... of_indices)
      : bytes_(bytes), mask_(capacity_bytes - 1), indices_(of_indices...) {}

  static constexpr std::uint64_t skip_mark = ~std::uint64_t{};

  static constexpr std::size_t slot_bytes(std::size_t length) noexcept {
    return header_bytes + ((length + record_alignment - 1) & ~(record_alignment - 1));
  }

  // At tail, which is the producer's or that of a burst that isn't announced yet. A failure leaves pending_tail alone.
  std::byte* reserve_at(std::uint64_t tail, std::size_t length) noexcept {
    if (length > max_record_bytes()) [[unlikely]]
      return nullptr;
    const std::size_t needed = slot_bytes(length);
    const std::size_t to_end = capacity_bytes() - static_cast<std::size_t>(tail & mask_);
    const std::size_t skipped = needed > to_end ? to_end : 0;
    if (free_bytes(tail, skipped + needed) < skipped + needed) [[unlikely]]
      return nullptr;
    if (skipped != 0) [[unlikely]]
      write_header(tail, skip_mark);
    write_header(tail + skipped, length);
    indices_.producer.pending_tail = tail + skipped + needed;
    return bytes_ + ((tail + skipped) & mask_) + header_bytes;
  }
  // Makes the consumer's the only copies of the lines that it has read to their end since `from`: the producer, which
  // writes there next, gets them several times as fast then (record_ring.hpp).
  void hand_back_lines(std::uint64_t from) noexcept {
    // The head was moved before: a signal handler that goes on with the ring doesn't read there again.
    std::atomic_signal_fence(std::memory_order_release);
    const std::uint64_t last = cache_line_bytes - 1;
    for (std::uint64_t end = from | last; end < indices_.consumer.head; end += cache_line_bytes)
      bytes_[end & mask_] = std::byte{0};
  }
  void announce_head() noexcept {
    // Release pairs with the producer's acquire of the head: the reads are over before the bytes are free.
    indices_.head().store(indices_.consumer.head, std::memory_order_release);
  }

  void write_header(std::uint64_t index, std::uint64_t value) noexcept {
    std::memcpy(bytes_ + (index & mask_), &value, sizeof value);
  }
  std::uint64_t read_header(std::uint64_t index) const noexcept {
    std::uint64_t value;
    std::memcpy(&value, bytes_ + (index & mask_), sizeof value);
    return value;
  }

  std::size_t free_bytes(std::uint64_t tail, std::size_t wanted) noexcept {
    std::size_t free = capacity_bytes() - static_cast<std::size_t>(tail - indices_.producer.cached_head);
    if (free < wanted) {
      // Acquire pairs with the consumer's release of the head.
      indices_.producer.cached_head = indices_.head().load(std::memory_order_acquire);
      free = capacity_bytes() - static_cast<std::size_t>(tail - indices_.producer.cached_head);
    }
    return free;
  }

  void ring_bell() noexcept {
    // The consumer sets the bell and then looks at the tail; the producer has set the tail and takes the bell. Both
    // exchange it, acquiring and releasing: the later of the two sees what the earlier did before.
    if (indices_.state->bell.exchange(0, std::memory_order_acq_rel) != 0) [[unlikely]]
      futex_wake(indices_.state->bell);
  }

  std::byte* bytes_;
  std::uint64_t mask_;
  Indices indices_;
};

}  // namespace detail

inline constexpr std::size_t least_ring_bytes = 64;

// Returns it if it is a power of two from 64, else argument_error.
inline std::size_t checked_ring_bytes(std::size_t capacity_bytes) {
  constexpr std::size_t most = std::bit_floor(static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()));
  if (!std::has_single_bit(capacity_bytes) || capacity_bytes < least_ring_bytes || capacity_bytes > most) {
    throw argument_error(
        "A ring of " + std::to_string(capacity_bytes) +
        " bytes can't be masked: give a power of two from 64, such as " +
        std::to_string(std::bit_ceil(std::clamp<std::size_t>(capacity_bytes, least_ring_bytes, most))) + ".");
  }
  return capacity_bytes;
}

class byte_ring : public detail::byte_ring_calls<detail::own_indices> {
 public:
  // capacity_bytes: a power of two from 64, else argument_error. Memory that can't be had: host_error.
  explicit byte_ring(std::size_t capacity_bytes, memory::huge_pages wish = memory::huge_pages::attempt,
                     std::uint64_t first_index = 0)
      : byte_ring_calls(nullptr, checked_ring_bytes(capacity_bytes),
                        first_index & ~std::uint64_t{record_alignment - 1}),
        block_(capacity_bytes, wish) {
    bytes_ = block_.data();
  }
  const memory::page_block& block() const noexcept { return block_; }

 private:
  memory::page_block block_;
};

class mapped_byte_ring : public detail::byte_ring_calls<detail::mapped_indices> {
 public:
  static constexpr std::size_t bytes_for(std::size_t capacity_bytes) noexcept {
    return sizeof(byte_ring_state) + capacity_bytes;
  }

  // memory: bytes_for(capacity_bytes) bytes, aligned to byte_ring_state::apart; then begin(), or join() where another
  // process has begun it with the same capacity, a checked one.
  mapped_byte_ring(std::byte* memory, std::size_t capacity_bytes, bool wakes_consumer) noexcept
      : byte_ring_calls(memory + sizeof(byte_ring_state), capacity_bytes, reinterpret_cast<byte_ring_state*>(memory),
                        wakes_consumer) {}

  // Makes it an empty ring.
  void begin(std::uint64_t first_index) noexcept {
    byte_ring_state& s = *new (indices_.state) byte_ring_state{};
    first_index &= ~std::uint64_t{record_alignment - 1};
    s.tail.store(first_index, std::memory_order_relaxed);  // relaxed: nobody else has the ring yet
    s.head.store(first_index, std::memory_order_relaxed);
    join();
  }
  // First call of a side that takes over from another.
  void join() noexcept {
    // Acquire pairs with the releases of whoever had the side before.
    const std::uint64_t tail = indices_.tail().load(std::memory_order_acquire);
    const std::uint64_t head = indices_.head().load(std::memory_order_acquire);
    indices_.producer = {tail, tail, head};
    indices_.consumer = {head, head, head};
  }
  // Whether what the ring says leads into its memory: both indices, and the records between them. Of a ring in use it
  // may be asked by whoever holds a side: nothing between is written anew then.
  bool is_plausible() const noexcept {
    // The consumer's first: the producer's can only have grown since.
    std::uint64_t at = indices_.head().load(std::memory_order_acquire);
    const std::uint64_t tail = indices_.tail().load(std::memory_order_acquire);
    if (((at | tail) & (record_alignment - 1)) != 0 || tail - at > capacity_bytes()) return false;
    while (at != tail) {
      const std::uint64_t left = tail - at;
      const std::uint64_t to_end = capacity_bytes() - (at & mask_);
      const std::uint64_t length = read_header(at);
      const bool is_mark = length == skip_mark;
      if (!is_mark && length > max_record_bytes()) return false;
      const std::uint64_t bytes = is_mark ? to_end : slot_bytes(static_cast<std::size_t>(length));
      if (bytes > to_end || bytes > left || (is_mark && bytes == left)) return false;  // a record follows a mark
      at += bytes;
    }
    return true;
  }

  // What the consumer parks on, where the ring was made to wake it.
  std::atomic<std::uint32_t>& bell() const noexcept { return indices_.state->bell; }
  bool wakes_consumer() const noexcept { return indices_.wakes_consumer; }
};

}  // namespace pyhft::queue
