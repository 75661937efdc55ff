// SPDX-License-Identifier: MIT
// Floor 1, queue: SPSC queues of numpy records and of bytes, within a process or between two.
//
// Python's threads may do what they like: each side of a queue is entered by one thread at a time, and a second one gets
// an exception.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "dtype_args.hpp"
#include "fast_call.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/byte_ring.hpp"
#include "pyhft/queue/record_ring.hpp"
#include "pyhft/queue/shared_segment.hpp"
#include "pyhft/threads/idle.hpp"
#include "size_args.hpp"
#include "waiting.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;

std::size_t capacity_of(const char* function, const py::handle& given) {
  return size_of(function, "capacity", given, "give a power of two, such as 1024");
}

// ---- one thread at a time on a side

class entry {
 public:
  entry(std::atomic<bool>& taken, const std::string& function, const char* role) : taken_(taken) {
    // Acquire and release hand what the last call left in the side's words to the next call, on whichever thread.
    if (taken_.exchange(true, std::memory_order_acquire))
      throw argument_error(function + ": another thread is in a call of the same side; a queue has one " + role +
                           ": give each its own queue.");
  }
  entry(const entry&) = delete;
  ~entry() { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool>& taken_;
};

// ---- records

class record_queue {
  using ring = queue::record_ring<queue::dynamic_layout>;

 public:
  record_queue(const py::object& dtype, const py::object& capacity, const py::object& shared, bool create,
               const py::object& side, bool wake)
      : dtype_(checked_dtype("SpscQueue", dtype)) {
    const queue::record_layout layout =
        queue::layout_of(static_cast<std::size_t>(dtype_.itemsize()), static_cast<std::size_t>(dtype_.alignment()));
    const std::optional<std::size_t> wished =
        capacity.is_none() ? std::nullopt : std::optional(capacity_of("SpscQueue", capacity));
    if (!wished && (shared.is_none() || create))
      throw argument_error("SpscQueue: capacity is None; a new queue needs a power of two, such as 1024.");
    if (wished) queue::checked_capacity(*wished, layout);
    if (shared.is_none()) {
      if (!side.is_none() || create)
        throw argument_error("SpscQueue: side and create are for shared queues: give shared='name' too.");
      block_ = memory::page_block(ring::bytes_for(layout, *wished));
      ring_.emplace(block_.data(), *wished, queue::dynamic_layout{layout}, wake);
      ring_->begin(0);
      mine_ = queue::side::both;
      return;
    }
    mine_ = side_of(side);
    const std::string name = text_argument("shared", shared);
    // A dtype of many fields says more than a segment notes: its beginning then.
    const std::string type =
        text_of(py::module_::import("numpy").attr("lib").attr("format").attr("dtype_to_descr")(dtype_).ptr())
            .substr(0, 511);
    if (create) {
      segment_ = queue::shared_segment::create(name, {layout, *wished, wake, type}, ring::bytes_for(layout, *wished));
      attach();
      ring_->begin(0);
      segment_.publish(mine_);
    } else {
      segment_ = queue::shared_segment::open(name, layout, type);
      if (wished && *wished != segment_.form().capacity)
        throw argument_error("SpscQueue: capacity is " + std::to_string(*wished) + ", but the shared queue '" + name +
                             "' was made with " + std::to_string(segment_.form().capacity) + ": give that, or None.");
      attach();
      segment_.claim(mine_, ring_->is_plausible());
      if (has(mine_, queue::side::producer)) ring_->take_over();
    }
  }

  std::size_t push(const std::string& function, const py::object& records, const py::object& timeout) {
    const deadline end(function, timeout);
    const py::array given = array_of(function, records);
    const entry here(pushing_, function, "producer");
    ring& r = of(queue::side::producer, function);
    const auto* from = static_cast<const std::byte*>(given.data());
    const auto n = static_cast<std::size_t>(given.size());
    std::size_t done = 0;
    const auto more = [&] {
      done += r.try_push_n(from + done * bytes(), n - done);
      return done == n;
    };
    wait_until(end, more, threads::backoff_idle{});
    return done;
  }

  py::object pop(const std::string& function, const py::object& timeout) {
    const deadline end(function, timeout);
    py::array record(dtype_, std::vector<py::ssize_t>{});
    const entry here(popping_, function, "consumer");
    ring& r = of(queue::side::consumer, function);
    void* to = record.mutable_data();
    if (!wait_for_record(r, end, [&] { return r.try_pop(to); })) return py::none();
    return record[py::tuple()];
  }

  py::array drain(const py::object& out, const py::object& timeout) {
    const std::string function = "SpscQueue.drain";
    const deadline end(function, timeout);
    if (!out.is_none()) check_output(function, out);
    const entry here(popping_, function, "consumer");
    ring& r = of(queue::side::consumer, function);
    wait_for_record(r, end, [&] { return r.peek() != nullptr; });
    py::array result = out.is_none() ? py::array(dtype_, static_cast<py::ssize_t>(r.available())) : py::array(out);
    auto* to = static_cast<std::byte*>(result.mutable_data());
    const auto most = static_cast<std::size_t>(result.size());
    std::size_t done = 0;
    while (done != most) {
      const std::size_t some = r.try_pop_n(to + done * bytes(), most - done);
      if (some == 0) break;
      done += some;
    }
    return done == most ? result : py::array(result[py::slice(0, static_cast<py::ssize_t>(done), 1)]);
  }

  // Gives the sides and the memory back.
  void close() {
    const entry producing(pushing_, "SpscQueue.close", "producer");
    const entry consuming(popping_, "SpscQueue.close", "consumer");
    const std::scoped_lock lock(life_);
    ring_.reset();
    segment_ = {};
    block_ = {};
  }

  std::size_t size() {
    const std::scoped_lock lock(life_);
    return of(queue::side::none, "SpscQueue").size();
  }
  std::size_t capacity() {
    const std::scoped_lock lock(life_);
    return of(queue::side::none, "SpscQueue.capacity").capacity();
  }
  const py::dtype& dtype() const { return dtype_; }
  bool is_closed() {
    const std::scoped_lock lock(life_);
    return !ring_;
  }
  py::object name() {
    std::optional<std::string> name;
    {
      const std::scoped_lock lock(life_);  // not while Python makes an object, which may collect garbage and call here
      if (segment_.is_open()) name = segment_.name();
    }
    return name ? py::object(py::str(*name)) : py::object(py::none());
  }
  bool present(queue::side which) {
    const std::scoped_lock lock(life_);
    of(queue::side::none, "SpscQueue");
    return !segment_.is_open() || segment_.present(which);
  }

 private:
  static std::string text_argument(const char* name, const py::object& given) {
    if (!py::isinstance<py::str>(given))
      throw type_error(std::string("SpscQueue: ") + name + " is of type " + type_of(given.ptr()) +
                       "; it must be a string.");
    return given.cast<std::string>();
  }

  static queue::side side_of(const py::object& given) {
    const std::string text = given.is_none() ? "None" : text_argument("side", given);
    if (text == "producer") return queue::side::producer;
    if (text == "consumer") return queue::side::consumer;
    if (text == "both") return queue::side::both;
    throw argument_error("SpscQueue: side is " + (given.is_none() ? text : "'" + text + "'") +
                         "; of a shared queue it must be 'producer', 'consumer' or 'both'.");
  }

  void attach() {
    ring_.emplace(segment_.body(), segment_.form().capacity, queue::dynamic_layout{segment_.form().layout},
                  segment_.form().wakes_consumer);
  }

  std::size_t bytes() const { return static_cast<std::size_t>(dtype_.itemsize()); }

  ring& of(queue::side wanted, const std::string& function) {
    if (!ring_) throw argument_error(function + ": the queue is closed: make or open it anew.");
    if ((static_cast<unsigned>(mine_) & static_cast<unsigned>(wanted)) != static_cast<unsigned>(wanted))
      throw argument_error(function + ": this process is only the " +
                           (mine_ == queue::side::producer ? "producer" : "consumer") + " of the shared queue '" +
                           segment_.name() + "': the other side makes that call.");
    return *ring_;
  }

  template <class Attempt>
  bool wait_for_record(ring& r, const deadline& end, Attempt attempt) {
    if (r.wakes_consumer()) return wait_until(end, attempt, threads::park_idle(r.bell(), {10'000'000}));
    return wait_until(end, attempt, threads::backoff_idle{});
  }

  bool has_our_dtype(const py::handle& object) const { return dtype_.equal(object.attr("dtype")); }

  // Records of our dtype, in a row.
  py::array array_of(const std::string& function, const py::object& given) const {
    const auto numpy = py::module_::import("numpy");
    if (py::isinstance<py::array>(given) || py::isinstance(given, numpy.attr("generic"))) {
      if (py::isinstance(given, numpy.attr("ma").attr("MaskedArray")))
        throw type_error(function + ": records is a masked array, whose mask would be lost: fill or compress it.");
      const bool is_record = py::isinstance<py::array>(given) || !dtype_.attr("names").is_none();
      if (is_record && !has_our_dtype(given))
        throw type_error(function + ": records has dtype " + text_of(given.attr("dtype").ptr()) +
                         "; the queue has dtype " + text_of(dtype_.ptr()) + ": convert it with astype().");
    }
    py::array result;
    try {
      const quiet_overflow quiet(numpy);
      result = numpy.attr("asarray")(given, "dtype"_a = dtype_, "order"_a = "C");
      if (dtype_.attr("names").is_none()) check_values(function, numpy, numpy.attr("asarray")(given), result);
      if (result.ndim() > 1)
        throw argument_error(function + ": records has more than one dimension; give one record or a row of them.");
    } catch (const py::error_already_set& refused) {
      if (!refused.matches(PyExc_ValueError) && !refused.matches(PyExc_TypeError) &&
          !refused.matches(PyExc_OverflowError))
        throw;
      throw type_error(function + ": records can't be made records of dtype " + text_of(dtype_.ptr()) + " (" +
                       text_of(refused.value().ptr()) + "): give a tuple, a list of tuples or an array of it.");
    }
    return result;
  }

  // What becomes infinite is refused, and need not be warned of as well.
  class quiet_overflow {
   public:
    explicit quiet_overflow(const py::module_& numpy) : state_(numpy.attr("errstate")("over"_a = "ignore")) {
      state_.attr("__enter__")();
    }
    ~quiet_overflow() {
      try {
        state_.attr("__exit__")(py::none(), py::none(), py::none());
      } catch (py::error_already_set& failure) {
        failure.discard_as_unraisable("SpscQueue");
      }
    }
    quiet_overflow(const quiet_overflow&) = delete;
    quiet_overflow& operator=(const quiet_overflow&) = delete;

   private:
    py::object state_;
  };

  // What was given is what goes in: a conversion to floats may round, no other one may change a value.
  void check_values(const std::string& function, const py::module_& numpy, const py::array& given,
                    const py::array& converted) const {
    if (given.size() == 0) return;
    const auto is_integer = [](const py::array& values) {
      return values.dtype().kind() == 'i' || values.dtype().kind() == 'u';
    };
    if (!numpy.attr("can_cast")(given.dtype(), dtype_, "same_kind").cast<bool>() &&
        !(is_integer(given) && is_integer(converted)))
      throw type_error(function + ": records has dtype " + text_of(given.dtype().ptr()) + "; the queue has dtype " +
                       text_of(dtype_.ptr()) + ": convert it with astype().");
    const bool may_round = dtype_.kind() == 'f' || dtype_.kind() == 'c';
    const py::object kept =
        may_round ? py::object(numpy.attr("equal")(numpy.attr("isfinite")(given), numpy.attr("isfinite")(converted)))
                  : py::object(numpy.attr("logical_or")(given.attr("__eq__")(converted), given.attr("__ne__")(given)));
    if (!numpy.attr("all")(kept).cast<bool>())
      throw argument_error(function + ": records holds a value that dtype " + text_of(dtype_.ptr()) +
                           " hasn't: give values that it holds, or convert them with astype().");
  }

  void check_output(const std::string& function, const py::object& out) const {
    if (!py::isinstance<py::array>(out) || !has_our_dtype(out))
      throw type_error(function + ": out is " +
                       (py::isinstance<py::array>(out) ? "of dtype " + text_of(out.attr("dtype").ptr())
                                                       : "of type " + std::string(type_of(out.ptr()))) +
                       "; it must be an array of dtype " + text_of(dtype_.ptr()) + ".");
    const auto array = py::reinterpret_borrow<py::array>(out);
    if (array.ndim() != 1 || !array.writeable() || (array.flags() & py::array::c_style) == 0)
      throw argument_error(function +
                           ": out must be one-dimensional, contiguous and writable: give numpy.empty(n, dtype).");
  }

  py::dtype dtype_;
  memory::page_block block_;
  queue::shared_segment segment_;
  std::optional<ring> ring_;
  queue::side mine_ = queue::side::none;
  std::atomic<bool> pushing_{false};
  std::atomic<bool> popping_{false};
  std::mutex life_;  // between close() and questions, which any thread may ask
};

// ---- bytes

class bytes_queue {
 public:
  explicit bytes_queue(const py::object& capacity) : ring_(capacity_of("BytesQueue", capacity)) {}

  bool push(const std::string& function, const py::object& data, const py::object& timeout) {
    const deadline end(function, timeout);
    if (PyObject_CheckBuffer(data.ptr()) == 0)
      throw type_error(function + ": data is of type " + type_of(data.ptr()) +
                       "; it must be bytes or another buffer: encode a string first.");
    Py_buffer view;
    if (PyObject_GetBuffer(data.ptr(), &view, PyBUF_SIMPLE) != 0) {
      PyErr_Clear();
      throw type_error(function + ": data isn't a contiguous buffer: give bytes(data).");
    }
    const std::unique_ptr<Py_buffer, decltype(&PyBuffer_Release)> held(&view, &PyBuffer_Release);
    const auto length = static_cast<std::size_t>(view.len);
    if (length > ring_.max_record_bytes())
      throw argument_error(function + ": data has " + std::to_string(length) + " bytes; a record has at most " +
                           std::to_string(ring_.max_record_bytes()) + ", half the queue: give it a larger capacity.");
    const entry here(pushing_, function, "producer");
    return wait_until(
        end,
        [&] {
          std::byte* to = ring_.try_reserve(length);
          if (to == nullptr) return false;
          if (length != 0) std::memcpy(to, view.buf, length);
          ring_.commit();
          return true;
        },
        threads::backoff_idle{});
  }

  py::object pop(const std::string& function, const py::object& timeout) {
    const deadline end(function, timeout);
    const entry here(popping_, function, "consumer");
    if (!wait_until(end, [&] { return ring_.peek().data() != nullptr; }, threads::backoff_idle{})) return py::none();
    return take();
  }

  py::list drain(const py::object& timeout) {
    const deadline end("BytesQueue.drain", timeout);
    const entry here(popping_, "BytesQueue.drain", "consumer");
    py::list result;
    if (!wait_until(end, [&] { return ring_.peek().data() != nullptr; }, threads::backoff_idle{})) return result;
    ring_.refresh();  // no further than what is there now
    while (ring_.peek_known().data() != nullptr) result.append(take());
    return result;
  }

  const queue::byte_ring& ring() const { return ring_; }

 private:
  py::bytes take() {
    const auto record = ring_.peek_known();
    const py::bytes result(reinterpret_cast<const char*>(record.data()), record.size());
    ring_.release();
    return result;
  }

  queue::byte_ring ring_;
  std::atomic<bool> pushing_{false};
  std::atomic<bool> popping_{false};
};

}  // namespace

void bind_queue(py::module_& module) {
  auto room = module.def_submodule("queue", "Queues between one producer and one consumer.");
  py::class_<record_queue>(room, "SpscQueue",
                           R"(A bounded queue of records between one producer and one consumer.

Two threads, of which either may be C++'s, or two processes, where `shared` names the queue. Pushes copy records in, pops
and `drain` copy them out in order; nothing is lost. A push succeeds while fewer than `capacity` records wait, and for an
eighth more. One thread at a time may push and one pop: a second one gets an ArgumentError.

Parameters
----------
dtype : anything numpy makes a dtype of
    Of one record; no Python objects.
capacity : int
    Records, a power of two. None takes that of the shared queue that is opened.
shared : str, optional
    Name of a queue in shared memory (/dev/shm/pyhft-NAME). It outlives the processes until `unlink`.
create : bool
    Make that queue; else it is opened, and must be there.
side : 'producer', 'consumer' or 'both'
    Of a shared queue: what this object is. A side is held until `close` or the end of the process, whatever ends it.
wake : bool
    A push wakes a consumer that waits (about a microsecond); else that looks again by itself, within a millisecond.

Raises
------
ArgumentError
    If capacity isn't a power of two, the name is taken or can't be one, or side is missing.
ArgumentTypeError
    If dtype is none, or holds objects.
InputError
    If the shared queue isn't there, is cut short, damaged, of another version or of other records.
HostError
    If another process holds the side, or memory can't be had.

Examples
--------
>>> import pyhft as ph
>>> ticks = ph.SpscQueue([("price", "f8"), ("quantity", "u4")], 1024)
>>> ticks.push([(101.5, 200), (101.25, 300)])
2
>>> ticks.drain()["price"]
array([101.5 , 101.25]))")
      .def(py::init<const py::object&, const py::object&, const py::object&, bool, const py::object&, bool>(),
           "dtype"_a, "capacity"_a = py::none(), py::kw_only(), "shared"_a = py::none(), "create"_a = false,
           "side"_a = py::none(), "wake"_a = false)
      .def(
          "try_push",
          [](record_queue& self, const py::object& records) {
            return self.push("SpscQueue.try_push", records, py::float_(0.0));
          },
          "records"_a,
          "Push a record (a tuple, a number, a numpy record) or a row of them (an array of the queue's dtype, a list); "
          "how many went in: the first so many.")
      .def(
          "push",
          [](record_queue& self, const py::object& records, const py::object& timeout) {
            return self.push("SpscQueue.push", records, timeout);
          },
          "records"_a, "timeout"_a = py::none(),
          "As try_push, but wait for room, without the GIL, at most timeout seconds; how many went in.")
      .def(
          "try_pop", [](record_queue& self) { return self.pop("SpscQueue.try_pop", py::float_(0.0)); },
          "The oldest record, or None.")
      .def(
          "pop", [](record_queue& self, const py::object& timeout) { return self.pop("SpscQueue.pop", timeout); },
          "timeout"_a = py::none(),
          "The oldest record; wait for one, without the GIL, at most timeout seconds, then None.")
      .def("drain", &record_queue::drain, "out"_a = py::none(), "timeout"_a = 0.0,
           "All records that wait, as an array; into the front of `out` where that is given, and no more than fit it. "
           "With a timeout wait for the first, without the GIL.")
      .def("close", &record_queue::close, "Give the memory and the sides back. Calls after that raise.")
      .def_static("unlink", &queue::shared_segment::remove, "name"_a,
                  "Take a shared queue's name away; who has it open keeps it. False where there was none.")
      .def("__enter__", [](const py::object& self) { return self; })
      .def("__exit__", [](record_queue& self, const py::args&) { self.close(); })
      .def("__len__", &record_queue::size)
      .def_property_readonly("capacity", &record_queue::capacity, "In records.")
      .def_property_readonly("dtype", &record_queue::dtype, "Of a record.")
      .def_property_readonly("shared", &record_queue::name, "The name of a shared queue, else None.")
      .def_property_readonly("closed", &record_queue::is_closed, "Whether close() was called.")
      .def_property_readonly(
          "producer_present", [](record_queue& self) { return self.present(queue::side::producer); },
          "Whether a living process holds the producer's side; True for a queue of this process alone.")
      .def_property_readonly(
          "consumer_present", [](record_queue& self) { return self.present(queue::side::consumer); },
          "Whether a living process holds the consumer's side; True for a queue of this process alone.");

  py::class_<bytes_queue>(room, "BytesQueue",
                          R"(A bounded queue of byte records of any length between one producer and one consumer thread.

Parameters
----------
capacity : int
    Bytes, a power of two from 64. A record costs its length, rounded up to 8, and 8 more.

Raises
------
ArgumentError
    If capacity isn't that.

Examples
--------
>>> import pyhft as ph
>>> lines = ph.BytesQueue(1 << 16)
>>> lines.try_push(b"order 7")
True
>>> lines.drain()
[b'order 7'])")
      .def(py::init<const py::object&>(), "capacity"_a)
      .def(
          "try_push",
          [](bytes_queue& self, const py::object& data) {
            return self.push("BytesQueue.try_push", data, py::float_(0.0));
          },
          "data"_a, "Push bytes, or any contiguous buffer's; False when there is no room.")
      .def(
          "push",
          [](bytes_queue& self, const py::object& data, const py::object& timeout) {
            return self.push("BytesQueue.push", data, timeout);
          },
          "data"_a, "timeout"_a = py::none(),
          "As try_push, but wait for room, without the GIL, at most timeout seconds.")
      .def(
          "try_pop", [](bytes_queue& self) { return self.pop("BytesQueue.try_pop", py::float_(0.0)); },
          "The oldest record as bytes, or None.")
      .def(
          "pop", [](bytes_queue& self, const py::object& timeout) { return self.pop("BytesQueue.pop", timeout); },
          "timeout"_a = py::none(),
          "The oldest record; wait for one, without the GIL, at most timeout seconds, then None.")
      .def("drain", &bytes_queue::drain, "timeout"_a = 0.0,
           "A list of all records that wait. With a timeout wait for the first, without the GIL.")
      .def_property_readonly(
          "capacity", [](const bytes_queue& self) { return self.ring().capacity_bytes(); }, "In bytes.")
      .def_property_readonly(
          "max_record", [](const bytes_queue& self) { return self.ring().max_record_bytes(); },
          "The longest record, in bytes.")
      .def_property_readonly(
          "used", [](const bytes_queue& self) { return self.ring().used_bytes(); },
          "Bytes in use, those that records cost with them.");
}

}  // namespace pyhft::bindings
