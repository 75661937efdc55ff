// SPDX-License-Identifier: MIT
#include "indicator_plan.hpp"

#include <cmath>
#include <map>

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using kernels::parameter;

struct plan_object {
  PyObject_HEAD indicator_plan* plan;
};

// A function is pickled as attribute `name` of its self: the self is pickled as the module that has the function.
PyObject* reduce(PyObject* self, PyObject*) {
  const char* module = reinterpret_cast<plan_object*>(self)->plan->native ? "pyhft._core.kernels" : "pyhft._core.talib";
  PyObject* import = PyObject_GetAttrString(PyImport_AddModule("importlib"), "import_module");
  if (import == nullptr) return nullptr;
  return Py_BuildValue("(N(s))", import, module);
}

PyMethodDef plan_methods[] = {{"__reduce__", reduce, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};

PyTypeObject* plan_type() {
  static PyTypeObject* type = [] {
    static PyType_Slot slots[] = {{Py_tp_methods, plan_methods}, {0, nullptr}};
    static PyType_Spec spec = {"pyhft._core.kernels.plan", sizeof(plan_object), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    py::module_::import("importlib");
    return reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  }();
  return type;
}

std::vector<std::string> argument_names(const kernels::indicator& what, bool native) {
  std::vector<std::string> names;
  for (const auto& one : what.inputs) names.emplace_back(native ? one.name : one.talib_name);
  for (const auto& one : what.parameters)
    if (!one.talib_name.empty() || native)
      if (one.what != parameter::kind::seed && one.what != parameter::kind::seed_value)
        names.emplace_back(native ? one.name : one.talib_name);
  if (!native) return names;
  for (const char* name : {"out", "nan", "exact", "threads"}) names.emplace_back(name);
  for (const auto& one : what.parameters)
    if (one.what == parameter::kind::seed) names.emplace_back("seed");
  return names;
}

std::size_t positional_parameters(const kernels::indicator& what, bool native) {
  std::size_t count = 0;
  for (const auto& one : what.parameters)
    if (one.what != parameter::kind::seed && one.what != parameter::kind::seed_value)
      count += native || !one.talib_name.empty() ? 1 : 0;
  return count;
}

// The moving averages by name, in TA-Lib's numbering.
constexpr std::array<std::string_view, 14> average_names{"sma",  "ema", "wma", "dema",     "tema",     "trima", "kama",
                                                         "mama", "t3",  "hma", "disabled", "fallback", "zlema", "rma"};

[[noreturn]] void refuse_large(const std::string& function, std::string_view name, const std::string& what) {
  const std::string text = function + ": " + std::string(name) + " is " + what + ": give a smaller number.";
  PyErr_SetString(number_too_large, text.c_str());
  throw py::error_already_set();
}

// Too large for 64 bits is too large for 32, which is for the caller to say.
std::int64_t talib_integer(const std::string& function, std::string_view name, PyObject* object) {
  if (PyLong_Check(object)) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0 ? value : INT64_MAX;
  }
  return integer(function, name, object);
}

double talib_real(const std::string& function, std::string_view name, PyObject* object) {
  const double value = PyFloat_AsDouble(object);
  if (value != -1.0 || PyErr_Occurred() == nullptr) return value;
  const bool too_large = PyErr_ExceptionMatches(PyExc_OverflowError) != 0;
  PyErr_Clear();
  if (too_large) refuse_large(function, name, "larger than any float");
  return real(function, name, object);
}

// numpy's floats, decimals and fractions; no text, and no array, which may have several values.
bool is_real(PyObject* object) {
  const auto* slots = Py_TYPE(object)->tp_as_number;
  return PyFloat_Check(object) || (!PyIndex_Check(object) && !array::is_array(object) && slots != nullptr &&
                                   slots->nb_float != nullptr && slots->nb_int != nullptr);
}

double average_of(const std::string& function, std::string_view name, PyObject* object) {
  if (!PyUnicode_Check(object)) return static_cast<double>(integer(function, name, object));
  const auto text = text_of(object);
  for (std::size_t i = 0; i < average_names.size(); ++i)
    if (average_names[i] == text) return static_cast<double>(i);
  std::string all;
  for (const auto one : average_names) all += (all.empty() ? "'" : ", '") + std::string(one) + "'";
  throw argument_error(function + ": " + std::string(name) + " is '" + text + "'; it must be one of " + all + ".");
}

void seed_of(const std::string& function, PyObject* object, double& kind, double& value) {
  if (PyUnicode_Check(object)) {
    if (PyUnicode_CompareWithASCIIString(object, "sma") == 0) return;
    if (PyUnicode_CompareWithASCIIString(object, "first") == 0) {
      kind = 1;
      return;
    }
    throw argument_error(function + ": seed is '" + text_of(object) + "'; it must be 'sma', 'first' or a number.");
  }
  if (array::is_array(object) || PyBool_Check(object) || !PyNumber_Check(object) || PyComplex_Check(object))
    throw type_error(function + ": seed is of type " + type_of(object) + "; it must be 'sma', 'first' or a number.");
  kind = 2;
  value = real(function, "seed", object);
  if (!std::isfinite(value))
    throw argument_error(function + ": seed is " + std::to_string(value) +
                         "; it must be finite: give the average before the first bar, or 'sma' or 'first'.");
}

// What TA-Lib's wrapper passes on where a parameter was left out; its users may pass it, too.
constexpr double talib_default_integer = -2147483648.0;
constexpr double talib_default_real = -4e37;

std::map<const kernels::indicator*, indicator_plan*>& native_plans() {
  static std::map<const kernels::indicator*, indicator_plan*> plans;
  return plans;
}

}  // namespace

double talib_number(const std::string& function, std::string_view name, PyObject* object, bool whole) {
  if (PyBool_Check(object)) return object == Py_True ? 1.0 : 0.0;
  if (!whole) return talib_real(function, name, object);
  double value = 0.0;
  if (is_real(object)) {
    value = std::trunc(talib_real(function, name, object));
    if (std::isnan(value))
      throw argument_error(function + ": " + std::string(name) +
                           " is NaN; it must be an integer: give a whole number.");
  } else {
    value = static_cast<double>(talib_integer(function, name, object));
  }
  if (!(value >= -2147483648.0 && value <= 2147483647.0))
    refuse_large(function, name, text_of(object) + "; it must fit 32 bits");
  return value;
}

indicator_plan::indicator_plan(const kernels::indicator& of, bool is_native)
    : what(&of),
      native(is_native),
      name(is_native ? of.name : of.talib_name),
      inputs(of.inputs.size()),
      parameters(positional_parameters(of, is_native)),
      arguments(name, argument_names(of, is_native), inputs + parameters) {
  help = help_of(*this);
  if (native) native_plans()[what] = this;
}

indicator_plan& native_plan_of(const kernels::indicator& what) { return *native_plans().at(&what); }

kernels::parameter_values indicator_plan::numbers_of(PyObject* const* given, PyObject* seed) const {
  kernels::parameter_values p{};
  std::size_t place = 0;
  for (std::size_t i = 0; i < what->parameters.size(); ++i) {
    const parameter& one = what->parameters[i];
    p[i] = one.fallback;
    if (one.what == parameter::kind::seed || one.what == parameter::kind::seed_value) continue;
    if (!native && one.talib_name.empty()) continue;
    PyObject* object = given[place++];
    if (object == nullptr) {
      if (native && one.required)
        throw type_error(name + ": '" + std::string(one.name) + "' is missing: give the " +
                         (one.what == parameter::kind::real ? "" : "number of ") + std::string(one.help) + ".");
      continue;
    }
    const std::string_view shown = native ? one.name : one.talib_name;
    if (!native) {
      p[i] = talib_number(name, shown, object, one.what != parameter::kind::real);
      if (p[i] == (one.what == parameter::kind::real ? talib_default_real : talib_default_integer)) p[i] = one.fallback;
      continue;
    }
    switch (one.what) {
      case parameter::kind::real:
        p[i] = real(name, shown, object);
        break;
      case parameter::kind::average:
        p[i] = average_of(name, shown, object);
        break;
      default:
        p[i] = static_cast<double>(integer(name, shown, object));
    }
  }
  if (seed != nullptr)
    for (std::size_t i = 0; i < what->parameters.size(); ++i)
      if (what->parameters[i].what == parameter::kind::seed) seed_of(name, seed, p[i], p[i + 1]);
  if (!native) talib_settings::add_to(p, name);
  return p;
}

void indicator_plan::check(const kernels::parameter_values& p, const char* verb) const {
  try {
    what->check(p, !native);
  } catch (const argument_error& refused) {
    if (native) throw;
    throw argument_error("TA_" + name + verb +
                         " function failed with error code 2: Bad Parameter (TA_BAD_PARAM): " + refused.what());
  }
}

PyObject* indicator_plan::packed(PyObject* const* results) const {
  const std::size_t outputs = what->outputs.size();
  if (outputs == 1) return results[0];
  // A named tuple is a tuple with names: filling it directly saves the call of its Python constructor.
  const auto size = static_cast<Py_ssize_t>(outputs);
  PyObject* tuple = result != nullptr ? result->tp_alloc(result, size) : PyTuple_New(size);
  if (tuple == nullptr) throw py::error_already_set();
  for (std::size_t i = 0; i < outputs; ++i) PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), results[i]);
  return tuple;
}

PyObject* quick_call(const indicator_plan& plan, PyObject* const* values) {
  Py_ssize_t bars = -1;
  const double* in[kernels::max_inputs];
  for (std::size_t i = 0; i < plan.inputs; ++i) {
    in[i] = values[i] == nullptr ? nullptr : array::ordinary_series(values[i], bars, false);
    if (in[i] == nullptr) return nullptr;
  }
  const std::size_t options = plan.inputs + plan.parameters;
  for (std::size_t i = options + 1; i < plan.arguments.size(); ++i)
    if (values[i] != nullptr) return nullptr;
  PyObject* first = plan.parameters == 0 ? nullptr : values[plan.inputs];
  if (first != nullptr && !PyLong_CheckExact(first) && !PyFloat_CheckExact(first)) return nullptr;

  const std::size_t outputs = plan.what->outputs.size();
  double* out[kernels::max_outputs];
  PyObject* results[kernels::max_outputs] = {};
  PyObject* given = plan.native && values[options] != Py_None ? values[options] : nullptr;
  for (std::size_t i = 0; i < outputs; ++i)
    if (plan.what->outputs[i].index) return nullptr;
  if (given != nullptr) {
    if (outputs != 1) return nullptr;
    out[0] = array::ordinary_series(given, bars, true);
    if (out[0] == nullptr) return nullptr;
    for (std::size_t i = 0; i < plan.inputs; ++i)
      if (out[0] < in[i] + bars && in[i] < out[0] + bars) return nullptr;
  }
  const auto p = plan.numbers_of(values + plan.inputs);
  // TA-Lib looks at nothing else where there is no bar.
  if (plan.native || bars != 0) plan.check(p);
  const bool exact = plan.is_exact(p, static_cast<std::size_t>(bars));
  if (exact) plan.what->check_state(p);
  if (given != nullptr) {
    results[0] = Py_NewRef(given);
  } else {
    for (std::size_t i = 0; i < outputs; ++i) {
      results[i] = array::new_series(bars);
      out[i] = array::data_of(results[i]);
    }
  }
  if (bars != 0) {
    const without_gil released(static_cast<std::size_t>(bars) >= gil_worth_releasing);
    kernels::compute_ordinary(*plan.what, in, static_cast<std::size_t>(bars), out, p, exact, !plan.native);
  }
  return plan.packed(results);
}

void make_function(indicator_plan& plan, fast_function function, py::module_& module) {
  auto* self = PyObject_New(plan_object, plan_type());
  if (self == nullptr) throw py::error_already_set();
  self->plan = &plan;
  plan.method = {plan.name.c_str(), entry(function), METH_FASTCALL | METH_KEYWORDS, plan.help.c_str()};
  const auto module_name = py::str(plan.native ? "pyhft" : "pyhft.talib");
  plan.function = PyCFunction_NewEx(&plan.method, reinterpret_cast<PyObject*>(self), module_name.ptr());
  Py_DECREF(self);
  if (plan.function == nullptr) throw py::error_already_set();
  module.attr(plan.name.c_str()) = py::handle(plan.function);
}

indicator_plan& plan_of(PyObject* self) { return *reinterpret_cast<plan_object*>(self)->plan; }

PyObject* number(const kernels::output& output, double value) {
  PyObject* object = output.index ? PyLong_FromLongLong(static_cast<long long>(value)) : PyFloat_FromDouble(value);
  if (object == nullptr) throw py::error_already_set();
  return object;
}

const indicator_plan* find_plan(PyObject* function) {
  if (!PyCFunction_Check(function)) return nullptr;
  PyObject* self = PyCFunction_GET_SELF(function);
  return self != nullptr && Py_TYPE(self) == plan_type() ? &plan_of(self) : nullptr;
}

bool is_frame(PyObject* object) {
  if (PyList_CheckExact(object) || PyTuple_CheckExact(object) || PyFloat_CheckExact(object) ||
      PyLong_CheckExact(object) || object == Py_None || PyUnicode_CheckExact(object))
    return false;
  return py::module_::import("pyhft._frames").attr("is_frame")(py::handle(object)).cast<bool>();
}

PyObject* call_through_frames(const indicator_plan& plan, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  py::tuple by_position(static_cast<std::size_t>(count));
  for (Py_ssize_t i = 0; i < count; ++i) by_position[static_cast<std::size_t>(i)] = py::handle(args[i]);
  py::dict by_name;
  const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
  for (Py_ssize_t i = 0; i < named; ++i) by_name[PyTuple_GET_ITEM(keywords, i)] = py::handle(args[count + i]);
  return py::module_::import("pyhft._frames")
      .attr("call")(py::handle(plan.function), by_position, by_name, !plan.native)
      .release()
      .ptr();
}

}  // namespace pyhft::bindings
