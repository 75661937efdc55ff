// SPDX-License-Identifier: MIT
#pragma once

// A run over a market: its books in the report and in the health of the feed, and the quote trace. And that of one line
// without recovery, whose packets go straight to the market.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "pyhft/engine/hot_loop.hpp"
#include "pyhft/engine/market.hpp"
#include "pyhft/engine/quote_trace.hpp"
#include "session.hpp"

namespace pyhft::engine {

inline void warn_of_sessions(bool all_stale, bool by_order, run_report& into) {
  const feed::receiver_counters& seen = into.session;
  if (all_stale && seen.missing_messages != 0) {
    into.warnings.push_back(std::to_string(seen.missing_messages) +
                            " messages were missed: since the first of them no book is trusted and no order is sent");
  }
  if (all_stale && seen.bad_offsets != 0) {
    into.warnings.push_back("the stream of bytes broke off " + std::to_string(seen.bad_offsets) +
                            " times between messages whose numbers follow one another: since then no book is trusted "
                            "and no order is sent");
  }
  if (all_stale && seen.overlapping_sessions != 0) {
    into.warnings.push_back(std::to_string(seen.overlapping_sessions) +
                            " sessions began beside others that had not ended: since then no book is trusted and no "
                            "order is sent; where they are different feeds, name the UDP port of one");
  }
  for (const session_summary& one : into.sessions) {
    if (one.joined_at <= 1) continue;
    into.warnings.push_back("session '" + one.name + "' was joined at message " + std::to_string(one.joined_at) + ": " +
                            (by_order ? "orders" : "levels") + " that were added before are not in the books");
  }
}

// What goes for any market, however its packets come.
template <class Market>
class engine::market_session : public engine::session {
 public:
  template <class... Settings>
  market_session(engine_config config, ports lines, const Settings&... of_market)
      : session{std::move(config), std::move(lines)}, market_{config_.market, of_market...} {}

  void fill(run_report& into) const override {
    into.counters = market_.counters();
    into.book_memory_bytes = market_.books().memory_bytes();
    into.health = health();
    if constexpr (requires { market_.session().sessions(); }) fill_session(market_.session(), into);
    for (std::uint32_t number = 0; number < max_instruments; ++number) {
      const instrument& one = market_.instruments()[number];
      if (!is_shown(number)) continue;
      into.books.push_back({.locate = number,
                            .name = printable(one.symbol.view()),
                            .best = one.quote,
                            .bid_levels = market_.books().levels(number, side::buy),
                            .ask_levels = market_.books().levels(number, side::sell),
                            .orders = market_.orders(number),
                            .quote_changes = one.quote_changes,
                            .stale = market_.why_stale(number)});
    }
  }

  template <class Receiver>
  void fill_session(const Receiver& receiver, run_report& into) const {
    into.session = receiver.counters();
    into.transport = Receiver::transport::name;
    into.malformed_packets = malformed_packets(receiver);
    for (const auto& one : receiver.sessions()) {
      into.sessions.push_back({printable(one.name.describe()), one.joined_at, one.expected, one.ended});
    }
    warn_of_sessions(market_.all_stale(), Market::protocol::by_order, into);
  }

  feed_health health() const final {
    feed_health result;
    result.stale = market_.all_stale_mark();
    fill_lines(result);
    for (std::uint32_t number = 0; number < max_instruments; ++number) {
      if (!is_shown(number)) continue;
      const instrument& one = market_.instruments()[number];
      result.books.push_back(
          {number, one.is_named() ? printable(one.symbol.view()) : std::string{}, market_.why_stale(number)});
    }
    return result;
  }

  virtual void fill_lines(feed_health& into) const = 0;

  void trace_quotes(const text_sink& sink) override {
    const auto uses = use_ports();
    for (const auto& port : lines_) {
      if (!port->rewind()) {
        throw input_error("digests need an input that can be read twice, which this port is not; give a file");
      }
    }
    const std::unique_ptr<Market> market = fresh_market();
    quote_trace trace{market->counters(), [&](std::uint32_t number, std::string_view piece) {
                        sink(number, text_kind::quote_trace, piece);
                      }};
    read_again(*market, trace);
    trace.finish();
    for (std::uint32_t number = 0; number < max_instruments; ++number) {
      if (market->instruments()[number].is_seen()) sink(number, text_kind::depth, depth_text(market->books(), number));
    }
  }

  virtual std::unique_ptr<Market> fresh_market() const = 0;
  virtual void read_again(Market& market, quote_trace& trace) = 0;

 protected:
  // Locate 0 is that of messages about the whole market.
  bool is_shown(std::uint32_t number) const noexcept {
    const instrument& one = market_.instruments()[number];
    return one.is_seen() && (number != 0 || one.is_named());
  }

  Market market_;
};

template <class Market, net::framing Framing>
class engine::session_of final : public engine::market_session<Market> {
 public:
  session_of(engine_config config, ports lines)
      : market_session<Market>{std::move(config), std::move(lines)},
        loop_{*this->lines_[0], this->market_,   this->strategy_,           this->orders_,
              this->records_,   this->controls_, this->config_.most_packets} {}

  void run_loop() override { loop_.run(); }

  void fill_lines(feed_health& into) const override {
    line_health line = this->health_of(0);
    const hot_loop_controls& seen = this->controls_;
    line.packets = seen.packets.value();
    line.firsts = seen.messages.value() + seen.late.value();
    line.duplicates = seen.duplicates.value();
    line.messages = line.firsts + line.duplicates;
    line.missing = seen.missing.value() - seen.late.value();
    line.last_packet_ns = seen.last_stamp_ns.value();
    into.lines.push_back(std::move(line));
  }

  std::unique_ptr<Market> fresh_market() const override { return std::make_unique<Market>(this->config_.market); }

  void read_again(Market& market, quote_trace& trace) override {
    std::array<net::frame, 32> frames;
    while (const std::size_t count = this->lines_[0]->rx_burst(frames)) {
      for (std::size_t i = 0; i < count; ++i) take<Framing>(market, frames[i], trace);
      this->lines_[0]->release({frames.data(), count});
    }
  }

 private:
  hot_loop<Market, Framing> loop_;
};

}  // namespace pyhft::engine
