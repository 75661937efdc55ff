// SPDX-License-Identifier: MIT
#pragma once

// Writes down what books say after every message, as text: for digests that are compared with other implementations.
// An observer of a market, as the hot loop is. Cold.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/engine/counters.hpp"
#include "pyhft/engine/instruments.hpp"

namespace pyhft::engine {

class quote_trace {
 public:
  using piece_sink = std::function<void(std::uint32_t number, std::string_view piece)>;

  quote_trace(const counters& counters, piece_sink sink)
      : counters_{counters}, sink_{std::move(sink)}, pending_(max_instruments) {}

  bool wants_trades() const noexcept { return false; }
  void on_trade(std::uint32_t, nanoseconds, side, price, quantity) noexcept {}
  void after_message(std::uint32_t number, nanoseconds, const book::best_quote& quote, bool);

  // What has not been handed out yet.
  void finish();

 private:
  static constexpr std::size_t piece_bytes = 1u << 16;

  const counters& counters_;
  piece_sink sink_;
  std::vector<std::string> pending_;
};

// `Books` is l2_books or l3_books.
template <class Books>
std::string depth_text(const Books& books, std::uint32_t number) {
  std::string text;
  for (const side of : {side::buy, side::sell}) {
    for (std::uint32_t i = 0; i < books.levels(number, of); ++i) {
      const book::depth_level level = books.depth(number, of, i);
      text += of == side::buy ? "B|" : "S|";
      text += std::to_string(level.price.ticks) + '|' + std::to_string(level.quantity.shares) + '|' +
              std::to_string(level.orders) + '\n';
    }
  }
  return text;
}

}  // namespace pyhft::engine
