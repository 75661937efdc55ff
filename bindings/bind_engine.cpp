// SPDX-License-Identifier: MIT
// Floor 4, engine: one run, its configuration and what it reports.

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "memory_args.hpp"
#include "pyhft/engine/engine.hpp"
#include "pyhft/net/port.hpp"
#include "read_progress.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using engine::book_summary;
using engine::container;
using engine::feed_named;
using engine::input_kind;
using engine::latency_summary;
using engine::named_counts;
using engine::run_progress;
using engine::run_report;

constexpr const char* capture_name = "capture";
constexpr const char* message_file_name = "message_file";

py::dict dict_of(const latency_summary& latency) {
  using namespace py::literals;
  return py::dict("n"_a = latency.count, "min"_a = latency.min_ns, "p50"_a = latency.p50_ns, "p90"_a = latency.p90_ns,
                  "p99"_a = latency.p99_ns, "p99.9"_a = latency.p999_ns, "max"_a = latency.max_ns);
}

template <std::size_t Size>
py::dict dict_of(const std::array<const char*, Size>& names, const std::array<std::uint64_t, Size>& counts) {
  py::dict result;
  for (std::size_t i = 0; i < Size; ++i) result[names[i]] = counts[i];
  return result;
}

// Why a book can't be trusted and since which message; None twice where it can.
py::tuple tuple_of(const engine::stale_mark::state& stale) {
  if (stale.cause == engine::stale_cause::none) return py::make_tuple(py::none(), py::none());
  return py::make_tuple(engine::stale_cause_names[static_cast<std::size_t>(stale.cause)], stale.since);
}

py::dict dict_of(const named_counts& counts) {
  py::dict result;
  for (const auto& [name, count] : counts) result[name.c_str()] = count;
  return result;
}

py::dict dict_of(const engine::line_health& line) {
  using namespace py::literals;
  const auto& behind = line.behind;
  return py::dict("state"_a = line.state, "silent_s"_a = line.silent_s, "packets"_a = line.packets,
                  "messages"_a = line.messages, "firsts"_a = line.firsts, "duplicates"_a = line.duplicates,
                  "missing"_a = line.missing, "last_packet_ns"_a = line.last_packet_ns,
                  "behind_ns"_a = py::dict("n"_a = behind.count, "mean"_a = behind.mean_ns, "p50"_a = behind.p50_ns,
                                           "p99"_a = behind.p99_ns, "max"_a = behind.max_ns),
                  "port"_a = dict_of(line.port));
}

py::dict dict_of(const engine::feed_health& health) {
  using namespace py::literals;
  py::list lines, books;
  for (const engine::line_health& line : health.lines) lines.append(dict_of(line));
  for (const engine::book_health& book : health.books) {
    books.append(py::make_tuple(book.locate, book.name, tuple_of(book.stale)));
  }
  py::object recovery = py::none();
  if (health.recovery) {
    const engine::recovery_health& seen = *health.recovery;
    recovery = py::dict("asking"_a = seen.is_asking, "requests"_a = seen.requests, "unsent"_a = seen.unsent,
                        "timeouts"_a = seen.timeouts, "given_up"_a = seen.given_up, "replies"_a = seen.replies,
                        "ignored"_a = seen.ignored, "messages"_a = seen.messages);
  }
  const engine::holding_health& held = health.holding;
  return py::dict("stale"_a = tuple_of(health.stale), "lines"_a = lines,
                  "held"_a = py::dict("now"_a = held.now, "most"_a = held.most, "holes"_a = held.holes,
                                      "declared"_a = held.declared, "overflows"_a = held.overflows),
                  "recovery"_a = recovery, "books"_a = books);
}

py::dict dict_of(const book_summary& book) {
  using namespace py::literals;
  return py::dict("locate"_a = book.locate, "name"_a = book.name,
                  "bid"_a = py::make_tuple(book.best.bid.ticks, book.best.bid_quantity.shares),
                  "ask"_a = py::make_tuple(book.best.ask.ticks, book.best.ask_quantity.shares),
                  "bid_levels"_a = book.bid_levels, "ask_levels"_a = book.ask_levels, "orders"_a = book.orders,
                  "bbo_changes"_a = book.quote_changes, "stale"_a = tuple_of(book.stale));
}

py::dict dict_of(const engine::arena_usage& arena) {
  using namespace py::literals;
  return py::dict("used"_a = arena.used, "capacity"_a = arena.capacity, "exhausted"_a = arena.exhausted,
                  "pages"_a = arena.pages);
}

// A copy of what was recorded: it doesn't keep the run's memory.
template <class Record>
py::array_t<Record> array_of(const memory::arena<Record>* records) {
  if (records == nullptr) return py::array_t<Record>(0);
  return py::array_t<Record>(static_cast<py::ssize_t>(records->used()), records->allocated().data());
}

py::dict dict_of(const run_report& report) {
  using namespace py::literals;
  py::dict by_type;
  for (std::size_t type = 0; type < report.counters.by_type.size(); ++type) {
    if (report.counters.by_type[type] != 0) by_type[py::int_(type)] = report.counters.by_type[type];
  }
  py::list books;
  for (const book_summary& book : report.books) books.append(dict_of(book));
  py::dict arenas;
  for (const engine::arena_usage& arena : report.arenas) arenas[arena.name] = dict_of(arena);
  py::dict malformed = dict_of(engine::malformed_names, report.counters.malformed);
  for (const auto& [name, count] : report.malformed_packets) malformed[name.c_str()] = count;
  py::list sessions;
  for (const engine::session_summary& one : report.sessions) {
    sessions.append(
        py::dict("name"_a = one.name, "joined_at"_a = one.joined_at, "next"_a = one.next, "ended"_a = one.ended));
  }
  return py::dict(
      "packets"_a = report.counters.packets, "other_ports"_a = report.counters.other_ports,
      "messages"_a = report.counters.messages, "messages_by_type"_a = by_type, "malformed"_a = malformed,
      "transport"_a = report.transport, "sessions"_a = sessions, "unknown_refs"_a = report.counters.unknown_orders,
      "duplicate_refs"_a = report.counters.duplicate_orders, "over_executions"_a = report.counters.over_executions,
      "empty_orders"_a = report.counters.empty_orders, "lost_to_full_books"_a = report.counters.lost_to_full_books,
      "gaps"_a = report.session.missing_messages, "late"_a = report.session.late_messages,
      "session_changes"_a = report.session.session_changes,
      "overlapping_sessions"_a = report.session.overlapping_sessions,
      "sequence_resets"_a = report.session.sequence_resets, "duplicates"_a = report.session.duplicate_messages,
      "heartbeats"_a = report.session.heartbeats, "ends_of_session"_a = report.session.ends_of_session,
      "books"_a = books, "signals"_a = report.signals, "orders"_a = report.orders, "unsent"_a = report.unsent,
      "dropped_requests"_a = report.dropped_requests, "rejected"_a = dict_of(risk::rule_names, report.rejected),
      "tick_to_trade_ns"_a = dict_of(report.tick_to_trade), "burst_to_trade_ns"_a = dict_of(report.burst_to_trade),
      "elapsed_s"_a = report.elapsed_s, "log_written"_a = report.log_written, "log_dropped"_a = report.log_dropped,
      "book_memory_bytes"_a = report.book_memory_bytes, "arenas"_a = arenas, "port"_a = dict_of(report.port),
      "health"_a = dict_of(report.health), "warnings"_a = report.warnings);
}

// What Python hands over by name; engine_config groups it.
struct config : engine::engine_config {
  std::string feed_name() const { return engine::name_of(feed); }
  void set_feed_name(const std::string& name) { feed = feed_named(name); }
};

// A member of one of the groups of engine_config as an attribute of the whole.
template <auto Group, auto Member>
void bind_member(py::class_<config>& settings, const char* name) {
  using value = std::remove_cvref_t<decltype(std::declval<config&>().*Group.*Member)>;
  settings.def_property(
      name, [](const config& c) { return c.*Group.*Member; }, [](config& c, value v) { c.*Group.*Member = v; });
}

template <auto Member>
void bind_arbiter_member(py::class_<config>& settings, const char* name) {
  using value = std::remove_cvref_t<decltype(std::declval<feed::arbiter_settings&>().*Member)>;
  settings.def_property(
      name, [](const config& c) { return c.lines.arbiter.*Member; },
      [](config& c, value v) { c.lines.arbiter.*Member = v; });
}

}  // namespace

void bind_engine(py::module_& module) {
  auto room = module.def_submodule("engine", "One run of the engine.");
  PYBIND11_NUMPY_DTYPE_EX(engine::quote_record, time_ns, "time_ns", bid_ticks, "bid", bid_shares, "bid_shares",
                          ask_ticks, "ask", ask_shares, "ask_shares", instrument, "locate");
  PYBIND11_NUMPY_DTYPE_EX(engine::signal_record, time_ns, "time_ns", price_ticks, "price", shares, "shares", order_id,
                          "order_id", instrument, "locate", side, "side", outcome, "outcome");

  room.def(
      "find_feed",
      [](const std::string& path, const std::string& name, const std::optional<std::string>& feed,
         std::optional<std::uint16_t> udp_port) {
        without_gil released;
        read_progress progress(released);
        const auto named = feed ? std::optional{feed_named(*feed)} : std::nullopt;
        const input_kind found = engine::find_feed(path, name, named, udp_port, [&] { progress(0, 0, 0); });
        return std::pair{std::string{found.container == container::capture ? capture_name : message_file_name},
                         std::string{engine::name_of(found.feed)}};
      },
      py::arg("path"), py::arg("name"), py::arg("feed"), py::arg("udp_port"),
      "The container ('capture' or 'message_file') and the feed (one of feed_names()) of a file, from its content. "
      "Raises InputError where they can't be found or belie the feed that was named.");

  room.def(
      "open_input",
      [](const std::string& container, const std::string& path, const std::string& name,
         const std::string& orders_path) {
        const auto kind = container == capture_name ? engine::container::capture : engine::container::message_file;
        return engine::open_input(kind, path, name, orders_path);
      },
      py::arg("container"), py::arg("path"), py::arg("name"), py::arg("orders_path"), py::call_guard<without_gil>(),
      "The port over a file of a container; name is what messages call it. orders_path takes what is sent, or is ''.");

  room.def(
      "feed_names",
      [] {
        std::vector<std::string> names;
        for (const auto& feed : engine::all_feeds::facts) names.emplace_back(feed.name);
        return names;
      },
      "The names of the feeds that can be read.");

  py::class_<config> settings(room, "Config", "What a run is configured with; engine_config in C++ has the defaults.");
  settings.def(py::init<>())
      .def_property("feed", &config::feed_name, &config::set_feed_name)
      .def_property(
          "order_destination",
          [](const config& c) { return std::pair{c.order_route.destination.ip, c.order_route.destination.port}; },
          [](config& c, const std::pair<std::array<std::uint8_t, 4>, std::uint16_t>& to) {
            std::tie(c.order_route.destination.ip, c.order_route.destination.port) = to;
          })
      .def_readwrite("most_packets", &config::most_packets)
      .def_property(
          "log_path", [](const config& c) { return c.log.file; },
          [](config& c, const std::string& file) { c.log.file = file; })
      .def(
          "set_log_form",
          [](config& c, const std::string& sink, const std::string& when_full,
             std::optional<std::uint64_t> rotate_bytes, bool rotate_daily) {
            c.log.form = log::file_form_named(sink);
            c.log_when_full = log::full_policy_named(when_full);
            c.log.rotate_bytes = rotate_bytes;
            c.log.rotate_daily = rotate_daily;
          },
          py::arg("sink"), py::arg("when_full"), py::arg("rotate_bytes"), py::arg("rotate_daily"),
          "The log beyond its path.")
      .def_property(
          "recovery_server",
          [](const config& c) -> std::optional<std::pair<std::array<std::uint8_t, 4>, std::uint16_t>> {
            if (!c.lines.recovery_server) return std::nullopt;
            return std::pair{c.lines.recovery_server->ip, c.lines.recovery_server->port};
          },
          [](config& c, const std::pair<std::array<std::uint8_t, 4>, std::uint16_t>& server) {
            c.lines.recovery_server.emplace();
            std::tie(c.lines.recovery_server->ip, c.lines.recovery_server->port) = server;
          });
  using engine::engine_config;
  bind_member<&engine_config::market, &engine::market_limits::udp_port>(settings, "udp_port");
  bind_member<&engine_config::market, &engine::market_limits::max_orders>(settings, "max_orders");
  bind_member<&engine_config::market, &engine::market_limits::max_levels>(settings, "max_levels");
  bind_member<&engine_config::risk, &risk::limits::order_size>(settings, "order_size");
  bind_member<&engine_config::risk, &risk::limits::position>(settings, "position");
  bind_member<&engine_config::risk, &risk::limits::price_collar_bps>(settings, "price_collar_bps");
  bind_member<&engine_config::risk, &risk::limits::kill_switch>(settings, "kill_switch");
  bind_member<&engine_config::arenas, &engine::arena_limits::orders>(settings, "order_arena");
  bind_member<&engine_config::arenas, &engine::arena_limits::quotes>(settings, "quote_arena");
  bind_member<&engine_config::arenas, &engine::arena_limits::signals>(settings, "signal_arena");
  settings.def(
      "set_watch",
      [](config& c, const std::vector<py::bytes>& names, std::uint32_t levels) {
        c.watch.clear();
        for (const auto& one : names) c.watch.push_back(symbol::from(std::string_view(one)));
        c.watch_levels = levels;
      },
      py::arg("names"), py::arg("levels"), "The books that depth() shows, and how deep.");
  settings.def_property(
      "arena_huge_pages", [](const config& c) { return name_of(c.arenas.huge_pages); },
      [](config& c, const std::string& name) { c.arenas.huge_pages = huge_pages_named("Config", name); });
  bind_member<&engine_config::macd, &strategy::macd_alpha_parameters::fast>(settings, "fast");
  bind_member<&engine_config::macd, &strategy::macd_alpha_parameters::slow>(settings, "slow");
  bind_member<&engine_config::macd, &strategy::macd_alpha_parameters::signal>(settings, "signal");
  bind_member<&engine_config::macd, &strategy::macd_alpha_parameters::shares>(settings, "shares");

  bind_arbiter_member<&feed::arbiter_settings::hold_ns>(settings, "hold_ns");
  bind_arbiter_member<&feed::arbiter_settings::hold_packets>(settings, "hold_packets");
  bind_arbiter_member<&feed::arbiter_settings::recovery_timeout_ns>(settings, "recovery_timeout_ns");
  bind_arbiter_member<&feed::arbiter_settings::recovery_tries>(settings, "recovery_tries");
  bind_arbiter_member<&feed::arbiter_settings::from_start>(settings, "recover_from_start");
  bind_member<&engine_config::lines, &engine::line_config::is_replay>(settings, "is_replay");

  py::class_<engine::engine>(room, "Engine",
                             "One run over a port, or the ports of several lines. Two threads enter it and stay until "
                             "the end.")
      .def(py::init([](const config& configuration, std::vector<std::shared_ptr<net::port>> lines) {
             return std::make_unique<engine::engine>(configuration, std::move(lines));
           }),
           py::arg("config"), py::arg("lines"), py::call_guard<without_gil>())
      .def(
          "run_hot", [](engine::engine& self, int core, const std::string& name) { self.run_hot({core, name, {}}); },
          py::arg("core"), py::arg("thread_name"), py::call_guard<without_gil>(),
          "The packet's path, in the calling thread, until the input has ended or stop() was called.")
      .def(
          "run_background",
          [](engine::engine& self, int core, const std::string& name) { self.run_background({core, name, {}}); },
          py::arg("core"), py::arg("thread_name"), py::call_guard<without_gil>(),
          "Log and order file, in the calling thread, until run_hot() has ended and all is written.")
      .def("stop", &engine::engine::stop)
      .def("throw_kill_switch", &engine::engine::throw_kill_switch)
      .def(
          "progress",
          [](const engine::engine& self) {
            const run_progress at = self.progress();
            return py::make_tuple(at.messages, at.packets, at.position_bytes, at.size_bytes);
          },
          "Messages and packets so far, bytes of the input so far and in all (0: no end).")
      .def(
          "health", [](const engine::engine& self) { return dict_of(self.health()); },
          "How the feed is doing, at any time.")
      .def(
          "depth",
          [](const engine::engine& self, const py::bytes& name, std::size_t levels) {
            py::array_t<engine::depth_row> result(static_cast<py::ssize_t>(levels));
            const std::span into(result.mutable_data(), levels);
            if (!self.depth(symbol::from(std::string_view(name)), into)) std::ranges::fill(into, engine::depth_row{});
            return result;
          },
          py::arg("name"), py::arg("levels"),
          "A consistent copy of the best levels of a watched book; zeros before its first message.")
      .def(
          "report", [](const engine::engine& self) { return dict_of(self.report()); },
          "What happened, by name; after both threads have left.")
      .def(
          "quotes", [](const engine::engine& self) { return array_of(self.records().quotes()); },
          "Changes of a best quote, as many as found a slot: a record array; after both threads have left.")
      .def(
          "signals", [](const engine::engine& self) { return array_of(self.records().signals()); },
          "Signals, as many as found a slot: a record array; after both threads have left.")
      .def(
          "trace_quotes",
          [](engine::engine& self, const std::function<void(std::uint32_t, bool, py::bytes)>& sink) {
            without_gil released;
            self.trace_quotes([&](std::uint32_t locate, engine::engine::text_kind kind, std::string_view piece) {
              const with_gil again(released);
              sink(locate, kind == engine::engine::text_kind::depth, py::bytes(piece.data(), piece.size()));
            });
          },
          py::arg("sink"), "Reads the input again; calls sink(locate, is_depth, text) piece by piece.");
}

}  // namespace pyhft::bindings
