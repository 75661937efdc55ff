// SPDX-License-Identifier: MIT
#pragma once

// numpy arrays as arguments and results, checked once for all rooms. The C API of numpy comes through pybind11's table
// of it, so that the build needs no numpy and one binary serves numpy 1.26 and 2.x; pybind11's array_t itself is too
// slow for the small arrays of hot entries. Results come from numpy's own allocator, which asks for huge pages.
//
// Accepted as input: float64 and float32 as they are, at any strides; integers (converted to float64), misaligned and
// byte-swapped arrays (both copied); anything else that numpy.asarray makes one of these of. Refused: all other types,
// and masked arrays, whose mask would be lost. An output must be a writable, aligned, native array of the result's shape
// and type that shares no element with an input, another output or itself.
//
// Everything here wants the GIL and throws type_error or argument_error.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <bit>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fast_call.hpp"
#include "pyhft/kernels/indicator.hpp"

namespace pyhft::bindings {

struct array_shape {
  int dimensions = 1;
  Py_ssize_t length[2] = {0, 1};

  bool operator==(const array_shape&) const = default;
  std::size_t size() const {
    return static_cast<std::size_t>(length[0]) * (dimensions == 2 ? static_cast<std::size_t>(length[1]) : 1);
  }
  std::string text() const;
};

// An array of one or two dimensions, kept alive.
class array {
 public:
  using element = kernels::array_ref::element;

  // float64 or float32.
  static array input(std::string_view function, std::string_view name, PyObject* object);
  static array output(std::string_view function, std::string_view name, PyObject* object, const array_shape& shape,
                      element type);
  // Column by column if `by_columns`, else row by row.
  static array new_output(const array_shape& shape, element type, bool by_columns = false);

  // The elements of an ordinary series, which needs neither a conversion nor a word of refusal: one-dimensional,
  // contiguous, aligned, native float64, and `bars` long unless that is negative. Null for anything else.
  static double* ordinary_series(PyObject* object, Py_ssize_t& bars, bool writable) {
    const auto& numpy = api::get();
    if (Py_TYPE(object) != numpy.PyArray_Type_) return nullptr;
    const auto* p = proxy_of(object);
    const int wanted = api::NPY_ARRAY_ALIGNED_ | (writable ? api::NPY_ARRAY_WRITEABLE_ : 0);
    if (p->nd != 1 || !is_double(object) || (p->flags & wanted) != wanted || !is_plain(object)) return nullptr;
    const Py_ssize_t length = p->dimensions[0];
    if ((length > 1 && p->strides[0] != sizeof(double)) || (bars >= 0 && length != bars)) return nullptr;
    bars = length;
    return reinterpret_cast<double*>(p->data);
  }
  static PyObject* new_series(Py_ssize_t bars) {
    const auto& numpy = api::get();
    PyObject* made = numpy.PyArray_NewFromDescr_(numpy.PyArray_Type_, numpy.PyArray_DescrFromType_(api::NPY_DOUBLE_), 1,
                                                 &bars, nullptr, nullptr, 0, nullptr);
    if (made == nullptr) throw pybind11::error_already_set();
    return made;
  }
  static double* data_of(PyObject* object) { return reinterpret_cast<double*>(proxy_of(object)->data); }

  // An array that may lie anyhow, as an aligned native one.
  static array plain(PyObject* object);

  static bool is_array(PyObject* object) { return api::get().PyArray_Check_(object); }
  static bool is_double(PyObject* object) { return type_num(object) == api::NPY_DOUBLE_; }

  kernels::array_ref ref() const;
  // A copy of the elements of a series.
  std::vector<double> doubles() const;
  array_shape shape() const;
  element type() const { return element_of(type_num(object_.ptr())); }
  // A table whose series are contiguous and whose rows aren't.
  bool by_columns() const {
    constexpr int both = api::NPY_ARRAY_C_CONTIGUOUS_ | api::NPY_ARRAY_F_CONTIGUOUS_;
    return (proxy()->flags & both) == api::NPY_ARRAY_F_CONTIGUOUS_;
  }

  // By memory bounds first; numpy decides for interleaved ones, such as two columns of one table.
  bool shares_memory_with(const array& other) const;

  PyObject* object() const { return object_.ptr(); }
  PyObject* release() { return object_.release().ptr(); }

 private:
  using api = pybind11::detail::npy_api;

  explicit array(pybind11::object object) : object_(std::move(object)) {}

  static const pybind11::detail::PyArray_Proxy* proxy_of(PyObject* object) {
    return pybind11::detail::array_proxy(object);
  }
  static const pybind11::detail::PyArrayDescr_Proxy* descr_of(PyObject* object) {
    return pybind11::detail::array_descriptor_proxy(proxy_of(object)->descr);
  }
  static int type_num(PyObject* object) { return descr_of(object)->type_num; }
  static element element_of(int type_num);
  static bool is_float(PyObject* object) {
    return type_num(object) == api::NPY_DOUBLE_ || type_num(object) == api::NPY_FLOAT_;
  }
  // Elements that a load instruction may take as they lie.
  static bool is_plain(PyObject* object) {
    constexpr char swapped = std::endian::native == std::endian::little ? '>' : '<';
    return (proxy_of(object)->flags & api::NPY_ARRAY_ALIGNED_) != 0 && descr_of(object)->byteorder != swapped;
  }

  const pybind11::detail::PyArray_Proxy* proxy() const { return proxy_of(object_.ptr()); }
  std::pair<const char*, const char*> bounds() const;
  bool overlaps_itself() const;

  pybind11::object object_;
};

// Refuses an output that shares an element with an input or with another output.
void refuse_overlap(std::string_view function, std::string_view name, const array& out, std::string_view other_name,
                    const array& other);

}  // namespace pyhft::bindings
