// SPDX-License-Identifier: MIT
// Floor 1, clock: the time stamp counter and the histogram of latencies.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <bit>
#include <chrono>
#include <deque>
#include <latch>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fast_call.hpp"
#include "pyhft/base/byte_order.hpp"
#include "pyhft/clock/gap_meter.hpp"
#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;

std::uint64_t unsigned_of(std::string_view function, std::string_view name, const py::handle& object) {
  const auto value = integer(function, name, object.ptr());
  if (value < 0)
    throw argument_error(std::string(function) + ": " + std::string(name) + " is " + std::to_string(value) +
                         "; it must not be negative: give 0 or more.");
  return static_cast<std::uint64_t>(value);
}

// An array has the protocol of an integer, too.
bool is_integer(const py::handle& object) { return PyIndex_Check(object.ptr()) && !py::isinstance<py::array>(object); }

// Numbers of any integer type, C-contiguous; negative ones keep their bits.
py::array_t<std::uint64_t> integer_array(const std::string& function, const std::string& name,
                                         const py::handle& object) {
  const auto given = py::array::ensure(object);
  if (!given) {
    PyErr_Clear();
    throw type_error(function + ": " + name + " is of type " + type_of(object.ptr()) +
                     "; it must be an array of integers.");
  }
  const char kind = given.dtype().kind();
  if (kind != 'i' && kind != 'u' && given.size() != 0)
    throw type_error(function + ": " + name + " has dtype " + text_of(given.dtype().ptr()) +
                     "; it must be of integers: convert it with astype('int64').");
  if (kind == 'u') return py::array_t<std::uint64_t, py::array::c_style | py::array::forcecast>(given);
  return py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>(given).attr("view")("uint64");
}

py::array_t<std::uint64_t> unsigned_array(const std::string& function, const std::string& name,
                                          const py::handle& object) {
  auto values = integer_array(function, name, object);
  const bool has_sign = py::array::ensure(object).dtype().kind() != 'u';
  for (py::ssize_t i = 0; has_sign && i < values.size(); ++i)
    if (const auto value = static_cast<std::int64_t>(values.data()[i]); value < 0)
      throw argument_error(function + ": " + name + " holds " + std::to_string(value) +
                           "; values must not be negative: take those out.");
  return values;
}

// A histogram that threads without the GIL may share.
class shared_histogram {
 public:
  explicit shared_histogram(clock::histogram counts) : counts_(std::move(counts)) {}

  template <typename Work>
  auto use(Work work) {
    const std::scoped_lock lock(guard_);
    return work(counts_);
  }
  clock::histogram copy() {
    return use([](const clock::histogram& h) { return h; });
  }

 private:
  clock::histogram counts_;
  std::mutex guard_;
};

std::unique_ptr<shared_histogram> make_histogram(const py::handle& highest_trackable) {
  return std::make_unique<shared_histogram>(
      clock::histogram(unsigned_of("Histogram", "highest_trackable", highest_trackable)));
}

void record(shared_histogram& self, const py::handle& value, const py::handle& times) {
  const auto recorded = unsigned_of("Histogram.record", "value", value);
  const auto count = unsigned_of("Histogram.record", "times", times);
  self.use([&](clock::histogram& h) { h.record(recorded, count); });
}

void record_many(shared_histogram& self, const py::handle& values) {
  const auto given = unsigned_array("Histogram.record_many", "values", values);
  const without_gil released;
  self.use([&](clock::histogram& h) {
    for (py::ssize_t i = 0; i < given.size(); ++i) h.record(given.data()[i]);
  });
}

void merge(shared_histogram& self, shared_histogram& other) {
  const clock::histogram counts = other.copy();  // one lock at a time
  self.use([&](clock::histogram& h) { h.merge(counts); });
}

double checked_percentile(double percentile) {
  if (!(percentile >= 0.0 && percentile <= 100.0))
    throw argument_error("Histogram.percentile: a percentile is " + std::to_string(percentile) +
                         "; it must be from 0 to 100: give 50 for the median.");
  return percentile;
}

py::object percentile(shared_histogram& self, const py::object& percentiles) {
  if (PyFloat_Check(percentiles.ptr()) || is_integer(percentiles)) {
    const double one = checked_percentile(real("Histogram.percentile", "percentiles", percentiles.ptr()));
    return py::int_(self.use([&](const clock::histogram& h) { return h.value_at_percentile(one); }));
  }
  const auto wanted = py::array_t<double, py::array::c_style | py::array::forcecast>::ensure(percentiles);
  if (!wanted) {
    PyErr_Clear();
    throw type_error("Histogram.percentile: percentiles is of type " + type_of(percentiles.ptr()) +
                     "; it must be a number from 0 to 100 or an array of such.");
  }
  py::array_t<std::uint64_t> values(std::vector<py::ssize_t>(wanted.shape(), wanted.shape() + wanted.ndim()));
  for (py::ssize_t i = 0; i < wanted.size(); ++i) {
    const double one = checked_percentile(wanted.data()[i]);
    values.mutable_data()[i] = self.use([&](const clock::histogram& h) { return h.value_at_percentile(one); });
  }
  return values;
}

py::array buckets(shared_histogram& self) {
  const auto recorded = self.use([](const clock::histogram& h) { return h.recorded_buckets(); });
  return py::array_t<clock::histogram::bucket>(static_cast<py::ssize_t>(recorded.size()), recorded.data());
}

// HdrHistogram's transportable form: deflated, behind a header of its own, as base64.
constexpr std::uint32_t compressed_cookie = 0x1c849314;
constexpr std::size_t outer_header_bytes = 8;

std::string bytes_of(const py::object& object) { return py::bytes(object); }

py::object encode(shared_histogram& self) {
  const auto plain = self.use([](const clock::histogram& h) { return h.encoded(); });
  const std::string deflated = bytes_of(py::module_::import("zlib").attr("compress")(
      py::bytes(reinterpret_cast<const char*>(plain.data()), plain.size())));
  std::string whole(outer_header_bytes, '\0');
  store_big(reinterpret_cast<std::byte*>(whole.data()), compressed_cookie);
  store_big(reinterpret_cast<std::byte*>(whole.data()) + 4, static_cast<std::uint32_t>(deflated.size()));
  return py::module_::import("base64").attr("b64encode")(py::bytes(whole + deflated));
}

std::unique_ptr<shared_histogram> decode(const py::object& text) {
  constexpr std::size_t most_bytes = 16 << 20;  // a histogram of all 64 bits is half a megabyte
  std::string inflated;
  try {
    const std::string whole = bytes_of(py::module_::import("base64").attr("b64decode")(text, "validate"_a = true));
    const auto* header = reinterpret_cast<const std::byte*>(whole.data());
    if (whole.size() < outer_header_bytes || load_big<std::uint32_t>(header) != compressed_cookie ||
        load_big<std::uint32_t>(header + 4) != whole.size() - outer_header_bytes)
      throw argument_error(
          "Histogram.decode: the text isn't a whole HdrHistogram in compressed V2 encoding: give what "
          "encode() gave.");
    const auto inflater = py::module_::import("zlib").attr("decompressobj")();
    inflated = bytes_of(inflater.attr("decompress")(py::bytes(whole.substr(outer_header_bytes)), most_bytes));
  } catch (const py::error_already_set& refused) {
    throw argument_error("Histogram.decode: the text can't be unpacked (" + text_of(refused.value().ptr()) +
                         "): give what encode() gave.");
  }
  return std::make_unique<shared_histogram>(
      clock::histogram::decoded({reinterpret_cast<const std::byte*>(inflated.data()), inflated.size()}));
}

// ---- clock

std::unique_ptr<clock::tsc_clock> make_clock(const py::handle& calibration_ns) {
  const auto calibration = integer("TscClock", "calibration_ns", calibration_ns.ptr());
  const without_gil released;
  return std::make_unique<clock::tsc_clock>(nanoseconds{calibration});
}

template <typename Result, typename Convert>
py::object converted(const py::array_t<std::uint64_t>& cycles, Convert convert) {
  py::array_t<Result> result(std::vector<py::ssize_t>(cycles.shape(), cycles.shape() + cycles.ndim()));
  for (py::ssize_t i = 0; i < cycles.size(); ++i) result.mutable_data()[i] = convert(cycles.data()[i]);
  return result;
}

py::object to_ns(const clock::tsc_clock& self, const py::object& cycles) {
  // Differences may be negative: counters of two cores may be some tens of nanoseconds apart.
  if (is_integer(cycles))
    return py::float_(self.to_ns(static_cast<std::uint64_t>(integer("TscClock.to_ns", "cycles", cycles.ptr()))));
  return converted<double>(integer_array("TscClock.to_ns", "cycles", cycles),
                           [&](std::uint64_t c) { return self.to_ns(c); });
}

py::object to_epoch_ns(const clock::tsc_clock& self, const py::object& cycles) {
  const auto instant = [&](std::uint64_t c) { return self.to_epoch(c).count; };
  if (is_integer(cycles)) return py::int_(instant(unsigned_of("TscClock.to_epoch_ns", "cycles", cycles)));
  return converted<std::int64_t>(unsigned_array("TscClock.to_epoch_ns", "cycles", cycles), instant);
}

// One watching thread per core, all at once. Ctrl-C ends it early, by its exception.
py::list watch_gaps(const std::vector<int>& cores, double seconds, std::int64_t least_ns, std::optional<int> priority) {
  constexpr double longest_s = 3600.0;
  if (!(seconds > 0.0 && seconds <= longest_s))
    throw argument_error("watch_gaps: seconds is " + std::to_string(seconds) +
                         "; it must be above 0 and at most 3600: give 10.");
  if (least_ns < 0)
    throw argument_error("watch_gaps: least_ns is " + std::to_string(least_ns) + "; it must not be negative.");
  for (const int core : cores) threads::check_placement({core, "gap_meter", priority});
  struct watch {
    clock::histogram gaps;
    clock::gap_summary summary;
  };
  const clock::tsc_clock clock;
  std::deque<watch> watches(cores.size());
  std::deque<threads::pinned_thread> watching;
  std::latch left(static_cast<std::ptrdiff_t>(cores.size()));
  for (std::size_t i = 0; i < cores.size(); ++i)
    watching.emplace_back(threads::placement{cores[i], "gap_meter", priority}, [&, i](const std::stop_token& stop) {
      watches[i].summary = clock::watch_gaps(clock, {static_cast<std::int64_t>(seconds * 1e9)}, {least_ns},
                                             watches[i].gaps, [&] { return stop.stop_requested(); });
      left.count_down();
    });
  {
    without_gil released;
    while (!left.try_wait()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const with_gil again(released);
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();  // the threads stop as they are destroyed
    }
    for (auto& thread : watching) thread.join();
  }
  py::list result;
  for (std::size_t i = 0; i < cores.size(); ++i)
    result.append(py::dict("core"_a = cores[i],
                           "gaps"_a = std::make_unique<shared_histogram>(std::move(watches[i].gaps)),
                           "watched_ns"_a = watches[i].summary.watched_ns, "lost_ns"_a = watches[i].summary.lost_ns,
                           "notes"_a = watching[i].notes()));
  return result;
}

}  // namespace

void bind_clock(py::module_& module) {
  auto room = module.def_submodule("clock", "The counter that stamps packets, and histograms of latencies.");
  room.def(
      "counter_source", [] { return std::string{clock::process_counter().name}; },
      "What is read: 'rdtsc', 'cntvct_el0' or 'clock_gettime'.");
  room.def(
      "counter_warning", [] { return clock::process_counter().warning; },
      "Why that is a fallback; empty where the counter is sound.");

  py::class_<clock::tsc_clock>(room, "TscClock",
                               R"(The processor's time stamp counter, calibrated against the system clock.

`read` is a stamp; the other methods say later what it means. Making one watches the system clock for `calibration_ns`
(asleep, without the GIL): 1 ms to 10 s; at the default the rate is right to about 2 parts in a million. Call
`recalibrate` now and then in a process that lives long: it takes the rate over the whole time since, and follows what
the system clock was corrected by. Where the counter isn't sound, the system's monotonic clock is read and `warning`
says why.

Raises
------
ArgumentError
    If calibration_ns is out of range.)")
      .def(py::init(&make_clock), "calibration_ns"_a = 10'000'000)
      .def("read", &clock::tsc_clock::read, "The counter now, in cycles.")
      .def("recalibrate", &clock::tsc_clock::recalibrate, "Take the rate and the epoch anew: about 10 us.")
      .def("to_ns", &to_ns, "cycles"_a,
           "A difference of two stamps, or an array of such, in ns: float, or float64 of the same shape.")
      .def(
          "to_epoch_ns", &to_epoch_ns, "cycles"_a,
          "When the counter stood so, in ns since 1970: int, or int64 of the same shape; .view('datetime64[ns]') makes "
          "dates of them.")
      .def_property_readonly("ns_per_cycle", &clock::tsc_clock::ns_per_cycle, "Of the last calibration.")
      .def_property_readonly(
          "source", [](const clock::tsc_clock& self) { return std::string(self.source()); },
          "What is read: 'rdtsc', 'cntvct_el0' or 'clock_gettime'.")
      .def_property_readonly(
          "warning", [](const clock::tsc_clock& self) { return self.warning(); },
          "Why that is a fallback; empty where the counter is sound.");

  room.def("watch_gaps", &watch_gaps, "cores"_a, "seconds"_a, "least_ns"_a = 1000, "priority"_a = py::none(),
           "The gaps of a busy loop on each of the cores at once, those of least_ns and more: a list of dicts of core, "
           "gaps (a Histogram in ns), watched_ns, lost_ns and notes (what could not be done).");

  PYBIND11_NUMPY_DTYPE(clock::histogram::bucket, lowest, highest, count);
  py::class_<shared_histogram>(room, "Histogram",
                               R"(A histogram of latencies in the HDR layout, with three significant digits.

Values are whole numbers of any unit, 0 to `highest_trackable` (2 or more; the default is a minute in ns); those above count
as the highest one, and in `saturated`. Percentiles are HdrHistogram's, to the bucket.

Raises
------
ArgumentError
    If a number is negative or out of range.
ArgumentTypeError
    If it isn't an integer.

Examples
--------
>>> import pyhft as ph
>>> latencies = ph.Histogram()
>>> latencies.record_many([120, 130, 125, 4000])
>>> latencies.percentile([50, 99])
array([ 125, 4001], dtype=uint64))")
      .def(py::init(&make_histogram), "highest_trackable"_a = 60'000'000'000)
      .def("record", &record, "value"_a, "times"_a = 1, "Count a value, `times` times.")
      .def("record_many", &record_many, "values"_a, "Count every value of an array of integers, of any shape.")
      .def("merge", &merge, "other"_a, "Add the counts of another.")
      .def(
          "reset", [](shared_histogram& self) { self.use([](clock::histogram& h) { h.reset(); }); }, "Begin anew.")
      .def(
          "copy", [](shared_histogram& self) { return std::make_unique<shared_histogram>(self.copy()); },
          "An independent one with the same counts.")
      .def("percentile", &percentile, "percentiles"_a,
           "The highest value of the bucket at a percentile, 0 to 100: int, or uint64 of an array's shape; 0 while "
           "empty.")
      .def("buckets", &buckets,
           "The buckets that aren't empty: a record array of lowest, highest and count, ascending.")
      .def("encode", &encode,
           "Base64 of HdrHistogram's compressed V2 encoding, which its implementations read back: bytes.")
      .def_static(
          "decode", &decode, "text"_a,
          "The histogram of what `encode` gave, or another implementation with lowest value 1 and three digits.")
      .def_property_readonly(
          "count", [](shared_histogram& self) { return self.use([](clock::histogram& h) { return h.count(); }); },
          "Values counted.")
      .def_property_readonly(
          "saturated",
          [](shared_histogram& self) { return self.use([](clock::histogram& h) { return h.saturated(); }); },
          "Those of them above the highest trackable value.")
      .def_property_readonly(
          "highest_trackable",
          [](shared_histogram& self) { return self.use([](clock::histogram& h) { return h.highest_trackable(); }); },
          "The largest value told apart.")
      .def_property_readonly(
          "min", [](shared_histogram& self) { return self.use([](clock::histogram& h) { return h.min(); }); },
          "The smallest value; 0 while empty.")
      .def_property_readonly(
          "max", [](shared_histogram& self) { return self.use([](clock::histogram& h) { return h.max(); }); },
          "The largest value; 0 while empty.")
      .def_property_readonly(
          "mean", [](shared_histogram& self) { return self.use([](clock::histogram& h) { return h.mean(); }); },
          "Of the buckets' middles; 0.0 while empty.")
      .def("__len__", [](shared_histogram& self) { return self.use([](clock::histogram& h) { return h.count(); }); })
      .def("__repr__", [](shared_histogram& self) {
        return self.use([](clock::histogram& h) {
          return "Histogram(count=" + std::to_string(h.count()) + ", p50=" + std::to_string(h.value_at_percentile(50)) +
                 ", p99=" + std::to_string(h.value_at_percentile(99)) + ", max=" + std::to_string(h.max()) + ")";
        });
      });
}

}  // namespace pyhft::bindings
