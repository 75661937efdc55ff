// SPDX-License-Identifier: MIT
#include "pyhft/engine/engine.hpp"

#include <algorithm>

#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/engine/hot_loop.hpp"
#include "pyhft/engine/market.hpp"
#include "pyhft/engine/quote_trace.hpp"
#include "pyhft/log/async_log.hpp"
#include "pyhft/net/port_use.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::engine {
namespace {

// A hundred thousand lines, so that a replay at full speed rarely outruns the writer.
constexpr std::size_t log_ring_bytes = std::size_t{8} << 20;

// Names come from the wire, where every byte is possible; they go to terminals and JSON.
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

latency_summary summary_of(const clock::histogram& cycles, const clock::tsc_clock& clock) {
  // A bucket's highest value may lie above the largest value that was recorded.
  const auto at = [&](double percentile) {
    return clock.to_ns(std::min(cycles.value_at_percentile(percentile), cycles.max()));
  };
  return {cycles.count(), clock.to_ns(cycles.min()), at(50), at(90), at(99), at(99.9), clock.to_ns(cycles.max())};
}

void warn_of_sessions(bool all_stale, bool by_order, run_report& into) {
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

template <class Record>
arena_usage usage_of(const char* name, const memory::arena<Record>& arena, std::size_t used) {
  return {name, used, arena.capacity(), arena.exhausted(), arena.block().describe()};
}

}  // namespace

// What doesn't depend on the feed.
class engine::session {
 public:
  session(engine_config config, std::shared_ptr<net::port> port)
      : config_{std::move(config)},
        port_{std::move(port)},
        strategy_{strategy::make_macd_alpha(config_.macd), max_instruments, &logger_},
        gate_{config_.risk, max_instruments},
        logger_{"market_data_hot", {.ring_bytes = log_ring_bytes, .when_full = config_.log_when_full}},
        records_{config_.arenas},
        orders_{*port_, config_.order_route, gate_, config_.arenas, logger_, records_} {
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
  virtual ~session() = default;

  void run_hot(const threads::placement& where) {
    // However this ends, the background thread is told.
    struct ending {
      std::atomic<bool>& ended;
      ~ending() { ended.store(true, std::memory_order_release); }  // pairs with the acquire in run_background
    } ending{hot_ended_};
    const threads::placement_guard guard{where};
    const net::port_use use{*port_};
    hot_notes_ = guard.notes();
    if (!config_.log.file.empty()) logger_.prepare();
    const std::uint64_t started = clock::read_cycles();
    run_loop();
    elapsed_cycles_ = clock::read_cycles() - started;
  }

  void run_background(const threads::placement& where) {
    try {
      take_turns(where);
    } catch (...) {
      // Without a thread that takes what the hot one sends and logs, that one must not go on, nor wait for room.
      controls_.stop.store(true, std::memory_order_relaxed);
      if (own_log_) log_end_ = own_log_->close();
      throw;
    }
  }

  void take_turns(const threads::placement& where) {
    const threads::placement_guard guard{where};
    background_notes_ = guard.notes();
    threads::backoff_idle idle;
    while (!hot_ended_.load(std::memory_order_acquire)) {  // pairs with the release in run_hot
      idle((own_log_ ? own_log_->poll() : 0) + port_->poll_background());
    }
    port_->finish();
    clock_.recalibrate();
    if (own_log_) log_end_ = own_log_->close();
    if (shared_log_ != nullptr) log_end_ = shared_log_->writer().detach(logger_);
  }

  virtual void run_loop() = 0;
  virtual void trace_quotes(const text_sink& sink) = 0;

  run_report report() const {
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
    result.port = port_->counters();
    for (const auto& notes : {port_->warnings(), hot_notes_, background_notes_}) {
      result.warnings.insert(result.warnings.end(), notes.begin(), notes.end());
    }
    if (!clock_.warning().empty()) result.warnings.push_back(clock_.warning());
    return result;
  }

  virtual void fill(run_report& into) const = 0;

  engine_config config_;
  std::shared_ptr<net::port> port_;
  clock::tsc_clock clock_;
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

template <class Market, net::framing Framing>
class engine::session_of final : public engine::session {
 public:
  session_of(engine_config config, std::shared_ptr<net::port> port)
      : session{std::move(config), std::move(port)},
        market_{config_.market},
        loop_{*port_, market_, strategy_, orders_, records_, controls_, config_.most_packets} {}

  void run_loop() override { loop_.run(); }

  void fill(run_report& into) const override {
    into.counters = market_.counters();
    into.book_memory_bytes = market_.books().memory_bytes();
    if constexpr (requires { market_.session().sessions(); }) fill_session(market_.session(), into);
    for (std::uint32_t number = 0; number < max_instruments; ++number) {
      const instrument& one = market_.instruments()[number];
      if (!one.seen || (number == 0 && !one.named)) continue;  // locate 0 is that of messages about the whole market
      into.books.push_back({.locate = number,
                            .name = printable(one.symbol.view()),
                            .best = one.quote,
                            .bid_levels = market_.books().levels(number, side::buy),
                            .ask_levels = market_.books().levels(number, side::sell),
                            .orders = market_.orders(number),
                            .quote_changes = one.quote_changes});
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

  void trace_quotes(const text_sink& sink) override {
    const net::port_use use{*port_};
    if (!port_->rewind()) {
      throw input_error("digests need an input that can be read twice, which this port is not; give a file");
    }
    Market market{config_.market};
    quote_trace trace{market.counters(), [&](std::uint32_t number, std::string_view piece) {
                        sink(number, text_kind::quote_trace, piece);
                      }};
    std::array<net::frame, 32> frames;
    while (const std::size_t count = port_->rx_burst(frames)) {
      for (std::size_t i = 0; i < count; ++i) take<Framing>(market, frames[i], trace);
      port_->release({frames.data(), count});
    }
    trace.finish();
    for (std::uint32_t number = 0; number < max_instruments; ++number) {
      if (market.instruments()[number].seen) sink(number, text_kind::depth, depth_text(market.books(), number));
    }
  }

 private:
  Market market_;
  hot_loop<Market, Framing> loop_;
};

template <class Protocol>
std::unique_ptr<engine::session> engine::session_with(engine_config config, std::shared_ptr<net::port> port) {
  using net::framing;
  const auto of = [&]<framing Framing>() -> std::unique_ptr<session> {
    return std::make_unique<session_of<market<Protocol>, Framing>>(std::move(config), std::move(port));
  };
  switch (port->framing()) {
    case framing::ethernet:
      return of.template operator()<framing::ethernet>();
    case framing::datagram:
      return of.template operator()<framing::datagram>();
    case framing::message:
      break;
  }
  if constexpr (market<Protocol>::takes_messages) {
    return of.template operator()<framing::message>();
  } else {
    throw argument_error("feed '" + std::string{Protocol::facts.name} +
                         "' comes in UDP datagrams, but the port gives bare messages; give a capture");
  }
}

engine::engine(engine_config config, std::shared_ptr<net::port> port)
    : session_{visit_feed(
          config.feed, [&]<class Protocol> { return session_with<Protocol>(std::move(config), std::move(port)); })} {}
engine::~engine() = default;

void engine::run_hot(const threads::placement& where) { session_->run_hot(where); }
void engine::run_background(const threads::placement& where) { session_->run_background(where); }
void engine::stop() noexcept { session_->controls_.stop.store(true, std::memory_order_relaxed); }
void engine::throw_kill_switch() noexcept { session_->gate_.throw_kill_switch(); }

run_progress engine::progress() const noexcept {
  return {session_->controls_.messages.load(std::memory_order_relaxed),
          session_->controls_.packets.load(std::memory_order_relaxed), session_->port_->position_bytes(),
          session_->port_->size_bytes()};
}

bool engine::depth(const symbol& name, std::span<depth_row> into) const {
  const live_depth* const found = session_->controls_.depths.find(name);
  if (found == nullptr || into.size() > found->levels()) {
    throw argument_error("'" + printable(name.view()) + "' is not watched with so many levels (" +
                         std::to_string(into.size()) + "): name it, and them, before the run");
  }
  return found->read(into);
}

run_report engine::report() const { return session_->report(); }
const run_records& engine::records() const noexcept { return session_->records_; }
void engine::trace_quotes(const text_sink& sink) { session_->trace_quotes(sink); }

}  // namespace pyhft::engine
