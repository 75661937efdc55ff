// SPDX-License-Identifier: MIT
#pragma once

// A run over a feed that comes by several lines, or whose gaps are recovered: what the arbiter counts, in the health of the
// feed, and the port to the server of retransmissions.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "market_session.hpp"
#include "pyhft/engine/lined_loop.hpp"
#include "pyhft/engine/lined_market.hpp"

namespace pyhft::engine {

template <class Market>
class engine::lined_session_of final : public engine::market_session<Market> {
 public:
  lined_session_of(engine_config config, ports lines, const feed::arbiter_settings& arbiter)
      : market_session<Market>{std::move(config), std::move(lines), arbiter},
        inputs_{pointers(this->lines_)},
        loop_{inputs_,
              open_recovery_port(*this),
              {.is_replay = this->config_.lines.is_replay,
               .request_route = {.destination = this->config_.lines.recovery_server.value_or(net::udp_endpoint{})},
               .ns_per_cycle = this->ns_per_cycle_},
              this->market_,
              this->strategy_,
              this->orders_,
              this->records_,
              this->controls_,
              this->config_.most_packets} {}

  void run_loop() override { loop_.run(); }

  void fill_lines(feed_health& into) const override {
    const auto& arbiter = this->market_.session();
    const bool is_over = this->hot_ended_.load(std::memory_order_acquire);  // pairs with the release in run_hot
    for (std::size_t i = 0; i < arbiter.lines().size(); ++i) {
      const feed::line_counts& seen = arbiter.lines()[i];
      line_health line = this->health_of(i);
      line.packets = seen.packets.value();
      line.messages = seen.messages.value();
      line.firsts = seen.firsts.value();
      line.duplicates = seen.duplicates.value();
      line.missing = seen.missing.value();
      line.last_packet_ns = seen.last_stamp_ns.value();
      line.behind.count = seen.behind.value();
      if (line.behind.count != 0) {
        line.behind.mean_ns = static_cast<double>(seen.behind_sum_ns.value()) / static_cast<double>(line.behind.count);
      }
      line.behind.max_ns = static_cast<double>(seen.behind_max_ns.value());
      if (is_over) {
        const auto at = [&](double percentile) {
          return static_cast<double>(std::min(seen.behind_ns.value_at_percentile(percentile), seen.behind_ns.max()));
        };
        line.behind.p50_ns = at(50);
        line.behind.p99_ns = at(99);
      }
      into.lines.push_back(std::move(line));
    }
    const feed::hold_counts& held = arbiter.held();
    into.holding = {held.now.value(), held.most.value(), held.holes.value(), held.declared.value(),
                    held.overflows.value()};
    if (!arbiter.settings().recovers) return;
    const feed::recovery_counts& asked = arbiter.recovery();
    into.recovery = {.is_asking = asked.asking.value() != 0,
                     .requests = asked.requests.value(),
                     .unsent = asked.unsent.value(),
                     .timeouts = asked.timeouts.value(),
                     .given_up = asked.given_up.value(),
                     .replies = asked.replies.value(),
                     .ignored = asked.ignored.value(),
                     .messages = asked.messages.value()};
  }

  std::unique_ptr<Market> fresh_market() const override {
    return std::make_unique<Market>(this->config_.market, this->market_.session().settings());
  }

  void read_again(Market& market, quote_trace& trace) override {
    line_inputs inputs{pointers(this->lines_)};
    const auto take = [&](std::uint32_t line, const net::frame& frame, net::framing framing) noexcept {
      take_replayed(market, line, frame, framing, trace);
    };
    while (inputs.take_by_stamp(32, take) != 0) {
    }
    inputs.release();
    market.finish(trace);
  }

 private:
  static std::vector<net::port*> pointers(const ports& lines) {
    std::vector<net::port*> result;
    for (const auto& port : lines) result.push_back(port.get());
    return result;
  }

  // Null without a server.
  static net::port* open_recovery_port(session& of) {
    if (!of.config_.lines.recovery_server) return nullptr;
    of.recovery_port_ =
        std::make_unique<net::udp_port>(net::udp_settings{.only_with = of.config_.lines.recovery_server});
    return of.recovery_port_.get();
  }

  line_inputs inputs_;
  lined_loop<Market> loop_;
};

}  // namespace pyhft::engine
