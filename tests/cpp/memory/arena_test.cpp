// SPDX-License-Identifier: MIT
#include "pyhft/memory/arena.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/allocation_counter.hpp"

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

TEST(arena, an_impossible_capacity_is_refused) {
  EXPECT_THROW(arena<order>(0), argument_error);
  // So large that its bytes wrap round to something small.
  EXPECT_THROW(arena<order>(~std::size_t{0} / sizeof(order) + 2), argument_error);
}

TEST(arena, its_hot_calls_do_not_allocate) {
  arena<order> slots(100);
  const support::allocation_counter here;
  for (int i = 0; i < 1000; ++i) {
    if (slots.try_make(order{1, 2, 3}) == nullptr) slots.reset();
  }
  EXPECT_EQ(here.calls(), 0u);
}

}  // namespace
}  // namespace pyhft::memory
