// SPDX-License-Identifier: MIT
// Floor 3, sim: the synthetic trading day.

#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>

#include "pyhft/sim/synthetic_day.hpp"
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

}  // namespace

void bind_sim(py::module_& module) {
  auto room = module.def_submodule("sim", "A trading day that never was.");
  room.attr("max_messages") = sim::max_synthetic_messages;
  room.attr("max_symbols") = sim::max_synthetic_symbols;
  room.def(
      "write_synthetic_day", &write_synthetic_day, "path"_a, py::kw_only(), "seed"_a, "messages"_a, "symbols"_a,
      "progress"_a = py::none(),
      "Writes the day as a capture and returns its summary; the GIL is released but for `progress(messages_so_far)`.");
}

}  // namespace pyhft::bindings
