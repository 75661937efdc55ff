// SPDX-License-Identifier: MIT
#pragma once

// Input for any indicator: series that suit the names of its inputs.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "pyhft/kernels/indicator.hpp"

namespace pyhft::kernels {

inline std::vector<std::vector<double>> bars_for(const indicator& what, std::size_t n, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> step(0.0, 0.3);
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  std::vector<double> open(n), high(n), low(n), close(n), volume(n), time(n), fraction(n), periods(n), session(n);
  double price = 100.0;
  double now = 1e9;
  for (std::size_t i = 0; i < n; ++i) {
    open[i] = price;
    close[i] = price = std::max(1.0, price + step(random));
    high[i] = std::max(open[i], close[i]) + unit(random) * 0.2;
    low[i] = std::min(open[i], close[i]) - unit(random) * 0.2;
    volume[i] = std::floor(unit(random) * 1000.0) + 1.0;
    time[i] = now += std::floor(unit(random) * 1e6) + 1.0;
    fraction[i] = 0.05 + 0.9 * unit(random);  // where every elementary function has a value
    periods[i] = std::floor(unit(random) * 28.0) + 2.0;
    session[i] = std::floor(static_cast<double>(i) / 50.0);
  }
  std::vector<std::vector<double>> inputs;
  for (const auto& one : what.inputs) {
    const std::string_view name = one.name.empty() ? one.talib_name : one.name;
    if (name == "open")
      inputs.push_back(open);
    else if (name == "high" || name == "ask")
      inputs.push_back(high);
    else if (name == "low" || name == "bid" || name == "y" || name == "real1")
      inputs.push_back(low);
    else if (name == "volume" || name == "bid_size")
      inputs.push_back(volume);
    else if (name == "ask_size")
      inputs.emplace_back(volume.rbegin(), volume.rend());
    else if (name == "time")
      inputs.push_back(time);
    else if (name == "session")
      inputs.push_back(session);
    else if (name == "periods")
      inputs.push_back(periods);
    else if (what.group == "Math Transform")
      inputs.push_back(fraction);
    else
      inputs.push_back(close);
  }
  return inputs;
}

}  // namespace pyhft::kernels
