// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <thread>

#include "pyhft/queue/byte_ring.hpp"
#include "pyhft/threads/idle.hpp"
#include "support/stress.hpp"

namespace pyhft::queue {
namespace {

// Lengths 0 to 255 in an order that has nothing to do with the ring's size.
std::size_t length_of(std::uint64_t n) { return static_cast<std::size_t>(n * 2'654'435'761 >> 12 & 255); }
std::byte byte_of(std::uint64_t n, std::size_t i) { return static_cast<std::byte>(n * 31 + i); }

std::uint64_t wrong_records(std::size_t capacity_bytes, std::uint64_t first_index, std::uint64_t n,
                            bool slow_consumer) {
  byte_ring ring(capacity_bytes, memory::huge_pages::never, first_index);
  std::thread producer([&] {
    threads::yield_idle idle;
    for (std::uint64_t sent = 0; sent < n;) {
      std::byte* to = ring.try_reserve(length_of(sent));
      idle(to != nullptr);
      if (to == nullptr) continue;
      for (std::size_t i = 0; i < length_of(sent); ++i) to[i] = byte_of(sent, i);
      ring.commit();
      ++sent;
    }
  });
  threads::yield_idle idle;
  std::uint64_t wrong = 0;
  for (std::uint64_t received = 0; received < n;) {
    const auto record = ring.peek();
    idle(record.data() != nullptr);
    if (record.data() == nullptr) continue;
    bool right = record.size() == length_of(received);
    for (std::size_t i = 0; right && i < record.size(); ++i) right = record[i] == byte_of(received, i);
    wrong += right ? 0u : 1u;
    ring.release();
    ++received;
    if (slow_consumer && received % 1000 == 0) threads::timed_sleep({50'000});
  }
  producer.join();
  return wrong + ring.used_bytes();
}

TEST(byte_ring_stress, nothing_is_lost_torn_or_reordered) {
  EXPECT_EQ(wrong_records(1 << 16, 0, support::stress_count(300'000), false), 0u);
}

TEST(byte_ring_stress, nothing_is_lost_where_the_ring_is_hardly_larger_than_its_records) {
  EXPECT_EQ(wrong_records(1024, 0, support::stress_count(50'000), false), 0u);
}

TEST(byte_ring_stress, a_slow_consumer_loses_nothing) {
  EXPECT_EQ(wrong_records(4096, 0, support::stress_count(30'000), true), 0u);
}

TEST(byte_ring_stress, indices_may_wrap_under_load) {
  EXPECT_EQ(wrong_records(4096, ~std::uint64_t{0} - 1'000'000, support::stress_count(50'000), false), 0u);
  EXPECT_EQ(wrong_records(4096, (std::uint64_t{1} << 32) - 1'000'000, support::stress_count(50'000), false), 0u);
}

}  // namespace
}  // namespace pyhft::queue
