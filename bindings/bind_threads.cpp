// SPDX-License-Identifier: MIT
// Floor 1, threads: what Python asks before it starts a thread.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>

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
  room.attr("placement_parts") = py::cast(threads::placement_part_names);
  room.def(
      "place_new_thread",
      [](int core, const std::string& name, std::optional<int> priority, const std::vector<int>& allowed,
         const std::vector<std::string>& required) {
        const auto& names = threads::placement_part_names;
        std::vector<threads::placement_part> parts;
        for (const auto& part : required) {
          const auto place = std::find(names.begin(), names.end(), part) - names.begin();
          parts.push_back(static_cast<threads::placement_part>(place));
        }
        return threads::place_new_thread({core, name, priority}, allowed, parts);
      },
      "core"_a, "name"_a, "priority"_a, "allowed"_a, "required"_a,
      "In a new thread: take this place and no other, have the core's governor be `performance` and the memory locked; "
      "what could not be done, or was done with a danger, one sentence each. `required` names parts, out of "
      "`placement_parts`, that are errors where they can't be had.");
}

}  // namespace pyhft::bindings
