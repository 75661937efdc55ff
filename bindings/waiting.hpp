// SPDX-License-Identifier: MIT
#pragma once

// Waits of Python's threads: without the GIL, as long as the caller's timeout says, and ended by Ctrl-C through its
// exception, within 50 ms. All of it wants the GIL when it is called.

#include <pybind11/pybind11.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "fast_call.hpp"
#include "pyhft/base/error.hpp"
#include "without_gil.hpp"

namespace pyhft::bindings {

inline constexpr std::chrono::milliseconds wait_slice{50};

// When a wait ends: never, unless it was given seconds.
class deadline {
 public:
  deadline() = default;
  deadline(const std::string& function, const pybind11::object& seconds) {
    if (seconds.is_none()) return;
    double given = PyFloat_AsDouble(seconds.ptr());
    if (given == -1.0 && PyErr_ExceptionMatches(PyExc_OverflowError) != 0) {  // an integer beyond all doubles
      PyErr_Clear();
      given = std::copysign(HUGE_VAL, seconds < pybind11::int_(0) ? -1.0 : 1.0);
    } else if (given == -1.0 && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      throw type_error(function + ": timeout is of type " + type_of(seconds.ptr()) +
                       "; it must be a number of seconds, or None to wait without an end.");
    }
    if (!(given >= 0.0))
      throw argument_error(function + ": timeout is " + std::to_string(given) +
                           "; it must be 0 or more seconds, or None to wait without an end.");
    constexpr double longest_s = 1e9;
    end_ = now() + std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(given, longest_s) * 1e9));
  }
  using instant = std::chrono::steady_clock::time_point;
  static instant now() { return std::chrono::steady_clock::now(); }
  bool is_over() const { return end_ && now() >= *end_; }
  // How long to sleep at most before the next look at it and at signals.
  std::chrono::nanoseconds slice() const {
    return end_ ? std::clamp<std::chrono::nanoseconds>(*end_ - now(), std::chrono::nanoseconds(0), wait_slice)
                : wait_slice;
  }

 private:
  std::optional<instant> end_;
};

// Repeats attempt() until it says true or the time is over; Ctrl-C ends it by its exception. Without the GIL, but for
// the first attempt, which costs no more than that.
template <class Attempt, class Idle>
bool wait_until(const deadline& end, Attempt attempt, Idle idle) {
  if (attempt()) return true;
  for (;;) {
    {
      const without_gil released;
      const auto slice = deadline::now() + wait_slice;
      do {
        if (attempt()) return true;
        if (end.is_over()) return false;
        idle(0);
      } while (deadline::now() < slice);
    }
    if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
  }
}

// Work that takes as long as a file system does, on a thread of its own: whoever asked for it can be called away by Ctrl-C
// or the end of its time, and leaves it to itself. It must own what it works on, and touch nothing of Python. One at a
// time, so that waits that were given up don't add up.
template <class Result>
class patient_work {
 public:
  // Nothing where the time is over, also that of waiting for an earlier one. Throws what the work throws.
  template <class Work>
  std::optional<Result> run(const deadline& end, Work work) {
    if (!wait_for_last(end)) return std::nullopt;
    std::packaged_task<Result()> task(std::move(work));
    last_ = task.get_future().share();
    std::shared_future<Result> mine = last_;
    try {
      std::thread(std::move(task)).detach();
    } catch (const std::system_error&) {
      throw host_error("This process can have no more threads: end some, or raise its limit (ulimit -u).");
    }
    if (!wait_for(mine, end)) return std::nullopt;
    return mine.get();
  }

 private:
  // Others may have begun one meanwhile; only the GIL's holder does.
  bool wait_for_last(const deadline& end) {
    while (last_.valid() && !is_ready(last_)) {
      const std::shared_future<Result> last = last_;
      if (!wait_for(last, end)) return false;
    }
    return true;
  }
  static bool is_ready(const std::shared_future<Result>& one) {
    return one.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  static bool wait_for(const std::shared_future<Result>& one, const deadline& end) {
    return wait_until(end, [&] { return is_ready(one); }, [&](int) { one.wait_for(end.slice()); });
  }

  std::shared_future<Result> last_;
};

}  // namespace pyhft::bindings
