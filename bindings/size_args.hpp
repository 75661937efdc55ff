// SPDX-License-Identifier: MIT
#pragma once

// A size as an argument from Python: of a queue, an arena, a buffer. Wants the GIL.

#include <pybind11/pybind11.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "fast_call.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::bindings {

// Any integer from 0 on, else type_error or argument_error; advice follows "it must not be negative: ".
inline std::size_t size_of(std::string_view function, std::string_view name, const pybind11::handle& object,
                           std::string_view advice) {
  const auto value = integer(function, name, object.ptr());
  if (value < 0)
    throw argument_error(std::string(function) + ": " + std::string(name) + " is " + std::to_string(value) +
                         "; it must not be negative: " + std::string(advice) + ".");
  return static_cast<std::size_t>(value);
}

}  // namespace pyhft::bindings
