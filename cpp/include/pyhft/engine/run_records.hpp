// SPDX-License-Identifier: MIT
#pragma once

// What a run leaves behind to be looked at afterwards: every change of a best quote and every signal (a wish of the
// strategy, with what became of it), as flat records in arenas. The hot thread writes while it runs, others read once it
// has ended. All memory is taken by the constructor. A full arena keeps what it has, counts what finds no slot, and
// never stops the trading; one of 0 slots isn't there, and nothing is counted.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "pyhft/base/prefetch.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/memory/arena.hpp"
#include "pyhft/orders/order.hpp"

namespace pyhft::engine {

// In slots. Orders are those of one burst: they are free again once it is worked through.
struct arena_limits {
  std::size_t orders{100'000};
  std::size_t quotes{1'000'000};  // 0: none is kept
  std::size_t signals{10'000};    // 0: none is kept
  memory::huge_pages huge_pages{memory::huge_pages::attempt};
};

// An empty side has price 0 and quantity 0.
struct quote_record {
  std::int64_t time_ns;
  std::int64_t bid_ticks;
  std::uint64_t bid_shares;
  std::int64_t ask_ticks;
  std::uint64_t ask_shares;
  std::uint32_t instrument;
  std::uint32_t reserved;
};

struct signal_record {
  std::int64_t time_ns;
  std::int64_t price_ticks;
  std::uint64_t shares;
  std::uint64_t order_id;  // 0 where it was refused, or found no slot
  std::uint32_t instrument;
  std::uint32_t side;            // 0 buy, 1 sell
  std::array<char, 16> outcome;  // "sent", "unsent", or the rule that refused it; padded with zeros
};

class run_records {
 public:
  explicit run_records(const arena_limits& limits)
      : quotes_{of<quote_record>(limits.quotes, limits)}, signals_{of<signal_record>(limits.signals, limits)} {}

  // Hot.
  void on_quote(std::uint32_t instrument, nanoseconds time, const book::best_quote& quote) noexcept {
    if (quotes_ == nullptr) return;
    if (quote_record* slot = quotes_->try_allocate()) {
      prefetch_to_write(slot + records_ahead);  // may lie beyond the block: a hint touches nothing
      *slot = {time.count,
               quote.bid.ticks,
               quote.bid_quantity.shares,
               quote.ask.ticks,
               quote.ask_quantity.shares,
               instrument,
               0};
    }
  }

  // outcome has sixteen characters at most.
  void on_signal(const orders::order& order, std::string_view outcome) noexcept {
    if (signals_ == nullptr) return;
    if (signal_record* slot = signals_->try_allocate()) {
      *slot = {order.timestamp.count,
               order.price.ticks,
               order.quantity.shares,
               order.id.value,
               order.instrument,
               static_cast<std::uint32_t>(order.side),
               {}};
      std::memcpy(slot->outcome.data(), outcome.data(), std::min(outcome.size(), slot->outcome.size()));
    }
  }

  // Null where none are kept.
  const memory::arena<quote_record>* quotes() const noexcept { return quotes_.get(); }
  const memory::arena<signal_record>* signals() const noexcept { return signals_.get(); }

 private:
  static constexpr std::size_t records_ahead = 8;

  template <class Record>
  static std::unique_ptr<memory::arena<Record>> of(std::size_t capacity, const arena_limits& limits) {
    if (capacity == 0) return nullptr;
    return std::make_unique<memory::arena<Record>>(capacity, limits.huge_pages);
  }

  std::unique_ptr<memory::arena<quote_record>> quotes_;
  std::unique_ptr<memory::arena<signal_record>> signals_;
};

}  // namespace pyhft::engine
