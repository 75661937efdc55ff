// SPDX-License-Identifier: MIT
// Floor 1, threads: what Python asks before it starts a thread.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "pyhft/threads/placement.hpp"

namespace py = pybind11;

namespace pyhft::bindings {

using namespace py::literals;

void bind_threads(py::module_& module) {
  auto room = module.def_submodule("threads", "Where threads may run.");
  room.def("allowed_cores", &threads::allowed_cores,
           "The cores that this thread may run on, ascending; cpusets, containers and taskset are respected.");
  room.def(
      "check_placement",
      [](int core, const std::string& name, std::optional<int> priority) {
        threads::check_placement({core, name, priority});
      },
      "core"_a, "name"_a, "priority"_a = py::none(), "Raise what is impossible about a placement; nothing is changed.");
  room.def(
      "place_this_thread",
      [](int core, const std::string& name, std::optional<int> priority) {
        return threads::place_this_thread({core, name, priority});
      },
      "core"_a = threads::any_core, "name"_a = "", "priority"_a = py::none(),
      "Put the calling thread on a core, under a name, at a SCHED_FIFO priority; what could not be done, or was done "
      "with "
      "a danger, one sentence each.");
  room.def("begin_afresh", &threads::detail::begin_afresh, "cores"_a,
           "In a new thread: allow these cores and take the ordinary policy, whatever its creator had.");
  room.def("lock_memory", &threads::lock_memory,
           "Keep all memory of the process from being swapped out; what stood in the way, or ''.");
  room.def(
      "set_performance_governor", [](int core) { return threads::set_performance_governor(core); }, "core"_a,
      "Keep a core at its full frequency; what stood in the way, or ''.");
}

}  // namespace pyhft::bindings
