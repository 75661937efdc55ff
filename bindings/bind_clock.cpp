// SPDX-License-Identifier: MIT
// Floor 1, clock: which counter this process reads.

#include <pybind11/pybind11.h>

#include "pyhft/clock/tsc_clock.hpp"

namespace py = pybind11;

namespace pyhft::bindings {

void bind_clock(py::module_& module) {
  auto room = module.def_submodule("clock", "The counter that stamps packets.");
  room.def(
      "counter_source", [] { return std::string{clock::process_counter().name}; },
      "What is read: 'rdtsc', 'cntvct_el0' or 'clock_gettime'.");
  room.def(
      "counter_warning", [] { return clock::process_counter().warning; },
      "Why that is a fallback; empty where the counter is sound.");
}

}  // namespace pyhft::bindings
