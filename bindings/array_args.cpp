// SPDX-License-Identifier: MIT
#include "array_args.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using api = py::detail::npy_api;
using element = kernels::array_ref::element;

py::object checked(PyObject* created) {
  if (created == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(created);
}

// An aligned, native array of the given type; a copy, unless it already is one.
py::object converted(PyObject* object, int type_num) {
  auto& numpy = api::get();
  return checked(numpy.PyArray_FromAny_(object, numpy.PyArray_DescrFromType_(type_num), 0, 0,
                                        api::NPY_ARRAY_ALIGNED_ | api::NPY_ARRAY_ENSUREARRAY_, nullptr));
}

std::string subject(std::string_view function, std::string_view name) {
  return std::string(function) + ": " + std::string(name);
}

bool is_masked(PyObject* object) {
  for (PyTypeObject* type = Py_TYPE(object); type != nullptr; type = type->tp_base)
    if (std::string_view(type->tp_name) == "MaskedArray" || std::string_view(type->tp_name) == "numpy.ma.MaskedArray")
      return true;
  return false;
}

py::object as_array(std::string_view function, std::string_view name, PyObject* object) {
  auto& numpy = api::get();
  if (numpy.PyArray_Check_(object)) {
    if (Py_TYPE(object) != numpy.PyArray_Type_ && is_masked(object))
      throw type_error(subject(function, name) +
                       " is a masked array, whose mask would be lost: fill it with x.filled(numpy.nan).");
    return py::reinterpret_borrow<py::object>(object);
  }
  PyObject* made = numpy.PyArray_FromAny_(object, nullptr, 0, 0, api::NPY_ARRAY_ENSUREARRAY_, nullptr);
  if (made != nullptr) return py::reinterpret_steal<py::object>(made);
  const py::error_already_set cause;
  throw type_error(subject(function, name) + " is of type " + type_of(object) + ", which numpy makes no array of (" +
                   text_of(cause.value().ptr()) + "): give an array of numbers.");
}

std::string dtype_of(PyObject* array) { return text_of(py::detail::array_proxy(array)->descr); }

constexpr int type_nums[] = {api::NPY_DOUBLE_, api::NPY_FLOAT_, api::NPY_INT32_, api::NPY_INT64_};
constexpr const char* dtypes[] = {"float64", "float32", "int32", "int64"};

}  // namespace

std::string array_shape::text() const {
  return "(" + std::to_string(length[0]) + (dimensions == 2 ? ", " + std::to_string(length[1]) : ",") + ")";
}

array::element array::element_of(int type_num) {
  for (std::size_t i = 0; i < 4; ++i)
    if (type_nums[i] == type_num) return static_cast<element>(i);
  return element::i64;
}

array array::input(std::string_view function, std::string_view name, PyObject* object) {
  auto made = as_array(function, name, object);
  PyObject* raw = made.ptr();
  if (!is_float(raw)) {
    const char kind = descr_of(raw)->kind;
    if (kind != 'i' && kind != 'u')
      throw type_error(subject(function, name) + " has dtype " + dtype_of(raw) +
                       "; it must be float64, float32 or an integer type: convert it with astype(float).");
    made = converted(raw, api::NPY_DOUBLE_);
  } else if (!is_plain(raw)) {
    made = converted(raw, type_num(raw));
  }
  const int dimensions = proxy_of(made.ptr())->nd;
  if (dimensions != 1 && dimensions != 2)
    throw argument_error(subject(function, name) + " has " + std::to_string(dimensions) +
                         " dimensions; it must have 1 (time) or 2 (time, series): reshape it.");
  return array(std::move(made));
}

array array::plain(PyObject* object) {
  return array(is_plain(object) ? py::reinterpret_borrow<py::object>(object) : converted(object, type_num(object)));
}

array array::output(std::string_view function, std::string_view name, PyObject* object, const array_shape& shape,
                    element type) {
  if (!api::get().PyArray_Check_(object))
    throw type_error(subject(function, name) + " is of type " + type_of(object) +
                     "; it must be a numpy array: give one made by numpy.empty_like(x).");
  if (Py_TYPE(object) != api::get().PyArray_Type_ && is_masked(object))
    throw type_error(subject(function, name) +
                     " is a masked array, whose mask would say nothing of the result: give its data, out.data.");
  if (type_num(object) != type_nums[static_cast<std::size_t>(type)])
    throw type_error(subject(function, name) + " has dtype " + dtype_of(object) + " where the result has " +
                     dtypes[static_cast<std::size_t>(type)] + ": give an array of that type.");
  array out(py::reinterpret_borrow<py::object>(object));
  if (proxy_of(object)->nd != shape.dimensions || out.shape() != shape)
    throw argument_error(subject(function, name) + " has shape " + text_of(py::handle(object).attr("shape").ptr()) +
                         " where the result has " + shape.text() + ": give an array of that shape.");
  if ((proxy_of(object)->flags & api::NPY_ARRAY_WRITEABLE_) == 0)
    throw argument_error(subject(function, name) + " is read-only: give a writable array.");
  if (!is_plain(object))
    throw argument_error(subject(function, name) + " is misaligned or byte-swapped: give an ordinary array.");
  if (out.overlaps_itself())
    throw argument_error(subject(function, name) +
                         " has one element at several places: give an array of its own memory.");
  return out;
}

array array::new_output(const array_shape& shape, element type, bool by_columns) {
  auto& numpy = api::get();
  PyObject* descr = numpy.PyArray_DescrFromType_(type_nums[static_cast<std::size_t>(type)]);
  return array(checked(numpy.PyArray_NewFromDescr_(numpy.PyArray_Type_, descr, shape.dimensions, shape.length, nullptr,
                                                   nullptr, by_columns ? api::NPY_ARRAY_F_CONTIGUOUS_ : 0, nullptr)));
}

kernels::array_ref array::ref() const {
  const auto* p = proxy();
  kernels::array_ref ref;
  ref.data = p->data;
  ref.type = type();
  const int shift = ref.type == element::f64 || ref.type == element::i64 ? 3 : 2;
  // numpy leaves the stride of an axis of length 1 open. A plain array's strides are whole elements.
  const auto stride = [&](int axis) { return p->dimensions[axis] > 1 ? p->strides[axis] >> shift : 1; };
  ref.rows = static_cast<std::size_t>(p->dimensions[0]);
  ref.row_stride = stride(0);
  if (p->nd == 2) {
    ref.series = static_cast<std::size_t>(p->dimensions[1]);
    ref.series_stride = stride(1);
  }
  return ref;
}

std::vector<double> array::doubles() const {
  const auto from = ref();
  std::vector<double> values(from.rows);
  for (std::size_t i = 0; i < from.rows; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i) * from.row_stride;
    values[i] = from.type == element::f32 ? static_cast<double>(static_cast<const float*>(from.data)[at])
                                          : static_cast<const double*>(from.data)[at];
  }
  return values;
}

array_shape array::shape() const {
  const auto* p = proxy();
  return {p->nd, {p->nd > 0 ? p->dimensions[0] : 0, p->nd == 2 ? p->dimensions[1] : 1}};
}

std::pair<const char*, const char*> array::bounds() const {
  const char* low = proxy()->data;
  const char* high = low + (type() == element::f64 || type() == element::i64 ? 8 : 4);
  for (int axis = 0; axis < proxy()->nd; ++axis) {
    const std::ptrdiff_t extent = (proxy()->dimensions[axis] - 1) * proxy()->strides[axis];
    (extent < 0 ? low : high) += extent;
  }
  return {low, high};
}

bool array::overlaps_itself() const {
  const auto* p = proxy();
  const Py_ssize_t item = type() == element::f64 || type() == element::i64 ? 8 : 4;
  const auto step = [&](int axis) { return std::abs(p->strides[axis]); };
  for (int axis = 0; axis < p->nd; ++axis)
    if (p->dimensions[axis] > 1 && step(axis) < item) return true;
  if (p->nd < 2 || p->dimensions[0] <= 1 || p->dimensions[1] <= 1) return false;
  // The axis with the larger step must step over the whole of the other.
  const int inner = step(0) < step(1) ? 0 : 1;
  return step(1 - inner) < step(inner) * (p->dimensions[inner] - 1) + item;
}

bool array::shares_memory_with(const array& other) const {
  if (shape().size() == 0 || other.shape().size() == 0) return false;
  const auto [low, high] = bounds();
  const auto [other_low, other_high] = other.bounds();
  if (high <= other_low || other_high <= low) return false;
  try {
    // Enough steps for any pair of tables cut from one; numpy gives up on stranger ones, which are refused.
    return py::module_::import("numpy").attr("shares_memory")(object_, other.object_, 10'000).cast<bool>();
  } catch (py::error_already_set& caught) {
    if (!caught.matches(PyExc_RuntimeError)) throw;
    return true;
  }
}

void refuse_overlap(std::string_view function, std::string_view name, const array& out, std::string_view other_name,
                    const array& other) {
  if (out.shares_memory_with(other))
    throw argument_error(subject(function, name) + " shares memory with " + std::string(other_name) +
                         ": give an array of its own memory.");
}

}  // namespace pyhft::bindings
