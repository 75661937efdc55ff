// SPDX-License-Identifier: MIT
// The kernels from C++: a whole series at once, any indicator by name, one bar at a time, and many symbols.

#include <cmath>
#include <cstdio>
#include <vector>

#include "pyhft/base/error.hpp"
#include "pyhft/kernels/bank.hpp"
#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/indicator.hpp"
#include "pyhft/kernels/isa.hpp"

namespace k = pyhft::kernels;

int main() {
  std::vector<double> prices(10'000);
  for (std::size_t i = 0; i < prices.size(); ++i) prices[i] = 100.0 + std::sin(static_cast<double>(i) / 50.0);
  std::vector<double> result(prices.size());

  const k::series_view<const double> x(prices);
  const k::series_view<double> y(result);

  // EMA and MACD have functions of their own ...
  k::ema(x, 20, y);
  std::printf("ema(20)    %.6f on %s\n", result.back(), std::string(k::active_isa()).c_str());

  // ... and every indicator goes by name.
  const auto& sma = k::indicator::named("sma");
  const k::array_ref in[] = {k::array_ref(x)};
  const k::array_ref out[] = {k::array_ref(y)};
  k::compute(sma, in, out, sma.parameters_of({20}));
  std::printf("sma(20)    %.6f\n", result.back());

  // One bar at a time: no allocation, lock or exception after the first line.
  k::stream following(sma, sma.parameters_of({20}));
  for (const double& price : prices) following.update(&price);
  std::printf("streamed   %.6f\n", following.value()[0]);

  // One tick of many symbols.
  k::bank symbols(sma, 3, sma.parameters_of({2}));
  const double first[] = {1.0, 10.0, 100.0}, second[] = {3.0, 30.0, 300.0};
  const double* rows[] = {first};
  double means[3];
  double* outputs[] = {means};
  symbols.update(rows, outputs);
  rows[0] = second;
  symbols.update(rows, outputs);
  std::printf("bank       %.1f %.1f %.1f\n", means[0], means[1], means[2]);

  try {
    sma.parameters_of({0});
  } catch (const pyhft::argument_error& refused) {
    std::printf("refused    %s\n", refused.what());
  }
}
