// SPDX-License-Identifier: MIT
#include "pyhft/engine/engine.hpp"

#include <algorithm>
#include <numeric>

#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/engine/hot_loop.hpp"
#include "pyhft/engine/lined_loop.hpp"
#include "pyhft/engine/market.hpp"
#include "pyhft/engine/quote_trace.hpp"
#include "pyhft/log/async_log.hpp"
#include "pyhft/net/port_use.hpp"
#include "pyhft/net/udp_port.hpp"
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
  session(engine_config config, ports lines)
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
  virtual ~session() = default;

  void run_hot(const threads::placement& where) {
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
      idle(std::accumulate(lines_.begin(), lines_.end(), own_log_ ? own_log_->poll() : 0,
                           [](std::size_t done, const auto& port) { return done + port->poll_background(); }));
    }
    for (const auto& port : lines_) port->finish();
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

  virtual void fill(run_report& into) const = 0;
  virtual feed_health health() const = 0;

  run_progress progress() const noexcept {
    run_progress result{controls_.messages.value(), controls_.packets.value(), 0, 0};
    for (const auto& port : lines_) {
      result.position_bytes += port->position_bytes();
      result.size_bytes += port->size_bytes();
    }
    return result;
  }

  // Of all the ports, by the calling thread.
  std::vector<std::unique_ptr<net::port_use>> use_ports() {
    std::vector<std::unique_ptr<net::port_use>> result;
    for (const auto& port : lines_) result.push_back(std::make_unique<net::port_use>(*port));
    if (recovery_port_) result.push_back(std::make_unique<net::port_use>(*recovery_port_));
    return result;
  }

  // What the loop saw of a line's packets, and what follows from it.
  line_health health_of(std::size_t line) const {
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

template <class Protocol>
std::unique_ptr<engine::session> engine::session_with(engine_config config, ports lines) {
  using net::framing;
  if (lines.empty()) throw argument_error("an engine was made without a port; give one, or those of a feed's lines");
  if (lines.size() > 1 || config.lines.recovery_server) {
    if constexpr (requires { typename Protocol::receiver::transport; }) {
      return lined_session_with<Protocol>(std::move(config), std::move(lines));
    } else {
      throw argument_error("feed '" + std::string{Protocol::facts.name} +
                           "' doesn't number its messages, so that lines can't be compared nor gaps be seen; give one "
                           "port, and no recovery server");
    }
  }
  const auto of = [&]<framing Framing>() -> std::unique_ptr<session> {
    return std::make_unique<session_of<market<Protocol>, Framing>>(std::move(config), std::move(lines));
  };
  switch (lines[0]->framing()) {
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

template <class Protocol>
std::unique_ptr<engine::session> engine::lined_session_with(engine_config config, ports lines) {
  if (lines.size() > feed::max_lines) {
    throw argument_error(std::to_string(lines.size()) + " lines were given; a feed can have " +
                         std::to_string(feed::max_lines) + " at most: give the best of them");
  }
  for (const auto& port : lines) {
    if (port->framing() != net::framing::message) continue;
    throw argument_error(
        "a line gives bare messages, which have no numbers to compare; give captures or ports to networks");
  }
  if (config.lines.recovery_server) {
    if constexpr (!feed::can_ask_again<typename Protocol::receiver::transport>) {
      throw argument_error("feed '" + std::string{Protocol::facts.name} + "' comes by " +
                           Protocol::receiver::transport::name +
                           ", which is recovered otherwise; leave the recovery server out");
    }
    if (config.lines.is_replay) {
      throw argument_error("a recovery server was named for a replay of files, which doesn't wait; leave it out");
    }
  }
  feed::arbiter_settings arbiter = config.lines.arbiter;
  arbiter.lines = static_cast<std::uint32_t>(lines.size());
  arbiter.recovers = config.lines.recovery_server.has_value();
  return std::make_unique<lined_session_of<lined_market<Protocol>>>(std::move(config), std::move(lines), arbiter);
}

engine::engine(engine_config config, std::shared_ptr<net::port> port)
    : engine{std::move(config), ports{std::move(port)}} {}

engine::engine(engine_config config, std::vector<std::shared_ptr<net::port>> lines)
    : session_{visit_feed(
          config.feed, [&]<class Protocol> { return session_with<Protocol>(std::move(config), std::move(lines)); })} {}
engine::~engine() = default;

void engine::run_hot(const threads::placement& where) { session_->run_hot(where); }
void engine::run_background(const threads::placement& where) { session_->run_background(where); }
void engine::stop() noexcept { session_->controls_.stop.store(true, std::memory_order_relaxed); }
void engine::throw_kill_switch() noexcept { session_->gate_.throw_kill_switch(); }

run_progress engine::progress() const noexcept { return session_->progress(); }
feed_health engine::health() const { return session_->health(); }

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
