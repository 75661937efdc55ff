// SPDX-License-Identifier: MIT
#pragma once

// The ring under spsc_queue: how records of one size pass from one producer to one consumer through a piece of memory
// that the ring doesn't own, of this process or shared by two. Wait-free: no call allocates, locks, throws or makes a
// system call, except that a ring which was made to wake its consumer makes one where that parks.
//
// How it is fast. Records stand in blocks, a cache line each where they are small, and each block has a word in which
// the producer says how far it has come in all: the *mark*. The line that carries a record carries its announcement, so
// one line changes hands per hop instead of a record's and an index's. Any mark that the consumer finds is true, if
// perhaps old: it is a position that the producer has reached. And the newest one stands where the consumer looks: a
// push announces in the block of the first record that it adds, which is the block of the first record that the
// consumer misses. A burst is announced once. The consumer in turn says how far it has come only when it finds the ring
// empty or has read an eighth of it, and the producer looks there only when its last look promises no room, so that its
// rare look finds room for many. Both ask for lines ahead of need.
//
// A position is lap, block and place in one word, so that a side has one word of its own to keep. Positions grow, are
// compared by their difference and may wrap at 2^64.
//
// What lies in memory has no pointer in it and the same form in every process.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include "pyhft/base/config.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/base/futex.hpp"

namespace pyhft::queue {

// Where records stand: in blocks of block_bytes, from first_byte on, with the block's mark at mark_byte.
struct record_layout {
  std::size_t record_bytes;
  std::size_t first_byte;
  std::size_t records_per_block;
  std::size_t mark_byte;
  std::size_t block_bytes;

  constexpr int place_bits() const noexcept { return static_cast<int>(std::bit_width(records_per_block)); }

  bool operator==(const record_layout&) const = default;
};

// Small records share a line with a mark at its front. A large one has a block of its own with the mark at the end: its
// last bytes and the mark are written one after the other, so that a consumer which looks can't take the line between.
constexpr record_layout layout_of(std::size_t record_bytes, std::size_t alignment) noexcept {
  constexpr std::size_t mark_bytes = sizeof(std::uint64_t);
  const std::size_t unit = std::max(mark_bytes, alignment);
  if (unit + record_bytes <= cache_line_bytes)
    return {record_bytes, unit, (cache_line_bytes - unit) / record_bytes, 0, cache_line_bytes};
  const std::size_t mark = (record_bytes + mark_bytes - 1) / mark_bytes * mark_bytes;
  return {record_bytes, 0, 1, mark, (mark + mark_bytes + unit - 1) / unit * unit};
}

// What a record_ring is parametrised with: the layout of a type, known when compiling, or one known at run time.
template <std::size_t RecordBytes, std::size_t Alignment>
struct static_layout {
  static constexpr record_layout get() noexcept { return layout_of(RecordBytes, Alignment); }
};
struct dynamic_layout {
  record_layout value;
  const record_layout& get() const noexcept { return value; }
};

// Returns capacity if it is a power of two whose ring can be counted in bytes, else argument_error.
inline std::size_t checked_capacity(std::size_t capacity, const record_layout& layout) {
  const std::size_t most =
      std::bit_floor(static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / 4 / layout.block_bytes);
  if (!std::has_single_bit(capacity) || capacity > most) {
    throw argument_error("A queue of " + std::to_string(capacity) +
                         " records can't be made: give a power of two up to " + std::to_string(most) + ", such as " +
                         std::to_string(std::bit_ceil(std::clamp<std::size_t>(capacity, 1, most))) + ".");
  }
  return capacity;
}

// At the front of the ring's memory. Grouped by the side that writes; two lines apart, because processors fetch pairs.
struct ring_state {
  static constexpr std::size_t apart = 2 * cache_line_bytes;

  // Producer.
  alignas(apart) std::atomic<std::uint64_t> tail;  // where the next record goes; the producer's own, others may ask
  std::uint64_t limit;                             // no room there, as far as is known

  // Consumer.
  alignas(apart) std::atomic<std::uint64_t> head;  // the oldest record; the consumer's own, others may ask
  std::uint64_t known_tail;                        // records up to here are known to be there
  std::uint64_t give_back_at;

  // From the consumer to the producer, when that runs out of room: records up to here were read.
  alignas(apart) std::atomic<std::uint64_t> freed;

  // 1 while the consumer parks or is about to.
  alignas(apart) std::atomic<std::uint32_t> bell;
};

// Fetches a line that this side is about to write from the other side's cache.
inline void prefetch_to_write(const std::byte* address) noexcept {
#if defined(__x86_64__)
  // The compiler's own is a prefetch to read without a flag of its own; no x86-64 processor refuses this one.
  asm volatile("prefetchw %0" : : "m"(*address));  // NOLINT(portability-no-assembler)
#else
  __builtin_prefetch(address, 1);
#endif
}

template <class Layout>
class record_ring {
 public:
  static constexpr std::size_t state_bytes = sizeof(ring_state);

  static constexpr std::size_t bytes_for(const record_layout& layout, std::size_t capacity) noexcept {
    return state_bytes + blocks_for(layout, capacity) * layout.block_bytes;
  }

  // memory: bytes_for(layout, capacity) bytes, aligned to ring_state::apart; zeroed and then begun(), or the memory of a
  // ring of the same layout and capacity that another process has begun.
  record_ring(std::byte* memory, std::size_t capacity, Layout layout, bool wakes_consumer) noexcept
      : layout_(layout),
        wakes_consumer_(wakes_consumer),
        state_(reinterpret_cast<ring_state*>(memory)),
        blocks_(memory + state_bytes),
        blocks_count_(blocks_for(layout.get(), capacity)),
        lap_mask_((std::bit_ceil(blocks_count_) << layout.get().place_bits()) - 1),
        capacity_(capacity) {}

  // Makes it an empty ring. Positions start at the beginning of the lap that first_position is in.
  void begin(std::uint64_t first_position) noexcept {
    ring_state& s = *new (state_) ring_state{};
    const std::uint64_t first = lap_of(first_position);
    s.tail.store(first, std::memory_order_relaxed);  // relaxed: nobody else has the ring yet
    s.limit = first + lap();
    s.head.store(first, std::memory_order_relaxed);
    s.known_tail = first;
    s.freed.store(first, std::memory_order_relaxed);
    s.give_back_at = after(first, give_back_every(capacity_));
    for (std::uint64_t block = 0; block < blocks_count_; ++block)
      new (&mark_of(block << layout().place_bits())) std::atomic<std::uint64_t>(first);
  }
  // Whether what a ring in shared memory says leads into that memory and no further than the producer had room: the
  // positions of both sides and every block's mark. A word that is damaged later, while the ring is in use, isn't seen.
  // The sides may be at work, and each word is looked at by itself.
  bool is_plausible() const noexcept {
    ring_state& s = *state_;
    const auto leads_inside = [&](std::uint64_t& word) {
      return is_place(std::atomic_ref(word).load(std::memory_order_relaxed));
    };
    for (std::uint64_t block = 0; block < blocks_count_; ++block) {
      // Acquire pairs with the release of the mark, before which the producer had its room: limit is read after it.
      const std::uint64_t mark = mark_of(block << layout().place_bits()).load(std::memory_order_acquire);
      const std::uint64_t limit = std::atomic_ref(s.limit).load(std::memory_order_relaxed);
      if (!is_place(mark) || static_cast<std::int64_t>(limit - mark) < 0) return false;
    }
    return is_place(s.tail.load(std::memory_order_relaxed)) && is_place(s.head.load(std::memory_order_relaxed)) &&
           is_place(s.freed.load(std::memory_order_relaxed)) && leads_inside(s.limit) && leads_inside(s.known_tail);
  }

  // ---- producer

  // First call of a producer that takes over from another, which may have been killed after it announced records and
  // before it moved its tail: those are the consumer's, and this one goes on behind them.
  void take_over() noexcept {
    const std::uint64_t tail = state_->tail.load(std::memory_order_relaxed);  // own position
    // A push announces in the block of its first record, the one at tail. Acquire pairs with its release: what this
    // producer writes comes after.
    const std::uint64_t seen = mark_of(tail).load(std::memory_order_acquire);
    if (static_cast<std::int64_t>(seen - tail) > 0) state_->tail.store(seen, std::memory_order_relaxed);
  }

  // A slot to fill in place, or null when full.
  std::byte* try_reserve() noexcept {
    const ring_state& s = *state_;
    const std::uint64_t tail = s.tail.load(std::memory_order_relaxed);  // own position
    if (tail == s.limit && !look_for_room(tail)) [[unlikely]]
      return nullptr;
    return slot(tail);
  }
  void commit() noexcept {
    ring_state& s = *state_;
    const std::uint64_t tail = s.tail.load(std::memory_order_relaxed);  // own position
    const std::uint64_t next = after(tail);
    // Release pairs with the consumer's acquire of a mark: the record is there before the mark says so.
    mark_of(tail).store(next, std::memory_order_release);
    s.tail.store(next, std::memory_order_relaxed);  // for size(), an estimate
    if ((next & place_mask()) == 0) prefetch_block_to_write(next);
    if (wakes_consumer_) [[unlikely]]
      ring_bell();
  }
  bool try_push(const void* record) noexcept {
    ring_state& s = *state_;
    const std::uint64_t tail = s.tail.load(std::memory_order_relaxed);  // own position
    if (tail == s.limit && !look_for_room(tail)) [[unlikely]]
      return false;
    // All that is read of this object is read before the copy, which might write anywhere for all the compiler knows.
    std::byte* const to = slot(tail);
    std::atomic<std::uint64_t>& mark = mark_of(tail);
    const std::uint64_t next = after(tail);
    const bool wakes_consumer = wakes_consumer_;
    std::memcpy(to, record, layout().record_bytes);
    mark.store(next, std::memory_order_release);  // as in commit()
    s.tail.store(next, std::memory_order_relaxed);
    if ((next & place_mask()) == 0) prefetch_block_to_write(next);
    if (wakes_consumer) [[unlikely]]
      ring_bell();
    return true;
  }
  // How many of the n records went in.
  std::size_t try_push_n(const void* records, std::size_t n) noexcept {
    ring_state& s = *state_;
    const std::uint64_t tail = s.tail.load(std::memory_order_relaxed);  // own position
    std::uint64_t room = count(tail, s.limit);
    if (room < n && look_for_room(tail)) room = count(tail, s.limit);
    n = static_cast<std::size_t>(std::min<std::uint64_t>(n, room));
    if (n == 0) return 0;
    if (layout().records_per_block == 1) prefetch_burst_to_write(tail, n);  // small records hardly gain by it
    const std::uint64_t next = copy_records<true>(tail, static_cast<const std::byte*>(records), n);
    // As in commit(). The first block's mark is the one at which the consumer waits.
    mark_of(tail).store(next, std::memory_order_release);
    s.tail.store(next, std::memory_order_relaxed);
    if (wakes_consumer_) [[unlikely]]
      ring_bell();
    return n;
  }

  // ---- consumer

  // The oldest record in place, or null when empty.
  const std::byte* peek() noexcept {
    const ring_state& s = *state_;
    const std::uint64_t head = s.head.load(std::memory_order_relaxed);  // own position
    return head == s.known_tail && !look_for_records() ? nullptr : slot(head);
  }
  // How many of the oldest records stand side by side from peek() on, at most `most`.
  std::size_t peek_n(std::size_t most) noexcept {
    if (peek() == nullptr) return 0;
    const std::uint64_t head = state_->head.load(std::memory_order_relaxed);  // own position
    return static_cast<std::size_t>(std::min<std::uint64_t>(
        {most, count(head, state_->known_tail), layout().records_per_block - (head & place_mask())}));
  }
  // Gives back the n oldest, which peek_n() counted.
  void release(std::size_t n) noexcept {
    set_head(after(state_->head.load(std::memory_order_relaxed), n));  // own position
  }
  bool try_pop(void* record) noexcept {
    ring_state& s = *state_;
    const std::uint64_t head = s.head.load(std::memory_order_relaxed);  // own position
    if (head == s.known_tail && !look_for_records()) return false;
    const std::byte* const from = slot(head);
    const std::uint64_t next = after(head);
    const bool is_due = static_cast<std::int64_t>(next - s.give_back_at) >= 0;
    if ((next & place_mask()) == 0) prefetch_block_to_read(next);
    std::memcpy(record, from, layout().record_bytes);
    s.head.store(next, std::memory_order_relaxed);  // for size(), an estimate
    if (is_due) [[unlikely]]
      give_back(next);
    return true;
  }
  // How many records were written to `records`, which has room for n.
  std::size_t try_pop_n(void* records, std::size_t n) noexcept {
    const ring_state& s = *state_;
    const std::uint64_t head = s.head.load(std::memory_order_relaxed);  // own position
    std::uint64_t waiting = count(head, s.known_tail);
    if (waiting < n && look_for_records()) waiting = count(head, s.known_tail);
    n = static_cast<std::size_t>(std::min<std::uint64_t>(n, waiting));
    if (n != 0) set_head(copy_records<false>(head, static_cast<std::byte*>(records), n));
    return n;
  }

  // How many records are there by the marks, not by the producer's tail, which comes after them.
  std::size_t available() noexcept {
    while (look_for_records()) {
    }
    return static_cast<std::size_t>(count(state_->head.load(std::memory_order_relaxed), state_->known_tail));
  }

  // ---- anyone

  std::size_t size() const noexcept {
    // head first: tail can only have grown since. Acquire keeps the order. The consumer may have read what a mark
    // announced before the producer moved its tail, or was killed there.
    const std::uint64_t head = state_->head.load(std::memory_order_acquire);
    const std::uint64_t tail = state_->tail.load(std::memory_order_acquire);
    if (static_cast<std::int64_t>(tail - head) <= 0) return 0;
    return static_cast<std::size_t>(std::min<std::uint64_t>(count(head, tail), slots()));
  }
  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t slots() const noexcept { return blocks_count_ * layout().records_per_block; }
  std::atomic<std::uint32_t>& bell() const noexcept { return state_->bell; }
  bool wakes_consumer() const noexcept { return wakes_consumer_; }

 private:
  static constexpr std::size_t give_back_every(std::size_t capacity) noexcept {
    return std::max<std::size_t>(capacity / 8, 1);
  }
  // Blocks for capacity records and for those that the consumer has read and not given back yet.
  static constexpr std::size_t blocks_for(const record_layout& layout, std::size_t capacity) noexcept {
    const std::size_t records = capacity + give_back_every(capacity);
    return (records + layout.records_per_block - 1) / layout.records_per_block;
  }

  // ---- positions

  decltype(auto) layout() const noexcept { return layout_.get(); }
  std::uint64_t place_mask() const noexcept { return (std::uint64_t{1} << layout().place_bits()) - 1; }
  std::uint64_t lap() const noexcept { return lap_mask_ + 1; }
  std::uint64_t lap_of(std::uint64_t position) const noexcept { return position & ~lap_mask_; }
  std::uint64_t block_of(std::uint64_t position) const noexcept {
    return (position & lap_mask_) >> layout().place_bits();
  }
  bool is_place(std::uint64_t position) const noexcept {
    return block_of(position) < blocks_count_ && (position & place_mask()) < layout().records_per_block;
  }
  std::byte* slot(std::uint64_t position) const noexcept {
    if (layout().record_bytes << layout().place_bits() == layout().block_bytes)  // 8 bytes: block and place in one step
      return blocks_ + layout().first_byte + (position & lap_mask_) * layout().record_bytes;
    return blocks_ + block_of(position) * layout().block_bytes + layout().first_byte +
           (position & place_mask()) * layout().record_bytes;
  }
  std::atomic<std::uint64_t>& mark_of(std::uint64_t position) const noexcept {
    if (layout().block_bytes == cache_line_bytes)  // the slot's line begins with it
      return *reinterpret_cast<std::atomic<std::uint64_t>*>(reinterpret_cast<std::uintptr_t>(slot(position)) &
                                                            ~std::uintptr_t{cache_line_bytes - 1});
    return *reinterpret_cast<std::atomic<std::uint64_t>*>(blocks_ + block_of(position) * layout().block_bytes +
                                                          layout().mark_byte);
  }
  std::uint64_t after(std::uint64_t position) const noexcept {
    if ((++position & place_mask()) != layout().records_per_block) return position;
    position = (position | place_mask()) + 1;
    return block_of(position) == blocks_count_ ? lap_of(position) + lap() : position;
  }
  std::uint64_t after(std::uint64_t position, std::size_t n) const noexcept {
    const std::uint64_t places = (position & place_mask()) + n;
    std::uint64_t first = lap_of(position);
    std::uint64_t block = block_of(position) + places / layout().records_per_block;
    for (; block >= blocks_count_; block -= blocks_count_) first += lap();
    return first + (block << layout().place_bits()) + places % layout().records_per_block;
  }
  // How many records lie between two positions.
  std::uint64_t count(std::uint64_t from, std::uint64_t to) const noexcept {
    const std::uint64_t laps = (lap_of(to) - lap_of(from)) >> std::countr_one(lap_mask_);
    return (laps * blocks_count_ + block_of(to) - block_of(from)) * layout().records_per_block + (to & place_mask()) -
           (from & place_mask());
  }

  // ---- copies

  // Copies n records between the slots from position on and an array; returns the position after them.
  template <bool IntoRing, class Byte>
  std::uint64_t copy_records(std::uint64_t position, Byte* array, std::size_t n) const noexcept {
    const auto& l = layout();
    const auto copy = [&](std::byte* in_ring, std::size_t bytes) {
      if constexpr (IntoRing) {
        std::memcpy(in_ring, array, bytes);
      } else {
        std::memcpy(array, in_ring, bytes);
      }
      array += bytes;
    };
    const std::byte* const end = blocks_ + blocks_count_ * l.block_bytes;
    std::byte* block = blocks_ + block_of(position) * l.block_bytes;
    std::size_t place = static_cast<std::size_t>(position & place_mask());
    std::uint64_t first = lap_of(position);
    while (place + n >= l.records_per_block) {
      if (place == 0) {  // the usual case, of a length that is known when compiling
        copy(block + l.first_byte, l.records_per_block * l.record_bytes);
        n -= l.records_per_block;
      } else {
        n -= l.records_per_block - place;
        for (; place < l.records_per_block; ++place)
          copy(block + l.first_byte + place * l.record_bytes, l.record_bytes);
        place = 0;
      }
      block += l.block_bytes;
      if (block == end) [[unlikely]] {
        block = blocks_;
        first += lap();
      }
    }
    for (; n != 0; --n, ++place) copy(block + l.first_byte + place * l.record_bytes, l.record_bytes);
    return first + (static_cast<std::uint64_t>(block - blocks_) / l.block_bytes << l.place_bits()) + place;
  }

  void prefetch_block_to_read(std::uint64_t position) const noexcept {
    const std::uint64_t block = block_of(position) + 1;
    if (block < blocks_count_) __builtin_prefetch(blocks_ + block * layout().block_bytes);
  }
  // Where the producer will be in some blocks' time, unless the consumer may still be reading there.
  void prefetch_block_to_write(std::uint64_t position) const noexcept {
    constexpr std::uint64_t ahead = 4;
    const std::uint64_t block = block_of(position) + ahead;
    const std::uint64_t needed = (ahead + 1) << layout().place_bits();
    if (block >= blocks_count_ || state_->limit - position <= needed) return;
    const std::byte* address = blocks_ + block * layout().block_bytes;
    prefetch_to_write(address);
    if (layout().block_bytes > cache_line_bytes) prefetch_to_write(address + cache_line_bytes);
  }
  void prefetch_burst_to_write(std::uint64_t position, std::size_t n) const noexcept {
    constexpr std::size_t most_lines = 48;  // more are not under way at once
    const std::byte* address = slot(position);
    const std::byte* const end = std::min<const std::byte*>(
        {blocks_ + blocks_count_ * layout().block_bytes,
         address + n * layout().block_bytes / layout().records_per_block, address + most_lines * cache_line_bytes});
    for (; address < end; address += cache_line_bytes) prefetch_to_write(address);
  }

  // ---- looks at the other side

  [[gnu::noinline]] bool look_for_room(std::uint64_t tail) noexcept {
    // Acquire pairs with the consumer's release of freed: it has read the slots that are written anew now.
    state_->limit = state_->freed.load(std::memory_order_acquire) + lap();
    return state_->limit != tail;
  }
  bool look_for_records() noexcept {
    ring_state& s = *state_;
    // Acquire pairs with the producer's release of the mark: the records up to it are there.
    const std::uint64_t seen = mark_of(s.known_tail).load(std::memory_order_acquire);
    if (static_cast<std::int64_t>(seen - s.known_tail) > 0) {
      s.known_tail = seen;
      return true;
    }
    const std::uint64_t head = s.head.load(std::memory_order_relaxed);                             // own position
    if (head == s.known_tail && head != s.freed.load(std::memory_order_relaxed)) give_back(head);  // own word
    return false;
  }
  void set_head(std::uint64_t head) noexcept {
    state_->head.store(head, std::memory_order_relaxed);  // for size(), an estimate
    if (static_cast<std::int64_t>(head - state_->give_back_at) >= 0) [[unlikely]]
      give_back(head);
  }
  [[gnu::noinline]] void give_back(std::uint64_t head) noexcept {
    state_->give_back_at = after(head, give_back_every(capacity_));
    // Release pairs with the producer's acquire of freed: the reads are over before the slots are free.
    state_->freed.store(head, std::memory_order_release);
  }

  void ring_bell() noexcept {
    // The consumer sets the bell and then looks at the mark; the producer has set the mark and takes the bell. Both
    // exchange it, acquiring and releasing: the later of the two sees what the earlier did before.
    if (state_->bell.exchange(0, std::memory_order_acq_rel) != 0) [[unlikely]]
      futex_wake(state_->bell);
  }

  [[no_unique_address]] Layout layout_;
  bool wakes_consumer_;
  ring_state* state_;
  std::byte* blocks_;
  std::uint64_t blocks_count_;
  std::uint64_t lap_mask_;
  std::size_t capacity_;
};

}  // namespace pyhft::queue
