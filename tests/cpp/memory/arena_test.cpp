// SPDX-License-Identifier: MIT
#include "pyhft/memory/arena.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "pyhft/memory/shared_arena.hpp"
#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

namespace pyhft::memory {
namespace {

struct order {
  std::uint64_t id;
  std::int64_t price_ticks;
  std::uint32_t shares;
};

TEST(arena, hands_out_every_slot_once_and_in_order) {
  arena<order> slots(1000);
  std::set<order*> seen;
  for (std::size_t i = 0; i < 1000; ++i) {
    order* slot = slots.try_allocate();
    ASSERT_NE(slot, nullptr);
    ASSERT_TRUE(seen.insert(slot).second);
    ASSERT_EQ(slots.index_of(slot), i);
    ASSERT_EQ(&slots[i], slot);
    ASSERT_TRUE(slots.owns(slot));
    ASSERT_EQ(slots.used(), i + 1);
    slot->id = i;
  }
  for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ(slots[i].id, i);
}

TEST(arena, a_full_one_gives_null_and_counts_for_as_long_as_it_is_asked) {
  arena<order> slots(1);
  EXPECT_NE(slots.try_allocate(), nullptr);
  EXPECT_EQ(slots.exhausted(), 0u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(slots.try_allocate(), nullptr);
  EXPECT_EQ(slots.try_make(order{1, 2, 3}), nullptr);
  EXPECT_EQ(slots.exhausted(), 6u);
  EXPECT_EQ(slots.used(), 1u);
}

TEST(arena, a_reset_one_starts_again_at_the_first_slot_with_its_old_bytes) {
  arena<order> slots(3);
  order* const first = slots.try_allocate();
  EXPECT_EQ(first->id, 0u);
  first->id = 99;
  slots.try_allocate();
  slots.try_allocate();
  slots.try_allocate();
  slots.reset();
  EXPECT_EQ(slots.used(), 0u);
  EXPECT_TRUE(slots.allocated().empty());
  EXPECT_EQ(slots.exhausted(), 1u);
  EXPECT_EQ(slots.try_allocate(), first);
  EXPECT_EQ(first->id, 99u);
}

TEST(arena, making_writes_the_value) {
  arena<order> slots(2);
  const order* made = slots.try_make(order{5, -7, 100});
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->id, 5u);
  EXPECT_EQ(made->price_ticks, -7);
  ASSERT_EQ(slots.allocated().size(), 1u);
  EXPECT_EQ(slots.allocated().front().shares, 100u);
}

TEST(arena, honours_the_alignment_of_its_type) {
  struct alignas(64) line {
    char c;
  };
  arena<line> slots(3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(slots.try_allocate()) % 64, 0u);
}

TEST(arena, knows_its_own_slots_from_foreign_ones) {
  arena<order> slots(2);
  const order elsewhere{};
  EXPECT_FALSE(slots.owns(&elsewhere));
  EXPECT_TRUE(slots.owns(&slots[1]));
  EXPECT_FALSE(slots.owns(&slots[0] + 2));
}

TEST(arena, tells_the_most_it_ever_held) {
  arena<order> slots(10);
  EXPECT_EQ(slots.most_used(), 0u);
  for (const std::size_t count : {2u, 7u, 3u}) {
    slots.reset();
    for (std::size_t i = 0; i < count; ++i) slots.try_allocate();
  }
  EXPECT_EQ(slots.used(), 3u);
  EXPECT_EQ(slots.most_used(), 7u);
}

TEST(arena, an_impossible_capacity_is_refused) {
  EXPECT_THROW(arena<order>(0), argument_error);
  EXPECT_THROW(shared_arena<order>(0), argument_error);
  EXPECT_THROW(shared_arena<order>(10, huge_pages::attempt, 0), argument_error);
  // So large that its bytes wrap round to something small.
  EXPECT_THROW(arena<order>(~std::size_t{0} / sizeof(order) + 2), argument_error);
  // And what this host can't back.
  EXPECT_THROW(arena<order>(std::size_t{1} << 50), host_error);
  EXPECT_THROW(shared_arena<order>(std::size_t{1} << 50), host_error);
}

struct alignas(8192) beyond_a_page {
  char c;
};
static_assert(slot_type<order> && slot_type<int>);
static_assert(!slot_type<std::string> && !slot_type<std::vector<int>>, "reset() would leak what they hold");
static_assert(!slot_type<beyond_a_page>, "a block is aligned to a page and no further");

TEST(arena, its_hot_calls_do_not_allocate) {
  arena<order> slots(100);
  shared_arena<order> shared(100);
  const support::allocation_counter here;
  shared_arena<order>::cursor mine(shared);
  for (int i = 0; i < 1000; ++i) {
    if (slots.try_make(order{1, 2, 3}) == nullptr) slots.reset();
    mine.try_make(order{1, 2, 3});
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_EQ(shared.exhausted(), 900u);
}

TEST(arena, its_hot_calls_make_no_system_call) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  arena<order> slots(10'000);  // many pages: none is touched for the first time
  shared_arena<order> shared(10'000);
  EXPECT_EQ(support::system_call_of([] {},
                                    [&] {
                                      shared_arena<order>::cursor mine(shared);
                                      for (int i = 0; i < 20'000; ++i) {
                                        slots.try_make(order{1, 2, 3});
                                        mine.try_make(order{1, 2, 3});
                                      }
                                      mine.surrender();
                                      const bool done = slots.exhausted() == 10'000 && shared.exhausted() == 10'000;
                                      slots.reset();
                                      shared.reset();
                                      return done;
                                    }),
            "");
}

#ifdef NDEBUG
TEST(arena, a_lease_costs_nothing_in_release) {
  arena<order> slots(2);
  shared_arena<order> shared(2);
  shared_arena<order>::cursor mine(shared);
  mine.try_allocate();
  const auto reading = slots.hold();
  const auto reading_shared = shared.hold();
  slots.reset();
  shared.reset();
  EXPECT_EQ(slots.used() + shared.used(), 0u);
}
#else
TEST(arena, taking_back_slots_that_somebody_looks_at_ends_a_debug_build) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  arena<order> slots(2);
  {
    const auto reading = slots.hold();
    const auto as_well = slots.hold();
    EXPECT_DEATH(slots.reset(), "reset of an arena while 2 leases or cursors hold slots of it");
  }
  slots.reset();
  EXPECT_DEATH(
      {
        auto* dying = new arena<order>(2);
        const auto reading = dying->hold();
        delete dying;
      },
      "the end of an arena while 1 leases");
}

TEST(shared_arena, taking_back_a_chunk_that_a_cursor_has_ends_a_debug_build) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  shared_arena<order> slots(100);
  shared_arena<order>::cursor mine(slots);
  slots.reset();  // it has none yet
  mine.try_allocate();
  EXPECT_DEATH(slots.reset(), "reset of an arena while 1 leases or cursors");
  mine.surrender();
  slots.reset();
  const auto reading = slots.hold();
  EXPECT_DEATH(slots.reset(), "reset of an arena");
}
#endif

TEST(shared_arena, one_cursor_gets_every_slot_in_order) {
  for (const std::size_t chunk : {1u, 7u, 64u, 1000u, 5000u}) {
    shared_arena<order> slots(1000, huge_pages::attempt, chunk);
    shared_arena<order>::cursor mine(slots);
    for (std::size_t i = 0; i < 1000; ++i) {
      const order* slot = mine.try_allocate();
      ASSERT_NE(slot, nullptr);
      ASSERT_EQ(slots.index_of(slot), i);
      ASSERT_EQ(&slots[i], slot);
      ASSERT_TRUE(slots.owns(slot));
    }
    for (int i = 0; i < 5; ++i) ASSERT_EQ(mine.try_allocate(), nullptr);
    EXPECT_EQ(slots.exhausted(), 5u);
    EXPECT_EQ(slots.used(), 1000u);
    EXPECT_FALSE(slots.owns(&slots[0] + 1000));
  }
}

TEST(shared_arena, cursors_have_chunks_of_their_own) {
  shared_arena<order> slots(192);
  shared_arena<order>::cursor first(slots);
  shared_arena<order>::cursor second(slots);
  EXPECT_EQ(slots.index_of(first.try_allocate()), 0u);
  EXPECT_EQ(slots.index_of(second.try_make(order{7, 8, 9})), 64u);
  EXPECT_EQ(slots[64].price_ticks, 8);
  EXPECT_EQ(slots.index_of(first.try_allocate()), 1u);
  EXPECT_EQ(slots.used(), 128u);
}

TEST(shared_arena, the_rest_of_a_chunk_comes_back_where_it_was_the_last_and_is_counted_where_not) {
  shared_arena<order> slots(192);
  {
    shared_arena<order>::cursor first(slots);
    first.try_allocate();
    {
      shared_arena<order>::cursor last(slots);
      last.try_allocate();
      last.try_allocate();
    }
    EXPECT_EQ(slots.stranded(), 0u);
    EXPECT_EQ(slots.used(), 66u);
  }
  EXPECT_EQ(slots.stranded(), 63u);
  EXPECT_EQ(slots.used(), 3u);
  shared_arena<order>::cursor next(slots);
  EXPECT_EQ(slots.index_of(next.try_allocate()), 66u);
  next.surrender();
  next.surrender();
  EXPECT_EQ(slots.used(), 4u);
  slots.reset();
  EXPECT_EQ(slots.used() + slots.stranded(), 0u);
  EXPECT_EQ(slots.index_of(next.try_allocate()), 0u);
}

TEST(shared_arena, a_last_chunk_that_is_cut_short_counts_exactly) {
  shared_arena<order> slots(100);
  {
    shared_arena<order>::cursor mine(slots);
    for (int i = 0; i < 70; ++i) ASSERT_NE(mine.try_allocate(), nullptr);
  }
  EXPECT_EQ(slots.used(), 70u);
  EXPECT_EQ(slots.used() + slots.stranded(), 100u);
}

TEST(shared_arena, chunks_of_the_usual_size_keep_to_cache_lines_of_their_own) {
  shared_arena<order> slots(1000);
  shared_arena<order>::cursor first(slots);
  shared_arena<order>::cursor second(slots);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first.try_allocate()) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second.try_allocate()) % 64, 0u);
}

TEST(chunk_counter, stays_where_it_is_close_below_the_wrap_however_often_it_is_asked) {
  constexpr std::uint64_t start = ~std::uint64_t{} - 100;
  chunk_counter counter(start);
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> given{};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) given += counter.take(64, 1000).count;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(given, 0u);
  EXPECT_EQ(counter.next(), start);
}

TEST(chunk_counter, moves_past_the_end_by_no_more_than_a_chunk_for_each_thread) {
  chunk_counter counter(990);
  EXPECT_EQ(counter.take(64, 1000).count, 10u);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(counter.take(64, 1000).count, 0u);
  EXPECT_EQ(counter.next(), 990u + 64u);
}

}  // namespace
}  // namespace pyhft::memory
