// SPDX-License-Identifier: MIT
// Floor 2, log: a logger for Python's threads, and the reader of binary logs.

#include <pthread.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fast_call.hpp"
#include "pyhft/log/async_log.hpp"
#include "pyhft/log/crash.hpp"
#include "pyhft/log/decoder.hpp"
#include "pyhft/log/site_table.hpp"
#include "pyhft/threads/idle.hpp"
#include "size_args.hpp"
#include "waiting.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;
using log::argument_kind;
using log::level;
using log::level_names;

level level_named(const std::string& function, const std::string& given) {
  const auto found = std::find(level_names.begin(), level_names.end(), given);
  if (found != level_names.end()) return static_cast<level>(found - level_names.begin());
  std::string known;
  for (const auto name : level_names) known += (known.empty() ? "'" : ", '") + std::string(name) + "'";
  throw argument_error(function + ": the level is '" + given + "', which there isn't: give one of " + known + ".");
}

// UTF-8, also of a string that has none.
class utf8 {
 public:
  explicit utf8(const py::handle& text) {
    Py_ssize_t length = 0;
    const char* bytes = PyUnicode_AsUTF8AndSize(text.ptr(), &length);
    if (bytes == nullptr) {
      PyErr_Clear();
      kept_ = py::reinterpret_steal<py::object>(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "backslashreplace"));
      if (!kept_) throw py::error_already_set();
      bytes = PyBytes_AS_STRING(kept_.ptr());
      length = PyBytes_GET_SIZE(kept_.ptr());
    }
    view_ = {bytes, static_cast<std::size_t>(length)};
  }
  std::string_view view() const { return view_; }

 private:
  py::object kept_;
  std::string_view view_;
};

// A name, or a number of the module logging: 10, 20, ... and what lies between.
level level_of(const std::string& function, const py::handle& given) {
  if (PyUnicode_Check(given.ptr())) {
    std::string name(utf8(given).view());
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return level_named(function, name);
  }
  const auto number = integer(function, "level", given.ptr());
  return static_cast<level>(std::clamp<std::int64_t>(number / 10, 0, 5));
}

// The arguments of a call in the form that a record has them in.
class raw_arguments {
 public:
  void add(const py::handle& value) {
    PyObject* const object = value.ptr();
    if (PyBool_Check(object)) {
      add_word(argument_kind::boolean, object == Py_True ? 1 : 0);
    } else if (PyFloat_Check(object)) {
      add_word(argument_kind::floating, std::bit_cast<std::uint64_t>(PyFloat_AS_DOUBLE(object)));
    } else if (PyUnicode_Check(object)) {
      add_text(utf8(value).view());
    } else if (PyIndex_Check(object)) {
      add_integer(value);
    } else {
      add_text(utf8(py::str(value)).view());
    }
  }
  std::span<const argument_kind> kinds() const { return {kinds_.data(), count_}; }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  void add_word(argument_kind kind, std::uint64_t word) {
    kinds_[count_++] = kind;
    add_bytes(&word, sizeof word);
  }
  void add_bytes(const void* from, std::size_t bytes) {
    const auto* begin = static_cast<const std::byte*>(from);
    bytes_.insert(bytes_.end(), begin, begin + bytes);
  }
  void add_text(std::string_view text) {
    const log::detail::text_argument measured = log::detail::measured(text);
    kinds_[count_++] = argument_kind::text;
    const std::size_t before = bytes_.size();
    bytes_.resize(before + log::detail::raw_bytes(measured));
    log::detail::put(bytes_.data() + before, measured);
  }
  void add_integer(const py::handle& value) {
    const auto index = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()));
    if (!index) {  // an array, say
      PyErr_Clear();
      return add_text(utf8(py::str(value)).view());
    }
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
    if (overflow == 0) return add_word(argument_kind::signed_integer, static_cast<std::uint64_t>(number));
    const unsigned long long large = overflow > 0 ? PyLong_AsUnsignedLongLong(index.ptr()) : 0;
    if (overflow < 0 || PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      return add_text(utf8(py::str(index)).view());
    }
    add_word(argument_kind::unsigned_integer, large);
  }

  std::array<argument_kind, log::most_arguments> kinds_{};
  std::size_t count_ = 0;
  std::vector<std::byte> bytes_;
};

// How often this process and those before it have forked: a logger of another count is one of a parent's.
constinit std::atomic<std::uint32_t> forks{0};
[[maybe_unused]] const int at_fork = ::pthread_atfork(nullptr, nullptr, [] { ++forks; });

// What a thread that works for a logger owns: Python may have let go of it by the end of the work, and may be gone.
struct open_logger {
  open_logger(const std::string& name, const log::logger_options& options) : logger(name, options) {}

  std::mutex guard;  // of file and last; nobody waits for the file system under it
  std::shared_ptr<log::async_log> file;
  log::backend_statistics last;    // since `file` is none
  std::uint64_t dropped_before{};  // of the logger's, what `last` has
  bool is_closed{};
  log::logger logger;  // goes before the file that it writes to
};

// The logger lives as long as the object, so that threads may be in a call while another closes it.
class python_logger {
 public:
  python_logger(const std::string& name, const log::logger_options& options)
      : mine_(std::make_shared<open_logger>(name, options)) {}

  // The last logger of a file waits for its writing thread.
  ~python_logger() {
    try {
      close();
    } catch (py::error_already_set& interrupted) {
      interrupted.discard_as_unraisable("Logger");
    } catch (const std::exception&) {  // a foreign error of the writing thread, and nobody to be told
    }
  }

  void open(const log::backend_options& options, const threads::placement& where) {
    opening_or_flushing_.run({}, [mine = mine_, options, where] {
      auto file = log::async_log::shared(options, where);
      file->writer().attach(mine->logger);
      const std::scoped_lock lock(mine->guard);
      mine->file = std::move(file);
      return true;
    });
    const without_gil released;
    logger().prepare();  // no memory for a ring is said here, not by drops
  }

  void write(const std::string& function, level severity, const py::handle& format, const py::args& arguments,
             std::optional<std::uint64_t> at) {
    if (!PyUnicode_Check(format.ptr())) {
      throw type_error("Logger." + function + ": the format is of type " + type_of(format.ptr()) +
                       "; it must be a str.");
    }
    refuse_closed(function);
    if (severity == level::off || !logger().enabled(severity)) return;
    const std::uint64_t cycles = at ? *at : clock::read_cycles();
    const utf8 text(format);
    if (arguments.empty()) {
      store(text.view(), severity, cycles);
      return;
    }
    if (const auto wrong = log::format_error(text.view(), arguments.size()); !wrong.empty())
      throw argument_error("Logger." + function + ": " + wrong + ".");
    raw_arguments raw;
    for (const py::handle argument : arguments) raw.add(argument);
    if (const log::call_site* site = log::interned_site(severity, text.view(), raw.kinds())) {
      when_there_is_room(raw.bytes().size(), [&] { logger().write_raw(*site, cycles, raw.bytes()); });
    } else {
      // Thousands of formats: they change with every call, and are no formats.
      store(utf8(format.attr("format")(*arguments)).view(), severity, cycles);
    }
  }

  bool flush(const py::object& timeout) {
    const deadline end("Logger.flush", timeout);
    if (closed()) return false;
    auto file = open_file();
    if (file == nullptr) return false;
    auto flush_and_let_go = [file = std::move(file)]() mutable {
      const bool done = file->flush();
      log::async_log::let_go(std::move(file));  // before this one counts as done: close() looks who has a share
      return done;
    };
    return opening_or_flushing_.run(end, std::move(flush_and_let_go)).value_or(false);
  }

  void close() {
    if (of_parent() || closed_.exchange(true) || open_file() == nullptr) return;
    closing_.run({}, [mine = mine_] {
      std::shared_ptr<log::async_log> file;
      {
        const std::scoped_lock lock(mine->guard);
        file = std::move(mine->file);
      }
      const std::uint64_t dropped = file->writer().detach(mine->logger).dropped;
      auto end = log::async_log::let_go(std::move(file));  // the last one's are the end's
      const std::scoped_lock lock(mine->guard);
      mine->last = std::move(end);
      mine->dropped_before = dropped;
      mine->is_closed = true;
      return true;
    });
  }

  py::dict statistics() {
    const log::backend_statistics now = statistics_now();
    return py::dict("written"_a = now.written, "dropped"_a = now.dropped, "write_errors"_a = now.write_errors,
                    "last_error"_a = now.last_error, "out_of_order"_a = now.out_of_order,
                    "rotations"_a = now.rotations);
  }

  void prepare() {
    refuse_closed("prepare");
    logger().prepare();
  }
  log::logger& logger() const { return mine_->logger; }
  bool closed() const { return of_parent() || closed_.load(); }

 private:
  // A thread that isn't in this process may hold the guard, so nothing here takes it then.
  bool of_parent() const { return made_in_ != forks.load(std::memory_order_relaxed); }

  log::backend_statistics statistics_now() {
    if (of_parent()) return {};
    std::optional<log::backend_statistics> now;
    const auto ask = [&] {
      const std::scoped_lock lock(mine_->guard);
      if (mine_->file != nullptr) {
        now = mine_->file->writer().try_statistics();
      } else {
        now = mine_->last;
        if (mine_->is_closed) {
          mine_->logger.discard();  // calls that raced with close()
          now->dropped += mine_->logger.dropped() - mine_->dropped_before;
        }
      }
      return now.has_value();
    };
    wait_until({}, ask, threads::backoff_idle{});
    return *now;
  }

  void store(std::string_view text, level severity, std::uint64_t cycles) {
    const std::size_t bytes = log::detail::raw_bytes(log::detail::measured(text, log::most_message_bytes));
    when_there_is_room(bytes, [&] { logger().write_text(severity, cycles, text); });
  }
  // Others may run while this thread waits for room, which nobody else's policy makes it do. Whoever is called away from
  // that has dropped the call.
  template <class Work>
  void when_there_is_room(std::size_t bytes, Work write) {
    if (logger().options().when_full != log::full_policy::block) return write();
    const auto attempt = [&] {
      if (logger().would_wait(bytes)) return false;
      write();
      return true;
    };
    try {
      wait_until({}, attempt, threads::backoff_idle{});
    } catch (const py::error_already_set&) {
      logger().drop();
      throw;
    }
  }

  std::shared_ptr<log::async_log> open_file() const {
    const std::scoped_lock lock(mine_->guard);
    return mine_->file;
  }
  void refuse_closed(const std::string& function) const {
    if (of_parent()) {
      throw argument_error("Logger." + function + ": this logger is of the parent process: make another.");
    }
    if (closed_.load()) throw argument_error("Logger." + function + ": this logger is closed: make another.");
  }

  const std::uint32_t made_in_ = forks.load(std::memory_order_relaxed);
  const std::shared_ptr<open_logger> mine_;
  patient_work<bool> opening_or_flushing_;
  patient_work<bool> closing_;  // doesn't wait for a flush that somebody gave up
  std::atomic<bool> closed_{false};
};

std::unique_ptr<python_logger> make_logger(const std::string& file, const std::string& name, const py::object& severity,
                                           const std::string& sink, const std::string& when_full,
                                           const py::object& ring_bytes, const py::object& grow_to_bytes,
                                           const py::object& rotate_bytes, bool rotate_daily, const py::object& core) {
  constexpr std::string_view power_of_two = "give a power of two, such as 1 << 20";
  log::logger_options logging{.ring_bytes = size_of("Logger", "ring_bytes", ring_bytes, power_of_two),
                              .when_full = log::full_policy_named(when_full),
                              .grow_to_bytes = size_of("Logger", "grow_to_bytes", grow_to_bytes, power_of_two)};
  log::backend_options options{.file = file, .form = log::file_form_named(sink)};
  if (!rotate_bytes.is_none())
    options.rotate_bytes = size_of("Logger", "rotate_bytes", rotate_bytes, "give bytes, such as 100_000_000");
  options.rotate_daily = rotate_daily;
  threads::placement where = log::writing_thread();
  if (!core.is_none()) where.core = static_cast<int>(integer("Logger", "core", core.ptr()));
  auto made = std::make_unique<python_logger>(name, logging);
  made->logger().set_level(level_of("Logger", severity));
  made->open(options, where);
  return made;
}

std::optional<std::uint64_t> stamp_of(const std::string& function, const py::object& at) {
  if (at.is_none()) return {};
  return static_cast<std::uint64_t>(integer(function, "at", at.ptr()));
}

py::dict decode(const py::buffer& file, bool json, const py::object& least, const py::function& write) {
  const py::buffer_info all = file.request();
  const level severity = level_of("decode", least);
  const auto size = static_cast<std::size_t>(all.size * all.itemsize);
  const log::decoded result =
      log::decode({static_cast<const std::byte*>(all.ptr), size}, json ? log::file_form::json : log::file_form::text,
                  severity, [&](std::string_view piece) { write(py::bytes(piece.data(), piece.size())); });
  py::list damages;
  for (const log::damage& one : result.damages) damages.append(py::make_tuple(one.offset, one.bytes, one.reason));
  return py::dict("records"_a = result.records, "lines"_a = result.lines, "sessions"_a = result.sessions,
                  "undefined_records"_a = result.undefined_records, "missing"_a = result.missing,
                  "damages"_a = damages);
}

template <level Severity>
void add_level(py::class_<python_logger>& face) {
  static const std::string name(level_names[static_cast<std::size_t>(Severity)]);
  face.def(
      name.c_str(),
      [](python_logger& self, const py::object& format, const py::args& arguments) {
        self.write(name, Severity, format, arguments, {});
      },
      "format"_a, ("log() at the level '" + name + "'.").c_str());
}

}  // namespace

void bind_log(py::module_& module) {
  auto room = module.def_submodule("log", "The asynchronous log, from Python.");

  py::class_<python_logger> face(room, "Logger", "What pyhft.Logger stands on; that one checks and says more.");
  face.def(py::init(&make_logger), "file"_a, "name"_a, "level"_a, "sink"_a, "when_full"_a, "ring_bytes"_a,
           "grow_to_bytes"_a, "rotate_bytes"_a, "rotate_daily"_a, "core"_a)
      .def(
          "log",
          [](python_logger& self, const py::object& severity, const py::object& format, const py::args& arguments,
             const py::object& at) {
            self.write("log", level_of("Logger.log", severity), format, arguments, stamp_of("Logger.log", at));
          },
          "level"_a, "format"_a, py::kw_only(), "at"_a = py::none(),
          "Log a format with a {} for each argument; without arguments the text as it is. Text in an argument is cut "
          "at 512 bytes, one that is the whole message at 8192, and marked with '...'. `at` is a stamp of "
          "TscClock.read; the default is now. ArgumentError: another number of arguments than placeholders.")
      .def("flush", &python_logger::flush, "timeout"_a = py::none(),
           "Return when all that was logged before is in the file; False: a write failed, or timeout seconds were not "
           "enough.")
      .def("close", &python_logger::close, "Write what is queued and end; the last logger of a file closes it.")
      .def("prepare", &python_logger::prepare, "Make the calling thread's queue now instead of at its first call.")
      .def_property(
          "level",
          [](python_logger& self) {
            return std::string(level_names[static_cast<std::size_t>(self.logger().threshold())]);
          },
          [](python_logger& self, const py::object& severity) {
            self.logger().set_level(level_of("Logger.level", severity));
          },
          "Calls below are ignored.")
      .def_property_readonly(
          "name", [](python_logger& self) { return self.logger().name(); }, "As it was given.")
      .def_property_readonly("closed", &python_logger::closed,
                             "Whether close() was called, or this is a child by fork() of the process that made it.")
      .def_property_readonly("statistics", &python_logger::statistics,
                             "Of the file: written, dropped, write_errors, last_error, out_of_order and rotations. At "
                             "the end written + dropped are the calls. Of a parent process's, nothing.");
  add_level<level::trace>(face);
  add_level<level::debug>(face);
  add_level<level::info>(face);
  add_level<level::warning>(face);
  add_level<level::error>(face);
  add_level<level::critical>(face);

  py::tuple names(level_names.size());
  for (std::size_t i = 0; i < level_names.size(); ++i) names[i] = std::string(level_names[i]);
  room.attr("LEVELS") = names;

  room.def("install_crash_handler", &log::install_crash_handler,
           "On SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT write what is queued in every open log, then let whoever had "
           "the signal before have it.");
  room.def("remove_crash_handler", &log::remove_crash_handler, "Give the signals back.");
  room.def("decode", &decode, "file"_a, "json"_a, "least"_a, "write"_a,
           "Decode a binary log: pieces of whole lines go to write(bytes). A dict of records, lines, sessions, "
           "undefined_records, missing and damages, the last a list of (offset, bytes, reason).");
}

}  // namespace pyhft::bindings
