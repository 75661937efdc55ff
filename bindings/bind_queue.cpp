// SPDX-License-Identifier: MIT
// Floor 1, queue: SPSC queues of numpy records and of bytes, within a process or between two.
//
// Python's threads may do what they like: each side of a queue is entered by one thread at a time, and a second one gets
// an exception.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "dtype_args.hpp"
#include "fast_call.hpp"
#include "pyhft/queue/byte_ring.hpp"
#include "pyhft/queue/record_ring.hpp"
#include "pyhft/queue/shared_byte_ring.hpp"
#include "pyhft/queue/shared_segment.hpp"
#include "pyhft/queue/spsc_queue.hpp"
#include "pyhft/threads/idle.hpp"
#include "queue_sides.hpp"
#include "record_values.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;

// ---- records

class record_queue : public queue_sides<queue::record_ring<queue::dynamic_layout>> {
  using ring = queue::record_ring<queue::dynamic_layout>;

 public:
  record_queue(const py::object& dtype, const py::object& capacity, const py::object& shared, bool create,
               const py::object& side, bool wake)
      : queue_sides("SpscQueue"), dtype_(checked_dtype("SpscQueue", dtype)), fields_(fields_of(dtype_)) {
    struct {
      queue::record_layout layout;
      void check(std::size_t records) const { queue::checked_capacity(records, layout); }
      std::size_t bytes_for(std::size_t records) const { return ring::bytes_for(layout, records); }
      ring make(std::byte* memory, std::size_t records, bool wakes) const {
        return {memory, records, queue::dynamic_layout{layout}, wakes};
      }
      static void claim(queue::shared_segment& segment, queue::side mine, ring& r) {
        queue::claim_ring(segment, mine, r);
      }
    } const kind{
        queue::layout_of(static_cast<std::size_t>(dtype_.itemsize()), static_cast<std::size_t>(dtype_.alignment()))};
    // A dtype of many fields says more than a segment notes: its beginning then.
    const std::string type =
        text_of(py::module_::import("numpy").attr("lib").attr("format").attr("dtype_to_descr")(dtype_).ptr())
            .substr(0, 511);
    place({capacity, shared, create, side, wake}, kind.layout, type, kind);
  }

  std::size_t push(const std::string& function, const py::object& records, const py::object& timeout) {
    const deadline end(function, timeout);
    const py::array given = array_of(function, records);
    const side_entry here(pushing_, function, "producer");
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
    const side_entry here(popping_, function, "consumer");
    ring& r = of(queue::side::consumer, function);
    const auto copied = [to = record.mutable_data(), n = bytes()](const std::byte* slot) { std::memcpy(to, slot, n); };
    if (!wait_for_record(r, end, [&] { return r.try_pop(copied); })) return py::none();
    return record[py::tuple()];
  }

  py::array drain(const py::object& out, const py::object& timeout) {
    const std::string function = "SpscQueue.drain";
    const deadline end(function, timeout);
    if (!out.is_none()) check_output(function, out);
    const side_entry here(popping_, function, "consumer");
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

  std::size_t size() {
    return ask("SpscQueue", [](const ring& r) { return r.size(); });
  }
  std::size_t capacity() {
    return ask("SpscQueue.capacity", [](const ring& r) { return r.capacity(); });
  }
  const py::dtype& dtype() const { return dtype_; }

 private:
  std::size_t bytes() const { return static_cast<std::size_t>(dtype_.itemsize()); }

  bool has_our_dtype(const py::handle& object) const { return dtype_.equal(object.attr("dtype")); }

  // Records of our dtype, in a row.
  py::array array_of(const std::string& function, const py::object& given) const {
    const auto numpy = py::module_::import("numpy");
    bool is_records = false;
    if (py::isinstance<py::array>(given) || py::isinstance(given, numpy.attr("generic"))) {
      if (py::isinstance(given, numpy.attr("ma").attr("MaskedArray")))
        throw type_error(function + ": records is a masked array, whose mask would be lost: fill or compress it.");
      is_records = py::isinstance<py::array>(given) || !dtype_.attr("names").is_none();
      if (is_records && !has_our_dtype(given))
        throw type_error(function + ": records has dtype " + text_of(given.attr("dtype").ptr()) +
                         "; the queue has dtype " + text_of(dtype_.ptr()) + ": convert it with astype().");
    }
    py::array result;
    try {
      const quiet_overflow quiet(numpy);
      result = numpy.attr("asarray")(given, "dtype"_a = dtype_, "order"_a = "C");
      if (result.ndim() > 1)
        throw argument_error(function + ": records has more than one dimension; give one record or a row of them.");
      if (is_records) return result;
      const value_check check(function);
      if (fields_.empty()) {
        check.values(dtype_, numpy.attr("asarray")(given), result);
      } else {
        check.rows(dtype_, fields_, given, result.attr("tolist")());
      }
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
  std::vector<field_of_records> fields_;
};

// ---- bytes

class bytes_queue : public queue_sides<queue::mapped_byte_ring> {
  using ring = queue::mapped_byte_ring;

 public:
  bytes_queue(const py::object& capacity, const py::object& shared, bool create, const py::object& side, bool wake)
      : queue_sides("BytesQueue") {
    struct {
      static void check(std::size_t bytes) { queue::checked_ring_bytes(bytes); }
      static std::size_t bytes_for(std::size_t bytes) { return ring::bytes_for(bytes); }
      static ring make(std::byte* memory, std::size_t bytes, bool wakes) { return {memory, bytes, wakes}; }
      static void claim(queue::shared_segment& segment, queue::side mine, ring& r) {
        queue::claim_ring(segment, mine, r);
      }
    } const kind;
    place({capacity, shared, create, side, wake}, queue::byte_records, {}, kind);
  }

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
    const side_entry here(pushing_, function, "producer");
    ring& r = of(queue::side::producer, function);
    if (length > r.max_record_bytes())
      throw argument_error(function + ": data has " + std::to_string(length) + " bytes; a record has at most " +
                           std::to_string(r.max_record_bytes()) + ", half the queue: give it a larger capacity.");
    return wait_until(
        end,
        [&] {
          std::byte* to = r.try_reserve(length);
          if (to == nullptr) return false;
          if (length != 0) std::memcpy(to, view.buf, length);
          r.commit();
          return true;
        },
        threads::backoff_idle{});
  }

  py::object pop(const std::string& function, const py::object& timeout) {
    const deadline end(function, timeout);
    const side_entry here(popping_, function, "consumer");
    ring& r = of(queue::side::consumer, function);
    if (!wait_for_record(r, end, [&] { return r.peek().data() != nullptr; })) return py::none();
    return take(r);
  }

  py::list drain(const py::object& timeout) {
    const deadline end("BytesQueue.drain", timeout);
    const side_entry here(popping_, "BytesQueue.drain", "consumer");
    ring& r = of(queue::side::consumer, "BytesQueue.drain");
    py::list result;
    if (!wait_for_record(r, end, [&] { return r.peek().data() != nullptr; })) return result;
    r.refresh();  // no further than what is there now
    while (r.peek_known().data() != nullptr) result.append(take(r));
    return result;
  }

  std::size_t capacity() {
    return ask("BytesQueue.capacity", [](const ring& r) { return r.capacity_bytes(); });
  }
  std::size_t max_record() {
    return ask("BytesQueue.max_record", [](const ring& r) { return r.max_record_bytes(); });
  }
  std::size_t used() {
    return ask("BytesQueue.used", [](const ring& r) { return r.used_bytes(); });
  }

 private:
  static py::bytes take(ring& r) {
    const auto record = r.peek_known();
    py::bytes result(reinterpret_cast<const char*>(record.data()), record.size());
    r.release();
    return result;
  }
};

// What both classes have.
template <class Queue>
void add_sides(py::class_<Queue>& face) {
  face.def("close", &Queue::close, "Give the memory and the sides back. Calls after that raise.")
      .def_static("unlink", &queue::shared_segment::remove, "name"_a,
                  "Take a shared queue's name away; who has it open keeps it. False where there was none.")
      .def("__enter__", [](const py::object& self) { return self; })
      .def("__exit__", [](Queue& self, const py::args&) { self.close(); })
      .def_property_readonly("shared", &Queue::name, "The name of a shared queue, else None.")
      .def_property_readonly("closed", &Queue::is_closed, "Whether close() was called.")
      .def_property_readonly(
          "producer_present", [](Queue& self) { return self.present(queue::side::producer); },
          "Whether a living process holds the producer's side; True for a queue of this process alone.")
      .def_property_readonly(
          "consumer_present", [](Queue& self) { return self.present(queue::side::consumer); },
          "Whether a living process holds the consumer's side; True for a queue of this process alone.");
}

}  // namespace

void bind_queue(py::module_& module) {
  auto room = module.def_submodule("queue", "Queues between one producer and one consumer.");
  py::class_<record_queue> records_face(room, "SpscQueue",
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
array([101.5 , 101.25]))");
  records_face
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
      .def("__len__", &record_queue::size)
      .def_property_readonly("capacity", &record_queue::capacity, "In records.")
      .def_property_readonly("dtype", &record_queue::dtype, "Of a record.");
  add_sides(records_face);

  py::class_<bytes_queue> bytes_face(
      room, "BytesQueue",
      R"(A bounded queue of byte records of any length between one producer and one consumer.

Two threads, or two processes, where `shared` names the queue.

Parameters
----------
capacity : int
    Bytes, a power of two from 64. A record costs its length, rounded up to 8, and 8 more. None takes that of the shared
    queue that is opened.
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
    If capacity isn't that, the name is taken or can't be one, or side is missing.
InputError
    If the shared queue isn't there, is cut short, damaged, of another version or no queue of bytes.
HostError
    If another process holds the side, or memory can't be had.

Examples
--------
>>> import pyhft as ph
>>> lines = ph.BytesQueue(1 << 16)
>>> lines.try_push(b"order 7")
True
>>> lines.drain()
[b'order 7'])");
  bytes_face
      .def(py::init<const py::object&, const py::object&, bool, const py::object&, bool>(), "capacity"_a = py::none(),
           py::kw_only(), "shared"_a = py::none(), "create"_a = false, "side"_a = py::none(), "wake"_a = false)
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
      .def_property_readonly("capacity", &bytes_queue::capacity, "In bytes.")
      .def_property_readonly("max_record", &bytes_queue::max_record, "The longest record, in bytes.")
      .def_property_readonly("used", &bytes_queue::used, "Bytes in use, those that records cost with them.");
  add_sides(bytes_face);
}

}  // namespace pyhft::bindings
