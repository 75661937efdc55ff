// SPDX-License-Identifier: MIT
#pragma once

// Whether what Python gave is what a conversion by numpy made of it: numbers may be rounded to floats of fewer digits,
// nothing else may change on the way. Throws type_error or argument_error that says what did. Wants the GIL.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cmath>
#include <string>
#include <vector>

#include "fast_call.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::bindings {

namespace py = pybind11;

// A field as a check wants it, found out once.
struct field_of_records {
  std::string name;
  py::dtype dtype;
  char kind;  // 'V' of what has a shape or fields of its own
};
inline std::vector<field_of_records> fields_of(const py::dtype& dtype) {
  std::vector<field_of_records> result;
  if (dtype.attr("names").is_none()) return result;
  for (const py::handle name : dtype.attr("names")) {
    const auto field = dtype.attr("fields")[name].cast<py::tuple>()[0].cast<py::dtype>();
    result.push_back({name.cast<std::string>(), field, field.kind()});
  }
  return result;
}

class value_check {
 public:
  explicit value_check(const std::string& function) : function_(function), numpy_(py::module_::import("numpy")) {}

  // converted is numpy.asarray(given, dtype).
  void values(const py::dtype& dtype, const py::array& given, const py::array& converted,
              const std::string& where = "records") const {
    if (given.size() == 0) return;
    const auto is_integer = [](const py::array& values) {
      return values.dtype().kind() == 'i' || values.dtype().kind() == 'u';
    };
    if (!numpy_.attr("can_cast")(given.dtype(), dtype, "same_kind").cast<bool>() &&
        !(is_integer(given) && is_integer(converted)))
      throw type_error(function_ + ": " + where + " has dtype " + text_of(given.dtype().ptr()) +
                       "; the queue has dtype " + text_of(dtype.ptr()) + ": convert it with astype().");
    const bool may_round = dtype.kind() == 'f' || dtype.kind() == 'c';
    const py::object kept =
        may_round ? py::object(numpy_.attr("equal")(numpy_.attr("isfinite")(given), numpy_.attr("isfinite")(converted)))
                  : py::object(numpy_.attr("logical_or")(given.attr("__eq__")(converted), given.attr("__ne__")(given)));
    if (!numpy_.attr("all")(kept).cast<bool>())
      throw argument_error(function_ + ": " + where + " holds a value that dtype " + text_of(dtype.ptr()) +
                           " hasn't: give values that it holds, or convert them with astype().");
  }

  // Tuples, and lists of them, of a dtype with fields; got is what tolist() says of the conversion.
  void rows(const py::dtype& dtype, const std::vector<field_of_records>& fields, const py::handle& given,
            const py::handle& got, const std::string& where = "records") const {
    if (!PyList_Check(got.ptr())) return record(dtype, fields, given, got, where);
    const py::sequence all = sequence_of(given, where);
    const auto made = py::reinterpret_borrow<py::list>(got);
    if (all.size() != made.size()) throw argument_error(other_length(all.size(), made.size(), where));
    for (std::size_t i = 0; i < made.size(); ++i) rows(dtype, fields, all[i], made[i], where);
  }

 private:
  void record(const py::dtype& dtype, const std::vector<field_of_records>& fields, const py::handle& given,
              const py::handle& got, const std::string& where) const {
    auto values = py::reinterpret_borrow<py::object>(given);
    if (!PyTuple_Check(given.ptr()) && py::hasattr(given, "dtype")) {
      if (dtype.equal(given.attr("dtype"))) return;
      if (!given.attr("dtype").attr("names").is_none()) values = py::tuple(given[py::tuple()]);
    }
    if (!PyTuple_Check(values.ptr()))
      throw type_error(function_ + ": " + where + " has an element of type " + type_of(given.ptr()) +
                       "; a record with fields must be a tuple, or a record of numpy's.");
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const field_of_records& field = fields[i];
      const py::handle value = PyTuple_GET_ITEM(values.ptr(), static_cast<Py_ssize_t>(i));
      const py::handle made = PyTuple_GET_ITEM(got.ptr(), static_cast<Py_ssize_t>(i));
      if (!is_kept(field.kind, value.ptr(), made.ptr()))
        this->field(field.dtype, value, made, "field '" + field.name + "' of " + where);
    }
  }

  // The usual case, without numpy: a number that is as it was, or was rounded, or text.
  static bool is_kept(char kind, PyObject* value, PyObject* got) {
    if (kind == 'f' && (PyFloat_Check(value) || PyLong_CheckExact(value))) {
      const double before = PyFloat_AsDouble(value);
      const double after = PyFloat_AsDouble(got);
      if (PyErr_Occurred() == nullptr) return std::isfinite(before) == std::isfinite(after);
      PyErr_Clear();
      return false;
    }
    if (PyLong_CheckExact(value) || PyBool_Check(value) || PyBytes_CheckExact(value) ||
        (kind == 'U' && PyUnicode_CheckExact(value)))
      return is_equal(value, got);
    if (kind == 'S' && PyUnicode_CheckExact(value)) {
      const auto bytes = py::reinterpret_steal<py::object>(PyUnicode_AsASCIIString(value));
      if (bytes) return is_equal(bytes.ptr(), got);
      PyErr_Clear();
    }
    return false;
  }

  static bool is_equal(PyObject* one, PyObject* other) {
    const int answer = PyObject_RichCompareBool(one, other, Py_EQ);
    if (answer < 0) PyErr_Clear();  // an array has no answer
    return answer == 1;
  }

  void field(const py::dtype& dtype, const py::handle& given, const py::handle& got, const std::string& where) const {
    const py::object shaped = dtype.attr("subdtype");
    if (shaped.is_none() && !dtype.attr("names").is_none()) return record(dtype, fields_of(dtype), given, got, where);
    const py::dtype base = shaped.is_none() ? dtype : shaped.cast<py::tuple>()[0].cast<py::dtype>();
    if (!base.attr("names").is_none()) return rows(base, fields_of(base), given, got.attr("tolist")(), where);
    const py::array before = numpy_.attr("asarray")(given);
    if (!shaped.is_none() &&
        !before.attr("shape").cast<py::object>().equal(shaped.cast<py::tuple>()[1].cast<py::object>()))
      throw argument_error(function_ + ": " + where + " has shape " + text_of(before.attr("shape").ptr()) +
                           "; the queue has shape " + text_of(shaped.cast<py::tuple>()[1].ptr()) + ": give that.");
    if (base.kind() == 'S' && before.dtype().kind() == 'U') {  // text of ASCII is what it was, if not cut
      const py::array encoded = numpy_.attr("char").attr("encode")(before, "ascii");
      return values(base, encoded, numpy_.attr("asarray")(encoded, base), where);
    }
    values(base, before, numpy_.attr("asarray")(given, base), where);
  }

  py::sequence sequence_of(const py::handle& given, const std::string& where) const {
    if (!py::isinstance<py::sequence>(given))
      throw type_error(function_ + ": " + where + " is of type " + type_of(given.ptr()) +
                       "; it must be a tuple, a list of tuples or an array of the queue's dtype.");
    return py::reinterpret_borrow<py::sequence>(given);
  }
  std::string other_length(std::size_t given, std::size_t needed, const std::string& where) const {
    return function_ + ": " + where + " has " + std::to_string(given) + " records; the queue has " +
           std::to_string(needed) + " there: give as many.";
  }

  const std::string& function_;
  py::module_ numpy_;
};

}  // namespace pyhft::bindings
