// SPDX-License-Identifier: MIT
#include "pyhft/engine/quote_trace.hpp"

#include <charconv>

namespace pyhft::engine {
namespace {

constexpr std::size_t longest_integer = 20;

template <class Integer>
char* append(char* at, Integer value, char separator) {
  at = std::to_chars(at, at + longest_integer, value).ptr;
  *at = separator;
  return at + 1;
}

}  // namespace

void quote_trace::after_message(std::uint32_t number, nanoseconds, const book::best_quote& quote, bool) {
  char line[5 * (longest_integer + 1)];
  char* at = append(line, counters_.messages, '|');
  at = append(at, quote.bid.ticks, '|');
  at = append(at, quote.bid_quantity.shares, '|');
  at = append(at, quote.ask.ticks, '|');
  at = append(at, quote.ask_quantity.shares, '\n');
  std::string& pending = pending_[number];
  pending.append(line, at);
  if (pending.size() >= piece_bytes) {
    sink_(number, pending);
    pending.clear();
  }
}

void quote_trace::finish() {
  for (std::uint32_t number = 0; number < pending_.size(); ++number) {
    if (!pending_[number].empty()) sink_(number, pending_[number]);
    pending_[number].clear();
  }
}

}  // namespace pyhft::engine
