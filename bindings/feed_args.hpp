// SPDX-License-Identifier: MIT
#pragma once

// A file to read as Python names it, and what a reader counted.

#include <pybind11/pybind11.h>

#include <cstdint>
#include <optional>
#include <string>

#include "pyhft/engine/feed_reader.hpp"

namespace pyhft::bindings {

inline engine::input_file input_of(const std::string& container, const std::string& feed, const std::string& path,
                                   const std::string& name, std::optional<std::uint16_t> udp_port) {
  return {container == "capture" ? engine::container::capture : engine::container::message_file,
          engine::feed_named(feed), path, name, udp_port};
}

// Causes that occurred.
inline pybind11::dict malformed_of(const engine::counters& counted, const engine::named_counts& packets) {
  pybind11::dict result;
  for (std::size_t i = 0; i < counted.malformed.size(); ++i) {
    if (counted.malformed[i] != 0) result[engine::malformed_names[i]] = counted.malformed[i];
  }
  for (const auto& [name, count] : packets) {
    if (count != 0) result[name.c_str()] = count;
  }
  return result;
}

inline pybind11::dict dict_of(const engine::feed_reader& reader) {
  using namespace pybind11::literals;
  const engine::counters& counted = reader.counters();
  const feed::receiver_counters session = reader.session();
  return pybind11::dict(
      "packets"_a = counted.packets, "other_ports"_a = counted.other_ports, "messages"_a = counted.messages,
      "malformed"_a = malformed_of(counted, reader.malformed_packets()), "gaps"_a = session.missing_messages,
      "duplicates"_a = session.duplicate_messages, "heartbeats"_a = session.heartbeats);
}

}  // namespace pyhft::bindings
