// SPDX-License-Identifier: MIT
#pragma once

// What every instruction set provides: plain loops over valid arguments, without seeds, warm-up or checks (ema.cpp and
// macd.cpp do those once). This header is all that a variant shares with the rest of the program: C headers only,
// nothing with external linkage, because the linker may keep any one copy of an inline function for the whole program,
// and the AVX-512 copy would stop an older processor.
//
// Strides are counted in elements. `e` and the pointers of macd_lanes are running averages, read and left behind.

#include <stddef.h>

#include "indicator_code.hpp"

namespace pyhft::kernels {

// Bars between two changes of the pivot. A strided series is handed over in pieces of exactly this length, so that it
// gives the same bits as a contiguous one.
constexpr size_t block_bars = 1024;

struct ema_factors {
  double k;
  double decay[4];  // (1-k) to the powers 1, 2, 4, 8
  double loss;      // 1 - (1-k)^8
  double rest;      // what rounding has taken from the last power; 0 where it doesn't matter
};

// What is lost over 2, 4, 8 bars follows from what is lost over half of them: l * (2 - l), with one rounding.
[[gnu::always_inline]] inline ema_factors factors_of_gain(double k) {
  ema_factors factors{k, {}, 0.0, 0.0};
  double loss = k;
  factors.decay[0] = 1.0 - loss;
  for (int i = 1; i < 4; ++i) {
    loss = __builtin_fma(-loss, loss, 2.0 * loss);
    factors.decay[i] = 1.0 - loss;
  }
  factors.loss = loss;
  if (loss < 0.25) factors.rest = (1.0 - factors.decay[3]) - loss;
  return factors;
}

struct macd_factors {
  ema_factors fast;
  ema_factors slow;
  ema_factors signal;
};

struct macd_averages {
  double fast;
  double slow;
  double signal;
};

struct macd_lanes {
  double* fast;
  double* slow;
  double* signal;
};

template <typename T>
struct strided {
  T* data;
  ptrdiff_t row;
  ptrdiff_t series;
};

template <typename T>
struct macd_strided {
  strided<T> macd;
  strided<T> signal;
  strided<T> histogram;
};

template <typename T>
struct element_kernels {
  // One contiguous series by doubling windows; the new average.
  double (*ema_run)(const T* x, T* out, size_t bars, const ema_factors& factors, double e);
  void (*macd_run)(const T* x, T* macd, T* signal, T* histogram, size_t bars, const macd_factors& factors,
                   macd_averages& averages);
  // The exact recursion for many series: by rows, where neighbours in memory are series (series stride 1) ...
  void (*ema_rows)(strided<const T> x, strided<T> out, size_t rows, size_t lanes, double k, double* e);
  void (*macd_rows)(strided<const T> x, macd_strided<T> out, size_t rows, size_t lanes, const macd_factors& factors,
                    macd_lanes averages);
  // ... and a few interleaved series at any strides.
  void (*ema_columns)(strided<const T> x, strided<T> out, size_t rows, size_t lanes, double k, double* e);
  void (*macd_columns)(strided<const T> x, macd_strided<T> out, size_t rows, size_t lanes, const macd_factors& factors,
                       macd_lanes averages);
};

// One contiguous series and the exact recursion for several periods: row i of `out`, `lanes` wide and with series stride 1, is the averages of bar i. `k` and `e` are one per lane, e read and left behind.
using ema_periods_function = void (*)(const double* x, strided<double> out, size_t rows, size_t lanes, const double* k,
                                      double* e);

struct kernel_table {
  const char* name;
  element_kernels<double> f64;
  element_kernels<float> f32;
  ema_periods_function ema_periods;
  const indicator_codes* families[5];
};

// What the objects of each instruction set share with each other and with dispatch.cpp.
#define PYHFT_ISA_OBJECTS(isa)            \
  namespace isa {                         \
  extern const indicator_codes averages;  \
  extern const indicator_codes windows;   \
  extern const indicator_codes extremes;  \
  extern const indicator_codes wilder;    \
  extern const indicator_codes pointwise; \
  extern const kernel_table table;        \
  }
PYHFT_ISA_OBJECTS(scalar)
PYHFT_ISA_OBJECTS(avx2)
PYHFT_ISA_OBJECTS(avx512)
#undef PYHFT_ISA_OBJECTS

// The table in use. Throws as active_isa() does.
const kernel_table& active_table();

}  // namespace pyhft::kernels
