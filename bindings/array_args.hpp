// SPDX-License-Identifier: MIT
#pragma once

// numpy arrays as arguments and results, checked once for all rooms. The C API of numpy comes through pybind11's table
// of it, so that the build needs no numpy and one binary serves numpy 1.26 and 2.x; pybind11's array_t itself is too
// slow for the small arrays of hot entries. Results come from numpy's own allocator, which asks for huge pages.
//
// Accepted as input: float64 and float32 as they are, at any strides; integers (converted to float64), misaligned and
// byte-swapped arrays (both copied); anything else that numpy.asarray makes one of these of. Refused: all other types.
// An output must be a writable, aligned, native array of the result's shape and type that shares no element with an
// input.
//
// Everything here wants the GIL and throws type_error or argument_error.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <bit>
#include <string>
#include <utility>

#include "fast_call.hpp"
#include "pyhft/kernels/views.hpp"

namespace pyhft::bindings {

// A float64 or float32 array of one or two dimensions, kept alive.
class float_array {
 public:
  static float_array input(const char* function, const char* name, PyObject* object);
  static float_array output(const char* function, const char* name, PyObject* object, const float_array& like);
  static float_array new_output(const float_array& like);

  bool is_double() const { return type_num(object_.ptr()) == api::NPY_DOUBLE_; }
  int dimensions() const { return proxy()->nd; }
  std::size_t size() const {
    std::size_t product = 1;
    for (int i = 0; i < dimensions(); ++i) product *= length(i);
    return product;
  }

  template <typename T>
  kernels::series_view<T> series() const {
    return {reinterpret_cast<T*>(proxy()->data), length(0), stride<T>(0)};
  }
  template <typename T>
  kernels::table_view<T> table() const {
    return {reinterpret_cast<T*>(proxy()->data), length(0), length(1), stride<T>(0), stride<T>(1)};
  }

  // By memory bounds first; numpy decides for interleaved ones, such as two columns of one table.
  bool shares_memory_with(const float_array& other) const;

  PyObject* object() const { return object_.ptr(); }
  PyObject* release() { return object_.release().ptr(); }

 private:
  using api = pybind11::detail::npy_api;

  explicit float_array(pybind11::object object) : object_(std::move(object)) {}

  static const pybind11::detail::PyArray_Proxy* proxy_of(PyObject* array) {
    return pybind11::detail::array_proxy(array);
  }
  static const pybind11::detail::PyArrayDescr_Proxy* descr_of(PyObject* array) {
    return pybind11::detail::array_descriptor_proxy(proxy_of(array)->descr);
  }
  static int type_num(PyObject* array) { return descr_of(array)->type_num; }
  static bool is_float(PyObject* array) {
    return type_num(array) == api::NPY_DOUBLE_ || type_num(array) == api::NPY_FLOAT_;
  }
  // Elements that a load instruction may take as they lie.
  static bool is_plain(PyObject* array) {
    constexpr char swapped = std::endian::native == std::endian::little ? '>' : '<';
    return (proxy_of(array)->flags & api::NPY_ARRAY_ALIGNED_) != 0 && descr_of(array)->byteorder != swapped;
  }

  const pybind11::detail::PyArray_Proxy* proxy() const { return proxy_of(object_.ptr()); }
  std::size_t length(int axis) const { return static_cast<std::size_t>(proxy()->dimensions[axis]); }
  template <typename T>
  std::ptrdiff_t stride(int axis) const {
    // numpy leaves the stride of an axis of length 1 open.
    return length(axis) > 1 ? proxy()->strides[axis] / static_cast<std::ptrdiff_t>(sizeof(T)) : 1;
  }
  std::string shape_text() const { return text_of(object_.attr("shape").ptr()); }
  std::pair<const char*, const char*> bounds() const;

  pybind11::object object_;
};

// Refuses an output that shares an element with an input or with another output.
void refuse_overlap(const char* function, const char* name, const float_array& out, const char* other_name,
                    const float_array& other);

}  // namespace pyhft::bindings
