// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <algorithm>
#include <numeric>

#include "pyhft/threads/idle.hpp"

namespace pyhft::engine {
namespace {

// A hundred thousand lines, so that a replay at full speed rarely outruns the writer.
constexpr std::size_t log_ring_bytes = std::size_t{8} << 20;

latency_summary summary_of(const clock::histogram& cycles, const clock::tsc_clock& clock) {
  // A bucket's highest value may lie above the largest value that was recorded.
  const auto at = [&](double percentile) {
    return clock.to_ns(std::min(cycles.value_at_percentile(percentile), cycles.max()));
  };
  return {cycles.count(), clock.to_ns(cycles.min()), at(50), at(90), at(99), at(99.9), clock.to_ns(cycles.max())};
}

template <class Record>
arena_usage usage_of(const char* name, const memory::arena<Record>& arena, std::size_t used) {
  return {name, used, arena.capacity(), arena.exhausted(), arena.block().describe()};
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += "\\x";
      result += digits[byte >> 4];
      result += digits[byte & 15];
    }
  }
  return result;
}

engine::session::session(engine_config config, ports lines)
    : config_{std::move(config)},
      lines_{std::move(lines)},
      strategy_{strategy::make_macd_alpha(config_.macd), max_instruments, &logger_},
      gate_{config_.risk, max_instruments},
      logger_{"market_data_hot", {.ring_bytes = log_ring_bytes, .when_full = config_.log_when_full}},
      records_{config_.arenas},
      orders_{*lines_[0], config_.order_route, gate_, config_.arenas, logger_, records_} {
  if (config_.watch.size() > live_depths::most) {
    throw argument_error(std::to_string(config_.watch.size()) + " books are to be watched; at most " +
                         std::to_string(live_depths::most) + " can be: name fewer");
  }
  controls_.depths = live_depths{config_.watch, config_.watch_levels};
  if (config_.log.file.empty()) {
    logger_.set_level(log::level::off);
    return;
  }
  shared_log_ = log::async_log::find_shared(config_.log);
  if (shared_log_ != nullptr) {
    shared_log_->writer().attach(logger_);
  } else {
    own_log_.emplace(config_.log, clock_);
    own_log_->attach(logger_);
  }
}

void engine::session::run_hot(const threads::placement& where) {
  // However this ends, the background thread is told.
  struct ending {
    std::atomic<bool>& ended;
    ~ending() { ended.store(true, std::memory_order_release); }  // pairs with the acquire in run_background
  } ending{hot_ended_};
  const threads::placement_guard guard{where};
  const auto uses = use_ports();
  hot_notes_ = guard.notes();
  if (!config_.log.file.empty()) logger_.prepare();
  const std::uint64_t started = clock::read_cycles();
  run_loop();
  elapsed_cycles_ = clock::read_cycles() - started;
}

void engine::session::run_background(const threads::placement& where) {
  try {
    take_turns(where);
  } catch (...) {
    // Without a thread that takes what the hot one sends and logs, that one must not go on, nor wait for room.
    controls_.stop.store(true, std::memory_order_relaxed);
    if (own_log_) log_end_ = own_log_->close();
    throw;
  }
}

void engine::session::take_turns(const threads::placement& where) {
  const threads::placement_guard guard{where};
  background_notes_ = guard.notes();
  threads::backoff_idle idle;
  while (!hot_ended_.load(std::memory_order_acquire)) {  // pairs with the release in run_hot
    idle(std::accumulate(lines_.begin(), lines_.end(), own_log_ ? own_log_->poll() : 0,
                         [](std::size_t done, const auto& port) { return done + port->poll_background(); }));
  }
  for (const auto& port : lines_) port->finish();
  clock_.recalibrate();
  if (own_log_) log_end_ = own_log_->close();
  if (shared_log_ != nullptr) log_end_ = shared_log_->writer().detach(logger_);
}

run_report engine::session::report() const {
  run_report result;
  fill(result);
  result.signals = orders_.signals();
  result.orders = orders_.sent();
  result.unsent = orders_.unsent();
  result.dropped_requests = strategy_.dropped_requests();
  for (std::size_t i = 0; i < risk::rule_count; ++i) result.rejected[i] = gate_.rejected(static_cast<risk::rule>(i));
  result.tick_to_trade = summary_of(orders_.tick_to_trade_cycles(), clock_);
  result.burst_to_trade = summary_of(orders_.burst_to_trade_cycles(), clock_);
  result.elapsed_s = clock_.to_ns(elapsed_cycles_) / 1e9;
  result.arenas.push_back(usage_of("orders", orders_.arena(), orders_.arena().most_used()));
  if (records_.quotes() != nullptr)
    result.arenas.push_back(usage_of("quotes", *records_.quotes(), records_.quotes()->used()));
  if (records_.signals() != nullptr)
    result.arenas.push_back(usage_of("signals", *records_.signals(), records_.signals()->used()));
  result.log_written = log_end_.written;
  result.log_dropped = log_end_.dropped;
  if (log_end_.write_errors != 0) {
    result.warnings.push_back("the log '" + config_.log.file + "' could not be written " +
                              std::to_string(log_end_.write_errors) + " times: " + log_end_.last_error);
  }
  result.port = lines_[0]->counters();
  const auto warn = [&](const std::vector<std::string>& notes) {
    result.warnings.insert(result.warnings.end(), notes.begin(), notes.end());
  };
  for (const auto& port : lines_) warn(port->warnings());
  if (recovery_port_) warn(recovery_port_->warnings());
  warn(hot_notes_);
  warn(background_notes_);
  if (!clock_.warning().empty()) result.warnings.push_back(clock_.warning());
  return result;
}

run_progress engine::session::progress() const noexcept {
  run_progress result{controls_.messages.value(), controls_.packets.value(), 0, 0};
  for (const auto& port : lines_) {
    result.position_bytes += port->position_bytes();
    result.size_bytes += port->size_bytes();
  }
  return result;
}

std::vector<std::unique_ptr<net::port_use>> engine::session::use_ports() {
  std::vector<std::unique_ptr<net::port_use>> result;
  for (const auto& port : lines_) result.push_back(std::make_unique<net::port_use>(*port));
  if (recovery_port_) result.push_back(std::make_unique<net::port_use>(*recovery_port_));
  return result;
}

line_health engine::session::health_of(std::size_t line) const {
  line_health result;
  const hot_loop_controls::line& seen = controls_.lines[line];
  const bool is_over = hot_ended_.load(std::memory_order_acquire);  // pairs with the release in run_hot
  const std::uint64_t last_cycles = seen.last_cycles.value();
  if (last_cycles != 0 && !is_over) {
    const auto silent_cycles = static_cast<std::int64_t>(clock::read_cycles() - last_cycles);
    result.silent_s = static_cast<double>(std::max<std::int64_t>(silent_cycles, 0)) * ns_per_cycle_ / 1e9;
  }
  result.state = seen.at_end.value() != 0           ? "ended"
                 : last_cycles == 0                 ? "waiting"
                 : controls_.sessions_ended.value() ? "ended"
                 : result.silent_s > silent_after_s ? "silent"
                                                    : "live";
  if (is_over && lines_.size() > 1) result.port = lines_[line]->counters();
  return result;
}

}  // namespace pyhft::engine
