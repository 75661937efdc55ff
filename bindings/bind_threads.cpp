// SPDX-License-Identifier: MIT
// Floor 1, threads: what Python asks before it starts a thread.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "pyhft/threads/placement.hpp"

namespace py = pybind11;

namespace pyhft::bindings {

void bind_threads(py::module_& module) {
  auto room = module.def_submodule("threads", "Where threads may run.");
  room.def("allowed_cores", &threads::allowed_cores,
           "The cores that this thread may run on, ascending; cpusets, containers and taskset are respected.");
}

}  // namespace pyhft::bindings
