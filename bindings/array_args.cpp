// SPDX-License-Identifier: MIT
#include "array_args.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using api = py::detail::npy_api;

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

py::object as_array(const char* function, const char* name, PyObject* object) {
  auto& numpy = api::get();
  if (numpy.PyArray_Check_(object)) return py::reinterpret_borrow<py::object>(object);
  PyObject* made = numpy.PyArray_FromAny_(object, nullptr, 0, 0, api::NPY_ARRAY_ENSUREARRAY_, nullptr);
  if (made != nullptr) return py::reinterpret_steal<py::object>(made);
  const py::error_already_set cause;
  throw type_error(std::string(function) + ": " + name + " is of type " + type_of(object) +
                   ", which numpy makes no array of (" + text_of(cause.value().ptr()) + "): give an array of numbers.");
}

std::string dtype_of(PyObject* array) { return text_of(py::detail::array_proxy(array)->descr); }

}  // namespace

float_array float_array::input(const char* function, const char* name, PyObject* object) {
  auto array = as_array(function, name, object);
  PyObject* raw = array.ptr();
  if (!is_float(raw)) {
    const char kind = descr_of(raw)->kind;
    if (kind != 'i' && kind != 'u')
      throw type_error(std::string(function) + ": " + name + " has dtype " + dtype_of(raw) +
                       "; it must be float64, float32 or an integer type: convert it with astype(float).");
    array = converted(raw, api::NPY_DOUBLE_);
  } else if (!is_plain(raw)) {
    array = converted(raw, type_num(raw));
  }
  const int dimensions = proxy_of(array.ptr())->nd;
  if (dimensions != 1 && dimensions != 2)
    throw argument_error(std::string(function) + ": " + name + " has " + std::to_string(dimensions) +
                         " dimensions; it must have 1 (time) or 2 (time, series): reshape it.");
  return float_array(std::move(array));
}

float_array float_array::output(const char* function, const char* name, PyObject* object, const float_array& like) {
  const std::string subject = std::string(function) + ": " + name;
  if (!api::get().PyArray_Check_(object))
    throw type_error(subject + " is of type " + type_of(object) +
                     "; it must be a numpy array: give one made by numpy.empty_like(x).");
  if (type_num(object) != type_num(like.object_.ptr()))
    throw type_error(subject + " has dtype " + dtype_of(object) + " where the result has " +
                     dtype_of(like.object_.ptr()) + ": give an array of that type.");
  float_array out(py::reinterpret_borrow<py::object>(object));
  if (out.dimensions() != like.dimensions() || out.length(0) != like.length(0) ||
      (out.dimensions() == 2 && out.length(1) != like.length(1)))
    throw argument_error(subject + " has shape " + out.shape_text() + " where the result has " + like.shape_text() +
                         ": give an array of that shape.");
  if ((proxy_of(object)->flags & api::NPY_ARRAY_WRITEABLE_) == 0)
    throw argument_error(subject + " is read-only: give a writable array.");
  if (!is_plain(object)) throw argument_error(subject + " is misaligned or byte-swapped: give an ordinary array.");
  for (int axis = 0; axis < out.dimensions(); ++axis)
    if (out.length(axis) > 1 && proxy_of(object)->strides[axis] == 0)
      throw argument_error(subject + " has the same element at every place of axis " + std::to_string(axis) +
                           ": give an array of its own memory.");
  return out;
}

float_array float_array::new_output(const float_array& like) {
  auto& numpy = api::get();
  const auto* x = like.proxy();
  // A table whose series are contiguous gets a result laid out like it.
  constexpr int both = api::NPY_ARRAY_C_CONTIGUOUS_ | api::NPY_ARRAY_F_CONTIGUOUS_;
  const int order = (x->flags & both) == api::NPY_ARRAY_F_CONTIGUOUS_ ? api::NPY_ARRAY_F_CONTIGUOUS_ : 0;
  PyObject* descr = numpy.PyArray_DescrFromType_(type_num(like.object_.ptr()));
  return float_array(checked(
      numpy.PyArray_NewFromDescr_(numpy.PyArray_Type_, descr, x->nd, x->dimensions, nullptr, nullptr, order, nullptr)));
}

std::pair<const char*, const char*> float_array::bounds() const {
  const char* low = proxy()->data;
  const char* high = low + (is_double() ? sizeof(double) : sizeof(float));
  for (int axis = 0; axis < dimensions(); ++axis) {
    const std::ptrdiff_t extent = (static_cast<std::ptrdiff_t>(length(axis)) - 1) * proxy()->strides[axis];
    (extent < 0 ? low : high) += extent;
  }
  return {low, high};
}

bool float_array::shares_memory_with(const float_array& other) const {
  if (size() == 0) return false;
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

void refuse_overlap(const char* function, const char* name, const float_array& out, const char* other_name,
                    const float_array& other) {
  if (out.shares_memory_with(other))
    throw argument_error(std::string(function) + ": " + name + " shares memory with " + other_name +
                         ": give an array of its own memory.");
}

}  // namespace pyhft::bindings
