// SPDX-License-Identifier: MIT
// Floor 0 for Python: the exception family.

#include <cstring>

#include "errors.hpp"
#include "pyhft/base/error.hpp"

namespace py = pybind11;

namespace pyhft::bindings {

error_types errors{};

namespace {

PyObject* make_type(py::module_& module, const char* name, const char* doc, py::tuple bases) {
  const auto full_name = std::string("pyhft.") + name;
  PyObject* type = PyErr_NewExceptionWithDoc(full_name.c_str(), doc, bases.ptr(), nullptr);
  if (type == nullptr) throw py::error_already_set();
  module.attr(name) = py::reinterpret_borrow<py::object>(type);
  return type;  // the reference that stays
}

// Most derived types first. False where the exception is none of ours.
bool translate(const std::exception& caught) noexcept {
  PyObject* type = nullptr;
  if (dynamic_cast<const argument_error*>(&caught) != nullptr)
    type = errors.argument_error;
  else if (dynamic_cast<const type_error*>(&caught) != nullptr)
    type = errors.argument_type_error;
  else if (dynamic_cast<const input_error*>(&caught) != nullptr)
    type = errors.input_error;
  else if (dynamic_cast<const host_error*>(&caught) != nullptr)
    type = errors.host_error;
  else if (dynamic_cast<const error*>(&caught) != nullptr)
    type = errors.error;
  if (type == nullptr) return false;
  // What is quoted may come from a file: bytes that are no UTF-8 are shown, not stumbled over.
  if (PyObject* const words = PyUnicode_DecodeUTF8(caught.what(), static_cast<Py_ssize_t>(std::strlen(caught.what())),
                                                   "backslashreplace")) {
    PyErr_SetObject(type, words);
    Py_DECREF(words);
  }
  return true;
}

}  // namespace

void set_python_error() noexcept {
  try {
    throw;
  } catch (py::error_already_set& caught) {
    caught.restore();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& caught) {
    if (!translate(caught)) PyErr_SetString(PyExc_RuntimeError, caught.what());
  } catch (...) {
    PyErr_SetString(PyExc_SystemError, "pyhft: an exception of an unknown type left the core.");
  }
}

void bind_base(py::module_& module) {
#ifdef __clang__
  module.attr("compiler") = __VERSION__;  // begins with "Clang"
#else
  module.attr("compiler") = "gcc " __VERSION__;
#endif
  const auto base = [](PyObject* type) { return py::reinterpret_borrow<py::object>(type); };
  errors.error = make_type(module, "Error", "What every error of pyhft is.", py::make_tuple(base(PyExc_Exception)));
  const auto family = [&](PyObject* builtin) { return py::make_tuple(base(errors.error), base(builtin)); };
  errors.argument_error =
      make_type(module, "ArgumentError", "A value outside what a parameter allows.", family(PyExc_ValueError));
  errors.argument_type_error =
      make_type(module, "ArgumentTypeError", "A value of the wrong kind.", family(PyExc_TypeError));
  errors.input_error = make_type(module, "InputError", "A file, capture or stream that isn't what it was said to be.",
                                 family(PyExc_OSError));
  errors.host_error =
      make_type(module, "HostError", "Something that this host can't give: a core, memory, a privilege.",
                family(PyExc_RuntimeError));
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const error& caught) {
      translate(caught);
    }
  });
}

}  // namespace pyhft::bindings
