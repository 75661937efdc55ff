// SPDX-License-Identifier: MIT
// Floor 2, net: the port as Python sees it, whatever its kind, and the port over UDP sockets.

#include "pyhft/net/port.hpp"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "pyhft/base/error.hpp"
#include "pyhft/net/port_use.hpp"
#include "pyhft/net/udp_port.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

constexpr std::array<const char*, 3> stamp_names{"none", "kernel", "device"};
constexpr std::size_t most_frames = 64;  // of one burst

// A port that is kept from engines until all frames of a burst are back.
class visited_port {
 public:
  explicit visited_port(std::shared_ptr<net::port> port) : port_{std::move(port)}, visit_{*port_} {}

  void receive(std::vector<net::frame>& frames) {
    const auto lock = visit_.lock();
    frames.resize(port_->rx_burst(frames));
  }
  void release(std::span<net::frame> frames) {
    if (frames.empty()) return;
    const auto lock = visit_.lock();
    port_->release(frames);
  }

 private:
  std::shared_ptr<net::port> port_;
  net::port_visit visit_;
};

// One frame, given back when no array looks at it any more; none before take().
class held_frame {
 public:
  held_frame() = default;
  held_frame(const held_frame&) = delete;
  held_frame& operator=(const held_frame&) = delete;
  ~held_frame() {
    if (port_ != nullptr) port_->release({&frame_, 1});
  }

  void take(std::shared_ptr<visited_port> port, const net::frame& frame) noexcept {
    port_ = std::move(port);
    frame_ = frame;
  }

 private:
  std::shared_ptr<visited_port> port_;
  net::frame frame_{};
};

// Asks a port, on which an engine may run meanwhile. What Python makes of the answer comes afterwards.
template <class Ask>
auto asked(net::port& port, Ask ask) {
  const without_gil released;
  return ask(port);
}

template <class Value>
py::dict dict_of(const std::vector<std::pair<std::string, Value>>& named) {
  py::dict result;
  for (const auto& [name, value] : named) result[name.c_str()] = value;
  return result;
}

// Makes an array that no longer may be used empty, so that whoever still has it gets an IndexError. One whose user has
// taken its dimensions away (`frame.shape = ()`) keeps its one element, and the frame, as a piece cut from it would.
void empty_array(const py::object& array) {
  auto* const numpys = py::detail::array_proxy(array.ptr());
  if (numpys->nd != 0) numpys->dimensions[0] = 0;
}

class burst {
 public:
  burst(std::shared_ptr<net::port> port, std::size_t most)
      : port_{std::make_shared<visited_port>(std::move(port))}, frames_(most) {
    views_.resize(most);  // before there is something to lose
    port_->receive(frames_);
  }
  burst(const burst&) = delete;
  burst& operator=(const burst&) = delete;
  // Dropped without being released, it leaves every frame with those who have its view.
  ~burst() { let_go(); }

  std::size_t size() const {
    demand_held();
    return frames_.size();
  }

  py::object view(std::size_t number) {
    demand_held();
    if (number >= frames_.size())
      throw py::index_error("the burst has " + std::to_string(frames_.size()) + " frames, numbered from 0");
    if (!views_[number]) {
      const net::frame& of = frames_[number];
      auto owner = std::make_unique<held_frame>();
      const py::capsule base(owner.get(), [](void* held) { delete static_cast<held_frame*>(held); });
      held_frame* const held = owner.release();
      py::array view(py::dtype::of<std::uint8_t>(), {static_cast<py::ssize_t>(of.length)}, {py::ssize_t{1}}, of.data,
                     base);
      view.attr("flags").attr("writeable") = false;
      // Making an array may collect garbage, and with it run code that uses this burst.
      demand_held();
      if (!views_[number]) {
        held->take(port_, of);
        views_[number] = std::move(view);
      }
    }
    return views_[number];
  }

  py::object timestamps() {
    demand_held();
    if (!timestamps_) {
      auto times = py::array_t<std::int64_t>(static_cast<py::ssize_t>(frames_.size()));
      for (std::size_t i = 0; i < frames_.size(); ++i)
        times.mutable_at(static_cast<py::ssize_t>(i)) = frames_[i].timestamp.count;
      times.attr("flags").attr("writeable") = false;
      timestamps_ = std::move(times);
    }
    return timestamps_;
  }

  void release() {
    if (port_ == nullptr) return;
    for (const py::object& view : views_)
      if (view) empty_array(view);
    if (timestamps_) empty_array(timestamps_);
    let_go();
  }

 private:
  void let_go() {
    if (port_ == nullptr) return;
    std::size_t never_shown = 0;
    for (std::size_t i = 0; i < frames_.size(); ++i)
      if (!views_[i]) frames_[never_shown++] = frames_[i];
    port_->release({frames_.data(), never_shown});
    port_.reset();
    views_.clear();  // which gives back those that nobody else has
    timestamps_ = {};
  }
  void demand_held() const {
    if (port_ == nullptr)
      throw argument_error("The burst was released, and its frames are the port's again: copy what you want to keep.");
  }

  std::shared_ptr<visited_port> port_;
  std::vector<net::frame> frames_;
  std::vector<py::object> views_;
  py::object timestamps_;
};

// One object with a buffer of bytes.
class given_bytes {
 public:
  explicit given_bytes(const py::handle& from) {
    if (PyObject_GetBuffer(from.ptr(), &view_, PyBUF_SIMPLE) != 0) {
      PyErr_Clear();
      throw type_error("send: a frame is a " + py::str(py::type::of(from).attr("__name__")).cast<std::string>() +
                       "; give bytes, or another object whose bytes lie in a row.");
    }
  }
  given_bytes(const given_bytes&) = delete;
  given_bytes& operator=(const given_bytes&) = delete;
  given_bytes(given_bytes&& other) noexcept : view_{other.view_} { other.view_.obj = nullptr; }
  ~given_bytes() {
    if (view_.obj != nullptr) PyBuffer_Release(&view_);
  }

  std::size_t size() const { return static_cast<std::size_t>(view_.len); }
  void copy_to(std::byte* where) const {
    if (view_.len != 0) std::memcpy(where, view_.buf, size());
  }

 private:
  Py_buffer view_{};
};

// How many the port took.
std::size_t send(net::port& port, const py::object& what) {
  std::vector<given_bytes> wanted;
  if (PyObject_CheckBuffer(what.ptr()) != 0) {
    wanted.emplace_back(what);
  } else if (py::isinstance<py::sequence>(what) && !py::isinstance<py::str>(what)) {
    // A reference of our own: a sequence may make its elements when it is asked for them.
    for (const py::object one : py::reinterpret_borrow<py::sequence>(what)) wanted.emplace_back(one);
  } else {
    throw type_error("send: frames are a " + py::str(py::type::of(what).attr("__name__")).cast<std::string>() +
                     "; give bytes, or a list of them.");
  }
  const net::port_visit visit{port};
  const auto lock = visit.lock();
  std::array<net::frame, most_frames> frames;
  std::size_t taken = 0;
  while (taken < wanted.size()) {
    const std::size_t room = port.tx_acquire({frames.data(), std::min(most_frames, wanted.size() - taken)});
    if (room == 0) break;
    for (std::size_t i = 0; i < room; ++i) {
      const given_bytes& from = wanted[taken + i];
      if (from.size() > frames[i].capacity) {
        port.release({frames.data(), room});
        throw argument_error("send: frame " + std::to_string(taken + i) + " has " + std::to_string(from.size()) +
                             " bytes; the port takes " + std::to_string(frames[i].capacity) +
                             " (those before it may have gone out): cut it up, or raise the port's limit.");
      }
      from.copy_to(frames[i].data);
      frames[i].length = static_cast<std::uint32_t>(from.size());
    }
    const std::size_t sent = port.tx_burst({frames.data(), room});
    if (sent < room) port.release({frames.data() + sent, room - sent});
    taken += sent;
    if (sent < room) break;
  }
  return taken;
}

void bind_port(py::module_& room) {
  py::class_<burst>(room, "Burst", R"(Frames that a port received, as they lie in its buffers.

A sequence of read-only uint8 arrays of shape (length,). They are views: when the burst is released, at the end of its
`with` block, they become empty (an element is an IndexError), and the burst refuses every use. What was made of a view
(`frame[42:]`, `memoryview(frame)`) keeps that frame's buffer away from the port for as long as it lives, so that nothing
is ever read that isn't there any more; copy what you want to keep. A burst that is dropped without being released does
the same with every view: after `for frame in port.rx_burst():` all that nobody kept is the port's again.)")
      .def(
          "__enter__", [](burst& self) -> burst& { return self; }, py::return_value_policy::reference_internal)
      .def("__exit__", [](burst& self, const py::args&) { self.release(); })
      .def("__len__", &burst::size)
      .def(
          "__getitem__",
          [](burst& self, py::ssize_t number) {
            const auto size = static_cast<py::ssize_t>(self.size());
            return self.view(static_cast<std::size_t>(number < 0 ? number + size : number));
          },
          py::arg("number"))
      .def("__iter__",
           [](burst& self) {
             py::list views;
             for (std::size_t i = 0; i < self.size(); ++i) views.append(self.view(i));
             return py::iter(views);
           })
      .def_property_readonly("timestamps", &burst::timestamps,
                             "When each was received, int64 in ns since the epoch, 0 where nobody knows.")
      .def("release", &burst::release, "Give the frames back to the port. Once is enough.");

  py::class_<net::port, py::smart_holder>(room, "Port",
                                          "Where frames come from and go to. One thread at a time may use it.")
      .def(
          "rx_burst",
          [](const std::shared_ptr<net::port>& self, std::size_t most) {
            if (most == 0 || most > most_frames) {
              throw argument_error("rx_burst: most is " + std::to_string(most) + "; it must be from 1 to " +
                                   std::to_string(most_frames) + ".");
            }
            return std::make_unique<burst>(self, most);
          },
          py::arg("most"), "What has come, at most so many frames, as a Burst. Never waits.")
      .def("send", &send, py::arg("frames"),
           "Send whole frames, from the Ethernet header on; how many the port took, in order.")
      .def(
          "stats", [](net::port& self) { return dict_of(asked(self, [](net::port& of) { return of.counters(); })); },
          "What was counted so far, by name; while an engine runs on the port, too.")
      .def(
          "info", [](net::port& self) { return dict_of(asked(self, [](net::port& of) { return of.info(); })); },
          "What the port stands on, by name.")
      .def(
          "warnings", [](net::port& self) { return asked(self, [](net::port& of) { return of.warnings(); }); },
          "What its user should know, in whole sentences.");
}

}  // namespace

void bind_net(py::module_& module) {
  auto room = module.def_submodule("net", "Ports to networks.");
  room.attr("receive_stamps") = py::cast(stamp_names);
  bind_port(room);

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
  py::class_<net::udp_port, net::port, py::smart_holder>(room, "UdpPort", "A port over UDP sockets.")
      .def(py::init<udp_settings>(), py::arg("settings"));
}

}  // namespace pyhft::bindings
