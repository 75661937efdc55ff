// SPDX-License-Identifier: MIT
#pragma once

// What an engine holds for one run, whatever its feed: ports, threads' ways in and out, strategy, risk gate, orders, log and
// records. The market comes with market_session.hpp and lined_session.hpp. Who may call what from which thread:
// engine/engine.hpp. All memory is taken when it is made.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/engine/engine.hpp"
#include "pyhft/engine/order_path.hpp"
#include "pyhft/engine/strategy_host.hpp"
#include "pyhft/engine/trading_loop.hpp"
#include "pyhft/log/async_log.hpp"
#include "pyhft/net/port_use.hpp"
#include "pyhft/net/udp_port.hpp"

namespace pyhft::engine {

// Names come from the wire, where every byte is possible; they go to terminals and JSON.
std::string printable(std::string_view text);

// What doesn't depend on the feed.
class engine::session {
 public:
  session(engine_config config, ports lines);
  virtual ~session() = default;

  void run_hot(const threads::placement& where);
  void run_background(const threads::placement& where);
  void take_turns(const threads::placement& where);

  virtual void run_loop() = 0;
  virtual void trace_quotes(const text_sink& sink) = 0;

  run_report report() const;

  virtual void fill(run_report& into) const = 0;
  virtual feed_health health() const = 0;

  run_progress progress() const noexcept;

  // Of all the ports, by the calling thread.
  std::vector<std::unique_ptr<net::port_use>> use_ports();

  // What the loop saw of a line's packets, and what follows from it.
  line_health health_of(std::size_t line) const;

  engine_config config_;
  ports lines_;
  std::unique_ptr<net::udp_port> recovery_port_;
  clock::tsc_clock clock_;
  const double ns_per_cycle_{clock_.ns_per_cycle()};  // for other threads: the background one recalibrates the clock
  strategy_host strategy_;
  risk::gate gate_;
  std::shared_ptr<log::async_log> shared_log_;
  std::optional<log::backend> own_log_;
  log::logger logger_;  // after the two, which it leaves when it dies
  log::backend_statistics log_end_;
  run_records records_;
  order_path orders_;
  hot_loop_controls controls_;
  std::atomic<bool> hot_ended_{};
  std::uint64_t elapsed_cycles_{};
  std::vector<std::string> hot_notes_, background_notes_;
};

}  // namespace pyhft::engine
