// SPDX-License-Identifier: MIT
#pragma once

// The slow, obvious twins of the kernels, and the inputs that both are given.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <random>
#include <vector>

namespace pyhft::kernels {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

inline std::vector<std::size_t> sizes(std::initializer_list<std::size_t> list) { return list; }

// Every length around the sizes of vectors (2, 4, 8), windows (16) and blocks (1024), and some in between.
inline std::vector<std::size_t> telling_lengths() {
  std::vector<std::size_t> lengths;
  for (std::size_t n = 0; n <= 70; ++n) lengths.push_back(n);
  for (std::size_t n : sizes({1000, 1023, 1024, 1025, 1035, 1036, 1037, 2059, 2060, 2061, 5000})) lengths.push_back(n);
  return lengths;
}

inline std::vector<double> prices(std::size_t n, std::uint32_t seed = 1, double around = 100.0) {
  std::mt19937 random(seed);
  std::normal_distribution<double> step(0.0, 1e-3);
  std::vector<double> x(n);
  double value = around;
  for (double& price : x) price = value *= 1.0 + step(random);
  return x;
}

inline std::size_t first_number(const std::vector<double>& x) {
  std::size_t i = 0;
  while (i < x.size() && std::isnan(x[i])) ++i;
  return i;
}

// Float is long double (what is true) or double with fma (what TA-Lib 0.8 computes, bit for bit).
template <typename Float>
Float step(Float x, Float k, Float e) {
  return std::fma(x - e, k, e);
}

template <typename Float>
Float mean(const std::vector<double>& x, std::size_t from, std::size_t to) {
  Float sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += Float{x[i]};
  return sum / static_cast<Float>(to - from);
}

template <typename Float>
std::vector<Float> ema_twin(const std::vector<double>& x, std::size_t period) {
  std::vector<Float> out(x.size(), std::numeric_limits<Float>::quiet_NaN());
  if (period == 1) return {x.begin(), x.end()};
  const std::size_t first = first_number(x);
  if (x.size() - first < period) return out;
  const Float k = Float{2} / static_cast<Float>(period + 1);
  Float e = mean<Float>(x, first, first + period);
  for (std::size_t i = first + period - 1; i < x.size(); ++i) {
    if (i != first + period - 1) e = step(Float{x[i]}, k, e);
    out[i] = e;
  }
  return out;
}

template <typename Float>
struct macd_twin_result {
  std::vector<Float> macd, signal, histogram;
};

template <typename Float>
macd_twin_result<Float> macd_twin(const std::vector<double>& x, std::size_t fast, std::size_t slow,
                                  std::size_t signal) {
  const std::vector<Float> nothing(x.size(), std::numeric_limits<Float>::quiet_NaN());
  macd_twin_result<Float> out{nothing, nothing, nothing};
  const std::size_t start = first_number(x) + slow - 1;
  if (x.size() < start + signal) return out;
  const auto k = [](std::size_t period) { return Float{2} / static_cast<Float>(period + 1); };
  Float f = mean<Float>(x, start + 1 - fast, start + 1);
  Float s = mean<Float>(x, start + 1 - slow, start + 1);
  Float g = 0;
  for (std::size_t i = start; i < x.size(); ++i) {
    if (i != start) {
      f = step(Float{x[i]}, k(fast), f);
      s = step(Float{x[i]}, k(slow), s);
    }
    const Float line = f - s;
    const std::size_t count = i - start + 1;
    if (count < signal)
      g += line;
    else if (count == signal)
      g = (g + line) / static_cast<Float>(signal);
    else
      g = step(line, k(signal), g);
    if (count < signal) continue;
    out.macd[i] = line;
    out.signal[i] = g;
    out.histogram[i] = line - g;
  }
  return out;
}

inline std::uint64_t bits(double x) {
  std::uint64_t result;
  std::memcpy(&result, &x, sizeof result);
  return result;
}

// The same bits, or both NaN.
inline ::testing::AssertionResult same(double a, double b) {
  if (bits(a) == bits(b) || (std::isnan(a) && std::isnan(b))) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << a << " is not " << b << " (apart by " << a - b << ")";
}

template <typename A, typename B>
::testing::AssertionResult same(const A& a, const B& b) {
  if (a.size() != b.size()) return ::testing::AssertionFailure() << a.size() << " values, not " << b.size();
  for (std::size_t i = 0; i < a.size(); ++i)
    if (const auto result = same(static_cast<double>(a[i]), static_cast<double>(b[i])); !result)
      return ::testing::AssertionFailure() << "at " << i << ": " << result.message();
  return ::testing::AssertionSuccess();
}

// NaN and infinities in the same places, everything else within the bound.
inline ::testing::AssertionResult near(const std::vector<double>& a, const std::vector<long double>& b, double bound) {
  if (a.size() != b.size()) return ::testing::AssertionFailure() << a.size() << " values, not " << b.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (std::isinf(b[i]) && static_cast<long double>(a[i]) == b[i]) continue;
    if (!(std::abs(static_cast<long double>(a[i]) - b[i]) <= static_cast<long double>(bound)))
      return ::testing::AssertionFailure() << "at " << i << " of " << a.size() << ": " << a[i] << " is not "
                                           << static_cast<double>(b[i]) << " within " << bound;
  }
  return ::testing::AssertionSuccess();
}

}  // namespace pyhft::kernels
