// SPDX-License-Identifier: MIT
#pragma once

// A dtype of records as an argument from Python. Wants the GIL.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <string>
#include <string_view>

#include "fast_call.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::bindings {

// A dtype whose records are bytes and nothing else, else type_error or argument_error.
inline pybind11::dtype checked_dtype(std::string_view function, const pybind11::object& given) {
  const std::string start = std::string(function) + ": dtype ";
  pybind11::dtype dtype;
  try {
    dtype = pybind11::dtype::from_args(given);
  } catch (const pybind11::error_already_set& refused) {
    throw type_error(start + "can't be made a numpy dtype (" + text_of(refused.value().ptr()) +
                     "): give one, such as [('price', 'f8'), ('quantity', 'u4')].");
  }
  const std::string text = text_of(dtype.ptr());
  if (dtype.attr("hasobject").cast<bool>())
    throw type_error(start + text +
                     " holds Python objects, which can't be copied as bytes: take fields of numbers or fixed-length "
                     "text.");
  if (!dtype.attr("subdtype").is_none())
    throw argument_error(start + text + " is an array and no record: make it a field, such as [('levels', " + text +
                         ")].");
  if (dtype.itemsize() == 0)
    throw argument_error(start + text + " has no bytes: give its length, such as 'S8' instead of 'S'.");
  return dtype;
}

}  // namespace pyhft::bindings
