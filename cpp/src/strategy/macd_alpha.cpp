// SPDX-License-Identifier: MIT
#include "pyhft/strategy/macd_alpha.hpp"

#include <new>
#include <string>
#include <string_view>

#include "pyhft/base/error.hpp"
#include "pyhft/kernels/limits.hpp"
#include "pyhft/kernels/macd_state.hpp"

namespace pyhft::strategy {
namespace {

struct instrument {
  kernels::macd_state macd;
  std::int64_t twice_mid_ticks;  // of the last update; 0 before the first one
  std::int32_t sign;             // of the last histogram that was not 0
};

const macd_alpha_parameters& parameters_of(const pyhft_context* context) {
  return *static_cast<const macd_alpha_parameters*>(context->parameters);
}

// The indicator of an instrument is made from this one when its first quote comes.
void on_start(const pyhft_context* context) {
  const auto& [fast, slow, signal, shares] = parameters_of(context);
  ::new (context->state) kernels::macd_state({fast, slow, signal});
}

void on_book(const pyhft_context* context, const pyhft_book_event* event) {
  const pyhft_quote& quote = event->quote;
  if (quote.bid_shares == 0 || quote.ask_shares == 0 || quote.bid_ticks >= quote.ask_ticks) return;
  auto& here = *static_cast<instrument*>(context->instrument_state);
  const std::int64_t twice_mid = quote.bid_ticks + quote.ask_ticks;
  if (twice_mid == here.twice_mid_ticks) return;
  if (here.twice_mid_ticks == 0) here.macd = *static_cast<const kernels::macd_state*>(context->state);
  here.twice_mid_ticks = twice_mid;

  const double histogram = here.macd.update(0.5 * static_cast<double>(twice_mid)).histogram;
  const std::int32_t sign = histogram > 0 ? 1 : histogram < 0 ? -1 : 0;  // 0 while warming up, too
  if (sign == 0 || sign == here.sign) return;
  const bool first = here.sign == 0;
  here.sign = sign;
  if (first) return;

  pyhft_order_sink& orders = *context->orders;
  if (orders.count == orders.capacity) {
    ++orders.dropped;
    return;
  }
  orders.requests[orders.count++] = {.instrument = event->instrument,
                                     .side = sign > 0 ? std::uint32_t{PYHFT_BUY} : std::uint32_t{PYHFT_SELL},
                                     .price_ticks = sign > 0 ? quote.ask_ticks : quote.bid_ticks,
                                     .shares = parameters_of(context).shares};
}

void check_period(std::string_view name, std::int64_t period) {
  if (period >= 1 && period <= kernels::max_period) return;
  throw argument_error("macd: " + std::string(name) + " is " + std::to_string(period) + "; it must be from 1 to " +
                       std::to_string(kernels::max_period) + ": give a number of changes of the mid.");
}

}  // namespace

pyhft_strategy make_macd_alpha(const macd_alpha_parameters& parameters) {
  check_period("fast", parameters.fast);
  check_period("slow", parameters.slow);
  check_period("signal", parameters.signal);
  if (parameters.fast >= parameters.slow) {
    throw argument_error("macd: fast is " + std::to_string(parameters.fast) + " and slow is " +
                         std::to_string(parameters.slow) +
                         "; fast must be less than slow: give the shorter period first.");
  }
  if (parameters.shares == 0 || parameters.shares > 0xFFFF'FFFF) {
    throw argument_error("macd: shares is " + std::to_string(parameters.shares) +
                         "; it must be from 1 to 4294967295: give the shares of one order");
  }
  return {.abi_version = PYHFT_STRATEGY_ABI_VERSION,
          .reserved = 0,
          .name = "macd",
          .state_bytes = sizeof(kernels::macd_state),
          .instrument_bytes = sizeof(instrument),
          .parameters = &parameters,
          .on_start = on_start,
          .on_book = on_book,
          .on_trade = nullptr,
          .on_order = nullptr,
          .on_fill = nullptr,
          .on_timer = nullptr,
          .on_stop = nullptr};
}

}  // namespace pyhft::strategy
