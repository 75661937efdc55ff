// SPDX-License-Identifier: MIT
// pyhft._core.kernels: every indicator as a function on numpy arrays, and what there is to know about them.

#include <deque>

#include "array_args.hpp"
#include "indicator_plan.hpp"
#include "kernels_doc.hpp"
#include "pyhft/kernels/isa.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using kernels::array_ref;
using kernels::indicator;

bool given(PyObject* argument) { return argument != nullptr && argument != Py_None; }

kernels::nan_rule nan_rule_of(const std::string& function, PyObject* object) {
  if (object == nullptr) return kernels::nan_rule::propagate;
  if (PyUnicode_Check(object)) {
    if (PyUnicode_CompareWithASCIIString(object, "propagate") == 0) return kernels::nan_rule::propagate;
    if (PyUnicode_CompareWithASCIIString(object, "skip") == 0) return kernels::nan_rule::skip;
    if (PyUnicode_CompareWithASCIIString(object, "raise") == 0) return kernels::nan_rule::raise;
  }
  const std::string text = PyUnicode_Check(object) ? "'" + text_of(object) + "'" : "of type " + type_of(object);
  throw argument_error(function + ": nan is " + text + "; it must be 'propagate', 'skip' or 'raise'.");
}

int threads_of(const std::string& function, PyObject* object) {
  if (object == nullptr) return 1;
  const auto threads = integer(function, "threads", object);
  if (threads < 1 || threads > 1024)
    throw argument_error(function + ": threads is " + std::to_string(threads) +
                         "; it must be from 1 to 1024: give the number of cores to use.");
  return static_cast<int>(threads);
}

bool exact_of(const std::string& function, PyObject* object) {
  if (object == nullptr || object == Py_False) return false;
  if (object == Py_True) return true;
  throw type_error(function + ": exact is of type " + type_of(object) + "; it must be True or False.");
}

using arrays = std::array<std::optional<array>, kernels::max_outputs>;

// The arrays of out=, or new ones.
void make_outputs(const indicator_plan& plan, PyObject* out_given, const array_shape& shape, array::element type,
                  bool by_columns, const std::array<std::optional<array>, kernels::max_inputs>& in, arrays& out) {
  const auto outputs = plan.what->outputs;
  const auto type_of_output = [&](std::size_t i) { return outputs[i].index ? array::element::i64 : type; };
  if (!given(out_given)) {
    for (std::size_t i = 0; i < outputs.size(); ++i) out[i] = array::new_output(shape, type_of_output(i), by_columns);
    return;
  }
  if (outputs.size() == 1) {
    out[0] = array::output(plan.name, "out", out_given, shape, type_of_output(0));
    for (std::size_t j = 0; j < plan.inputs; ++j)
      refuse_overlap(plan.name, "out", *out[0], plan.what->inputs[j].name, *in[j]);
    return;
  }
  constexpr std::array<std::string_view, kernels::max_outputs> names{"out[0]", "out[1]", "out[2]"};
  const auto items = py::reinterpret_steal<py::object>(
      PyTuple_Check(out_given) || PyList_Check(out_given) ? PySequence_Tuple(out_given) : nullptr);
  if (!items || static_cast<std::size_t>(PyTuple_GET_SIZE(items.ptr())) != outputs.size()) {
    std::string wanted;
    for (const auto& one : outputs) wanted += (wanted.empty() ? "" : ", ") + std::string(one.name);
    const char* number = outputs.size() == 2 ? "two" : "three";
    throw type_error(plan.name + ": out is of type " + bindings::type_of(out_given) +
                     (items ? " and length " + std::to_string(PyTuple_GET_SIZE(items.ptr())) : std::string()) +
                     "; it must be a tuple of " + number + " arrays: give (" + wanted + ").");
  }
  for (std::size_t i = 0; i < outputs.size(); ++i)
    out[i] = array::output(plan.name, names[i], PyTuple_GET_ITEM(items.ptr(), static_cast<Py_ssize_t>(i)), shape,
                           type_of_output(i));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t j = 0; j < plan.inputs; ++j)
      refuse_overlap(plan.name, names[i], *out[i], plan.what->inputs[j].name, *in[j]);
    for (std::size_t j = 0; j < i; ++j) refuse_overlap(plan.name, names[i], *out[i], names[j], *out[j]);
  }
}

// False for an array of 0 dimensions, which is one number.
bool is_list(PyObject* object) {
  if (!array::is_array(object)) return PyList_Check(object) || PyTuple_Check(object);
  const bool has_length = PyObject_Size(object) >= 0;
  PyErr_Clear();
  return has_length;
}

// A list of periods where one period is expected.
bool is_list_of_periods(const indicator_plan& plan, PyObject* object) {
  return object != nullptr && !PyLong_CheckExact(object) && is_list(object) && plan.inputs == 1 &&
         plan.what->outputs.size() == 1 && plan.parameters != 0 &&
         plan.what->parameters[0].what == kernels::parameter::kind::period;
}

PyObject* compute_periods(const indicator_plan& plan, PyObject* const* values,
                          const kernels::compute_options& options) {
  const auto x = array::input(plan.name, plan.what->inputs[0].name, values[0]);
  const auto periods = py::reinterpret_steal<py::object>(PySequence_List(values[1]));
  if (!periods) throw py::error_already_set();
  const Py_ssize_t count = PyList_GET_SIZE(periods.ptr());
  const std::string period_name(plan.what->parameters[0].name);
  if (x.shape().dimensions != 1)
    throw argument_error(plan.name + ": x has 2 dimensions and " + period_name +
                         " is a list; give one series (T,), or one period.");
  if (count == 0) throw argument_error(plan.name + ": " + period_name + " is an empty list: give at least one.");
  std::vector<kernels::parameter_values> p;
  std::vector<PyObject*> places(values + 1, values + plan.arguments.size());
  for (Py_ssize_t i = 0; i < count; ++i) {
    places[0] = PyList_GET_ITEM(periods.ptr(), i);
    p.push_back(plan.values_of(places.data(), plan.arguments.size() > plan.inputs + plan.parameters + 4
                                                  ? values[plan.inputs + plan.parameters + 4]
                                                  : nullptr));
  }
  const array_shape shape{2, {x.shape().length[0], count}};
  std::array<std::optional<array>, kernels::max_inputs> in{x};
  arrays out;
  make_outputs(plan, values[plan.inputs + plan.parameters], shape, x.type(), false, in, out);
  {
    const without_gil released(shape.size() >= gil_worth_releasing);
    kernels::compute_periods(*plan.what, x.ref(), out[0]->ref(), p, options);
  }
  return out[0]->release();
}

PyObject* call(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&]() -> PyObject* {
    const indicator_plan& plan = plan_of(self);
    PyObject* values[max_arguments];
    plan.arguments.parse(args, count, keywords, values);
    if (PyObject* done = quick_call(plan, values)) return done;
    PyObject* const* options_given = values + plan.inputs + plan.parameters;
    if (any_frame(values, plan.inputs)) return call_through_frames(plan, args, count, keywords);
    kernels::compute_options options;
    options.nan = nan_rule_of(plan.name, options_given[1]);
    options.exact = exact_of(plan.name, options_given[2]);
    options.threads = threads_of(plan.name, options_given[3]);
    for (std::size_t i = 0; i < plan.inputs; ++i)
      if (values[i] == nullptr) plan.arguments.refuse_missing(i);
    if (is_list_of_periods(plan, values[plan.inputs])) return compute_periods(plan, values, options);

    std::array<std::optional<array>, kernels::max_inputs> in;
    std::array<array_ref, kernels::max_inputs> in_refs;
    bool all_float = true;
    for (std::size_t i = 0; i < plan.inputs; ++i) {
      in[i] = array::input(plan.name, plan.what->inputs[i].name, values[i]);
      in_refs[i] = in[i]->ref();
      all_float = all_float && in_refs[i].type == array::element::f32;
    }
    const bool has_seed = plan.arguments.size() > plan.inputs + plan.parameters + 4;
    const auto p = plan.values_of(values + plan.inputs, has_seed ? options_given[4] : nullptr);
    const array_shape shape = in[0]->shape();
    for (std::size_t i = 1; i < plan.inputs; ++i)
      if (in[i]->shape() != shape)
        throw argument_error(plan.name + ": " + std::string(plan.what->inputs[i].name) + " has shape " +
                             in[i]->shape().text() + " where " + std::string(plan.what->inputs[0].name) + " has " +
                             shape.text() + ": give inputs of one shape.");
    arrays out;
    make_outputs(plan, options_given[0], shape, all_float ? array::element::f32 : array::element::f64,
                 in[0]->by_columns(), in, out);
    const std::size_t outputs = plan.what->outputs.size();
    std::array<array_ref, kernels::max_outputs> out_refs;
    for (std::size_t i = 0; i < outputs; ++i) out_refs[i] = out[i]->ref();
    {
      const without_gil released(shape.size() >= gil_worth_releasing);
      kernels::compute(*plan.what, {in_refs.data(), plan.inputs}, {out_refs.data(), outputs}, p, options);
    }
    std::array<PyObject*, kernels::max_outputs> results{};
    for (std::size_t i = 0; i < outputs; ++i) results[i] = out[i]->release();
    return plan.packed(results.data());
  });
}

// lookback(name, *parameters, **parameters): the parameters as the function takes them, without its inputs.
PyObject* lookback(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&]() -> PyObject* {
    if (count < 1 || !PyUnicode_Check(args[0]))
      throw type_error("lookback: the first argument must be the name of an indicator, such as 'macd'.");
    const auto& what = indicator::named(text_of(args[0]));
    if (what.name.empty())
      throw argument_error("lookback: '" + text_of(args[0]) +
                           "' is a function of pyhft.talib only, and takes every bar.");
    const indicator_plan& plan = native_plan_of(what);
    const auto refuse = [&](const std::string& why) {
      std::string names;
      for (std::size_t i = plan.inputs; i < plan.inputs + plan.parameters; ++i)
        names += (names.empty() ? "" : ", ") + plan.arguments.name(i);
      throw type_error("lookback: " + why + "; it takes the parameters of " + plan.name + ", which are " +
                       (names.empty() ? "none" : names) + ": leave out what isn't one.");
    };
    if (static_cast<std::size_t>(count - 1) > plan.parameters)
      refuse(std::to_string(count - 1) + " were given by position");
    std::vector<PyObject*> moved(plan.inputs, nullptr);
    moved.insert(moved.end(), args + 1, args + count + (keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords)));
    PyObject* values[max_arguments];
    plan.arguments.parse(moved.data(), static_cast<Py_ssize_t>(plan.inputs) + count - 1, keywords, values);
    const std::size_t options = plan.inputs + plan.parameters;
    for (std::size_t i = 0; i < options + 4; ++i)
      if ((i < plan.inputs || i >= options) && values[i] != nullptr)
        refuse("'" + plan.arguments.name(i) + "' was given");
    const bool has_seed = plan.arguments.size() > options + 4;
    const auto p = plan.values_of(values + plan.inputs, has_seed ? values[options + 4] : nullptr);
    return PyLong_FromLongLong(what.lookback(p.data()));
  });
}

py::dict described(const indicator& what) {
  using kind = kernels::parameter::kind;
  constexpr std::array kinds{"period", "integer", "real", "average", "seed", "seed_value"};
  const auto text = [](std::string_view view) { return py::str(std::string(view)); };
  py::dict result;
  result["name"] = text(what.name);
  result["talib_name"] = text(what.talib_name);
  result["title"] = text(what.title);
  result["group"] = text(what.group);
  result["flags"] = text(what.talib_flags);
  py::list inputs;
  for (const auto& one : what.inputs) inputs.append(py::make_tuple(text(one.name), text(one.talib_name)));
  result["inputs"] = inputs;
  py::list parameters;
  for (const auto& one : what.parameters) {
    py::dict entry;
    entry["name"] = text(one.name);
    entry["talib_name"] = text(one.talib_name);
    entry["kind"] = kinds[static_cast<std::size_t>(one.what)];
    const bool is_real = one.what == kind::real;
    const auto number = [&](double value) -> py::object {
      if (is_real) return py::float_(value);
      return py::int_(static_cast<long long>(value));
    };
    entry["default"] = number(one.fallback);
    entry["least"] = number(one.least);
    entry["most"] = number(one.most);
    entry["help"] = text(one.help);
    entry["required"] = one.required;
    parameters.append(entry);
  }
  result["parameters"] = parameters;
  py::list outputs;
  for (const auto& one : what.outputs)
    outputs.append(py::make_tuple(text(one.name), text(one.talib_name), text(one.flag), one.index));
  result["outputs"] = outputs;
  result["streams"] = what.has_state();
  result["formula"] = text(what.text.formula);
  result["seeding"] = text(what.text.seeding);
  result["warm_up"] = text(what.text.warm_up);
  result["nan"] = text(what.text.nan);
  result["accuracy"] = text(what.text.accuracy);
  result["source"] = text(what.text.source);
  return result;
}

// describe(name): everything in the table of indicators about one, as a dict.
PyObject* describe(PyObject*, PyObject* name) {
  return guarded([&]() -> PyObject* {
    if (!PyUnicode_Check(name))
      throw type_error("explain: name is of type " + type_of(name) + "; it must be a string.");
    return described(indicator::named(text_of(name))).release().ptr();
  });
}

PyObject* names(PyObject*, PyObject*) {
  return guarded([] {
    py::list list;
    for (const auto* one : indicator::all())
      list.append(py::str(std::string(one->name.empty() ? one->talib_name : one->name)));
    return list.release().ptr();
  });
}

PyObject* isa(PyObject*, PyObject*) {
  return guarded([] { return py::str(std::string(kernels::active_isa())).release().ptr(); });
}

PyObject* available_isas(PyObject*, PyObject*) {
  return guarded([] {
    py::list list;
    for (const auto name : kernels::available_isas()) list.append(py::str(std::string(name)));
    return PyList_AsTuple(list.ptr());
  });
}

PyMethodDef functions[] = {
    {"lookback", entry(lookback), METH_FASTCALL | METH_KEYWORDS, doc::lookback},
    {"describe", describe, METH_O, doc::describe},
    {"names", names, METH_NOARGS, doc::names},
    {"isa", isa, METH_NOARGS, doc::isa},
    {"available_isas", available_isas, METH_NOARGS, doc::available_isas},
    {nullptr, nullptr, 0, nullptr},
};

PyTypeObject* result_type(py::module_& room, const indicator& what) {
  py::list fields;
  for (const auto& one : what.outputs) fields.append(py::str(std::string(one.name)));
  std::string name(what.name);
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  py::object type = py::module_::import("collections").attr("namedtuple")(name, fields, py::arg("module") = "pyhft");
  type.attr("__doc__") = "The series that `" + std::string(what.name) + "` returns, each of the shape of its input.";
  room.attr(name.c_str()) = type;
  return reinterpret_cast<PyTypeObject*>(type.release().ptr());
}

}  // namespace

void bind_kernels(py::module_& module) {
  auto room = module.def_submodule("kernels", "Indicators on numpy arrays.");
  if (PyModule_AddFunctions(room.ptr(), functions) != 0) throw py::error_already_set();
  for (const auto* f = functions; f->ml_name != nullptr; ++f) room.attr(f->ml_name).attr("__module__") = "pyhft";
  static std::deque<indicator_plan> plans;  // alive as long as the functions
  for (const auto* what : indicator::all()) {
    if (what->name.empty()) continue;
    auto& plan = plans.emplace_back(*what, true);
    if (what->outputs.size() > 1) plan.result = result_type(room, *what);
    make_function(plan, call, room);
  }
  py::list public_names;
  for (const auto& plan : plans) {
    public_names.append(plan.name);
    if (plan.result != nullptr)
      public_names.append(py::handle(reinterpret_cast<PyObject*>(plan.result)).attr("__name__"));
  }
  for (const char* name : {"available_isas", "isa", "lookback"}) public_names.append(name);
  public_names.attr("sort")();
  room.attr("__all__") = public_names;
}

}  // namespace pyhft::bindings
