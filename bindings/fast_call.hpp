// SPDX-License-Identifier: MIT
#pragma once

// Arguments of the hot entries, which are METH_FASTCALL | METH_KEYWORDS functions: pybind11's generic path costs ten
// times what a small kernel does. Keywords are compared by address first, as a call site's keyword is nearly always
// interned. Everything here wants the GIL and throws type_error or argument_error.

#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "errors.hpp"
#include "pyhft/base/error.hpp"
#include "without_gil.hpp"

namespace pyhft::bindings {

inline std::string type_of(PyObject* object) { return Py_TYPE(object)->tp_name; }

// For any object, because it stands in errors: what isn't Unicode is escaped, and a number of too many digits is named
// by its type.
inline std::string text_of(PyObject* object) {
  const auto text = pybind11::reinterpret_steal<pybind11::object>(PyObject_Str(object));
  const auto bytes = pybind11::reinterpret_steal<pybind11::object>(
      text ? PyUnicode_AsEncodedString(text.ptr(), "utf-8", "backslashreplace") : nullptr);
  if (!bytes) {
    PyErr_Clear();
    return "a value of type " + type_of(object) + " without a text";
  }
  return {PyBytes_AS_STRING(bytes.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.ptr()))};
}

// The names of a function's parameters: the first `positional` may be given without their name.
class signature {
 public:
  signature(std::string function, std::vector<std::string> names, std::size_t positional)
      : function_(std::move(function)), texts_(std::move(names)), positional_(positional) {
    for (const auto& name : texts_) names_.push_back(PyUnicode_InternFromString(name.c_str()));
  }

  std::size_t size() const { return texts_.size(); }
  const std::string& name(std::size_t i) const { return texts_[i]; }

  // Borrowed references, null where an argument was left out; `values` has size() places.
  void parse(PyObject* const* args, Py_ssize_t count, PyObject* keywords, PyObject** values) const {
    const auto given = static_cast<std::size_t>(count);
    if (given > positional_)
      throw type_error(function_ + ": " + std::to_string(given) + " arguments were given by position and at most " +
                       std::to_string(positional_) + " may be: name the others (" + listed() + ").");
    for (std::size_t i = 0; i < given; ++i) values[i] = args[i];
    for (std::size_t i = given; i < names_.size(); ++i) values[i] = nullptr;
    const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
    for (Py_ssize_t i = 0; i < named; ++i) {
      PyObject*& value = values[find(PyTuple_GET_ITEM(keywords, i))];
      if (value != nullptr)
        throw type_error(function_ + ": '" + text_of(PyTuple_GET_ITEM(keywords, i)) +
                         "' was given twice, by position and by name: leave one out.");
      value = args[count + i];
    }
  }

  [[noreturn]] void refuse_missing(std::size_t i) const {
    throw type_error(function_ + ": '" + texts_[i] + "' is missing: it takes " + listed() + ".");
  }

 private:
  std::size_t find(PyObject* keyword) const {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == keyword) return i;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (PyUnicode_Compare(names_[i], keyword) == 0) return i;
    throw type_error(function_ + ": there is no argument '" + text_of(keyword) + "': it takes " + listed() + ".");
  }

  std::string listed() const {
    std::string names;
    for (const auto& name : texts_) names += (names.empty() ? "" : ", ") + name;
    return names;
  }

  std::string function_;
  std::vector<std::string> texts_;
  std::vector<PyObject*> names_;
  std::size_t positional_;
};

// Any Python or numpy integer, but no bool.
inline std::int64_t integer(std::string_view function, std::string_view name, PyObject* object) {
  auto index = pybind11::reinterpret_borrow<pybind11::object>(object);
  if (!PyLong_CheckExact(object)) {
    if (!PyBool_Check(object) && PyIndex_Check(object))
      index = pybind11::reinterpret_steal<pybind11::object>(PyNumber_Index(object));
    if (PyBool_Check(object) || !PyIndex_Check(object) || !index) {
      PyErr_Clear();
      throw type_error(std::string(function) + ": " + std::string(name) + " is of type " + type_of(object) +
                       "; it must be an integer: give a whole number.");
    }
  }
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
  if (overflow != 0)
    throw argument_error(std::string(function) + ": " + std::string(name) + " is " + text_of(index.ptr()) +
                         "; it must fit 64 bits: give a smaller number.");
  return value;
}

// Any real number, but no bool.
inline double real(std::string_view function, std::string_view name, PyObject* object) {
  if (PyFloat_CheckExact(object)) return PyFloat_AS_DOUBLE(object);
  const double value = PyBool_Check(object) || PyComplex_Check(object) ? -1.0 : PyFloat_AsDouble(object);
  if (PyBool_Check(object) || PyComplex_Check(object) || (value == -1.0 && PyErr_Occurred() != nullptr)) {
    const bool too_large = PyErr_ExceptionMatches(PyExc_OverflowError);
    PyErr_Clear();
    if (too_large)
      throw argument_error(std::string(function) + ": " + std::string(name) +
                           " is larger than any float: give a smaller number.");
    throw type_error(std::string(function) + ": " + std::string(name) + " is of type " + type_of(object) +
                     "; it must be a number: give a float or an integer.");
  }
  return value;
}

// An object that only one thread may use at a time: the GIL sees to that, and without one the lock of the object.
class exclusive {
 public:
#if defined(Py_GIL_DISABLED)
  explicit exclusive(PyObject* self) { PyCriticalSection_Begin(&section_, self); }
  ~exclusive() { PyCriticalSection_End(&section_); }
  exclusive(const exclusive&) = delete;
  exclusive& operator=(const exclusive&) = delete;

 private:
  PyCriticalSection section_;
#else
  explicit exclusive(PyObject*) {}
#endif
};

// A table of methods holds functions of several types behind one.
template <typename Function>
PyCFunction entry(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

// Runs the body of an entry and turns what it throws into a Python error.
template <typename Body>
PyObject* guarded(Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

}  // namespace pyhft::bindings
