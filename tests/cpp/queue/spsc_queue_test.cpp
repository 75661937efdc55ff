// SPDX-License-Identifier: MIT
#include "pyhft/queue/spsc_queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

#include "support/allocation_counter.hpp"

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

TEST(spsc_queue, takes_exactly_its_capacity_and_gives_it_back_in_order) {
  for (const std::size_t capacity : {1u, 2u, 8u, 1024u}) {
    spsc_queue<std::uint64_t> queue(capacity);
    EXPECT_EQ(queue.capacity(), capacity);
    for (std::size_t i = 0; i < capacity; ++i) ASSERT_TRUE(queue.try_push(i));
    EXPECT_FALSE(queue.try_push(99));
    EXPECT_EQ(queue.try_reserve(), nullptr);
    EXPECT_EQ(queue.size(), capacity);
    std::uint64_t record = 0;
    for (std::size_t i = 0; i < capacity; ++i) {
      ASSERT_TRUE(queue.try_pop(record));
      ASSERT_EQ(record, i);
    }
    EXPECT_FALSE(queue.try_pop(record));
  }
}

TEST(spsc_queue, a_batch_takes_what_fits_and_says_how_much) {
  spsc_queue<int> queue(8);
  const std::vector<int> ten{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(queue.try_push_n({}), 0u);
  EXPECT_EQ(queue.try_push_n(ten), 8u);
  EXPECT_EQ(queue.try_push_n(ten), 0u);
  std::vector<int> got(20, -1);
  EXPECT_EQ(queue.try_pop_n({}), 0u);
  EXPECT_EQ(queue.try_pop_n(got), 8u);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(got[8], -1);
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

TEST(spsc_queue, peeking_at_many_stops_at_the_end_of_the_block) {
  spsc_queue<int> queue(8, memory::huge_pages::never, 6);
  const std::vector<int> five{0, 1, 2, 3, 4};
  ASSERT_EQ(queue.try_push_n(five), 5u);
  EXPECT_EQ(queue.peek_n(1).size(), 1u);
  auto side_by_side = queue.peek_n();
  ASSERT_EQ(side_by_side.size(), 2u);
  EXPECT_EQ(side_by_side[1], 1);
  queue.release(2);
  side_by_side = queue.peek_n();
  ASSERT_EQ(side_by_side.size(), 3u);
  EXPECT_EQ(side_by_side[0], 2);
  queue.release(3);
  EXPECT_TRUE(queue.empty());
}

// Every call in a random order against the obvious twin, from indices that wrap on the way.
TEST(spsc_queue, behaves_as_a_bounded_deque_across_every_wrap_of_its_indices) {
  const std::uint64_t two_to_32 = std::uint64_t{1} << 32;
  for (const std::uint64_t first : {std::uint64_t{0}, two_to_32 - 1000, largest_index - 1000}) {
    std::mt19937 random(static_cast<unsigned>(first) + 3);
    spsc_queue<std::uint32_t> queue(16, memory::huge_pages::never, first);
    std::deque<std::uint32_t> twin;
    std::uint32_t next = 0;
    for (int round = 0; round < 20'000; ++round) {
      std::vector<std::uint32_t> batch(random() % 20);
      switch (random() % 6) {
        case 0: {
          ASSERT_EQ(queue.try_push(next), twin.size() < 16);
          if (twin.size() < 16) twin.push_back(next++);
          break;
        }
        case 1: {
          for (auto& value : batch) value = next++;
          const std::size_t fitting = std::min(batch.size(), 16 - twin.size());
          ASSERT_EQ(queue.try_push_n(batch), fitting);
          twin.insert(twin.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(fitting));
          break;
        }
        case 2: {
          std::uint32_t* slot = queue.try_reserve();
          ASSERT_EQ(slot != nullptr, twin.size() < 16);
          if (slot == nullptr) break;
          *slot = next;
          queue.commit();
          twin.push_back(next++);
          break;
        }
        case 3: {
          std::uint32_t record = 0;
          ASSERT_EQ(queue.try_pop(record), !twin.empty());
          if (twin.empty()) break;
          ASSERT_EQ(record, twin.front());
          twin.pop_front();
          break;
        }
        case 4: {
          const std::size_t waiting = std::min(batch.size(), twin.size());
          ASSERT_EQ(queue.try_pop_n(batch), waiting);
          for (std::size_t i = 0; i < waiting; ++i, twin.pop_front()) ASSERT_EQ(batch[i], twin.front());
          break;
        }
        default: {
          const auto seen = queue.peek_n(batch.size());
          ASSERT_LE(seen.size(), std::min(batch.size(), twin.size()));
          if (!batch.empty() && !twin.empty()) {
            ASSERT_FALSE(seen.empty());
          }
          for (const std::uint32_t value : seen) {
            ASSERT_EQ(value, twin.front());
            twin.pop_front();
          }
          queue.release(seen.size());
        }
      }
      ASSERT_EQ(queue.size(), twin.size());
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
  EXPECT_GE(sizeof(spsc_queue<int>), 3 * cache_line_bytes);
  EXPECT_EQ(alignof(spsc_queue<int>), cache_line_bytes);
}

TEST(spsc_queue, its_hot_calls_do_not_allocate) {
  spsc_queue<std::uint64_t> queue(64);
  std::uint64_t batch[32] = {};
  const support::allocation_counter here;
  for (int i = 0; i < 1000; ++i) {
    queue.try_push(1);
    queue.try_pop(batch[0]);
    queue.try_push_n(batch);
    queue.try_pop_n(batch);
  }
  EXPECT_EQ(here.calls(), 0u);
}

}  // namespace
}  // namespace pyhft::queue
