// SPDX-License-Identifier: MIT
#pragma once

// What the functions of one indicator share, made once at import: the names of its parameters, the type of its results
// and its help. A function is a METH_FASTCALL entry whose `self` holds its plan. ph.<name> takes what is described in
// indicator_help.cpp; pyhft.talib.<NAME> takes TA-Lib's parameters and nothing else.

#include <array>
#include <optional>
#include <string>

#include "array_args.hpp"
#include "fast_call.hpp"
#include "pyhft/kernels/indicator.hpp"
#include "talib_settings.hpp"

namespace pyhft::bindings {

// Below this many elements a kernel is done before another thread could have taken the GIL.
constexpr std::size_t gil_worth_releasing = 8192;

using fast_function = PyObject* (*)(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords);

constexpr std::size_t max_arguments = kernels::max_inputs + kernels::max_parameters + 5;

struct indicator_plan {
  const kernels::indicator* what;
  bool native;
  std::string name;  // of the function
  std::size_t inputs;
  std::size_t parameters;  // that may be given by position
  signature arguments;     // inputs, parameters, and for a native one: out, nan, exact, threads[, seed]
  std::string help;
  PyMethodDef method{};
  PyTypeObject* result = nullptr;  // the named tuple of several outputs, null for TA-Lib's plain one
  PyObject* function = nullptr;    // alive as long as the process

  indicator_plan(const kernels::indicator& of, bool is_native);

  // The values of a call from the places that follow the inputs, null where they were left out. Throws unless they are
  // numbers of the right kind.
  kernels::parameter_values numbers_of(PyObject* const* given, PyObject* seed = nullptr) const;
  // Throws unless they are within the limits. `verb` is what TA-Lib calls the function that refuses them: "_Open".
  void check(const kernels::parameter_values& p, const char* verb = "") const;
  // The exact form is wanted of so many bars, or these numbers in these settings give other values than the fast one's.
  bool is_exact(const kernels::parameter_values& p, std::size_t bars) const {
    if (native) return false;
    if (bars <= talib_settings::exact_bars) return what->lookback(p.data()) < static_cast<std::int64_t>(bars);
    return talib_settings::exact() || (what->unstable_inside != nullptr && what->unstable_inside(p.data()));
  }
  // What numbers_of() gives, once check() let it pass.
  kernels::parameter_values values_of(PyObject* const* given, PyObject* seed = nullptr) const {
    const auto p = numbers_of(given, seed);
    check(p);
    return p;
  }
  std::string first_input_name() const {
    return std::string(native ? what->inputs[0].name : what->inputs[0].talib_name);
  }
  // One array, or the tuple of several; the references go over.
  PyObject* packed(PyObject* const* results) const;
};

// Makes `plan.function`, a builtin of `module`.
void make_function(indicator_plan& plan, fast_function function, pybind11::module_& module);
// The plan behind the `self` of an entry.
indicator_plan& plan_of(PyObject* self);
// One value of an output: an int where that is the number of a bar, else a float.
PyObject* number(const kernels::output& output, double value);
// The plan of any object that may be a function of make_function; null for every other.
const indicator_plan* find_plan(PyObject* function);

// The call in its commonest form: ordinary series in (array::ordinary_series), no options but perhaps an ordinary `out` of
// a single output. Null for every other call, which goes the long way.
PyObject* quick_call(const indicator_plan& plan, PyObject* const* values);

// The native plan of an indicator that has a native name.
indicator_plan& native_plan_of(const kernels::indicator& what);

std::string help_of(const indicator_plan& plan);
// "SMA(real, timeperiod=30)", as help begins with it.
std::string signature_of(const indicator_plan& plan);
// "high, low, close"
std::string inputs_of(const indicator_plan& plan);

// As TA-Lib's functions take a number: a truth value is 0 or 1, and a float is cut off where an integer is wanted (`whole`).
double talib_number(const std::string& function, std::string_view name, PyObject* object, bool whole);

// pyhft.talib.NumberTooLarge, for an integer beyond 32 bits; made by bind_talib, alive as long as the process.
extern PyObject* number_too_large;

// A series or table of pandas, polars or pyarrow: what pyhft._frames turns into arrays and back.
bool is_frame(PyObject* object);
inline bool any_frame(PyObject* const* objects, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (objects[i] != nullptr && !array::is_array(objects[i]) && is_frame(objects[i])) return true;
  return false;
}
// The call again, with arrays in the place of frames and the result turned back.
PyObject* call_through_frames(const indicator_plan& plan, PyObject* const* args, Py_ssize_t count, PyObject* keywords);

}  // namespace pyhft::bindings
