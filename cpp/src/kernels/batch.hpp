// SPDX-License-Identifier: MIT
#pragma once

// What the batch forms of all indicators share: checks that throw, warm-up, and the way through a table. Cold code.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "kernel_table.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/views.hpp"

namespace pyhft::kernels {

inline constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

// Series that are computed together by rows: as many as their running averages allow, which stand on the stack, because
// the processor fetches a row ahead only while it goes on.
inline constexpr std::size_t lanes_at_once = 2048;
// Interleaved series at any stride. Narrower tables take this path too: a row of them doesn't fill a vector.
inline constexpr std::size_t columns_at_once = 8;

template <typename T>
const element_kernels<T>& active_kernels() {
  if constexpr (std::is_same_v<T, double>)
    return active_table().f64;
  else
    return active_table().f32;
}

inline ema_factors factors_of(std::int64_t period) { return factors_of_gain(ema_gain(period)); }

inline void check_period(std::string_view function, std::string_view name, std::int64_t period, std::string_view what) {
  if (period >= 1 && period <= max_period) return;
  throw argument_error(std::string(function) + ": " + std::string(name) + " is " + std::to_string(period) +
                       "; it must be from 1 to " + std::to_string(max_period) + ": give the number of " +
                       std::string(what) + ".");
}

inline void check_size(std::string_view function, std::size_t in, std::size_t out) {
  if (in == out) return;
  throw argument_error(std::string(function) + ": an output has " + std::to_string(out) + " bars where x has " +
                       std::to_string(in) + "; give one of the same length.");
}

template <typename A, typename B>
void check_shape(std::string_view function, const table_view<A>& in, const table_view<B>& out) {
  if (in.rows == out.rows && in.series == out.series) return;
  const auto text = [](const auto& t) { return std::to_string(t.rows) + " x " + std::to_string(t.series); };
  throw argument_error(std::string(function) + ": an output has shape " + text(out) + " where x has " + text(in) +
                       "; give one of the same shape.");
}

template <typename T>
std::size_t leading_nans(series_view<const T> x) {
  std::size_t i = 0;
  while (i < x.size && std::isnan(x[i])) ++i;
  return i;
}

template <typename T>
void fill_nan(series_view<T> out, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) out[i] = std::numeric_limits<T>::quiet_NaN();
}

// How a warm-up adds its bars: one after the other as TA-Lib does, to agree with it to the last bit, or with the
// rounding errors gathered beside the sum, without which a seed over 10 000 bars alone would break the error bound.
enum class summation { plain, compensated };

// Of the bars [from, to).
template <typename T>
double mean(series_view<const T> x, std::size_t from, std::size_t to, summation how) {
  double sum = 0.0;
  double errors = 0.0;
  for (std::size_t i = from; i < to; ++i) {
    const auto value = static_cast<double>(x[i]);
    const double next = sum + value;
    const double added = next - sum;
    errors += (sum - (next - added)) + (value - added);
    sum = next;
  }
  // An infinity or an overflow has no rounding error to speak of.
  if (how == summation::compensated && std::isfinite(errors)) sum += errors;
  return sum / static_cast<double>(to - from);
}

// The part of a table from `row` on and `series` columns from `column` on.
template <typename T>
strided<T> part(const table_view<T>& table, std::size_t row, std::size_t column) {
  return {table.at(row, column), table.row_stride, table.series_stride};
}

template <typename T>
table_view<T> columns(const table_view<T>& table, std::size_t first, std::size_t count) {
  return {table.at(0, first), table.rows, count, table.row_stride, table.series_stride};
}

template <typename A, typename... Others>
bool side_by_side(const table_view<A>& first, const Others&... others) {
  return first.series >= columns_at_once && first.series_stride == 1 && ((others.series_stride == 1) && ...);
}

}  // namespace pyhft::kernels
