// SPDX-License-Identifier: MIT
// pyhft._core.kernels: the indicators as functions on numpy arrays.

#include "array_args.hpp"
#include "kernels_doc.hpp"
#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/isa.hpp"
#include "pyhft/kernels/macd.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

// Below this many elements a kernel is done before another thread could have taken the GIL.
constexpr std::size_t gil_worth_releasing = 8192;

PyTypeObject* macd_type = nullptr;  // the named tuple, alive as long as the process

bool given(PyObject* argument) { return argument != nullptr && argument != Py_None; }

kernels::ema_seed seed_of(PyObject* object) {
  using kind = kernels::ema_seed::kind;
  if (object == nullptr) return {};
  if (PyUnicode_Check(object)) {
    if (PyUnicode_CompareWithASCIIString(object, "sma") == 0) return {};
    if (PyUnicode_CompareWithASCIIString(object, "first") == 0) return {kind::first, 0.0};
    throw argument_error("ema: seed is '" + text_of(object) + "'; it must be 'sma', 'first' or a number.");
  }
  if (PyBool_Check(object) || !PyNumber_Check(object) || PyComplex_Check(object))
    throw type_error("ema: seed is of type " + type_of(object) + "; it must be 'sma', 'first' or a number.");
  const double value = PyFloat_AsDouble(object);
  if (value == -1.0 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return {kind::value, value};
}

// Calls compute(view of x, views of the results ...) with the views of the array's type and number of dimensions.
template <typename Compute, typename... Results>
void with_views(const Compute& compute, const float_array& x, const Results&... results) {
  const without_gil released(x.size() >= gil_worth_releasing);
  if (x.is_double()) {
    if (x.dimensions() == 1)
      compute(x.series<const double>(), results.template series<double>()...);
    else
      compute(x.table<const double>(), results.template table<double>()...);
  } else {
    if (x.dimensions() == 1)
      compute(x.series<const float>(), results.template series<float>()...);
    else
      compute(x.table<const float>(), results.template table<float>()...);
  }
}

PyObject* ema(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&] {
    static const signature<4> parameters("ema", {"x", "period", "out", "seed"}, 2, 2);
    const auto [x_given, period_given, out_given, seed_given] = parameters.parse(args, count, keywords);
    const auto x = float_array::input("ema", "x", x_given);
    const auto period = integer("ema", "period", period_given);
    const auto seed = seed_of(seed_given);
    auto out = given(out_given) ? float_array::output("ema", "out", out_given, x) : float_array::new_output(x);
    if (given(out_given)) refuse_overlap("ema", "out", out, "x", x);
    with_views([&](auto in, auto result) { kernels::ema(in, period, result, seed); }, x, out);
    return out.release();
  });
}

// The three arrays of out=, or three new ones.
std::array<float_array, 3> macd_results(PyObject* out_given, const float_array& x) {
  if (!given(out_given)) return {float_array::new_output(x), float_array::new_output(x), float_array::new_output(x)};
  constexpr std::array names{"out[0]", "out[1]", "out[2]"};
  const auto items = py::reinterpret_steal<py::object>(
      PyTuple_Check(out_given) || PyList_Check(out_given) ? PySequence_Tuple(out_given) : nullptr);
  if (!items || PyTuple_GET_SIZE(items.ptr()) != 3)
    throw type_error("macd: out is of type " + type_of(out_given) +
                     (items ? " and length " + std::to_string(PyTuple_GET_SIZE(items.ptr())) : std::string()) +
                     "; it must be a tuple of three arrays: give (macd, signal, histogram).");
  const auto item = [&](int i) {
    return float_array::output("macd", names[static_cast<std::size_t>(i)], PyTuple_GET_ITEM(items.ptr(), i), x);
  };
  std::array<float_array, 3> results{item(0), item(1), item(2)};
  for (std::size_t i = 0; i < results.size(); ++i) {
    refuse_overlap("macd", names[i], results[i], "x", x);
    for (std::size_t j = 0; j < i; ++j) refuse_overlap("macd", names[i], results[i], names[j], results[j]);
  }
  return results;
}

PyObject* macd(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&] {
    static const signature<5> parameters("macd", {"x", "fast", "slow", "signal", "out"}, 4, 1);
    const auto [x_given, fast, slow, signal, out_given] = parameters.parse(args, count, keywords);
    const auto x = float_array::input("macd", "x", x_given);
    kernels::macd_periods periods;
    if (fast != nullptr) periods.fast = integer("macd", "fast", fast);
    if (slow != nullptr) periods.slow = integer("macd", "slow", slow);
    if (signal != nullptr) periods.signal = integer("macd", "signal", signal);
    auto results = macd_results(out_given, x);
    with_views([&](auto in, auto a, auto b, auto c) { kernels::macd(in, periods, {a, b, c}); }, x, results[0],
               results[1], results[2]);
    // A named tuple is a tuple with names: filling it directly saves the call of its Python constructor.
    PyObject* tuple = macd_type->tp_alloc(macd_type, 3);
    if (tuple == nullptr) throw py::error_already_set();
    for (int i = 0; i < 3; ++i) PyTuple_SET_ITEM(tuple, i, results[static_cast<std::size_t>(i)].release());
    return tuple;
  });
}

PyObject* isa(PyObject*, PyObject*) {
  return guarded([] { return py::str(std::string(kernels::active_isa())).release().ptr(); });
}

PyObject* available_isas(PyObject*, PyObject*) {
  return guarded([] {
    py::list names;
    for (const auto name : kernels::available_isas()) names.append(py::str(std::string(name)));
    return PyList_AsTuple(names.ptr());
  });
}

// The table of methods holds functions of several types behind one.
template <typename Function>
PyCFunction entry(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef functions[] = {
    {"ema", entry(ema), METH_FASTCALL | METH_KEYWORDS, doc::ema},
    {"macd", entry(macd), METH_FASTCALL | METH_KEYWORDS, doc::macd},
    {"isa", isa, METH_NOARGS, doc::isa},
    {"available_isas", available_isas, METH_NOARGS, doc::available_isas},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

void bind_kernels(py::module_& module) {
  auto room = module.def_submodule("kernels", "Indicators on numpy arrays.");
  if (PyModule_AddFunctions(room.ptr(), functions) != 0) throw py::error_already_set();
  for (const auto* f = functions; f->ml_name != nullptr; ++f) room.attr(f->ml_name).attr("__module__") = "pyhft";

  py::object type =
      py::module_::import("collections")
          .attr("namedtuple")("MACD", py::make_tuple("macd", "signal", "histogram"), py::arg("module") = "pyhft");
  type.attr("__doc__") = "The three series that `macd` returns, each of the shape of its input.";
  room.attr("MACD") = type;
  macd_type = reinterpret_cast<PyTypeObject*>(type.release().ptr());
}

}  // namespace pyhft::bindings
