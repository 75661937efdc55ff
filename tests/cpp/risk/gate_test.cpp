// SPDX-License-Identifier: MIT
#include "pyhft/risk/gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <random>
#include <string>
#include <thread>

#include "pyhft/base/error.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::risk {
namespace {

// A mid of 1,000,000: one basis point is 100 ticks.
constexpr book::best_quote quote{{999'900}, {100}, {1'000'100}, {100}};

orders::order an_order(side of, std::uint64_t shares, std::int64_t at = 1'000'000, std::uint32_t instrument = 0) {
  return {.instrument = instrument, .side = of, .price = {at}, .quantity = {shares}};
}

rule admit(gate& by, side of, std::uint64_t shares, std::int64_t at = 1'000'000) {
  return by.admit(an_order(of, shares, at), quote, false);
}

TEST(gate, an_order_within_all_limits_passes_and_moves_the_position) {
  gate by{{}, 3};
  EXPECT_EQ(by.admit(an_order(side::buy, 100, 1'000'100, 1), quote, false), rule::none);
  EXPECT_EQ(by.admit(an_order(side::sell, 30, 999'900, 1), quote, false), rule::none);
  EXPECT_EQ(by.admit(an_order(side::sell, 5, 999'900, 2), quote, false), rule::none);
  EXPECT_EQ(by.position(0), 0);
  EXPECT_EQ(by.position(1), 70);
  EXPECT_EQ(by.position(2), -5);
  for (std::size_t i = 0; i < rule_count; ++i) EXPECT_EQ(by.rejected(static_cast<rule>(i)), 0u);
}

TEST(gate, the_size_of_an_order_counts_from_one_to_its_limit) {
  gate by{{.order_size = 500, .position = 1'000'000}, 1};
  EXPECT_EQ(admit(by, side::buy, 0), rule::order_size);
  EXPECT_EQ(admit(by, side::buy, 1), rule::none);
  EXPECT_EQ(admit(by, side::buy, 499), rule::none);
  EXPECT_EQ(admit(by, side::buy, 500), rule::none);
  EXPECT_EQ(admit(by, side::buy, 501), rule::order_size);
  EXPECT_EQ(admit(by, side::sell, std::numeric_limits<std::uint64_t>::max()), rule::order_size);
  EXPECT_EQ(by.rejected(rule::order_size), 3u);
  EXPECT_EQ(by.position(0), 1'000);
}

TEST(gate, the_collar_lies_around_the_mid_on_both_sides_for_both_sides) {
  gate by{{.position = 1'000'000, .price_collar_bps = 50}, 1};
  for (const side of : {side::buy, side::sell}) {
    EXPECT_EQ(admit(by, of, 1, 1'005'000 - 1), rule::none);
    EXPECT_EQ(admit(by, of, 1, 1'005'000), rule::none);
    EXPECT_EQ(admit(by, of, 1, 1'005'000 + 1), rule::price_collar);
    EXPECT_EQ(admit(by, of, 1, 995'000 + 1), rule::none);
    EXPECT_EQ(admit(by, of, 1, 995'000), rule::none);
    EXPECT_EQ(admit(by, of, 1, 995'000 - 1), rule::price_collar);
    EXPECT_EQ(admit(by, of, 1, 0), rule::price_collar);
    EXPECT_EQ(admit(by, of, 1, -1'000'000), rule::price_collar);
  }
  EXPECT_EQ(by.rejected(rule::price_collar), 8u);
}

TEST(gate, a_mid_between_two_ticks_and_the_widest_collar_are_exact) {
  gate by{{.position = 1'000'000, .price_collar_bps = 10'000}, 1};
  const book::best_quote odd{{2}, {1}, {3}, {1}};  // mid 2.5, collar 0 to 5
  EXPECT_EQ(by.admit(an_order(side::buy, 1, 5), odd, false), rule::none);
  EXPECT_EQ(by.admit(an_order(side::buy, 1, 6), odd, false), rule::price_collar);
  EXPECT_EQ(by.admit(an_order(side::buy, 1, 1), odd, false), rule::none);
  EXPECT_EQ(by.admit(an_order(side::buy, 1, 0), odd, false), rule::price_collar);  // nothing is given away
}

TEST(gate, without_two_sides_there_is_no_mid_and_no_order) {
  gate by{{}, 1};
  const book::best_quote empty{}, bid_only{{999'900}, {100}, {}, {}}, ask_only{{}, {}, {1'000'100}, {100}};
  for (const book::best_quote& each : {empty, bid_only, ask_only}) {
    EXPECT_EQ(by.admit(an_order(side::buy, 1), each, false), rule::price_collar);
  }
}

TEST(gate, the_greatest_prices_do_not_overflow_the_collar) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  gate by{{.price_collar_bps = 10'000}, 1};
  const book::best_quote highest{{most}, {1}, {most}, {1}};
  EXPECT_EQ(by.admit(an_order(side::buy, 1, most), highest, false), rule::none);
  EXPECT_EQ(by.admit(an_order(side::buy, 1, 1), highest, false), rule::none);
  const book::best_quote lowest{{1}, {1}, {1}, {1}};
  EXPECT_EQ(by.admit(an_order(side::buy, 1, most), lowest, false), rule::price_collar);
  const book::best_quote below_zero{{-5}, {1}, {-3}, {1}};
  EXPECT_EQ(by.admit(an_order(side::buy, 1, 1), below_zero, false), rule::price_collar);
}

TEST(gate, the_position_counts_to_its_limit_on_both_sides_and_the_way_back_stays_open) {
  gate by{{.order_size = 1'000, .position = 150}, 2};
  for (const side of : {side::buy, side::sell}) {
    const std::int64_t sign = of == side::buy ? 1 : -1;
    EXPECT_EQ(admit(by, of, 151), rule::position);
    EXPECT_EQ(admit(by, of, 149), rule::none);
    EXPECT_EQ(admit(by, of, 2), rule::position);
    EXPECT_EQ(admit(by, of, 1), rule::none);
    EXPECT_EQ(by.position(0), sign * 150);
    EXPECT_EQ(admit(by, of, 1), rule::position);
    EXPECT_EQ(admit(by, opposite(of), 301), rule::position);
    EXPECT_EQ(admit(by, opposite(of), 300), rule::none);
    EXPECT_EQ(by.position(0), sign * -150);
    EXPECT_EQ(admit(by, of, 150), rule::none);
    EXPECT_EQ(by.position(0), 0);
  }
  EXPECT_EQ(by.position(1), 0);
  EXPECT_EQ(by.rejected(rule::position), 8u);
}

TEST(gate, an_order_withdrawn_gives_its_shares_back) {
  gate by{{.position = 100}, 1};
  for (const side of : {side::buy, side::sell}) {
    const auto order = an_order(of, 100);
    ASSERT_EQ(by.admit(order, quote, false), rule::none);
    ASSERT_EQ(by.admit(order, quote, false), rule::position);
    by.withdraw(order);
    EXPECT_EQ(by.position(0), 0);
  }
}

TEST(gate, the_first_rule_broken_is_the_one_that_is_counted) {
  gate by{{.order_size = 10, .position = 5, .price_collar_bps = 1}, 1};
  const auto bad = an_order(side::buy, 11, 5'000'000);        // breaks all but the first two
  const auto bad_price = an_order(side::buy, 10, 5'000'000);  // and these the rules behind
  const auto bad_position = an_order(side::buy, 10);
  EXPECT_EQ(by.admit(bad, {}, true), rule::stale_book);
  EXPECT_EQ(by.admit(bad, {}, false), rule::order_size);
  EXPECT_EQ(by.admit(bad_price, quote, false), rule::price_collar);
  EXPECT_EQ(by.admit(bad_position, quote, false), rule::position);
  by.throw_kill_switch();
  EXPECT_EQ(by.admit(bad, {}, true), rule::kill_switch);
  for (std::size_t i = 0; i < rule_count; ++i) EXPECT_EQ(by.rejected(static_cast<rule>(i)), 1u) << rule_names[i];
  EXPECT_EQ(by.position(0), 0);
}

TEST(gate, a_stale_book_is_not_traded_on) {
  gate by{{}, 1};
  EXPECT_EQ(by.admit(an_order(side::buy, 1), quote, true), rule::stale_book);
  EXPECT_EQ(by.admit(an_order(side::buy, 1), quote, false), rule::none);
}

TEST(gate, the_kill_switch_may_be_thrown_from_the_start) {
  gate by{{.kill_switch = true}, 1};
  EXPECT_TRUE(by.killed());
  EXPECT_EQ(admit(by, side::buy, 1), rule::kill_switch);
}

TEST(gate, the_kill_switch_of_another_thread_stops_all_that_comes_after_it) {
  gate by{{.order_size = 1, .position = 1'000'000'000}, 1};
  std::atomic<bool> thrown{false}, running{false};
  std::thread hot{[&] {
    for (std::uint64_t i = 0;; ++i) {
      const bool after = thrown.load(std::memory_order_acquire);  // pairs with the release below
      const rule result = admit(by, i % 2 == 0 ? side::buy : side::sell, 1);
      running.store(true, std::memory_order_release);  // pairs with the acquire below
      if (after) {
        EXPECT_EQ(result, rule::kill_switch);
        return;
      }
    }
  }};
  while (!running.load(std::memory_order_acquire))
    std::this_thread::yield();  // pairs with the release of the hot thread
  by.throw_kill_switch();
  thrown.store(true, std::memory_order_release);  // pairs with the acquire of the hot thread
  hot.join();
  EXPECT_TRUE(by.killed());
  EXPECT_GE(by.rejected(rule::kill_switch), 1u);
}

TEST(gate, random_orders_equal_the_rules_written_out_in_wide_arithmetic) {
  __extension__ using wide = __int128;
  std::mt19937_64 random{41};
  gate by{{.order_size = 90, .position = 200, .price_collar_bps = 37}, 4};
  std::int64_t positions[4]{};
  std::uint64_t counts[rule_count + 1]{};
  for (int i = 0; i < 300'000; ++i) {
    const auto instrument = static_cast<std::uint32_t>(random() % 4);
    const auto of = static_cast<side>(random() & 1);
    const std::uint64_t shares = random() % 95;
    const std::int64_t scale = std::int64_t{1} << (random() % 50);
    const book::best_quote at{{scale + static_cast<std::int64_t>(random() % 9)},
                              {random() % 8},
                              {scale + static_cast<std::int64_t>(random() % 9)},
                              {random() % 8}};
    const std::int64_t ticks =
        scale + static_cast<std::int64_t>(random() % 9) - 4 + scale / 300 * static_cast<std::int64_t>(random() % 3);
    const bool stale = random() % 30 == 0;
    const std::int64_t after = positions[instrument] + (of == side::buy ? 1 : -1) * static_cast<std::int64_t>(shares);
    const wide twice_mid = wide{at.bid.ticks} + at.ask.ticks, twice_off = wide{ticks} * 2 - twice_mid;
    rule expected = rule::none;
    if (stale) {
      expected = rule::stale_book;
    } else if (shares < 1 || shares > 90) {
      expected = rule::order_size;
    } else if (at.bid_quantity.shares == 0 || at.ask_quantity.shares == 0 || ticks < 1 ||
               twice_off * 10'000 > twice_mid * 37 || -twice_off * 10'000 > twice_mid * 37) {
      expected = rule::price_collar;
    } else if (after > 200 || after < -200) {
      expected = rule::position;
    } else {
      positions[instrument] = after;
    }
    ++counts[static_cast<std::size_t>(expected)];
    ASSERT_EQ(by.admit(an_order(of, shares, ticks, instrument), at, stale), expected) << i;
    ASSERT_EQ(by.position(instrument), positions[instrument]);
  }
  for (std::size_t i = 1; i <= rule_count; ++i) EXPECT_GT(counts[i], 1'000u) << i;
  for (std::size_t i = 0; i < rule_count; ++i) EXPECT_EQ(by.rejected(static_cast<rule>(i)), counts[i]);
}

TEST(gate, limits_that_none_or_all_would_pass_are_refused_with_value_and_range) {
  const auto text = [](const limits& of) -> std::string {
    try {
      gate refused{of, 1};
    } catch (const argument_error& error) {
      return error.what();
    }
    return "accepted";
  };
  constexpr std::uint64_t most_position = std::uint64_t{1} << 53;
  EXPECT_EQ(text({.order_size = 0}).find("risk: order_size is 0; it must be from 1 to 4294967295: "), 0u);
  EXPECT_EQ(text({.order_size = 0x1'0000'0000}).find("risk: order_size is 4294967296; "), 0u);
  EXPECT_EQ(text({.position = 0}).find("risk: position is 0; "), 0u);
  EXPECT_EQ(text({.position = most_position + 1}).find("risk: position is 9007199254740993; "), 0u);
  EXPECT_EQ(text({.price_collar_bps = 0}).find("risk: price_collar_bps is 0; it must be from 1 to 10000: "), 0u);
  EXPECT_EQ(text({.price_collar_bps = 10'001}).find("risk: price_collar_bps is 10001; "), 0u);
  EXPECT_EQ(text({.order_size = 0xFFFF'FFFF, .position = most_position, .price_collar_bps = 10'000}), "accepted");
  EXPECT_EQ(text({}), "accepted");
}

TEST(gate, the_greatest_position_is_reached_without_overflow) {
  gate by{{.order_size = 0xFFFF'FFFF, .position = std::uint64_t{1} << 53}, 1};
  std::int64_t position = 0;
  while (admit(by, side::sell, 0xFFFF'FFFF) == rule::none) position -= 0xFFFF'FFFF;
  EXPECT_EQ(by.position(0), position);
  EXPECT_LE(-position, std::int64_t{1} << 53);
  EXPECT_GT(-position + 0xFFFF'FFFF, std::int64_t{1} << 53);
}

TEST(gate, checking_an_order_does_not_allocate) {
  gate by{{}, 10};
  const support::allocation_counter here;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const auto order = an_order(static_cast<side>(i & 1), i % 1'100, 990'000 + static_cast<std::int64_t>(i % 70'000),
                                static_cast<std::uint32_t>(i % 10));
    if (by.admit(order, quote, i % 90 == 0) == rule::none && i % 7 == 0) by.withdraw(order);
  }
  EXPECT_EQ(here.calls(), 0u);
}

}  // namespace
}  // namespace pyhft::risk
