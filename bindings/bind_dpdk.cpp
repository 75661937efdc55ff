// SPDX-License-Identifier: MIT
// pyhft._dpdk: the port over DPDK, for those who have it. A module apart from pyhft._core, whose classes and errors it
// takes up.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <utility>

#include "made_objects.hpp"
#include "memory_args.hpp"
#include "pyhft/net/dpdk_port.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace {

// The last who lets a device go closes it, and may have to wait for somebody who opens another: not with the GIL in hand,
// which that one may need.
template <class Thing>
std::shared_ptr<Thing> let_go_without_gil(std::shared_ptr<Thing> thing) {
  Thing* const at = thing.get();
  return {at, [held = std::move(thing)](Thing*) mutable {
            const pyhft::bindings::without_gil released(PyGILState_Check() != 0);
            held.reset();
          }};
}

}  // namespace

PYBIND11_MODULE(_dpdk, module, py::mod_gil_not_used()) {
  using pyhft::bindings::without_gil;
  using pyhft::net::dpdk_device;
  using pyhft::net::dpdk_port;
  using pyhft::net::dpdk_settings;
  py::module_::import("pyhft._core");  // has the base class of the port, and the errors
  module.doc() = "The compiled port over DPDK. Use pyhft.DpdkPort instead.";
  module.def("version", &pyhft::net::dpdk_version, "DPDK's, such as '22.11.11'.");
  module.def("shut_down", &pyhft::net::dpdk_shut_down, py::call_guard<without_gil>(),
             "For the end of the process: close the devices that no thread uses, and DPDK. None can be opened then.");

  py::class_<dpdk_settings>(module, "DpdkSettings", "Of a device of DPDK's; dpdk_settings in C++ has the defaults.")
      .def(py::init<>())
      .def_readwrite("device", &dpdk_settings::device)
      .def_readwrite("mbufs", &dpdk_settings::mbufs)
      .def_readwrite("mbuf_cache", &dpdk_settings::mbuf_cache)
      .def_readwrite("rx_ring", &dpdk_settings::rx_ring)
      .def_readwrite("tx_ring", &dpdk_settings::tx_ring)
      .def_readwrite("burst", &dpdk_settings::burst)
      .def_readwrite("queues", &dpdk_settings::queues)
      .def_readwrite("rss", &dpdk_settings::rss)
      .def_readwrite("promiscuous", &dpdk_settings::promiscuous)
      .def_readwrite("macs", &dpdk_settings::macs)
      .def_readwrite("groups", &dpdk_settings::groups)
      .def_readwrite("source", &dpdk_settings::source)
      .def_readwrite("igmp", &dpdk_settings::igmp)
      .def_readwrite("address", &dpdk_settings::address)
      .def_readwrite("igmp_interval_ms", &dpdk_settings::igmp_interval_ms)
      .def_readwrite("mtu", &dpdk_settings::mtu)
      .def_readwrite("offloads", &dpdk_settings::offloads)
      .def_readwrite("stamps", &dpdk_settings::stamps)
      .def_readwrite("link_wait_ms", &dpdk_settings::link_wait_ms)
      .def_readwrite("numa_node", &dpdk_settings::numa_node)
      .def_property(
          "huge_pages", [](const dpdk_settings& s) { return pyhft::bindings::name_of(s.huge_pages); },
          [](dpdk_settings& s, const std::string& name) {
            s.huge_pages = pyhft::bindings::huge_pages_named("dpdk port", name);
          })
      .def_readwrite("memory_mb", &dpdk_settings::memory_mb)
      .def_readwrite("eal_arguments", &dpdk_settings::eal_arguments);

  py::class_<dpdk_port, pyhft::net::port, py::smart_holder>(module, "DpdkQueue", "One queue of a device, a port.")
      .def_property_readonly("held", &dpdk_port::held, "Frames that were given out and not given back.");

  py::class_<dpdk_device, py::smart_holder>(module, "DpdkDevice",
                                            "A device of DPDK's, open. It starts DPDK in this process if need be.")
      .def(py::init([](const dpdk_settings& settings) {
             without_gil released;
             return let_go_without_gil(dpdk_device::open(settings, [&] {
               const pyhft::bindings::with_gil again(released);
               if (PyErr_CheckSignals() != 0) throw py::error_already_set();  // Ctrl-C
             }));
           }),
           py::arg("settings"))
      .def(
          "queue", [](dpdk_device& self, std::uint32_t number) { return let_go_without_gil(self.queue(number)); },
          py::arg("number"), "The port over one of its queues, counted from 0.")
      .def_static("demand_own_process", &pyhft::net::demand_own_process,
                  "HostError in a process that was forked from one in which DPDK runs.")
      .def("close", &dpdk_device::close, py::call_guard<without_gil>(),
           "Give it back. Refused (ArgumentError) while an engine runs on one of its queues.")
      .def_property_readonly("is_open", &dpdk_device::is_open)
      .def_property_readonly("name", &dpdk_device::name, "As DPDK knows it: numbered on where the name was taken.")
      .def_property_readonly("mbufs", &dpdk_device::all_mbufs, "Of its pool.")
      .def_property_readonly("mbufs_free", &dpdk_device::free_mbufs, "Those that are free.");
  pyhft::bindings::refuse_what_was_not_made(module);
}
