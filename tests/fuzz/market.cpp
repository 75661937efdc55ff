// SPDX-License-Identifier: MIT
// The engine's way from a frame to the books, of all feeds: whole frames, datagrams and bare messages. What it counts adds
// up, and what an observer is told is what the books have.
#include "pyhft/engine/market.hpp"

#include <memory>
#include <numeric>
#include <string>

#include "fuzz.hpp"
#include "pyhft/engine/feeds.hpp"

namespace {

using namespace pyhft;
using fuzz::check;

template <class Market>
struct observer {
  const Market& market;
  bool trades{};
  std::uint64_t told{};

  bool wants_trades() const { return trades; }
  void on_trade(std::uint32_t number, nanoseconds, side, price, quantity) const {
    check(number < engine::max_instruments, "a trade is of an instrument");
  }
  void after_message(std::uint32_t number, nanoseconds, const book::best_quote& best, bool) {
    ++told;
    check(number < engine::max_instruments, "a message is of an instrument");
    if constexpr (!Market::protocol::in_events)
      check(best == market.books().best(number), "a quote is that of the book");
    if constexpr (std::is_same_v<typename Market::protocol, feed::tops::protocol>) {
      for (const side of : {side::buy, side::sell}) {
        check(market.books().levels(number, of) <= 1, "where quotes are all that is known a side has one level");
      }
    }
    check(best.bid_quantity.shares != 0 || best.bid == price{}, "an empty side has no price");
    check(best.ask_quantity.shares != 0 || best.ask == price{}, "an empty side has no price");
  }
};

template <class Protocol>
void run(fuzz::input from, std::uint8_t how) {
  using market_type = engine::market<Protocol>;
  const engine::market_limits limits{
      .max_orders = 256,
      .max_levels = 64,
      .udp_port = (how & 0x40) != 0 ? std::optional<std::uint16_t>{26400} : std::nullopt};
  market_type market{limits};
  observer<market_type> watching{market, (how & 0x80) != 0};
  std::uint64_t frames = 0;
  std::uint64_t messages = 0;
  while (!from.empty()) {
    const std::uint8_t kind = from.number();
    fuzz::exact_copy piece{from.piece()};
    const net::frame frame{.data = piece.bytes().data(),
                           .length = static_cast<std::uint32_t>(piece.bytes().size()),
                           .timestamp = {kind / 3}};
    if (kind % 3 == 0) {
      market.take_frame(frame, watching);
      ++frames;
    } else if (kind % 3 == 1 || !market_type::takes_messages) {
      market.take_datagram(frame, watching);
      ++frames;
    } else {
      market.take_message(frame, watching);
      ++messages;
    }
  }
  const engine::counters& seen = market.counters();
  check(seen.packets == frames, "every frame is counted");
  check(seen.messages >= messages, "every message is counted");
  using engine::malformed;
  std::uint64_t refused = 0;
  for (auto cause = static_cast<std::size_t>(malformed::empty_message); cause < engine::malformed_count; ++cause) {
    refused += seen.malformed[cause];
  }
  check(std::accumulate(seen.by_type.begin(), seen.by_type.end(), std::uint64_t{0}) + refused == seen.messages,
        "every message is of a type or was refused");
  check(watching.told <= seen.messages, "an observer is told of messages");
}

template <class... Protocols>
void run_feed(engine::feed_list<Protocols...>, fuzz::input from, std::uint8_t how) {
  constexpr void (*all[])(fuzz::input, std::uint8_t){run<Protocols>...};
  all[how % sizeof...(Protocols)](from, how);
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  fuzz::input from{bytes};
  const std::uint8_t how = from.number();
  run_feed(engine::all_feeds{}, from, how);
}
