// SPDX-License-Identifier: MIT
// pyhft._core.bank: one indicator over many symbols, one tick at a time. A plain C type for the reason that streams are.

#include <cmath>
#include <cstring>
#include <new>
#include <optional>

#include "indicator_plan.hpp"
#include "pyhft/kernels/bank.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

struct bank_object {
  PyObject_HEAD std::optional<kernels::bank> bank;
  const indicator_plan* plan;
  bool skips_nan;
  std::array<std::vector<double>, kernels::max_outputs> last;
};

bank_object* of(PyObject* self) { return reinterpret_cast<bank_object*>(self); }

bank_object* allocate(PyTypeObject* type) {
  PyObject* self = type->tp_alloc(type, 0);
  if (self == nullptr) throw py::error_already_set();
  new (&of(self)->bank) std::optional<kernels::bank>();
  new (&of(self)->last) std::array<std::vector<double>, kernels::max_outputs>();
  return of(self);
}

PyObject* construct(PyTypeObject* type, PyObject* args, PyObject* named) {
  return guarded([&]() -> PyObject* {
    const auto words = named == nullptr ? py::dict() : py::reinterpret_steal<py::dict>(PyDict_Copy(named));
    std::vector<PyObject*> given;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i) given.push_back(PyTuple_GET_ITEM(args, i));
    std::vector<py::object> kept;
    // By position or by name, and no longer among the words that are left for the indicator's own parameters.
    const auto take = [&](const char* name, std::size_t place) -> PyObject* {
      if (words.contains(name)) {
        kept.push_back(words[name]);
        PyDict_DelItemString(words.ptr(), name);
        if (given.size() > place) throw type_error(std::string("bank: '") + name + "' was given twice.");
        return kept.back().ptr();
      }
      return given.size() > place ? given[place] : nullptr;
    };
    PyObject* name = take("name", 0);
    PyObject* symbols = take("symbols", 1);
    PyObject* nan = take("nan", SIZE_MAX);
    if (name == nullptr || !PyUnicode_Check(name))
      throw type_error("bank: the first argument must be the name of an indicator, such as 'ema'.");
    if (symbols == nullptr) throw type_error("bank: 'symbols' is missing: give the number of symbols to follow.");
    const auto& what = kernels::indicator::named(text_of(name));
    if (what.name.empty()) throw argument_error("bank: '" + text_of(name) + "' is a function of pyhft.talib only.");
    bool skips_nan = false;
    if (nan != nullptr) {
      skips_nan = PyUnicode_Check(nan) && PyUnicode_CompareWithASCIIString(nan, "skip") == 0;
      if (!skips_nan && !(PyUnicode_Check(nan) && PyUnicode_CompareWithASCIIString(nan, "propagate") == 0))
        throw argument_error("bank: nan is " + text_of(nan) + "; it must be 'propagate' or 'skip'.");
    }
    const indicator_plan& plan = native_plan_of(what);
    std::vector<PyObject*> rest(plan.inputs, nullptr);
    for (std::size_t i = 2; i < given.size(); ++i) rest.push_back(given[i]);
    const auto positional = static_cast<Py_ssize_t>(rest.size());
    const py::tuple keys(py::reinterpret_steal<py::object>(PySequence_Tuple(words.ptr())));
    for (const auto key : keys) {
      kept.push_back(words[key]);
      rest.push_back(kept.back().ptr());
    }
    PyObject* values[max_arguments];
    plan.arguments.parse(rest.data(), positional, keys.ptr(), values);
    for (std::size_t i = plan.inputs + plan.parameters; i < plan.arguments.size(); ++i)
      if (values[i] != nullptr) throw type_error("bank: it takes the parameters of " + plan.name + " and no options.");
    const auto count = integer("bank", "symbols", symbols);
    if (count < 1) {
      throw argument_error("bank: symbols is " + std::to_string(count) + "; it must be from 1 to " +
                           std::to_string(kernels::bank::max_symbols) + ": give the number of symbols to follow.");
    }
    const auto p = plan.values_of(values + plan.inputs);
    bank_object* self = allocate(type);
    const auto owner = py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(self));
    self->plan = &plan;
    self->skips_nan = skips_nan;
    self->bank.emplace(what, static_cast<std::size_t>(count), p);
    for (std::size_t i = 0; i < what.outputs.size(); ++i)
      self->last[i].assign(static_cast<std::size_t>(count), what.outputs[i].index ? 0.0 : std::nan(""));
    return py::object(owner).release().ptr();
  });
}

void destroy(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  of(self)->bank.~optional();
  of(self)->last.~array();
  type->tp_free(self);
  Py_DECREF(type);
}

// A row of one input: contiguous doubles, one per symbol. `kept` holds a converted one.
const double* row_of(const bank_object& self, std::size_t i, PyObject* object, std::vector<double>& kept) {
  const std::string name(self.plan->what->inputs[i].name);
  auto bars = static_cast<Py_ssize_t>(self.bank->symbols());
  if (const double* quick = array::ordinary_series(object, bars, false)) return quick;
  const auto given = array::input("bank.update", name, object);
  if (given.shape().dimensions != 1 || static_cast<std::size_t>(given.shape().length[0]) != self.bank->symbols())
    throw argument_error("bank.update: " + name + " has shape " + given.shape().text() + " where the bank has " +
                         std::to_string(self.bank->symbols()) + " symbols: give one value per symbol.");
  kept = given.doubles();
  return kept.data();
}

template <typename T>
void copy_out(const double* values, std::size_t count, T* to, std::ptrdiff_t stride) {
  for (std::size_t s = 0; s < count; ++s) to[static_cast<std::ptrdiff_t>(s) * stride] = static_cast<T>(values[s]);
}

using results = std::array<std::optional<array>, kernels::max_outputs>;

// The arrays of `out`, which may be null, or new ones, before anything happens to the states.
results make_results(const bank_object& self, PyObject* out) {
  const auto outputs = self.plan->what->outputs;
  const array_shape shape{1, {static_cast<Py_ssize_t>(self.bank->symbols()), 1}};
  if (out != nullptr && outputs.size() > 1 &&
      (!PyTuple_Check(out) || static_cast<std::size_t>(PyTuple_GET_SIZE(out)) != outputs.size()))
    throw type_error("bank.update: out is of type " + type_of(out) + "; it must be a tuple of " +
                     std::to_string(outputs.size()) + " arrays.");
  constexpr std::array<std::string_view, kernels::max_outputs> names{"out[0]", "out[1]", "out[2]"};
  results made;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto type = outputs[i].index ? array::element::i64 : array::element::f64;
    if (out == nullptr)
      made[i] = array::new_output(shape, type);
    else if (outputs.size() == 1)
      made[i] = array::output("bank.update", "out", out, shape, type);
    else
      made[i] = array::output("bank.update", names[i], PyTuple_GET_ITEM(out, static_cast<Py_ssize_t>(i)), shape, type);
    for (std::size_t j = 0; out != nullptr && j < i; ++j)
      refuse_overlap("bank.update", names[i], *made[i], names[j], *made[j]);
  }
  return made;
}

// Fills them with the last outputs.
PyObject* packed(const bank_object& self, results& made) {
  const auto outputs = self.plan->what->outputs;
  std::array<PyObject*, kernels::max_outputs> objects{};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto ref = made[i]->ref();
    const double* last = self.last[i].data();
    if (outputs[i].index)
      copy_out(last, self.bank->symbols(), static_cast<std::int64_t*>(ref.data), ref.row_stride);
    else if (ref.row_stride == 1)
      std::memcpy(ref.data, last, self.bank->symbols() * sizeof(double));
    else
      copy_out(last, self.bank->symbols(), static_cast<double*>(ref.data), ref.row_stride);
    objects[i] = made[i]->release();
  }
  return self.plan->packed(objects.data());
}

PyObject* update(PyObject* object, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&]() -> PyObject* {
    const exclusive lock(object);
    bank_object& self = *of(object);
    PyObject* out = nullptr;
    const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
    for (Py_ssize_t i = 0; i < named; ++i) {
      if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, i), "out") != 0)
        throw type_error("bank.update: there is no argument '" + text_of(PyTuple_GET_ITEM(keywords, i)) +
                         "': it takes one row per input, and out.");
      if (args[count + i] != Py_None) out = args[count + i];
    }
    if (static_cast<std::size_t>(count) != self.plan->inputs)
      throw type_error("bank.update: " + std::to_string(count) + " rows were given and " + self.plan->name + " takes " +
                       std::to_string(self.plan->inputs) + ".");
    std::array<std::vector<double>, kernels::max_inputs> kept;
    const double* in[kernels::max_inputs];
    for (std::size_t i = 0; i < self.plan->inputs; ++i) in[i] = row_of(self, i, args[i], kept[i]);
    results made = make_results(self, out);
    double* last[kernels::max_outputs];
    for (std::size_t i = 0; i < self.plan->what->outputs.size(); ++i) last[i] = self.last[i].data();
    // The GIL is kept, because it is what makes threads take turns.
    if (self.skips_nan)
      self.bank->update_present(in, last);
    else
      self.bank->update(in, last);
    return packed(self, made);
  });
}

PyObject* update_one(PyObject* object, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    const exclusive lock(object);
    bank_object& self = *of(object);
    if (static_cast<std::size_t>(count) != self.plan->inputs + 1)
      throw type_error("bank.update_one: " + std::to_string(count) + " arguments were given; it takes a symbol and " +
                       std::to_string(self.plan->inputs) + " values.");
    auto symbol = integer("bank.update_one", "symbol", args[0]);
    const auto symbols = static_cast<std::int64_t>(self.bank->symbols());
    if (symbol < 0 || symbol >= symbols)
      throw argument_error("bank.update_one: symbol is " + std::to_string(symbol) + "; it must be from 0 to " +
                           std::to_string(symbols - 1) + ": give its place in a row.");
    double in[kernels::max_inputs];
    double out[kernels::max_outputs];
    for (std::size_t i = 0; i < self.plan->inputs; ++i)
      in[i] = real("bank.update_one", self.plan->what->inputs[i].name, args[i + 1]);
    const auto place = static_cast<std::size_t>(symbol);
    const auto outputs = self.plan->what->outputs;
    if (self.skips_nan)
      self.bank->update_one_present(place, in, out);
    else
      self.bank->update_one(place, in, out);
    PyObject* results[kernels::max_outputs];
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      self.last[i][place] = out[i];
      results[i] = number(outputs[i], out[i]);
    }
    return self.plan->packed(results);
  });
}

PyObject* copy(PyObject* object, PyObject*) {
  return guarded([&]() -> PyObject* {
    const exclusive lock(object);
    const bank_object& self = *of(object);
    bank_object* made = allocate(Py_TYPE(object));
    const auto owner = py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(made));
    made->plan = self.plan;
    made->skips_nan = self.skips_nan;
    made->bank.emplace(*self.bank);
    made->last = self.last;
    return py::object(owner).release().ptr();
  });
}

PyObject* deep_copy(PyObject* self, PyObject*) { return copy(self, nullptr); }

PyObject* refuse_pickle(PyObject* self, PyObject*) {
  PyErr_Format(PyExc_TypeError, "cannot pickle a bank of %s: make another and update it.",
               of(self)->plan->name.c_str());
  return nullptr;
}

PyObject* value(PyObject* self, void*) {
  return guarded([&] {
    const exclusive lock(self);
    results made = make_results(*of(self), nullptr);
    return packed(*of(self), made);
  });
}

PyObject* ready(PyObject* object, void*) {
  return guarded([&] {
    const exclusive lock(object);
    const bank_object& self = *of(object);
    py::list list(self.bank->symbols());
    for (std::size_t s = 0; s < self.bank->symbols(); ++s) list[s] = py::bool_(self.bank->ready(s));
    return py::module_::import("numpy").attr("array")(list).release().ptr();
  });
}

PyObject* symbols(PyObject* self, void*) { return PyLong_FromSize_t(of(self)->bank->symbols()); }

PyObject* name(PyObject* self, void*) { return PyUnicode_FromString(of(self)->plan->name.c_str()); }

PyMethodDef methods[] = {
    {"update", entry(update), METH_FASTCALL | METH_KEYWORDS,
     "update($self, /, *rows, out=None)\n--\n\n"
     "Take one bar of every symbol, a row of shape (symbols,) per input; the outputs, of that shape, NaN while a "
     "symbol\n"
     "is warming up."},
    {"update_one", entry(update_one), METH_FASTCALL,
     "update_one($self, symbol, /, *bar)\n--\n\nTake one bar of one symbol; its outputs."},
    {"copy", copy, METH_NOARGS, "copy($self, /)\n--\n\nAn independent bank at the same bar."},
    {"__copy__", copy, METH_NOARGS, nullptr},
    {"__deepcopy__", deep_copy, METH_O, nullptr},
    {"__reduce__", refuse_pickle, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef properties[] = {
    {"value", value, nullptr, "The outputs of every symbol after its last bar.", nullptr},
    {"ready", ready, nullptr, "Which symbols have had enough bars for a value.", nullptr},
    {"symbols", symbols, nullptr, "How many symbols the bank follows.", nullptr},
    {"name", name, nullptr, "Of the indicator.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

constexpr const char* help = R"(bank(name, symbols, *parameters, nan='propagate', **named_parameters)
--

One indicator over many symbols, one tick at a time.

Every symbol has a state of its own and gives the values of `ph.stream.<name>`, bit for bit.

Parameters
----------
name : str
    Of an indicator that has a stream, such as 'ema', 'macd', 'rsi', 'atr' or 'stddev'.
symbols : int
    How many, 1 to 10 000 000.
*parameters, **named_parameters
    As the indicator's function takes them after its inputs.
nan : 'propagate' or 'skip'
    What a NaN in a row does: goes into the symbol's state, or leaves the symbol as it is and gives NaN.

Raises
------
ArgumentError
    If there is no such indicator, it has no stream, or a number is out of range.
ArgumentTypeError
    If an argument has another type, or is missing.

Examples
--------
>>> import numpy as np
>>> import pyhft as ph
>>> bank = ph.bank("ema", symbols=2, period=2)
>>> for row in ([1.0, 10.0], [2.0, 20.0], [3.0, 30.0]):
...     values = bank.update(np.array(row))
>>> values
array([ 2.5, 25. ])
>>> bank.update_one(0, 4.0)
3.5
)";

}  // namespace

void bind_bank(py::module_& module) {
  auto room = module.def_submodule("bank", "One indicator over many symbols, one tick at a time.");
  static PyType_Slot slots[] = {
      {Py_tp_new, reinterpret_cast<void*>(construct)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
      {Py_tp_methods, methods},
      {Py_tp_getset, properties},
      {Py_tp_doc, const_cast<char*>(help)},
      {0, nullptr},
  };
  static PyType_Spec spec = {"pyhft.bank", sizeof(bank_object), 0, Py_TPFLAGS_DEFAULT, slots};
  PyObject* type = PyType_FromSpec(&spec);
  if (type == nullptr) throw py::error_already_set();
  room.attr("bank") = py::reinterpret_steal<py::object>(type);
}

}  // namespace pyhft::bindings
