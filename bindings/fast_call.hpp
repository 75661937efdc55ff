// SPDX-License-Identifier: MIT
#pragma once

// Arguments of the hot entries, which are METH_FASTCALL | METH_KEYWORDS functions: pybind11's generic path costs ten
// times what a small kernel does. Keywords are compared by address first, as a call site's keyword is nearly always
// interned. Everything here wants the GIL and throws type_error or argument_error.

#include <pybind11/pybind11.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "errors.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::bindings {

inline std::string text_of(PyObject* object) {
  const auto text = pybind11::reinterpret_steal<pybind11::object>(PyObject_Str(object));
  if (!text) throw pybind11::error_already_set();
  return text.cast<std::string>();
}

inline std::string type_of(PyObject* object) { return Py_TYPE(object)->tp_name; }

// The names of a function's parameters: the first `positional` may be given without their name, the first `required`
// must be given.
template <std::size_t N>
class signature {
 public:
  signature(const char* function, std::array<const char*, N> names, std::size_t positional, std::size_t required)
      : function_(function), texts_(names), positional_(positional), required_(required) {
    for (std::size_t i = 0; i < N; ++i) names_[i] = PyUnicode_InternFromString(names[i]);
  }

  // Borrowed references, null where an argument was left out.
  std::array<PyObject*, N> parse(PyObject* const* args, Py_ssize_t count, PyObject* keywords) const {
    std::array<PyObject*, N> values{};
    const auto given = static_cast<std::size_t>(count);
    if (given > positional_)
      throw type_error(function_ + ": " + std::to_string(given) + " arguments were given by position and at most " +
                       std::to_string(positional_) + " may be: name the others (" + listed() + ").");
    for (std::size_t i = 0; i < given; ++i) values[i] = args[i];
    const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
    for (Py_ssize_t i = 0; i < named; ++i) {
      PyObject*& value = values[find(PyTuple_GET_ITEM(keywords, i))];
      if (value != nullptr)
        throw type_error(function_ + ": '" + text_of(PyTuple_GET_ITEM(keywords, i)) +
                         "' was given twice, by position and by name: leave one out.");
      value = args[count + i];
    }
    for (std::size_t i = 0; i < required_; ++i)
      if (values[i] == nullptr)
        throw type_error(function_ + ": '" + texts_[i] + "' is missing: it takes " + listed() + ".");
    return values;
  }

 private:
  std::size_t find(PyObject* keyword) const {
    for (std::size_t i = 0; i < N; ++i)
      if (names_[i] == keyword) return i;
    for (std::size_t i = 0; i < N; ++i)
      if (PyUnicode_Compare(names_[i], keyword) == 0) return i;
    throw type_error(function_ + ": there is no argument '" + text_of(keyword) + "': it takes " + listed() + ".");
  }

  std::string listed() const {
    std::string names;
    for (const char* name : texts_) names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
  }

  std::string function_;
  std::array<const char*, N> texts_;
  std::array<PyObject*, N> names_{};
  std::size_t positional_;
  std::size_t required_;
};

// Any Python or numpy integer, but no bool. One that 64 bits can't hold becomes the nearest that they can, which no
// parameter allows either, so that the core's own check words the refusal.
inline std::int64_t integer(const char* function, const char* name, PyObject* object) {
  auto index = pybind11::reinterpret_borrow<pybind11::object>(object);
  if (!PyLong_CheckExact(object)) {
    if (PyBool_Check(object) || !PyIndex_Check(object))
      throw type_error(std::string(function) + ": " + name + " is of type " + type_of(object) +
                       "; it must be an integer: give a whole number of bars.");
    index = pybind11::reinterpret_steal<pybind11::object>(PyNumber_Index(object));
    if (!index) throw pybind11::error_already_set();
  }
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
  if (overflow == 0) return value;
  return overflow > 0 ? INT64_MAX : INT64_MIN;
}

// Lets other Python threads run where the work is worth the two hand-overs (36 ns).
class without_gil {
 public:
  explicit without_gil(bool worth_it) : state_(worth_it ? PyEval_SaveThread() : nullptr) {}
  ~without_gil() {
    if (state_ != nullptr) PyEval_RestoreThread(state_);
  }
  without_gil(const without_gil&) = delete;
  without_gil& operator=(const without_gil&) = delete;

 private:
  PyThreadState* state_;
};

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
