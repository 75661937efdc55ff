// SPDX-License-Identifier: MIT
#pragma once

// One run of the engine: made from a port, or the ports of the lines of one feed, and a configuration, run by two threads that enter it and stay until the end,
// and then asked what happened.
//
//   hot thread           run_hot(): the packet's path, until the port has ended or stop()
//   background thread    run_background(): the asynchronous log and the port's slow side, in timed sleeps of at most
//                        1 ms, until the hot thread has ended and everything is written
//   any thread           stop(), throw_kill_switch(), progress(), health()
//   afterwards           report(), records(), trace_quotes()
//
// Memory is taken when it is made, about 200 MB for a million orders and 50 MB for the arenas; the run takes none. An
// engine runs once.

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pyhft/base/types.hpp"
#include "pyhft/engine/counters.hpp"
#include "pyhft/engine/depth_rows.hpp"
#include "pyhft/engine/feed_health.hpp"
#include "pyhft/engine/feeds.hpp"
#include "pyhft/engine/find_feed.hpp"
#include "pyhft/engine/market_base.hpp"
#include "pyhft/engine/packet_causes.hpp"
#include "pyhft/engine/run_records.hpp"
#include "pyhft/feed/arbiter_settings.hpp"
#include "pyhft/feed/sequenced_receiver.hpp"
#include "pyhft/log/backend.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/port.hpp"
#include "pyhft/risk/gate.hpp"
#include "pyhft/strategy/abi.h"
#include "pyhft/strategy/macd_alpha.hpp"
#include "pyhft/threads/placement.hpp"

namespace pyhft::engine {

// For a feed that comes by several lines, or whose gaps are recovered.
struct line_config {
  feed::arbiter_settings arbiter{};                    // `lines` and `recovers` are what the engine is given
  bool is_replay{};                                    // the ports are files, whose stamps are the clock
  std::optional<net::udp_endpoint> recovery_server{};  // where retransmission is asked for, through a socket of its own
};

struct engine_config {
  feed_kind feed{};  // the first of the table, itch50
  market_limits market{};
  risk::limits risk{};
  strategy::macd_alpha_parameters macd{};
  net::udp_route order_route{};
  line_config lines{};
  arena_limits arenas{};
  std::uint64_t most_packets{std::numeric_limits<std::uint64_t>::max()};  // the run ends after so many
  // The file is appended to; an empty name: no log is kept. Where the process has an async_log open for the file, the
  // engine's lines go into that one, in the order of time with its others; argument_error where another form or rotation
  // than its is asked for here.
  log::backend_options log{};
  log::full_policy log_when_full{log::full_policy::drop};
  std::vector<symbol> watch{};  // whose books depth() shows, live_depths::most at most
  std::uint32_t watch_levels{10};
};

struct latency_summary {
  std::uint64_t count;
  double min_ns, p50_ns, p90_ns, p99_ns, p999_ns, max_ns;
};

struct book_summary {
  std::uint32_t locate;
  std::string name;  // empty where no message named it
  book::best_quote best;
  std::uint32_t bid_levels, ask_levels, orders;
  std::uint64_t quote_changes;
  stale_mark::state stale;
};

struct arena_usage {
  const char* name;  // "orders", "quotes" or "signals"
  std::size_t used;  // of orders: the most at once
  std::size_t capacity;
  std::uint64_t exhausted;  // what found no slot
  std::string pages;
};

struct session_summary {
  std::string name;
  std::uint64_t joined_at;  // the number of its first message seen
  std::uint64_t next;       // the number of the message that would come now
  bool ended;
};

struct run_report {
  engine::counters counters;
  std::string transport;  // "moldudp64" or "iex_tp"; empty for a feed without sessions
  feed::receiver_counters session;
  named_counts malformed_packets;
  std::vector<session_summary> sessions;  // those followed at the end
  std::vector<book_summary> books;
  std::uint64_t signals{}, orders{}, unsent{}, dropped_requests{};
  std::array<std::uint64_t, risk::rule_count> rejected{};
  latency_summary tick_to_trade{}, burst_to_trade{};
  feed_health health;
  double elapsed_s{};
  std::uint64_t log_written{}, log_dropped{};
  std::size_t book_memory_bytes{};
  std::vector<std::pair<std::string, std::uint64_t>> port;  // what the port counted
  std::vector<arena_usage> arenas;                          // those that there are
  std::vector<std::string> warnings;
};

struct run_progress {
  std::uint64_t messages, packets, position_bytes, size_bytes;
};

class engine {
 public:
  // Throws an error for a configuration that can't be, memory that can't be had or a log that can't be written. The
  // port may be others' too, but while run_hot() lasts it is this engine's alone.
  engine(engine_config config, std::shared_ptr<net::port> port);
  // By several lines, of which the first one's port sends the orders. Also argument_error for a feed without numbers, or
  // one that can't be asked again where a recovery server is named, and for bare messages.
  engine(engine_config config, std::vector<std::shared_ptr<net::port>> lines);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine();

  // Throws host_error where the placement is impossible, argument_error where the port is in use; what this host refused
  // of the placement becomes a warning in the report. Whatever happens, the other thread comes to its end too.
  void run_hot(const threads::placement& where);
  void run_background(const threads::placement& where);

  void stop() noexcept;
  void throw_kill_switch() noexcept;
  run_progress progress() const noexcept;
  feed_health health() const;
  // A consistent copy of the best levels of a watched book, as it stood after the last burst; false before its first
  // message. Throws argument_error for a symbol that isn't watched, or more rows than its levels.
  bool depth(const symbol& name, std::span<depth_row> into) const;

  // After both threads have left.
  run_report report() const;
  const run_records& records() const noexcept;

  // Reads the input once more, apart from the run, and hands out for every instrument, piece by piece, the line
  // `n|bid|bid shares|ask|ask shares` after each of its messages (n counts all messages of the input from 1) and, at
  // the end, its depth: `B|price|shares|orders` from the best bid down, then `S|...` from the best ask up. Throws
  // input_error where the port can't start again.
  enum class text_kind : std::uint8_t { quote_trace, depth };
  using text_sink = std::function<void(std::uint32_t locate, text_kind, std::string_view piece)>;
  void trace_quotes(const text_sink& sink);

 private:
  using ports = std::vector<std::shared_ptr<net::port>>;
  class session;
  template <class Market>
  class market_session;
  template <class Market, net::framing Framing>
  class session_of;
  template <class Market>
  class lined_session_of;

  template <class Protocol>
  static std::unique_ptr<session> session_with(engine_config config, ports lines);
  template <class Protocol>
  static std::unique_ptr<session> lined_session_with(engine_config config, ports lines);

  std::unique_ptr<session> session_;
};

}  // namespace pyhft::engine
