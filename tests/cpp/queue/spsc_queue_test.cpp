// SPDX-License-Identifier: MIT
#include "pyhft/queue/spsc_queue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <deque>
#include <random>
#include <vector>

#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

namespace pyhft::queue {
namespace {

constexpr std::uint64_t largest_index = std::numeric_limits<std::uint64_t>::max();

TEST(spsc_queue, an_empty_one_gives_nothing) {
  spsc_queue<int> queue(8);
  int record = 42;
  EXPECT_FALSE(queue.try_pop(record));
  EXPECT_EQ(record, 42);
  EXPECT_EQ(queue.peek(), nullptr);
  EXPECT_TRUE(queue.peek_n().empty());
  EXPECT_EQ(queue.try_pop_n({&record, 1}), 0u);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_TRUE(queue.empty());
}

template <std::size_t Bytes>
struct sized {
  std::array<unsigned char, Bytes> bytes;

  static sized numbered(std::size_t n) {
    sized result;
    for (std::size_t i = 0; i < Bytes; ++i) result.bytes[i] = static_cast<unsigned char>(n * 7 + i);
    return result;
  }
  bool operator==(const sized&) const = default;
};

// Fills it, empties it, fills it again from the middle of its blocks; one by one and in bursts.
template <class Record>
void holds_its_capacity_and_gives_it_back_in_order(std::size_t capacity) {
  spsc_queue<Record> queue(capacity);
  EXPECT_EQ(queue.capacity(), capacity);
  EXPECT_GE(queue.slots(), capacity);
  std::size_t pushed = 0;
  std::size_t popped = 0;
  Record record;
  for (const std::size_t burst : {std::size_t{1}, std::size_t{5}, capacity, 2 * capacity}) {
    std::vector<Record> records(burst);
    std::size_t held = 0;
    for (std::size_t done = burst; done == burst; held += done, pushed += done) {
      for (std::size_t i = 0; i < burst; ++i) records[i] = Record::numbered(pushed + i);
      done = burst == 1 ? queue.try_push(records[0]) : queue.try_push_n(records);
      ASSERT_LE(held, queue.slots());
    }
    ASSERT_GE(held, capacity);
    ASSERT_LE(held, queue.slots());
    ASSERT_EQ(queue.size(), held);
    ASSERT_FALSE(queue.try_push(record));
    ASSERT_EQ(queue.try_reserve(), nullptr);
    while (held > 3) {
      const std::size_t done = burst == 1 ? queue.try_pop(records[0]) : queue.try_pop_n(records);
      ASSERT_GT(done, 0u);
      for (std::size_t i = 0; i < done; ++i) ASSERT_EQ(records[i], Record::numbered(popped + i));
      popped += done;
      held -= done;
    }
    while (queue.try_pop(record)) {
      ASSERT_EQ(record, Record::numbered(popped++));
    }
    ASSERT_EQ(pushed, popped);
  }
}

TEST(spsc_queue, holds_its_capacity_of_records_of_every_size_and_gives_them_back_in_order) {
  for (const std::size_t capacity : {1u, 2u, 8u, 64u, 1024u}) {
    holds_its_capacity_and_gives_it_back_in_order<sized<1>>(capacity);
    holds_its_capacity_and_gives_it_back_in_order<sized<8>>(capacity);
    holds_its_capacity_and_gives_it_back_in_order<sized<12>>(capacity);
    holds_its_capacity_and_gives_it_back_in_order<sized<56>>(capacity);
    holds_its_capacity_and_gives_it_back_in_order<sized<57>>(capacity);
    holds_its_capacity_and_gives_it_back_in_order<sized<64>>(capacity);
    holds_its_capacity_and_gives_it_back_in_order<sized<200>>(capacity);
  }
}

TEST(spsc_queue, records_stand_aligned_and_never_share_bytes_with_a_mark) {
  struct alignas(32) wide {
    std::array<std::uint64_t, 4> words;
  };
  for (const auto& l : {layout_of(1, 1), layout_of(8, 8), layout_of(48, 16), layout_of(64, 8), layout_of(65, 1),
                        layout_of(32, 32), layout_of(64, 64), layout_of(272, 8)}) {
    EXPECT_EQ(l.has_marks(), l.record_bytes <= 48) << l.record_bytes;
    EXPECT_LE(l.first_byte + l.records_per_block * l.record_bytes, l.block_bytes);
    if (!l.has_marks()) continue;
    EXPECT_EQ(l.mark_byte, 0u);
    EXPECT_GE(l.first_byte, 8u);
    EXPECT_EQ(l.block_bytes, cache_line_bytes);
  }
  spsc_queue<wide> queue(8);
  for (int i = 0; i < 9; ++i) {
    wide* slot = queue.try_reserve();
    ASSERT_NE(slot, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(slot) % alignof(wide), 0u);
    queue.commit();
  }
}

TEST(spsc_queue, a_batch_takes_what_fits_and_says_how_much) {
  spsc_queue<int> queue(8);
  const std::vector<int> ten{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(queue.try_push_n({}), 0u);
  EXPECT_EQ(queue.slots(), 14u);  // a line of ints
  EXPECT_EQ(queue.try_push_n(ten), 10u);
  EXPECT_EQ(queue.try_push_n(ten), 4u);
  EXPECT_EQ(queue.try_push_n(ten), 0u);
  std::vector<int> got(20, -1);
  EXPECT_EQ(queue.try_pop_n({}), 0u);
  EXPECT_EQ(queue.try_pop_n(got), 14u);
  for (int i = 0; i < 14; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], i % 10);
  EXPECT_EQ(got[14], -1);
}

TEST(spsc_queue, a_reserved_slot_is_seen_after_its_commit_and_not_before) {
  spsc_queue<int> queue(4);
  *queue.try_reserve() = 7;
  EXPECT_EQ(queue.peek(), nullptr);
  *queue.try_reserve() = 8;  // The same slot again: the first reservation was never committed.
  queue.commit();
  ASSERT_NE(queue.peek(), nullptr);
  EXPECT_EQ(*queue.peek(), 8);
  EXPECT_EQ(queue.size(), 1u);
  queue.release();
  EXPECT_TRUE(queue.empty());
}

TEST(spsc_queue, large_records_stand_side_by_side_to_the_end_of_the_ring) {
  using record = sized<72>;
  spsc_queue<record> queue(8);
  ASSERT_EQ(queue.slots(), 9u);
  std::size_t next = 0;
  for (std::size_t seen = 0; seen < 40;) {
    while (queue.try_push(record::numbered(next))) ++next;
    const auto side_by_side = queue.peek_n();
    ASSERT_EQ(side_by_side.size(), 9 - seen % 9);
    for (std::size_t i = 0; i < side_by_side.size(); ++i) ASSERT_EQ(side_by_side[i], record::numbered(seen + i));
    const auto given_back = std::min<std::size_t>(side_by_side.size(), 4);
    queue.release(given_back);
    for (std::size_t i = given_back; i < side_by_side.size(); ++i)
      ASSERT_EQ(side_by_side[i], record::numbered(seen + i));  // what wasn't given back is as it was
    seen += given_back;
  }
}

TEST(spsc_queue, one_pop_takes_what_many_pushes_brought) {
  spsc_queue<std::uint64_t> queue(64);
  for (std::uint64_t i = 0; i < 50; ++i) ASSERT_TRUE(queue.try_push(i));
  std::vector<std::uint64_t> got(64, 99);
  ASSERT_EQ(queue.try_pop_n(got), 50u);
  for (std::uint64_t i = 0; i < 50; ++i) EXPECT_EQ(got[i], i);
  EXPECT_EQ(got[50], 99u);
}

TEST(spsc_queue, peeking_at_many_stops_at_the_end_of_a_block) {
  spsc_queue<std::uint64_t> queue(8);
  const std::vector<std::uint64_t> nine{0, 1, 2, 3, 4, 5, 6, 7, 8};
  ASSERT_EQ(queue.try_push_n(nine), 9u);
  EXPECT_EQ(queue.peek_n(1).size(), 1u);
  auto side_by_side = queue.peek_n();
  ASSERT_EQ(side_by_side.size(), 7u);
  EXPECT_EQ(side_by_side[6], 6u);
  queue.release(7);
  side_by_side = queue.peek_n();
  ASSERT_EQ(side_by_side.size(), 2u);
  EXPECT_EQ(side_by_side[0], 7u);
  queue.release(2);
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.peek_n().empty());
}

// Every call in a random order against the obvious twin, from positions that wrap on the way. A push may be refused
// only where the capacity waits, and must be where every slot is taken.
template <class Record>
void behaves_as_a_bounded_deque(std::size_t capacity, std::uint64_t first) {
  std::mt19937 random(static_cast<unsigned>(first) + 3);
  spsc_queue<Record> queue(capacity, {.pages = memory::huge_pages::never, .first_position = first});
  std::deque<Record> twin;
  std::size_t next = 0;
  std::size_t refused = 0;
  const auto check_refused = [&](bool was_refused) {
    refused += was_refused;
    ASSERT_TRUE(was_refused ? twin.size() >= capacity : twin.size() < queue.slots());
  };
  for (int round = 0; round < 3000; ++round) {
    std::vector<Record> batch(random() % (capacity + 4));
    switch (random() % 6) {
      case 0: {
        const bool done = queue.try_push(Record::numbered(next));
        check_refused(!done);
        if (done) twin.push_back(Record::numbered(next++));
        break;
      }
      case 1: {
        for (std::size_t i = 0; i < batch.size(); ++i) batch[i] = Record::numbered(next + i);
        const std::size_t done = queue.try_push_n(batch);
        ASSERT_LE(done, batch.size());
        ASSERT_GE(done, std::min(batch.size(), capacity - std::min(capacity, twin.size())));
        for (std::size_t i = 0; i < done; ++i) twin.push_back(Record::numbered(next++));
        ASSERT_LE(twin.size(), queue.slots());
        break;
      }
      case 2: {
        Record* slot = queue.try_reserve();
        check_refused(slot == nullptr);
        if (slot == nullptr) break;
        *slot = Record::numbered(next);
        queue.commit();
        twin.push_back(Record::numbered(next++));
        break;
      }
      case 3: {
        Record record;
        ASSERT_EQ(queue.try_pop(record), !twin.empty());
        if (twin.empty()) break;
        ASSERT_EQ(record, twin.front());
        twin.pop_front();
        break;
      }
      case 4: {
        const std::size_t asked = std::min(batch.size(), twin.size());
        ASSERT_EQ(queue.try_pop_n({batch.data(), asked}), asked);
        for (std::size_t i = 0; i < asked; ++i, twin.pop_front()) ASSERT_EQ(batch[i], twin.front());
        break;
      }
      default: {
        const auto seen = queue.peek_n(batch.size());
        ASSERT_LE(seen.size(), std::min(batch.size(), twin.size()));
        if (batch.empty() || twin.empty()) break;
        ASSERT_FALSE(seen.empty());
        const std::size_t given_back = 1 + random() % seen.size();
        for (std::size_t i = 0; i < given_back; ++i, twin.pop_front()) ASSERT_EQ(seen[i], twin.front());
        queue.release(given_back);
      }
    }
    ASSERT_EQ(queue.size(), twin.size());
  }
  EXPECT_GT(refused, 0u);
}

TEST(spsc_queue, behaves_as_a_bounded_deque_across_every_wrap_of_its_positions) {
  for (const std::uint64_t first : {std::uint64_t{0}, (std::uint64_t{1} << 32) - 1000, largest_index - 1000}) {
    for (const std::size_t capacity : {1u, 4u, 16u, 64u}) {
      behaves_as_a_bounded_deque<sized<4>>(capacity, first);
      behaves_as_a_bounded_deque<sized<8>>(capacity, first);
      behaves_as_a_bounded_deque<sized<24>>(capacity, first);
      behaves_as_a_bounded_deque<sized<64>>(capacity, first);
      behaves_as_a_bounded_deque<sized<100>>(capacity, first);
    }
  }
}

TEST(spsc_queue, a_capacity_that_is_no_power_of_two_is_refused_with_one_that_is) {
  for (const std::size_t capacity : {0u, 3u, 12u, 1000u}) {
    EXPECT_THROW(spsc_queue<int>{capacity}, argument_error) << capacity;
  }
  EXPECT_THROW(spsc_queue<int>{std::size_t{1} << 63}, argument_error);
  try {
    const spsc_queue<int> queue(1000);
  } catch (const argument_error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find("such as 1024"), std::string::npos) << refusal.what();
  }
}

TEST(spsc_queue, the_sides_write_to_different_cache_lines) {
  const auto distance = [](std::size_t a, std::size_t b) { return a > b ? a - b : b - a; };
  EXPECT_GE(distance(offsetof(ring_state, tail), offsetof(ring_state, head)), 2 * cache_line_bytes);
  EXPECT_GE(distance(offsetof(ring_state, head), offsetof(ring_state, freed)), 2 * cache_line_bytes);
  EXPECT_GE(distance(offsetof(ring_state, freed), offsetof(ring_state, bell)), 2 * cache_line_bytes);
  EXPECT_EQ(sizeof(ring_state) % cache_line_bytes, 0u);
}

TEST(spsc_queue, a_waiting_call_gives_up_when_it_is_told_to) {
  spsc_queue<int> queue(1);
  int record = 0;
  int rounds = 0;
  const auto idle = [&](std::size_t work) { rounds += work == 0; };
  const auto give_up = [&] { return rounds == 3; };
  EXPECT_FALSE(queue.pop_or_wait(record, idle, give_up));
  EXPECT_EQ(rounds, 3);
  for (std::size_t i = 0; i < queue.slots(); ++i) ASSERT_TRUE(queue.push_or_wait(7, idle));
  rounds = 0;
  EXPECT_FALSE(queue.push_or_wait(8, idle, give_up));
  EXPECT_EQ(rounds, 3);
  EXPECT_TRUE(queue.pop_or_wait(record, idle));
  EXPECT_EQ(record, 7);
}

// The hot calls of both sides, through full and empty.
bool push_and_pop(spsc_queue<std::uint64_t>& queue) {
  std::uint64_t batch[32] = {};
  std::uint64_t pushed = 0;
  std::uint64_t popped = 0;
  for (int i = 0; i < 1000; ++i) {
    pushed += queue.try_push(1);
    popped += queue.try_pop(batch[0]);
    pushed += queue.try_push_n(batch);
    pushed += queue.try_push_n(batch);
    if (std::uint64_t* slot = queue.try_reserve(); slot != nullptr) {
      queue.commit();
      ++pushed;
    }
    popped += queue.try_pop_n(batch);
    const std::size_t seen = queue.peek_n().size();
    if (seen != 0) queue.release(seen);
    popped += seen;
  }
  return pushed == popped + queue.size() && popped > 10'000;
}

TEST(spsc_queue, its_hot_calls_do_not_allocate) {
  spsc_queue<std::uint64_t> queue(64);
  const support::allocation_counter here;
  EXPECT_TRUE(push_and_pop(queue));
  EXPECT_EQ(here.calls(), 0u);
}

TEST(spsc_queue, its_hot_calls_make_no_system_call) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  for (const bool wake : {false, true}) {
    spsc_queue<std::uint64_t> queue(64, {.wake_consumer = wake});
    EXPECT_EQ(support::system_call_of([] {}, [&] { return push_and_pop(queue); }), "") << wake;
  }
}

TEST(system_call_guard, sees_a_system_call_and_work_that_was_not_done) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  spsc_queue<int> queue(8, {.wake_consumer = true});
  EXPECT_EQ(support::system_call_of([] {}, [] { return false; }), "no system call, but the work wasn't done either");
  EXPECT_EQ(support::system_call_of([] {}, [] { return ::getpid() != 0; }), "system call getpid");
  // A consumer that is about to park is rung for.
  EXPECT_EQ(support::system_call_of([&] { queue.bell() = 1; }, [&] { return queue.try_push(1); }), "system call futex");
}

}  // namespace
}  // namespace pyhft::queue
