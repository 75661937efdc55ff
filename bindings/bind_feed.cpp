// SPDX-License-Identifier: MIT
// Floor 4, engine: the messages of a file as tables of records. What pyhft.reader stands on.

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <mutex>
#include <optional>
#include <string>

#include "feed_args.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/engine/record_reader.hpp"
#include "read_progress.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;
using engine::record_reader;
using told = read_progress::told;

// One call at a time; the reading runs without the GIL.
struct shared_reader {
  std::mutex guard;
  record_reader reader;
  explicit shared_reader(engine::input_file of) : reader(std::move(of)) {}
};

// Name, numpy's format and offset of each field, and the bytes of a record.
py::tuple described(const engine::record_layout& layout, const std::string& feed) {
  py::list names, formats, offsets;
  for (const engine::record_field& field : layout.fields) {
    names.append(field.name);
    formats.append(std::string(1, field.kind) + std::to_string(field.bytes));
    offsets.append(field.offset);
  }
  const std::string type = layout.code == 0 ? feed : std::string(1, layout.code);
  return py::make_tuple(
      type, py::dict("names"_a = names, "formats"_a = formats, "offsets"_a = offsets, "itemsize"_a = layout.bytes));
}

py::list layouts(const std::string& feed, bool captured) {
  py::list result;
  for (const auto& one : engine::record_layouts(engine::feed_named(feed), captured))
    result.append(described(one, feed));
  return result;
}

template <class Work>
auto read(shared_reader& self, const told& tell, Work work) {
  without_gil released;
  const std::scoped_lock lock(self.guard);
  read_progress progress(released, tell);
  return work([&](std::uint64_t messages, std::uint64_t position) {
    progress(messages, position, self.reader.reader().size_bytes());
  });
}

std::vector<std::uint64_t> count(shared_reader& self, std::uint64_t most, const told& tell) {
  return read(self, tell, [&](const auto& progress) { return self.reader.count(most, progress); });
}

// How many records each array has got, and the messages with which sessions began anew.
py::tuple fill(shared_reader& self, std::uint64_t most, const std::vector<py::array>& arrays, const told& tell) {
  const auto wanted = self.reader.layouts();
  std::vector<engine::record_table> tables;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    py::array to = arrays[i];
    const bool fits = arrays.size() == wanted.size() && to.ndim() == 1 && to.writeable() &&
                      static_cast<std::size_t>(to.itemsize()) == wanted[i].bytes &&
                      (to.size() == 0 || to.strides(0) == to.itemsize());
    if (!fits) throw argument_error("RecordReader.fill: the arrays don't have the layouts of the feed.");
    tables.push_back({static_cast<std::byte*>(to.mutable_data()), static_cast<std::size_t>(to.size()), 0});
  }
  std::vector<std::uint64_t> new_sessions;
  read(self, tell, [&](const auto& progress) {
    self.reader.fill(most, tables, progress);
    new_sessions = self.reader.new_sessions();
  });
  py::list used;
  for (const engine::record_table& one : tables) used.append(one.used);
  return py::make_tuple(used, new_sessions);
}

}  // namespace

void bind_feed(py::module_& module) {
  auto room = module.def_submodule("feed", "The messages of files as tables.");
  room.def("layouts", &layouts, "feed"_a, "captured"_a,
           "The message types of a feed and the dtypes of their records, as numpy takes them.");

  py::class_<shared_reader>(room, "RecordReader", "The messages of a file as records, in two passes.")
      .def(py::init([](const std::string& container, const std::string& feed, const std::string& path,
                       const std::string& name, std::optional<std::uint16_t> udp_port) {
             return std::make_unique<shared_reader>(input_of(container, feed, path, name, udp_port));
           }),
           "container"_a, "feed"_a, "path"_a, "name"_a, "udp_port"_a, py::call_guard<without_gil>())
      .def("count", &count, "most"_a, "progress"_a,
           "How many records of each type the next messages give at most, in the order of layouts(); doesn't move on.")
      .def(
          "fill", &fill, "most"_a, "arrays"_a, "progress"_a,
          "Writes them into arrays, one a type in the order of layouts(), and moves on. How many each has got, and the "
          "messages with which sessions began anew.")
      .def(
          "counters", [](shared_reader& self) { return dict_of(self.reader.reader()); },
          "What was read so far: packets, messages, malformed by cause, and what the session layer saw.")
      .def("warnings", [](shared_reader& self) { return self.reader.reader().warnings(); });
}

}  // namespace pyhft::bindings
