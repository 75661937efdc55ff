// SPDX-License-Identifier: MIT
#include "pyhft/queue/byte_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <thread>
#include <vector>

#include "pyhft/threads/idle.hpp"
#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

namespace pyhft::queue {
namespace {

using bytes = std::vector<std::byte>;

bool push(byte_ring& ring, const bytes& record) {
  std::byte* to = ring.try_reserve(record.size());
  if (to == nullptr) return false;
  std::copy(record.begin(), record.end(), to);
  ring.commit();
  return true;
}

bytes numbered(std::uint32_t n, std::size_t length) {
  bytes result(length);
  for (std::size_t i = 0; i < length; ++i) result[i] = static_cast<std::byte>(n * 31 + i);
  return result;
}

bytes copy_of(std::span<const std::byte> record) { return {record.begin(), record.end()}; }

TEST(byte_ring, an_empty_one_gives_nothing) {
  byte_ring ring(64);
  EXPECT_EQ(ring.peek().data(), nullptr);
  EXPECT_FALSE(ring.refresh());
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.used_bytes(), 0u);
}

TEST(byte_ring, records_of_every_length_come_back_whole_and_in_order) {
  byte_ring ring(1 << 16);
  for (std::uint32_t length = 0; length < 200; ++length) ASSERT_TRUE(push(ring, numbered(length, length)));
  for (std::uint32_t length = 0; length < 200; ++length) {
    const auto record = ring.peek();
    ASSERT_NE(record.data(), nullptr);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(record.data()) % byte_ring::record_alignment, 0u);
    ASSERT_EQ(copy_of(record), numbered(length, length));
    ring.release();
  }
  EXPECT_TRUE(ring.empty());
}

TEST(byte_ring, a_record_is_seen_after_its_commit_and_not_before) {
  byte_ring ring(256);
  *ring.try_reserve(1) = std::byte{1};
  EXPECT_EQ(ring.peek().data(), nullptr);
  EXPECT_EQ(ring.used_bytes(), 0u);
  *ring.try_reserve(3) = std::byte{2};  // Takes the place of the first, which was never committed.
  ring.commit();
  ASSERT_EQ(ring.peek().size(), 3u);
  EXPECT_EQ(ring.peek()[0], std::byte{2});
  ring.release();
  EXPECT_TRUE(ring.empty());
}

TEST(byte_ring, a_round_may_stop_at_what_was_there_when_it_began) {
  byte_ring ring(256);
  push(ring, numbered(1, 8));
  EXPECT_TRUE(ring.refresh());
  push(ring, numbered(2, 8));
  EXPECT_EQ(copy_of(ring.peek_known()), numbered(1, 8));
  ring.release();
  EXPECT_EQ(ring.peek_known().data(), nullptr);
  EXPECT_TRUE(ring.refresh());
  EXPECT_EQ(copy_of(ring.peek_known()), numbered(2, 8));
}

TEST(byte_ring, the_longest_record_fits_an_empty_ring_wherever_it_stands) {
  for (std::uint64_t first = 0; first < 256; first += 8) {
    byte_ring ring(256, memory::huge_pages::never, first);
    const bytes longest = numbered(9, ring.max_record_bytes());
    ASSERT_TRUE(push(ring, longest)) << first;
    ASSERT_EQ(copy_of(ring.peek()), longest);
    ring.release();
    ASSERT_TRUE(ring.empty());
    ASSERT_TRUE(push(ring, longest)) << first;
  }
}

TEST(byte_ring, a_record_longer_than_that_is_refused_by_an_empty_ring) {
  byte_ring ring(256);
  EXPECT_EQ(ring.max_record_bytes(), 120u);
  EXPECT_EQ(ring.try_reserve(121), nullptr);
  EXPECT_EQ(ring.try_reserve(~std::size_t{0}), nullptr);
  EXPECT_NE(ring.try_reserve(120), nullptr);
}

TEST(byte_ring, a_full_one_refuses_and_takes_again_what_was_released) {
  byte_ring ring(64);
  int taken = 0;
  while (push(ring, numbered(1, 8))) ++taken;
  EXPECT_EQ(taken, 4);
  ring.peek();
  ring.release();
  EXPECT_TRUE(push(ring, numbered(2, 8)));
  EXPECT_FALSE(push(ring, numbered(3, 0)));
}

TEST(byte_ring, behaves_as_a_deque_of_records_across_every_wrap_of_its_indices) {
  for (const std::uint64_t first : {std::uint64_t{0}, (std::uint64_t{1} << 32) - 4096, ~std::uint64_t{0} - 4096}) {
    std::mt19937 random(static_cast<unsigned>(first >> 20) + 5);
    byte_ring ring(512, memory::huge_pages::never, first);
    std::deque<bytes> twin;
    std::uint32_t next = 0;
    std::size_t refused = 0;
    for (int round = 0; round < 50'000; ++round) {
      if (random() % 2 == 0) {
        const bytes record = numbered(next++, random() % 8 == 0 ? random() % 249 : random() % 30);
        if (push(ring, record)) {
          twin.push_back(record);
        } else {
          ++refused;
          ASSERT_FALSE(twin.empty()) << "an empty ring refused " << record.size() << " bytes";
        }
      } else {
        const auto record = ring.peek();
        ASSERT_EQ(record.data() != nullptr, !twin.empty());
        if (twin.empty()) continue;
        ASSERT_EQ(copy_of(record), twin.front());
        ring.release();
        twin.pop_front();
      }
      ASSERT_EQ(ring.empty(), twin.empty());
      ASSERT_LE(ring.used_bytes(), ring.capacity_bytes());
    }
    EXPECT_GT(refused, 0u);
  }
}

TEST(byte_ring, bursts_go_in_and_come_out_as_the_records_would_one_by_one) {
  for (const std::uint64_t first : {std::uint64_t{0}, ~std::uint64_t{0} - 4096}) {
    std::mt19937 random(7);
    byte_ring ring(512, memory::huge_pages::never, first);
    std::deque<bytes> twin;
    std::uint32_t next = 0;
    std::size_t cut = 0;
    for (int round = 0; round < 5'000; ++round) {
      std::vector<bytes> records;
      for (std::size_t n = random() % 8; n != 0; --n) records.push_back(numbered(next++, random() % 60));
      const std::vector<std::span<const std::byte>> views(records.begin(), records.end());
      const std::size_t in = ring.try_push_n(views);
      twin.insert(twin.end(), records.begin(), records.begin() + static_cast<std::ptrdiff_t>(in));
      if (in != records.size()) {
        ++cut;
        ASSERT_EQ(ring.try_reserve(records[in].size()), nullptr);  // the next one had no room by itself either
      }
      const std::size_t most = random() % 8;
      const std::size_t wanted = std::min(most, twin.size());
      const std::size_t out = ring.consume(
          [&](std::span<const std::byte> record) {
            EXPECT_EQ(copy_of(record), twin.front());
            twin.pop_front();
          },
          most);
      ASSERT_EQ(out, wanted);
      ASSERT_EQ(ring.empty(), twin.empty());
    }
    EXPECT_GT(cut, 0u);
  }
}

TEST(byte_ring, a_burst_is_seen_when_all_of_it_is_there_and_a_record_too_long_ends_it) {
  byte_ring ring(256);
  const bytes small = numbered(1, 8);
  const bytes too_long = numbered(2, ring.max_record_bytes() + 1);
  const std::array<std::span<const std::byte>, 4> records{small, small, too_long, small};
  EXPECT_EQ(ring.try_push_n(records), 2u);
  EXPECT_EQ(ring.try_push_n({}), 0u);
  std::size_t seen = 0;
  EXPECT_EQ(ring.consume([&](std::span<const std::byte>) {
    EXPECT_EQ(ring.used_bytes(), 32u);  // given back together
    ++seen;
  }),
            2u);
  EXPECT_EQ(seen, 2u);
  EXPECT_TRUE(ring.empty());
}

TEST(byte_ring, a_waiting_call_gives_up_when_it_is_told_to_and_else_waits) {
  byte_ring ring(64);
  int asked = 0;
  const auto give_up = [&] { return ++asked == 3; };
  EXPECT_EQ(ring.peek_or_wait(threads::pause_idle{}, give_up).data(), nullptr);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(ring.reserve_or_wait(57, threads::pause_idle{}), nullptr);  // would never fit
  std::thread producer([&] {
    for (std::uint32_t n = 0; n < 1000; ++n) {
      const bytes record = numbered(n, n % 25);
      std::byte* const to = ring.reserve_or_wait(record.size(), threads::yield_idle{});
      std::copy(record.begin(), record.end(), to);
      ring.commit();
    }
  });
  for (std::uint32_t n = 0; n < 1000; ++n) {
    EXPECT_EQ(copy_of(ring.peek_or_wait(threads::yield_idle{})), numbered(n, n % 25));
    ring.release();
  }
  producer.join();
  while (push(ring, numbered(1, 8))) {
  }
  asked = 0;
  EXPECT_EQ(ring.reserve_or_wait(8, threads::pause_idle{}, give_up), nullptr);
  EXPECT_EQ(asked, 3);
}

TEST(byte_ring, a_capacity_that_is_no_power_of_two_is_refused_with_one_that_is) {
  for (const std::size_t capacity : {0u, 1u, 32u, 100u, 1000u}) EXPECT_THROW(byte_ring{capacity}, argument_error);
  try {
    const byte_ring ring(1000);
    FAIL() << "1000 bytes were accepted";
  } catch (const argument_error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find("such as 1024"), std::string::npos) << refusal.what();
  }
}

bool push_and_pop(byte_ring& ring) {
  std::size_t pushed = 0;
  std::size_t popped = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    for (std::size_t length : {i % 100, i % 7}) {
      if (ring.try_reserve(length) == nullptr) continue;
      ring.commit();
      ++pushed;
    }
    if (ring.peek().data() == nullptr) continue;
    ring.release();
    ++popped;
  }
  const std::array<std::byte, 5> record{};
  const std::array<std::span<const std::byte>, 3> records{record, record, record};
  ring.consume([](std::span<const std::byte>) {});
  std::size_t bursts = 0;
  for (int i = 0; i < 100; ++i) {
    bursts += ring.try_push_n(records) == 3;
    bursts += ring.consume([](std::span<const std::byte>) {}) == 3;
  }
  return popped == 1000 && pushed > popped && bursts == 200;
}

TEST(byte_ring, its_hot_calls_do_not_allocate) {
  byte_ring ring(1024);
  const support::allocation_counter here;
  EXPECT_TRUE(push_and_pop(ring));
  EXPECT_EQ(here.calls(), 0u);
}

TEST(byte_ring, its_hot_calls_make_no_system_call) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  byte_ring ring(1024);
  EXPECT_EQ(support::system_call_of([] {}, [&] { return push_and_pop(ring); }), "");
}

}  // namespace
}  // namespace pyhft::queue
