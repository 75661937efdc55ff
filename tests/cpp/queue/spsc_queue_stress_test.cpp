// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

#include "pyhft/queue/spsc_queue.hpp"
#include "pyhft/threads/idle.hpp"
#include "support/stress.hpp"

namespace pyhft::queue {
namespace {

// Every word follows from the sequence number, so that a torn or stale record shows.
template <std::size_t Words>
struct record_of {
  std::array<std::uint64_t, Words> words;

  static record_of numbered(std::uint64_t n) {
    record_of result;
    for (std::size_t i = 0; i < Words; ++i) result.words[i] = n * (2 * i + 1);
    return result;
  }
  bool is_numbered(std::uint64_t n) const { return words == numbered(n).words; }
};

using wide_record = record_of<8>;  // a cache line
using odd_record = record_of<9>;   // begins and ends inside of lines

struct narrow_record {
  std::uint64_t number;

  static narrow_record numbered(std::uint64_t n) { return {n}; }
  bool is_numbered(std::uint64_t n) const { return number == n; }
};

// Ten million records pass in continuous integration, and a billion with PYHFT_STRESS=100; a tenth of that where each
// step is checked (sanitizers) or emulated.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__x86_64__)
constexpr std::uint64_t many = 1'000'000;
#else
constexpr std::uint64_t many = 10'000'000;
#endif

enum class slow { nobody, producer, consumer };

// Pushes n numbered records on one thread and counts on the other those that aren't the next.
template <class Record>
std::uint64_t wrong_records(std::size_t capacity, std::uint64_t first_index, std::uint64_t n, std::size_t push_batch,
                            std::size_t pop_batch, slow who = slow::nobody) {
  spsc_queue<Record> queue(capacity, {.pages = memory::huge_pages::never, .first_position = first_index});
  std::thread producer([&] {
    // Yields while full: the machine may have one core only.
    threads::yield_idle idle;
    std::array<Record, 64> batch;
    for (std::uint64_t sent = 0; sent < n;) {
      const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(push_batch, n - sent));
      for (std::size_t i = 0; i < want; ++i) batch[i] = Record::numbered(sent + i);
      const std::size_t done = want == 1 ? queue.try_push(batch[0]) : queue.try_push_n({batch.data(), want});
      idle(done);
      sent += done;
      if (who == slow::producer && sent % 1000 < done) threads::timed_sleep({50'000});
    }
  });
  threads::yield_idle idle;
  std::array<Record, 64> batch;
  std::uint64_t wrong = 0;
  for (std::uint64_t received = 0; received < n;) {
    const std::size_t done = pop_batch == 1 ? queue.try_pop(batch[0]) : queue.try_pop_n({batch.data(), pop_batch});
    for (std::size_t i = 0; i < done; ++i) wrong += batch[i].is_numbered(received + i) ? 0u : 1u;
    received += done;
    idle(done);
    if (who == slow::consumer && received % 1000 < done) threads::timed_sleep({50'000});
  }
  producer.join();
  return wrong + queue.size();
}

TEST(spsc_queue_stress, nothing_is_lost_torn_or_reordered_one_by_one) {
  EXPECT_EQ(wrong_records<narrow_record>(1024, 0, support::stress_count(many), 1, 1), 0u);
  EXPECT_EQ(wrong_records<wide_record>(1024, 0, support::stress_count(300'000), 1, 1), 0u);
  EXPECT_EQ(wrong_records<odd_record>(64, 0, support::stress_count(100'000), 1, 1), 0u);
}

TEST(spsc_queue_stress, nothing_is_lost_torn_or_reordered_in_batches_of_unequal_size) {
  EXPECT_EQ(wrong_records<narrow_record>(256, 0, support::stress_count(many), 32, 7), 0u);
  EXPECT_EQ(wrong_records<wide_record>(256, 0, support::stress_count(300'000), 5, 64), 0u);
  EXPECT_EQ(wrong_records<odd_record>(32, 0, support::stress_count(100'000), 32, 7), 0u);
  EXPECT_EQ(wrong_records<narrow_record>(256, 0, support::stress_count(many / 10), 1, 64), 0u);
}

TEST(spsc_queue_stress, a_queue_of_one_slot_hands_over_every_record) {
  EXPECT_EQ(wrong_records<wide_record>(1, 0, support::stress_count(5'000), 1, 1), 0u);
}

TEST(spsc_queue_stress, a_slow_consumer_loses_nothing) {
  EXPECT_EQ(wrong_records<wide_record>(64, 0, support::stress_count(50'000), 1, 64, slow::consumer), 0u);
}

TEST(spsc_queue_stress, a_slow_producer_shows_nothing_twice) {
  EXPECT_EQ(wrong_records<wide_record>(64, 0, support::stress_count(50'000), 1, 64, slow::producer), 0u);
  EXPECT_EQ(wrong_records<narrow_record>(64, 0, support::stress_count(50'000), 3, 1, slow::producer), 0u);
}

// A consumer that parks whenever it can misses no ring: the producer waits for it to sleep every so often.
TEST(spsc_queue_stress, a_parked_consumer_is_woken_by_every_first_record) {
  const std::uint64_t n = support::stress_count(2'000);
  spsc_queue<narrow_record> queue(64, {.wake_consumer = true});
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < n; ++i) {
      if (i % 4 == 0) {
        for (int looks = 0; queue.bell() == 0 && looks < 1000; ++looks) threads::yield_idle{}(0);
      }
      queue.push_or_wait(narrow_record{i}, threads::yield_idle{});
    }
  });
  threads::park_idle idle(queue.bell(), {3'600'000'000'000});  // a missed ring hangs the test
  std::uint64_t wrong = 0;
  narrow_record record{};
  for (std::uint64_t i = 0; i < n; ++i) {
    queue.pop_or_wait(record, idle);
    wrong += record.number != i;
  }
  producer.join();
  EXPECT_EQ(wrong, 0u);
}

TEST(spsc_queue_stress, indices_may_wrap_under_load) {
  const std::uint64_t n = support::stress_count(200'000);
  EXPECT_EQ(wrong_records<wide_record>(1024, (std::uint64_t{1} << 32) - n / 2, n, 1, 1), 0u);
  EXPECT_EQ(wrong_records<wide_record>(1024, std::uint64_t{0} - n / 2, n, 32, 32), 0u);
}

}  // namespace
}  // namespace pyhft::queue
