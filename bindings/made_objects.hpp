// SPDX-License-Identifier: MIT
#pragma once

// pybind11 gives an object that no constructor has made, X.__new__(X), memory at its first use, and leaves in it what
// was there. Our classes refuse instead; a module calls this at its end.

#include <pybind11/pybind11.h>

#include <cstddef>

#include "pyhft/base/error.hpp"

namespace pyhft::bindings {

inline void refuse_what_was_not_made(const pybind11::module_& room) {
  for (const auto& [name, value] : pybind11::dict(room.attr("__dict__"))) {
    if (!PyType_Check(value.ptr())) continue;
    auto* const type = pybind11::detail::get_type_info(reinterpret_cast<PyTypeObject*>(value.ptr()));
    if (type == nullptr) continue;
    type->operator_new = [](std::size_t) -> void* {
      throw type_error("An object was made by __new__ alone and has nothing in it: call its class instead.");
    };
  }
}

}  // namespace pyhft::bindings
