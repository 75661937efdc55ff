// SPDX-License-Identifier: MIT
// Floor 2, net: the settings of ports to networks.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "pyhft/base/error.hpp"
#include "pyhft/net/udp_port.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

constexpr std::array<const char*, 3> stamp_names{"none", "kernel", "device"};

}  // namespace

void bind_net(py::module_& module) {
  auto room = module.def_submodule("net", "Ports to networks.");
  room.attr("receive_stamps") = py::cast(stamp_names);

  using net::udp_settings;
  py::class_<udp_settings>(room, "UdpSettings", "Of a port over UDP sockets; udp_settings in C++ has the defaults.")
      .def(py::init<>())
      .def_readwrite("address", &udp_settings::address)
      .def_readwrite("port", &udp_settings::port)
      .def_readwrite("interface", &udp_settings::interface)
      .def_readwrite("source", &udp_settings::source)
      .def_readwrite("max_datagram_bytes", &udp_settings::max_datagram_bytes)
      .def_readwrite("buffers", &udp_settings::buffers)
      .def_readwrite("receive_buffer_bytes", &udp_settings::receive_buffer_bytes)
      .def_readwrite("busy_poll_us", &udp_settings::busy_poll_us)
      .def_property(
          "stamps", [](const udp_settings& s) { return stamp_names[static_cast<std::size_t>(s.stamps)]; },
          [](udp_settings& s, const std::string& name) {
            for (std::size_t i = 0; i < stamp_names.size(); ++i) {
              if (name == stamp_names[i]) {
                s.stamps = static_cast<net::receive_stamps>(i);
                return;
              }
            }
            throw argument_error("udp port: stamps is '" + name + "'; it must be none, kernel or device.");
          });
}

}  // namespace pyhft::bindings
