// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after all other bodies: what it exports.

namespace pyhft::kernels {
namespace {

template <typename T>
constexpr element_kernels<T> kernels_of() {
  return {ema_run<T>, macd_run<T>, ema_rows<T>, macd_rows<T>, ema_columns<T>, macd_columns<T>};
}

constexpr kernel_table make_table(const char* name) { return {name, kernels_of<double>(), kernels_of<float>()}; }

}  // namespace
}  // namespace pyhft::kernels
