// SPDX-License-Identifier: MIT
// pyhft._core.stream and pyhft._core.talib_stream: a class per indicator that takes one bar at a time. The classes are
// plain C types, because one update through pybind11 costs three times what the update itself does.

#include <atomic>
#include <cmath>
#include <deque>
#include <new>
#include <optional>

#include "indicator_plan.hpp"

namespace py = pybind11;

namespace pyhft::bindings {

PyObject* insufficient_history = nullptr;  // pyhft.talib.InsufficientHistory, alive as long as the process

namespace {

struct stream_object {
  PyObject_HEAD std::optional<kernels::stream> stream;
  const indicator_plan* plan;
  std::uint64_t advanced;  // bars that were counted and not fed
  bool one_number;         // goes in, and one comes out
};

stream_object* of(PyObject* self) { return reinterpret_cast<stream_object*>(self); }

// Streams of pyhft.talib that are open: while there are any, TA-Lib's settings may not be changed. Relaxed: it is a count.
std::atomic<std::int64_t> open_talib_streams = 0;

void count(const stream_object& object, std::int64_t change) {
  if (object.stream.has_value() && !object.plan->native)
    open_talib_streams.fetch_add(change, std::memory_order_relaxed);
}

PyObject* numbers(const stream_object& self, const double* values) {
  const indicator_plan& plan = *self.plan;
  if (plan.what->outputs.size() == 1) return number(plan.what->outputs[0], values[0]);
  std::array<PyObject*, kernels::max_outputs> objects{};
  for (std::size_t i = 0; i < plan.what->outputs.size(); ++i) objects[i] = number(plan.what->outputs[i], values[i]);
  return plan.packed(objects.data());
}

using bar = std::array<double, kernels::max_inputs>;

// The arguments of update and peek, by position or by name.
bar bar_of(const indicator_plan& plan, const char* verb, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  bar values;
  PyObject* named[max_arguments];
  if (static_cast<std::size_t>(count) != plan.inputs || keywords != nullptr) [[unlikely]] {
    plan.arguments.parse(args, count, keywords, named);
    std::size_t given = 0;
    for (std::size_t i = 0; i < plan.arguments.size(); ++i) given += named[i] != nullptr ? 1 : 0;
    for (std::size_t i = 0; i < plan.inputs; ++i)
      if (named[i] == nullptr || given != plan.inputs)
        throw type_error(plan.name + "." + verb + ": " + std::to_string(given) + " values were given and a bar has " +
                         std::to_string(plan.inputs) + ".");
    args = named;
  }
  for (std::size_t i = 0; i < plan.inputs; ++i) {
    const std::string_view name = plan.native ? plan.what->inputs[i].name : plan.what->inputs[i].talib_name;
    if (PyFloat_CheckExact(args[i])) [[likely]]
      values[i] = PyFloat_AS_DOUBLE(args[i]);
    else
      values[i] = plan.native ? real(plan.name, name, args[i]) : talib_number(plan.name, name, args[i], false);
    if (!plan.native && !std::isfinite(values[i]))
      throw argument_error("TA_" + plan.name + "_" + (verb[0] == 'u' ? "Update" : "Peek") +
                           " function failed with error code 2: Bad Parameter (TA_BAD_PARAM): " + std::string(name) +
                           " isn't finite; call advance() for a bar to be left out.");
  }
  return values;
}

PyObject* update(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  // The shortest way from a float to a float: the general one takes half as long again.
  if (of(self)->one_number && count == 1 && keywords == nullptr && PyFloat_CheckExact(args[0])) [[likely]] {
    const exclusive lock(self);
    const double x = PyFloat_AS_DOUBLE(args[0]);
    if (of(self)->plan->native || std::isfinite(x)) return PyFloat_FromDouble(of(self)->stream->update(&x)[0]);
  }
  return guarded([&] {
    const exclusive lock(self);
    stream_object& object = *of(self);
    const bar values = bar_of(*object.plan, "update", args, count, keywords);
    const double* now = object.stream->update(values.data());
    return numbers(object, now);
  });
}

PyObject* peek(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&] {
    const exclusive lock(self);
    const stream_object& object = *of(self);
    const bar values = bar_of(*object.plan, "peek", args, count, keywords);
    std::array<double, kernels::max_outputs> next;
    object.stream->peek(values.data(), next.data());
    return numbers(object, next.data());
  });
}

PyObject* advance(PyObject* self, PyObject*) {
  const exclusive lock(self);
  ++of(self)->advanced;
  Py_RETURN_NONE;
}

PyObject* copy(PyObject* self, PyObject*) {
  return guarded([&]() -> PyObject* {
    const exclusive lock(self);
    PyObject* made = Py_TYPE(self)->tp_alloc(Py_TYPE(self), 0);
    if (made == nullptr) throw py::error_already_set();
    new (&of(made)->stream) std::optional<kernels::stream>(of(self)->stream);
    of(made)->plan = of(self)->plan;
    of(made)->advanced = of(self)->advanced;
    of(made)->one_number = of(self)->one_number;
    count(*of(made), 1);
    return made;
  });
}

PyObject* deep_copy(PyObject* self, PyObject*) { return copy(self, nullptr); }

PyObject* refuse_pickle(PyObject* self, PyObject*) {
  PyErr_Format(PyExc_TypeError, "cannot pickle a %s stream: open it again on its history.",
               of(self)->plan->name.c_str());
  return nullptr;
}

// The history of one input: one series of float64.
array history_of(const indicator_plan& plan, std::size_t i, PyObject* object) {
  const std::string name(plan.native ? plan.what->inputs[i].name : plan.what->inputs[i].talib_name);
  if (!plan.native && !array::is_array(object))
    throw type_error("input must be a numpy array or a pandas or polars Series, not " + type_of(object));
  if (!plan.native && !array::is_double(object)) throw type_error("input array type is not double");
  auto made = plan.native ? array::input(plan.name, name, object) : array::plain(object);
  if (made.shape().dimensions != 1)
    throw argument_error(plan.native ? plan.name + ": " + name + " has 2 dimensions; a stream follows one series (T,)."
                                     : std::string("input array has wrong dimensions"));
  return made;
}

[[noreturn]] void refuse_missing(const indicator_plan& plan, std::size_t missing) {
  std::string all;
  for (const auto& one : plan.what->inputs)
    all += (all.empty() ? "" : ", ") + std::string(plan.native ? one.name : one.talib_name);
  const auto& one = plan.what->inputs[missing];
  throw type_error(plan.name + ": '" + std::string(plan.native ? one.name : one.talib_name) +
                   "' is missing: a stream is opened on the history of " + all +
                   (plan.native ? ", or with its parameters by name and without any." : "."));
}

// Opens `made` on its history; `fill`: the outputs over the history, one array each.
void open(stream_object& made, const indicator_plan& plan, PyObject* const* values,
          std::array<PyObject*, kernels::max_outputs>* fill) {
  const auto p = plan.numbers_of(values + plan.inputs);
  std::size_t given = 0;
  for (std::size_t i = 0; i < plan.inputs; ++i) given += values[i] != nullptr ? 1 : 0;
  const bool without_history = plan.native && given == 0 && fill == nullptr;
  std::array<std::vector<double>, kernels::max_inputs> history;
  std::array<const double*, kernels::max_inputs> in{};
  for (std::size_t i = 0; i < plan.inputs && !without_history; ++i) {
    if (values[i] == nullptr) refuse_missing(plan, i);
    history[i] = history_of(plan, i, values[i]).doubles();
    in[i] = history[i].data();
    if (history[i].size() != history[0].size())
      throw argument_error(plan.native
                               ? plan.name + ": the inputs have " + std::to_string(history[0].size()) + " and " +
                                     std::to_string(history[i].size()) + " bars: give inputs of one length."
                               : std::string("input array lengths are different"));
  }
  if (!plan.native && history[0].empty()) {
    PyErr_SetString(insufficient_history, "no history: the input array is empty");
    throw py::error_already_set();
  }
  plan.check(p, "_Open");
  made.plan = &plan;
  made.stream.emplace(*plan.what, p);
  count(made, 1);
  made.one_number = plan.inputs == 1 && plan.what->outputs.size() == 1 && !plan.what->outputs[0].index;
  const std::size_t bars = history[0].size();
  const array_shape shape{1, {static_cast<Py_ssize_t>(bars), 1}};
  std::array<std::vector<double>, kernels::max_outputs> series;
  std::array<double*, kernels::max_outputs> out{};
  for (std::size_t i = 0; i < plan.what->outputs.size(); ++i) {
    series[i].resize(bars);
    out[i] = series[i].data();
  }
  made.stream->update_many(in.data(), bars, out.data());
  if (!plan.native && !made.stream->ready()) {
    const std::string text = "TA_" + plan.name + (fill != nullptr ? "_OpenAndFill: " : "_Open: ") +
                             std::to_string(made.stream->bars()) + " bars of history, at least " +
                             std::to_string(plan.what->lookback(p.data()) + 1) +
                             " needed (a leading bar that is NaN in any input is not history)";
    PyErr_SetString(insufficient_history, text.c_str());
    throw py::error_already_set();
  }
  if (fill == nullptr) return;
  for (std::size_t i = 0; i < plan.what->outputs.size(); ++i) {
    const bool index = plan.what->outputs[i].index;
    auto made_array = array::new_output(shape, !index        ? array::element::f64
                                               : plan.native ? array::element::i64
                                                             : array::element::i32);
    const auto ref = made_array.ref();
    for (std::size_t t = 0; t < bars; ++t) {
      const double value = series[i][t];
      if (ref.type == array::element::f64)
        static_cast<double*>(ref.data)[t] = value;
      else if (ref.type == array::element::i64)
        static_cast<std::int64_t*>(ref.data)[t] = static_cast<std::int64_t>(value);
      else
        static_cast<std::int32_t*>(ref.data)[t] = static_cast<std::int32_t>(value);
    }
    (*fill)[i] = made_array.release();
  }
}

const indicator_plan& plan_of_type(PyTypeObject* type) {
  const auto holder =
      py::reinterpret_steal<py::object>(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "_function"));
  if (!holder) {
    PyErr_Clear();
    throw type_error("Stream: it is the base of the streams; open one of them, such as ph.stream.ema.");
  }
  if (const auto* plan = find_plan(holder.ptr())) return *plan;
  throw type_error("Stream: the class " + std::string(type->tp_name) +
                   " has an attribute _function of its own, which its base class needs: give it another name.");
}

// Positional and named arguments as a vector call has them.
struct call_arguments {
  std::vector<PyObject*> objects;
  py::object names;

  call_arguments(PyObject* args, PyObject* named) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i) objects.push_back(PyTuple_GET_ITEM(args, i));
    if (named == nullptr || PyDict_GET_SIZE(named) == 0) return;
    py::tuple keys(static_cast<std::size_t>(PyDict_GET_SIZE(named)));
    Py_ssize_t at = 0;
    std::size_t i = 0;
    for (PyObject *key = nullptr, *value = nullptr; PyDict_Next(named, &at, &key, &value);) {
      keys[i++] = py::handle(key);
      objects.push_back(value);
    }
    names = keys;
  }
};

// A new stream of `type`, without history filled in unless `fill` asks for it. Frames become arrays first.
PyObject* make(PyTypeObject* type, PyObject* args, PyObject* named, std::array<PyObject*, kernels::max_outputs>* fill) {
  const indicator_plan& plan = plan_of_type(type);
  const call_arguments given(args, named);
  PyObject* values[max_arguments];
  plan.arguments.parse(given.objects.data(), PyTuple_GET_SIZE(args), given.names.ptr(), values);
  const std::size_t streamed = plan.inputs + plan.parameters;
  for (std::size_t i = streamed; i < plan.arguments.size(); ++i)
    if (values[i] != nullptr)
      throw type_error(plan.name + ": a stream takes the inputs and parameters of the function, and no options.");
  std::vector<py::object> unwrapped;
  py::list frames;
  for (std::size_t i = 0; i < plan.inputs; ++i)
    if (values[i] != nullptr && !array::is_array(values[i]) && is_frame(values[i])) {
      frames.append(py::handle(values[i]));
      unwrapped.push_back(py::module_::import("pyhft._frames").attr("array_of")(py::handle(values[i]), !plan.native));
      values[i] = unwrapped.back().ptr();
    }
  if (!frames.empty()) py::module_::import("pyhft._frames").attr("check")(frames, !plan.native);
  PyObject* self = type->tp_alloc(type, 0);
  if (self == nullptr) throw py::error_already_set();
  new (&of(self)->stream) std::optional<kernels::stream>();
  const auto owner = py::reinterpret_steal<py::object>(self);
  open(*of(self), plan, values, fill);
  return py::object(owner).release().ptr();
}

PyObject* construct(PyTypeObject* type, PyObject* args, PyObject* named) {
  return guarded([&] { return make(type, args, named, nullptr); });
}

PyObject* open_and_fill(PyObject* type, PyObject* args, PyObject* named) {
  return guarded([&]() -> PyObject* {
    auto* cls = reinterpret_cast<PyTypeObject*>(type);
    const indicator_plan& plan = plan_of_type(cls);
    std::array<PyObject*, kernels::max_outputs> filled{};
    const auto stream = py::reinterpret_steal<py::object>(make(cls, args, named, &filled));
    auto series = py::reinterpret_steal<py::object>(plan.packed(filled.data()));
    PyObject* first = PyTuple_GET_SIZE(args) != 0 ? PyTuple_GET_ITEM(args, 0)
                                                  : PyDict_GetItemString(named, plan.first_input_name().c_str());
    if (first != nullptr && !array::is_array(first) && is_frame(first))
      series = py::module_::import("pyhft._frames").attr("like")(py::handle(first), series, plan.native);
    return py::make_tuple(stream, series).release().ptr();
  });
}

void destroy(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  count(*of(self), -1);
  of(self)->stream.~optional();
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* value(PyObject* self, void*) {
  return guarded([&] {
    const exclusive lock(self);
    return numbers(*of(self), of(self)->stream->value());
  });
}

PyObject* ready(PyObject* self, void*) { return PyBool_FromLong(of(self)->stream->ready()); }

PyObject* bars(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(of(self)->stream->bars()); }

// As batch reports it: the first bar with a value, and how many bars have one.
PyObject* out_range(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const exclusive lock(self);
    const stream_object& object = *of(self);
    const auto lookback = static_cast<std::uint64_t>(object.plan->what->lookback(object.stream->parameters().data()));
    const std::uint64_t bars_taken = object.stream->bars();
    const std::uint64_t values = bars_taken > lookback ? bars_taken - lookback + object.advanced : 0;
    return py::module_::import("pyhft.talib.stream")
        .attr("OutRange")(object.stream->skipped() + lookback, values)
        .release()
        .ptr();
  });
}

// update, peek and open_and_fill of a class have help of its own: named_methods.
PyMethodDef methods[] = {
    {"update", entry(update), METH_FASTCALL | METH_KEYWORDS, "update(*bar)\n\nAs the streams have it."},
    {"peek", entry(peek), METH_FASTCALL | METH_KEYWORDS, "peek(*bar)\n\nAs the streams have it."},
    {"open_and_fill", entry(open_and_fill), METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "open_and_fill(*history, **parameters)\n\nAs the streams have it."},
    {"copy", copy, METH_NOARGS, "copy($self, /)\n--\n\nAn independent stream at the same bar."},
    {"advance", advance, METH_NOARGS, "advance($self, /)\n--\n\nCount a bar that isn't fed: only `out_range` changes."},
    {"__copy__", copy, METH_NOARGS, nullptr},
    {"__deepcopy__", deep_copy, METH_O, nullptr},
    {"__reduce__", refuse_pickle, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

// The methods that name an indicator's inputs, with their help; as alive as the classes.
struct named_methods {
  std::array<std::string, 3> help;
  std::array<PyMethodDef, 3> defs;

  explicit named_methods(const indicator_plan& plan) {
    const std::string bar = inputs_of(plan);
    const auto verb = [&](const std::string& name, const char* text) {
      // As for the functions: what programs for TA-Lib read, after what Python keeps for itself.
      return name + "($self, " + bar + ")\n--\n\n" + (plan.native ? "" : name + "(self, " + bar + ")\n\n") + text;
    };
    const std::string opened = plan.native ? "open_and_fill(*history, **parameters)" : signature_of(plan);
    help = {verb("update", "Take the next bar, one value per input; the outputs after it, NaN while warming up."),
            verb("peek", "What `update` would return; nothing changes: for a bar that is still forming."),
            opened + "\n\n(stream, outputs over the history), of the constructor's arguments."};
    defs = {{{"update", entry(update), METH_FASTCALL | METH_KEYWORDS, help[0].c_str()},
             {"peek", entry(peek), METH_FASTCALL | METH_KEYWORDS, help[1].c_str()},
             {"open_and_fill", entry(open_and_fill), METH_VARARGS | METH_KEYWORDS | METH_CLASS, help[2].c_str()}}};
  }

  void add_to(const py::object& type) {
    for (PyMethodDef& def : defs) {
      auto* owner = reinterpret_cast<PyTypeObject*>(type.ptr());
      const auto method = py::reinterpret_steal<py::object>(
          (def.ml_flags & METH_CLASS) != 0 ? PyDescr_NewClassMethod(owner, &def) : PyDescr_NewMethod(owner, &def));
      if (!method) throw py::error_already_set();
      type.attr(def.ml_name) = method;
    }
  }
};

PyGetSetDef properties[] = {
    {"value", value, nullptr, "What `update` returned last.", nullptr},
    {"ready", ready, nullptr, "Enough bars have come for a value.", nullptr},
    {"bars", bars, nullptr, "Bars taken, without leading ones that were NaN.", nullptr},
    {"out_range", out_range, nullptr, "(begidx, nbelement), as TA-Lib's batch functions report it.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

void make_classes(py::module_& room, const py::object& base, const py::module_& functions, const char* module_name,
                  bool native) {
  static std::deque<named_methods> methods_of_classes;
  py::list public_names;
  for (const auto* what : kernels::indicator::all()) {
    const std::string name(native ? what->name : what->talib_name);
    if (name.empty()) continue;
    py::dict members;
    members["__slots__"] = py::make_tuple("__weakref__");
    members["__module__"] = module_name;
    members["_function"] = functions.attr(name.c_str());
    const indicator_plan& plan = *find_plan(py::object(members["_function"]).ptr());
    members["__doc__"] = (native ? "" : signature_of(plan) + "\n\n") + "Stream of `" + name +
                         "`: opened with its inputs' history and its parameters.\n\n" + std::string(what->title) +
                         ", one bar at a time.";
    auto type = py::reinterpret_steal<py::object>(PyObject_CallFunction(
        reinterpret_cast<PyObject*>(&PyType_Type), "s(O)O", name.c_str(), base.ptr(), members.ptr()));
    if (!type) throw py::error_already_set();
    methods_of_classes.emplace_back(plan).add_to(type);
    room.attr(name.c_str()) = type;
    public_names.append(name);
  }
  if (native) public_names.append("Stream");
  public_names.attr("sort")();
  room.attr("__all__") = public_names;
}

}  // namespace

void bind_stream(py::module_& module) {
  auto room = module.def_submodule("stream", "A class per indicator that takes one bar at a time.");
  static PyType_Slot slots[] = {
      {Py_tp_new, reinterpret_cast<void*>(construct)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
      {Py_tp_methods, methods},
      {Py_tp_getset, properties},
      {Py_tp_doc, const_cast<char*>("What all streams are: see ph.stream.")},
      {0, nullptr},
  };
  static PyType_Spec spec = {"pyhft.stream.Stream", sizeof(stream_object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                             slots};
  auto base = py::reinterpret_steal<py::object>(PyType_FromSpec(&spec));
  if (!base) throw py::error_already_set();
  room.attr("Stream") = base;
  make_classes(room, base, module.attr("kernels"), "pyhft.stream", true);

  py::module_ talib = module.attr("talib");
  insufficient_history = PyErr_NewExceptionWithDoc("pyhft.talib.InsufficientHistory",
                                                   "Too few bars to open a stream: collect more and try again.",
                                                   errors.argument_error, nullptr);
  if (insufficient_history == nullptr) throw py::error_already_set();
  talib.attr("InsufficientHistory") = py::handle(insufficient_history);
  talib.attr("__all__").attr("append")("InsufficientHistory");
  talib.def(
      "open_streams", [] { return open_talib_streams.load(std::memory_order_relaxed); },
      "How many streams of pyhft.talib there are.");
  auto talib_room = module.def_submodule("talib_stream", "The same under TA-Lib's names and rules.");
  make_classes(talib_room, base, talib, "pyhft.talib.stream", false);
}

}  // namespace pyhft::bindings
