// SPDX-License-Identifier: MIT
// Threads that empty one arena together, again and again.

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstdint>
#include <thread>
#include <vector>

#include "pyhft/memory/shared_arena.hpp"
#include "support/stress.hpp"

namespace pyhft::memory {
namespace {

// Who had the slot, and as which of its own.
struct owner {
  std::uint32_t thread;
  std::uint32_t number;
};

constexpr std::uint32_t thread_count = 4;

TEST(shared_arena_stress, every_slot_goes_to_one_thread_once_and_the_counts_are_exact) {
  constexpr std::size_t capacity = 10'007;  // a prime: the last chunk is always cut short
  for (const std::size_t chunk : {1u, 3u, 64u}) {
    shared_arena<owner> arena(capacity, huge_pages::attempt, chunk);
    std::uint64_t refused = 0;
    const std::uint64_t rounds = support::stress_count(10);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      std::vector<std::vector<owner*>> had(thread_count);
      std::vector<std::uint64_t> failures(thread_count);
      std::barrier start(thread_count);
      {
        std::vector<std::jthread> threads;
        for (std::uint32_t t = 0; t < thread_count; ++t) {
          threads.emplace_back([&, t] {
            start.arrive_and_wait();
            // A cursor now and then lives for a few slots only.
            std::uint32_t number = 0;
            while (failures[t] < 3) {
              shared_arena<owner>::cursor mine(arena);
              for (std::uint32_t i = 0; i < 1 + number % 200; ++i) {
                owner* slot = mine.try_make(owner{t, number});
                if (slot == nullptr) {
                  ++failures[t];
                  break;
                }
                had[t].push_back(slot);
                ++number;
              }
            }
          });
        }
      }
      std::size_t together = 0;
      std::vector<bool> seen(capacity);
      for (std::uint32_t t = 0; t < thread_count; ++t) {
        for (std::uint32_t n = 0; n < had[t].size(); ++n) {
          ASSERT_TRUE(arena.owns(had[t][n]));
          ASSERT_FALSE(seen[arena.index_of(had[t][n])]) << "a slot was handed out twice";
          seen[arena.index_of(had[t][n])] = true;
          ASSERT_EQ(had[t][n]->thread, t);
          ASSERT_EQ(had[t][n]->number, n);
        }
        together += had[t].size();
        refused += failures[t];
      }
      ASSERT_EQ(arena.used(), together);
      ASSERT_EQ(arena.used() + arena.stranded(), capacity);
      ASSERT_EQ(arena.exhausted(), refused);
      arena.reset();
    }
  }
}

TEST(shared_arena_stress, threads_that_keep_their_cursors_leave_nothing_behind) {
  constexpr std::size_t capacity = 64'000;
  shared_arena<owner> arena(capacity);
  const std::uint64_t rounds = support::stress_count(5);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::vector<std::uint64_t> had(thread_count);
    std::barrier start(thread_count);
    {
      std::vector<std::jthread> threads;
      for (std::uint32_t t = 0; t < thread_count; ++t) {
        threads.emplace_back([&, t] {
          start.arrive_and_wait();
          shared_arena<owner>::cursor mine(arena);
          while (mine.try_make(owner{t, 0}) != nullptr) ++had[t];
        });
      }
    }
    std::vector<std::uint64_t> found(thread_count);
    for (std::size_t i = 0; i < capacity; ++i) ++found.at(arena[i].thread);
    ASSERT_EQ(found, had);
    ASSERT_EQ(arena.used(), capacity);
    ASSERT_EQ(arena.exhausted(), (round + 1) * thread_count);
    arena.reset();
  }
}

}  // namespace
}  // namespace pyhft::memory
