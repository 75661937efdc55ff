// SPDX-License-Identifier: MIT
// Floor 3, sim: the synthetic trading day and the venue that plays one.

#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "pyhft/sim/synthetic_day.hpp"
#include "pyhft/sim/venue.hpp"
#include "waiting.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;

py::dict dict_of(const sim::synthetic_day_summary& summary) {
  py::dict by_type;
  for (std::size_t type = 0; type < summary.messages_by_type.size(); ++type) {
    const std::uint64_t count = summary.messages_by_type[type];
    if (count != 0) by_type[py::str(std::string(1, static_cast<char>(type)))] = count;
  }
  return py::dict("packets"_a = summary.packets, "messages"_a = summary.messages, "messages_by_type"_a = by_type,
                  "file_bytes"_a = summary.file_bytes);
}

using python_progress = std::function<void(std::uint64_t)>;

py::dict write_synthetic_day(const std::string& path, std::uint64_t seed, std::uint64_t messages, std::uint32_t symbols,
                             const python_progress& progress) {
  sim::synthetic_day_summary summary;
  {
    without_gil released;
    // A signal handler, as that of Ctrl-C, has its turn with every report and stops the writing by its exception.
    const auto report = [&](std::uint64_t so_far) {
      const with_gil again(released);
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (progress) progress(so_far);
    };
    summary = sim::write_synthetic_day({.seed = seed, .messages = messages, .symbols = symbols}, path, report);
  }
  return dict_of(summary);
}

constexpr std::array pace_names{"unlimited", "packets_per_second", "captured_time"};

// Signal handlers have their turn while a day is read or made.
sim::day_messages::look signals_with(without_gil& released) {
  return [&released] {
    const with_gil again(released);
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  };
}

std::unique_ptr<sim::venue> venue_of_file(const std::string& path, const std::string& name,
                                          std::optional<std::uint16_t> udp_port, const sim::venue_settings& settings) {
  without_gil released;
  return std::make_unique<sim::venue>(sim::day_messages::from_file(path, name, udp_port, signals_with(released)),
                                      settings);
}

std::unique_ptr<sim::venue> venue_of_synthetic_day(std::uint64_t seed, std::uint64_t messages, std::uint32_t symbols,
                                                   const sim::venue_settings& settings) {
  without_gil released;
  return std::make_unique<sim::venue>(
      sim::day_messages::synthetic({.seed = seed, .messages = messages, .symbols = symbols}, signals_with(released)),
      settings);
}

py::dict dict_of(const sim::line_counters& of) {
  return py::dict("packets"_a = of.packets.value(), "messages"_a = of.messages.value(), "bytes"_a = of.bytes.value(),
                  "heartbeats"_a = of.heartbeats.value(), "ends_of_session"_a = of.ends_of_session.value(),
                  "lost_packets"_a = of.lost_packets.value(), "lost_messages"_a = of.lost_messages.value(),
                  "lost_heartbeats"_a = of.lost_heartbeats.value(), "duplicates"_a = of.duplicates.value(),
                  "reordered"_a = of.reordered.value(), "send_errors"_a = of.send_errors.value());
}

py::dict dict_of(const sim::request_counters& of) {
  return py::dict("requests"_a = of.requests.value(), "answers"_a = of.answers.value(),
                  "messages"_a = of.messages.value(), "malformed"_a = of.malformed.value(),
                  "other_sessions"_a = of.other_sessions.value(), "unpublished"_a = of.unpublished.value(),
                  "empty"_a = of.empty.value(), "over_rate"_a = of.over_rate.value(),
                  "lost_requests"_a = of.lost_requests.value(), "lost_answers"_a = of.lost_answers.value(),
                  "send_errors"_a = of.send_errors.value());
}

py::dict counters_of(const sim::venue& of) {
  py::list lines;
  for (std::size_t i = 0; i < of.settings().lines.size(); ++i) lines.append(dict_of(of.line(i)));
  py::dict result("published"_a = of.published(), "lines"_a = lines);
  if (of.settings().answers_requests) result["requests"] = dict_of(of.requests());
  return result;
}

void bind_venue(py::module_& room) {
  using sim::line_settings;
  py::class_<line_settings>(room, "LineSettings", "Of one line of a venue; line_settings in C++ has the defaults.")
      .def(py::init<>())
      .def_readwrite("packet_messages", &line_settings::packet_messages)
      .def_readwrite("packet_bytes", &line_settings::packet_bytes)
      .def_readwrite("loss", &line_settings::loss)
      .def_readwrite("loss_burst", &line_settings::loss_burst)
      .def_readwrite("duplicates", &line_settings::duplicates)
      .def_readwrite("reordered", &line_settings::reordered)
      .def_readwrite("reorder_depth", &line_settings::reorder_depth)
      .def_readwrite("delay_ns", &line_settings::delay_ns);

  using sim::venue_settings;
  py::class_<venue_settings>(room, "VenueSettings", "Of a venue; venue_settings in C++ has the defaults.")
      .def(py::init<>())
      .def(
          "add_line",
          [](venue_settings& s, const net::ipv4_address& address, std::uint16_t port, const std::string& interface,
             const line_settings& line) {
            s.destinations.push_back({address, port, interface});
            s.lines.push_back(line);
          },
          "address"_a, "port"_a, "interface"_a, "settings"_a, "One more line, and where it is sent.")
      .def(
          "answer_requests",
          [](venue_settings& s, const net::ipv4_address& address, std::uint16_t port) {
            s.answers_requests = true;
            s.request_address = address;
            s.request_port = port;
          },
          "address"_a, "port"_a, "Where requests are received; port 0 is any that is free.")
      .def_property(
          "session",
          [](const venue_settings& s) { return py::bytes(s.session.name.text.data(), s.session.name.text.size()); },
          [](venue_settings& s, const std::string& name) {
            if (name.size() != s.session.name.text.size())
              throw argument_error("venue: the name of the session is '" + name + "'; it must have ten characters.");
            std::copy(name.begin(), name.end(), s.session.name.text.begin());
          })
      .def_property(
          "pace", [](const venue_settings& s) { return pace_names[static_cast<std::size_t>(s.pace)]; },
          [](venue_settings& s, const std::string& name) {
            const auto found = std::find(pace_names.begin(), pace_names.end(), name);
            if (found == pace_names.end())
              throw argument_error("venue: pace is '" + name +
                                   "'; it must be unlimited, packets_per_second or captured_time.");
            s.pace = static_cast<sim::pace>(found - pace_names.begin());
          })
      .def_readwrite("rate", &venue_settings::rate)
      .def_readwrite("pre_open_ns", &venue_settings::pre_open_ns)
      .def_readwrite("seed", &venue_settings::seed)
      .def_property(
          "heartbeat_ns", [](const venue_settings& s) { return s.session.heartbeat_ns; },
          [](venue_settings& s, std::int64_t value) { s.session.heartbeat_ns = value; })
      .def_property(
          "end_of_session_ns", [](const venue_settings& s) { return s.session.end_of_session_ns; },
          [](venue_settings& s, std::int64_t value) { s.session.end_of_session_ns = value; })
      .def_property(
          "answer_bytes", [](const venue_settings& s) { return s.answers.answer_bytes; },
          [](venue_settings& s, std::uint32_t value) { s.answers.answer_bytes = value; })
      .def_property(
          "answers_per_second", [](const venue_settings& s) { return s.answers.answers_per_second; },
          [](venue_settings& s, std::uint32_t value) { s.answers.answers_per_second = value; })
      .def_property(
          "request_loss", [](const venue_settings& s) { return s.answers.request_loss; },
          [](venue_settings& s, double value) { s.answers.request_loss = value; })
      .def_property(
          "answer_loss", [](const venue_settings& s) { return s.answers.answer_loss; },
          [](venue_settings& s, double value) { s.answers.answer_loss = value; });

  using sim::venue;
  py::class_<venue>(room, "Venue", "Publishes a day and answers requests, on a thread of its own.")
      .def_static("of_file", &venue_of_file, "path"_a, "name"_a, "udp_port"_a, "settings"_a,
                  "Plays the messages of a capture or a message file.")
      .def_static("of_synthetic_day", &venue_of_synthetic_day, "seed"_a, "messages"_a, "symbols"_a, "settings"_a,
                  "Plays a synthetic day.")
      .def("start", &venue::start, "The day begins, once.")
      .def("stop", &venue::stop, py::call_guard<without_gil>(), "Ends it wherever it is.")
      .def(
          "wait",
          [](venue& self, const py::object& timeout) {
            const deadline end("Venue.wait", timeout);
            return wait_until(
                end, [&] { return self.wait_for(std::chrono::nanoseconds(0)); },
                [&](int) { self.wait_for(end.slice()); });
          },
          "timeout"_a, "Whether the day is over within so many seconds; None waits without an end.")
      .def("counters", &counters_of, "What was counted so far.")
      .def_property_readonly("has_started", &venue::has_started, "Whether start() was called.")
      .def_property_readonly(
          "messages", [](const venue& self) { return self.day().size(); }, "Of the whole day.")
      .def_property_readonly("request_port", &venue::request_port, "0 where no requests are answered.")
      .def_property_readonly(
          "warnings", [](const venue& self) { return self.day().warnings(); },
          "What its user should know of the day, in whole sentences.");
}

}  // namespace

void bind_sim(py::module_& module) {
  auto room = module.def_submodule("sim", "A trading day that never was, and a venue that plays one.");
  room.attr("max_messages") = sim::max_synthetic_messages;
  room.attr("max_symbols") = sim::max_synthetic_symbols;
  room.def(
      "write_synthetic_day", &write_synthetic_day, "path"_a, py::kw_only(), "seed"_a, "messages"_a, "symbols"_a,
      "progress"_a = py::none(),
      "Writes the day as a capture and returns its summary; the GIL is released but for `progress(messages_so_far)`.");
  bind_venue(room);
}

}  // namespace pyhft::bindings
