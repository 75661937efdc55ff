// SPDX-License-Identifier: MIT
#pragma once

// The ring under spsc_queue: how records of one size pass from one producer to one consumer through a piece of memory
// that the ring doesn't own, of this process or shared by two. Wait-free: no call allocates, locks, throws or makes a
// system call, except that a ring which was made to wake its consumer makes one where that parks.
//
// How it is fast. The word that announces a record should come with it. So small records stand in blocks, a cache line
// each, and each block has a word in which the producer says how far it has come in all: the *mark*. One line changes
// hands per hop instead of a record's and an index's. Any mark that the consumer finds is true, if perhaps old: it is a
// position that the producer has reached. And the newest one stands where the consumer looks: a push announces in the
// block of the first record that it adds, which is the block of the first record that the consumer misses. A burst is
// announced once. A record that fills a line by itself would share a second one with its mark, and gain nothing: large
// records stand side by side, and the producer's position, in a line of its own, announces them.
//
// The consumer says how far it has come only when it finds the ring empty or has read an eighth of it, and the producer
// looks there only when its last look promises no room, so that its rare look finds room for many.
//
// In a stream the dearest step is the producer's, when it writes a line that the consumer has read: both caches have a
// copy then, and to make one invalid takes several times what it takes to move a line from one cache to the other. So
// the consumer writes a byte into each line that it has done with, which leaves it the only copy. It does so only after
// a burst, or where more records wait or its last looks found some, because in a dialogue that write would stand before
// its answer.
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
#include "pyhft/base/prefetch.hpp"

namespace pyhft::queue {

// Where records stand: in blocks of block_bytes, from first_byte on, with the block's mark, if it has one, at mark_byte.
struct record_layout {
  static constexpr std::size_t no_mark = std::numeric_limits<std::size_t>::max();

  std::size_t record_bytes;
  std::size_t first_byte;
  std::size_t records_per_block;
  std::size_t mark_byte;
  std::size_t block_bytes;

  constexpr bool has_marks() const noexcept { return mark_byte != no_mark; }
  // Whether all the ring is an array of records.
  constexpr bool is_dense() const noexcept { return block_bytes == record_bytes; }
  constexpr int place_bits() const noexcept { return static_cast<int>(std::bit_width(records_per_block)); }

  bool operator==(const record_layout&) const = default;
};

// Small records share a line with a mark at its front. A larger one is a block, and has none.
constexpr record_layout layout_of(std::size_t record_bytes, std::size_t alignment) noexcept {
  const std::size_t front = std::max(sizeof(std::uint64_t), alignment);
  if (front + record_bytes <= cache_line_bytes)
    return {record_bytes, front, (cache_line_bytes - front) / record_bytes, 0, cache_line_bytes};
  return {record_bytes, 0, 1, record_layout::no_mark, (record_bytes + alignment - 1) / alignment * alignment};
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
  alignas(apart) std::atomic<std::uint64_t> tail;  // where the next record goes; the producer's own, others look
  std::uint64_t limit;                             // no room there, as far as is known

  // Consumer.
  alignas(apart) std::atomic<std::uint64_t> head;  // the oldest record; the consumer's own, others may ask
  std::uint64_t known_tail;                        // records up to here are known to be there
  std::uint64_t give_back_at;
  std::uint64_t answered_looks;  // how many found records; one that finds none forgets half

  // From the consumer to the producer, when that runs out of room: records up to here were read.
  alignas(apart) std::atomic<std::uint64_t> freed;

  // 1 while the consumer parks or is about to.
  alignas(apart) std::atomic<std::uint32_t> bell;
};

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
    if (!layout().has_marks()) return;
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
    const auto has_room_behind = [&](const std::atomic<std::uint64_t>& announced) {
      // Acquire pairs with the release of the word, before which the producer had its room: limit is read after it.
      const std::uint64_t position = announced.load(std::memory_order_acquire);
      const std::uint64_t limit = std::atomic_ref(s.limit).load(std::memory_order_relaxed);
      return is_place(position) && static_cast<std::int64_t>(limit - position) >= 0;
    };
    if (layout().has_marks()) {
      for (std::uint64_t block = 0; block < blocks_count_; ++block) {
        if (!has_room_behind(mark_of(block << layout().place_bits()))) return false;
      }
    }
    return has_room_behind(s.tail) && is_place(s.head.load(std::memory_order_relaxed)) &&
           is_place(s.freed.load(std::memory_order_relaxed)) && leads_inside(s.limit) && leads_inside(s.known_tail);
  }

  // The same of the words of one side, for one that takes it over: nobody else moves them then. The other may be at work:
  // both limit and freed only grow, and neither overtakes the other by more than a lap.
  bool producer_is_plausible() const noexcept {
    const std::uint64_t limit = state_->limit;  // own words, but for freed
    // Acquire, as where the producer looks for room: what it reads of the consumer's is no older.
    return limit - state_->freed.load(std::memory_order_acquire) <= lap() &&
           limit - state_->tail.load(std::memory_order_relaxed) <= lap();
  }
  bool consumer_is_plausible() const noexcept {
    const std::uint64_t freed = state_->freed.load(std::memory_order_relaxed);  // own words, but for limit
    const std::uint64_t read = state_->head.load(std::memory_order_relaxed) - freed;
    const std::uint64_t known = state_->known_tail - freed;
    const std::uint64_t room = std::atomic_ref(state_->limit).load(std::memory_order_relaxed) - freed;
    return read <= known && known <= room && room <= lap();
  }

  // ---- producer

  // First call of a producer that takes over from another, which may have been killed after it announced records and
  // before it moved its tail: those are the consumer's, and this one goes on behind them.
  void take_over() noexcept {
    const std::uint64_t tail = state_->tail.load(std::memory_order_relaxed);  // own position
    // A push announces in the block of its first record, the one at tail. Acquire pairs with its release: what this
    // producer writes comes after.
    const std::uint64_t seen = announcement_at(tail).load(std::memory_order_acquire);
    // Release hands on to the consumer, which may see this word first, what the mark gave to this producer.
    if (static_cast<std::int64_t>(seen - tail) > 0) state_->tail.store(seen, std::memory_order_release);
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
    const std::uint64_t tail = state_->tail.load(std::memory_order_relaxed);  // own position
    const std::uint64_t next = after(tail);
    announce(announcement_at(tail), next);
    prefetch_block_to_write(next);
    if (wakes_consumer_) [[unlikely]]
      ring_bell();
  }
  // write(slot) fills the slot that is pushed; not called when full. The copy of a type that the compiler knows costs a
  // third of that of bytes, where the record was just made.
  template <class Write>
  bool try_push(Write write) noexcept {
    ring_state& s = *state_;
    const std::uint64_t tail = s.tail.load(std::memory_order_relaxed);  // own position
    if (tail == s.limit && !look_for_room(tail)) [[unlikely]]
      return false;
    // All that is read of this object is read before the copy, which might write anywhere for all the compiler knows.
    std::byte* const to = slot(tail);
    std::atomic<std::uint64_t>& announcement = announcement_at(tail);
    const std::uint64_t next = after(tail);
    const bool wakes_consumer = wakes_consumer_;
    write(to);
    announce(announcement, next);
    prefetch_block_to_write(next);
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
    const std::uint64_t next = copy_records<true>(tail, static_cast<const std::byte*>(records), n);
    announce(announcement_at(tail), next);  // the first block's mark is the one at which the consumer waits
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
    const std::uint64_t side_by_side =
        layout().is_dense() ? blocks_count_ - block_of(head) : layout().records_per_block - (head & place_mask());
    return static_cast<std::size_t>(std::min<std::uint64_t>({most, count(head, state_->known_tail), side_by_side}));
  }
  // Gives back the n oldest, which peek_n() counted.
  void release(std::size_t n) noexcept {
    const std::uint64_t head = state_->head.load(std::memory_order_relaxed);  // own position
    const std::uint64_t next = after(head, n);
    move_head(head, next, block_of(head) != block_of(next), n > 1);
  }
  // read(slot) takes the record from the slot that is popped; not called when empty.
  template <class Read>
  bool try_pop(Read read) noexcept {
    const ring_state& s = *state_;
    const std::uint64_t head = s.head.load(std::memory_order_relaxed);  // own position
    if (head == s.known_tail && !look_for_records()) return false;
    const std::uint64_t next = after(head);
    const bool has_read_block = (next & place_mask()) == 0;
    if (has_read_block) prefetch_to_read(head, next);
    read(slot(head));
    move_head(head, next, has_read_block, false);
    return true;
  }
  // How many records were written to `records`, which has room for n.
  std::size_t try_pop_n(void* records, std::size_t n) noexcept {
    ring_state& s = *state_;
    const std::uint64_t head = s.head.load(std::memory_order_relaxed);  // own position
    std::uint64_t waiting = count(head, s.known_tail);
    if (waiting < n && look_for_records()) {
      // The mark says what one push brought; the producer's position, what all did. Acquire pairs with its release.
      const std::uint64_t tail = s.tail.load(std::memory_order_acquire);
      if (static_cast<std::int64_t>(tail - s.known_tail) > 0) s.known_tail = tail;
      waiting = count(head, s.known_tail);
    }
    n = static_cast<std::size_t>(std::min<std::uint64_t>(n, waiting));
    if (n == 0) return 0;
    prefetch_to_own(head, n);
    const std::uint64_t next = copy_records<false>(head, static_cast<std::byte*>(records), n);
    move_head(head, next, block_of(head) != block_of(next), n > 1);
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
  // Of a ring with marks: the slot's line begins with it.
  std::atomic<std::uint64_t>& mark_of(std::uint64_t position) const noexcept {
    return *reinterpret_cast<std::atomic<std::uint64_t>*>(reinterpret_cast<std::uintptr_t>(slot(position)) &
                                                          ~std::uintptr_t{cache_line_bytes - 1});
  }
  // Where the push that adds the record of this position says so.
  std::atomic<std::uint64_t>& announcement_at(std::uint64_t position) const noexcept {
    return layout().has_marks() ? mark_of(position) : state_->tail;
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
    if (l.is_dense()) {  // at most two pieces
      const std::uint64_t next = after(position, n);
      const std::size_t first = block_of(position);
      const std::size_t to_end = std::min<std::size_t>(n, blocks_count_ - first);
      copy(blocks_ + first * l.block_bytes, to_end * l.record_bytes);
      if (to_end != n) [[unlikely]]
        copy(blocks_, (n - to_end) * l.record_bytes);
      return next;
    }
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

  // ---- lines asked for ahead of need

  // Small records: the line after the one that is begun. Large ones, of which more are known: as for a burst.
  void prefetch_to_read(std::uint64_t head, std::uint64_t next) const noexcept {
    if (!layout().has_marks()) return prefetch_to_own(head, 1);
    const std::uint64_t block = block_of(next) + 1;
    if (block < blocks_count_) pyhft::prefetch(blocks_ + block * layout().block_bytes);
  }
  // As many lines as n records have, some way ahead, if they are known to be written: one that the producer is about to
  // write would be taken from it.
  void prefetch_to_own(std::uint64_t head, std::size_t n) const noexcept {
    constexpr std::uint64_t lines_ahead = 8;
    constexpr std::size_t most_lines = 48;  // more are not under way at once
    const std::size_t block_bytes = layout().block_bytes;
    const std::uint64_t blocks = n / layout().records_per_block + 1;
    const std::uint64_t ahead = (lines_ahead * cache_line_bytes + block_bytes - 1) / block_bytes;
    const std::uint64_t first = block_of(head) + ahead;
    // Near the end of the ring none, so that positions in one lap are compared.
    if (first + blocks > blocks_count_ || state_->known_tail - head <= (ahead + blocks) << layout().place_bits())
      return;
    const std::byte* address = blocks_ + first * block_bytes;
    const std::size_t bytes = std::min(n * block_bytes / layout().records_per_block, most_lines * cache_line_bytes);
    const std::byte* const end = address + bytes;
    for (; address < end; address += cache_line_bytes) prefetch_to_write(address);
  }
  // Small records: where the producer will be in some lines' time, unless the consumer may still be reading there.
  void prefetch_block_to_write(std::uint64_t position) const noexcept {
    constexpr std::uint64_t ahead = 4;
    if (!layout().has_marks() || (position & place_mask()) != 0) return;
    const std::uint64_t block = block_of(position) + ahead;
    const std::uint64_t needed = (ahead + 1) << layout().place_bits();
    if (block >= blocks_count_ || state_->limit - position <= needed) return;
    prefetch_to_write(blocks_ + block * layout().block_bytes);
  }

  // ---- between the sides

  void announce(std::atomic<std::uint64_t>& announcement, std::uint64_t next) noexcept {
    // Release pairs with the consumer's acquire of either word: the records are there before it says so. The mark comes
    // first: take_over() and size() count on a tail that is no further.
    announcement.store(next, std::memory_order_release);
    if (layout().has_marks()) state_->tail.store(next, std::memory_order_release);
  }
  [[gnu::noinline]] bool look_for_room(std::uint64_t tail) noexcept {
    // Acquire pairs with the consumer's release of freed: it has read the slots that are written anew now.
    state_->limit = state_->freed.load(std::memory_order_acquire) + lap();
    return state_->limit != tail;
  }
  bool look_for_records() noexcept {
    ring_state& s = *state_;
    // Acquire pairs with the release in announce(): the records up to there are there.
    const std::uint64_t seen = announcement_at(s.known_tail).load(std::memory_order_acquire);
    if (static_cast<std::int64_t>(seen - s.known_tail) > 0) {
      s.known_tail = seen;
      ++s.answered_looks;
      return true;
    }
    // A loop that waits stores nothing.
    if (s.answered_looks != 0) s.answered_looks /= 2;
    const std::uint64_t head = s.head.load(std::memory_order_relaxed);                             // own position
    if (head == s.known_tail && head != s.freed.load(std::memory_order_relaxed)) give_back(head);  // own word
    return false;
  }
  // The consumer has done with the records between two positions.
  void move_head(std::uint64_t head, std::uint64_t next, bool has_read_block, bool is_stream) noexcept {
    ring_state& s = *state_;
    s.head.store(next, std::memory_order_relaxed);  // for size(), an estimate
    if (has_read_block && (is_stream || next != s.known_tail || s.answered_looks >= 2)) hand_back_lines(head, next);
    if (static_cast<std::int64_t>(next - s.give_back_at) >= 0) [[unlikely]]
      give_back(next);
  }
  // Makes the consumer's the only copies of the lines that it has read to their end. What it writes is a byte of records
  // that it has read, or of none; the producer writes there when these are given back.
  void hand_back_lines(std::uint64_t head, std::uint64_t next) noexcept {
    // The head was moved before: whoever is killed here leaves no record that counts as unread and lacks a byte.
    std::atomic_signal_fence(std::memory_order_release);
    const auto write = [&](std::size_t from, std::size_t to) {
      for (std::size_t end = (from | (cache_line_bytes - 1)) + 1; end <= to; end += cache_line_bytes)
        blocks_[end - 1] = std::byte{0};
    };
    const std::size_t from = block_of(head) * layout().block_bytes;
    const std::size_t to = block_of(next) * layout().block_bytes;
    if (to > from) return write(from, to);
    write(from, blocks_count_ * layout().block_bytes);
    write(0, to);
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
