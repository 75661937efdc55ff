// SPDX-License-Identifier: MIT
#pragma once

// What a long reading tells Python: the messages so far and the share of the file, a few times a second; a signal handler,
// as that of Ctrl-C, has its turn then and stops the reading by its exception.

#include <pybind11/functional.h>

#include <chrono>
#include <cstdint>
#include <functional>

#include "without_gil.hpp"

namespace pyhft::bindings {

class read_progress {
 public:
  using told = std::function<void(std::uint64_t messages, double share)>;

  // `tell` may be empty, and stays with the caller. The guard is that under which the reading runs.
  read_progress(without_gil& outside, const told& tell) : outside_(outside), tell_(&tell) {}
  read_progress(without_gil& outside, told&& tell) = delete;
  // For a reading that nobody asks about.
  explicit read_progress(without_gil& outside) : outside_(outside) {}

  void operator()(std::uint64_t messages, std::uint64_t position, std::uint64_t size) {
    constexpr auto between = std::chrono::milliseconds(50);
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < between) return;
    last_ = now;
    const with_gil again(outside_);
    if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
    if (tell_ != nullptr && *tell_)
      (*tell_)(messages, size == 0 ? 0.0 : static_cast<double>(position) / static_cast<double>(size));
  }

 private:
  without_gil& outside_;
  const told* tell_{};
  std::chrono::steady_clock::time_point last_{};  // long ago: the first piece is told of
};

}  // namespace pyhft::bindings
