// SPDX-License-Identifier: MIT
#pragma once

// The Python twins of base/error.hpp. bind_base creates them once; translation of C++ exceptions is automatic wherever
// pybind11 makes the call. Entries written against the bare C API translate with set_python_error in their catch-all.

#include <pybind11/pybind11.h>

namespace pyhft::bindings {

struct error_types {
  PyObject* error;                // pyhft.Error(Exception)
  PyObject* argument_error;       // pyhft.ArgumentError(Error, ValueError)
  PyObject* argument_type_error;  // pyhft.ArgumentTypeError(Error, TypeError)
  PyObject* input_error;          // pyhft.InputError(Error, OSError)
  PyObject* host_error;           // pyhft.HostError(Error, RuntimeError)
};

// Filled by bind_base, alive as long as the process.
extern error_types errors;

// Only inside a catch block, with the GIL held: turns the exception in flight into the Python error indicator.
void set_python_error() noexcept;

}  // namespace pyhft::bindings
