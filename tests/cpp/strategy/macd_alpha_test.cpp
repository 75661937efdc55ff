// SPDX-License-Identifier: MIT
#include "pyhft/strategy/macd_alpha.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "pyhft/base/error.hpp"
#include "pyhft/kernels/macd.hpp"

namespace pyhft::strategy {
namespace {

// Calls a strategy as the engine does, for one instrument.
class stage {
 public:
  explicit stage(macd_alpha_parameters parameters = {}, std::uint32_t room = 4)
      : parameters_{parameters},
        strategy_{make_macd_alpha(parameters_)},
        state_(strategy_.state_bytes / 8 + 1),
        instrument_(strategy_.instrument_bytes / 8 + 1),
        requests_(room) {
    sink_ = {requests_.data(), room, 0, 0};
    strategy_.on_start(&context_);
  }

  std::vector<pyhft_order_request> on_book(std::int64_t bid, std::uint64_t bid_shares, std::int64_t ask,
                                           std::uint64_t ask_shares) {
    const pyhft_book_event event{
        .time_ns = 1, .instrument = 3, .reserved = 0, .quote = {bid, bid_shares, ask, ask_shares}};
    sink_.count = 0;
    strategy_.on_book(&context_, &event);
    return {requests_.begin(), requests_.begin() + sink_.count};
  }
  std::vector<pyhft_order_request> on_mid(std::int64_t mid) { return on_book(mid - 50, 10, mid + 50, 10); }

  const pyhft_order_sink& sink() const { return sink_; }

 private:
  macd_alpha_parameters parameters_;
  pyhft_strategy strategy_;
  std::vector<std::uint64_t> state_;
  std::vector<std::uint64_t> instrument_;
  std::vector<pyhft_order_request> requests_;
  pyhft_order_sink sink_{};
  pyhft_context context_{state_.data(), instrument_.data(), &parameters_, &sink_, nullptr};
};

std::int64_t wave(int step) {
  return 1'000'000 + std::llround(5'000 * std::sin(step * 0.07) + 900 * std::sin(step * 0.61));
}

TEST(macd_alpha, trades_at_the_far_touch_whenever_the_histogram_changes_sign) {
  stage on;
  kernels::macd_state macd;
  int sign = 0, signals = 0;
  for (int step = 0; step < 2'000; ++step) {
    const std::int64_t mid = wave(step);
    if (step > 0 && mid == wave(step - 1)) continue;
    const double histogram = macd.update(static_cast<double>(mid)).histogram;
    const int now = histogram > 0 ? 1 : histogram < 0 ? -1 : 0;
    const bool expected = now != 0 && sign != 0 && now != sign;
    if (now != 0) sign = now;
    const auto requests = on.on_mid(mid);
    ASSERT_EQ(requests.size(), expected ? 1u : 0u) << step;
    if (!expected) continue;
    ++signals;
    EXPECT_EQ(requests[0].instrument, 3u);
    EXPECT_EQ(requests[0].side, now > 0 ? unsigned{PYHFT_BUY} : unsigned{PYHFT_SELL});
    EXPECT_EQ(requests[0].price_ticks, now > 0 ? mid + 50 : mid - 50);
    EXPECT_EQ(requests[0].shares, 100u);
  }
  EXPECT_GT(signals, 20);
}

TEST(macd_alpha, quotes_that_leave_the_mid_or_have_no_mid_change_nothing) {
  stage plain, disturbed;
  int signals = 0;
  for (int step = 0; step < 500; ++step) {
    const std::int64_t mid = wave(step);
    const auto expected = plain.on_mid(mid);
    EXPECT_TRUE(disturbed.on_book(mid, 10, 0, 0).empty());  // one-sided
    EXPECT_TRUE(disturbed.on_book(0, 0, mid, 10).empty());
    EXPECT_TRUE(disturbed.on_book(mid + 9'000, 1, mid + 9'000, 1).empty());  // locked
    EXPECT_TRUE(disturbed.on_book(mid + 9'001, 1, mid - 9'000, 1).empty());  // crossed
    EXPECT_EQ(disturbed.on_mid(mid).size(), expected.size());
    EXPECT_TRUE(disturbed.on_book(mid - 50, 99, mid + 50, 1).empty());  // other sizes, the same mid
    signals += static_cast<int>(expected.size());
  }
  EXPECT_GT(signals, 3);
}

TEST(macd_alpha, what_the_sink_has_no_room_for_is_counted) {
  stage on{{}, 0};
  for (int step = 0; step < 500; ++step) on.on_mid(wave(step));
  EXPECT_GT(on.sink().dropped, 3u);
}

TEST(macd_alpha, parameters_that_cant_be_are_refused) {
  EXPECT_THROW(make_macd_alpha({.fast = 26, .slow = 26}), argument_error);
  EXPECT_THROW(make_macd_alpha({.fast = 0}), argument_error);
  EXPECT_THROW(make_macd_alpha({.signal = 0}), argument_error);
  EXPECT_THROW(make_macd_alpha({.shares = 0}), argument_error);
  EXPECT_THROW(make_macd_alpha({.shares = std::uint64_t{1} << 32}), argument_error);
}

}  // namespace
}  // namespace pyhft::strategy
