// SPDX-License-Identifier: MIT
// pyhft._core.talib: the functions under TA-Lib's names, with its parameters, input checks and words of refusal.

#include <pybind11/stl.h>

#include <deque>
#include <vector>

#include "indicator_plan.hpp"

namespace py = pybind11;

namespace pyhft::bindings {

PyObject* number_too_large = nullptr;

namespace {

array input_of(const indicator_plan& plan, std::size_t i, PyObject* object) {
  if (!array::is_array(object))
    throw type_error("Argument '" + std::string(plan.what->inputs[i].talib_name) +
                     "' has incorrect type (expected numpy.ndarray, got " + type_of(object) + ")");
  if (!array::is_double(object)) throw type_error("input array type is not double");
  auto made = array::plain(object);
  if (made.shape().dimensions != 1) throw argument_error("input array has wrong dimensions");
  return made;
}

PyObject* call(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&]() -> PyObject* {
    const indicator_plan& plan = plan_of(self);
    PyObject* values[max_arguments];
    plan.arguments.parse(args, count, keywords, values);
    if (PyObject* done = quick_call(plan, values)) return done;
    if (any_frame(values, plan.inputs)) return call_through_frames(plan, args, count, keywords);
    std::array<std::optional<array>, kernels::max_inputs> in;
    std::array<kernels::array_ref, kernels::max_inputs> in_refs;
    for (std::size_t i = 0; i < plan.inputs; ++i) {
      if (values[i] == nullptr) plan.arguments.refuse_missing(i);
      in[i] = input_of(plan, i, values[i]);
      in_refs[i] = in[i]->ref();
      if (in_refs[i].rows != in_refs[0].rows) throw argument_error("input array lengths are different");
    }
    const auto p = plan.numbers_of(values + plan.inputs);
    const std::size_t outputs = plan.what->outputs.size();
    const array_shape shape = in[0]->shape();
    if (shape.size() != 0) plan.check(p);
    std::array<std::optional<array>, kernels::max_outputs> out;
    std::array<kernels::array_ref, kernels::max_outputs> out_refs;
    for (std::size_t i = 0; i < outputs; ++i) {
      out[i] = array::new_output(shape, plan.what->outputs[i].index ? array::element::i32 : array::element::f64);
      out_refs[i] = out[i]->ref();
    }
    if (shape.size() != 0) {
      const without_gil released(shape.size() >= gil_worth_releasing);
      kernels::compute(*plan.what, {in_refs.data(), plan.inputs}, {out_refs.data(), outputs}, p,
                       {.exact = plan.is_exact(p, shape.size()), .last_bar_anyhow = true});
    }
    std::array<PyObject*, kernels::max_outputs> results{};
    for (std::size_t i = 0; i < outputs; ++i) results[i] = out[i]->release();
    return plan.packed(results.data());
  });
}

std::int64_t lookback(const std::string& name, const std::vector<double>& values) {
  const auto& what = kernels::indicator::named(name);
  kernels::parameter_values p{};
  std::size_t place = 0;
  for (std::size_t i = 0; i < what.parameters.size(); ++i)
    p[i] =
        !what.parameters[i].talib_name.empty() && place < values.size() ? values[place++] : what.parameters[i].fallback;
  try {
    what.check(p, true);
  } catch (const argument_error&) {
    return -1;
  }
  talib_settings::add_to(p, name);
  return what.lookback(p.data());
}

}  // namespace

void bind_talib(py::module_& module) {
  auto room = module.def_submodule("talib", "The functions under TA-Lib's names.");
  const auto bases = py::make_tuple(py::handle(errors.argument_error), py::handle(PyExc_OverflowError));
  number_too_large = PyErr_NewExceptionWithDoc("pyhft.talib.NumberTooLarge",
                                               "A number that a parameter has no room for.", bases.ptr(), nullptr);
  if (number_too_large == nullptr) throw py::error_already_set();
  room.attr("NumberTooLarge") = py::handle(number_too_large);
  static std::deque<indicator_plan> plans;  // alive as long as the functions
  py::list public_names;
  for (const auto* what : kernels::indicator::all()) {
    if (what->talib_name.empty()) continue;
    make_function(plans.emplace_back(*what, false), call, room);
    public_names.append(plans.back().name);
  }
  public_names.append("NumberTooLarge");
  room.def("lookback", &lookback, py::arg("name"), py::arg("parameters"),
           "Bars before a function's first value, the unstable periods included; -1 for parameters that it refuses.");
  room.def(
      "set_unstable_period",
      [](const std::string& name, std::uint32_t bars) { talib_settings::set_unstable_period(name, bars); },
      py::arg("name"), py::arg("bars"), "Set the unstable period of a function and of those that it is inside of.");
  room.def("set_exact", &talib_settings::set_exact, py::arg("exact"),
           "Give TA-Lib's bits from now on, or the fast form.");
  room.def("get_exact", &talib_settings::exact, "Whether calls give TA-Lib's bits.");
  public_names.attr("sort")();
  room.attr("__all__") = public_names;
}

}  // namespace pyhft::bindings
