// SPDX-License-Identifier: MIT
// charles-cooper/itch-order-book, books by level whose orders are an array by reference, behind bench_book's loops. Its
// tables are static: one object at a time.

#include <sys/types.h>

#include <cassert>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <type_traits>
// clang-format off
#include <itch.h>
#include <order_book.h>
// clang-format on

#include "book_cases.hpp"

namespace pyhft::bench {
namespace {

constexpr std::size_t most_references = std::size_t{1} << 24;  // of its 368 million: what the streams have

class charles_cooper final : public book_peer {
 public:
  charles_cooper() {
    for (std::size_t i = 0; i < order_book::MAX_BOOKS; ++i) order_book::s_books[i] = {};
    order_book::s_levels = order_book::level_vector();
    order_book::oid_map = oidmap<order_t>();
    order_book::oid_map.reserve(order_id_t(most_references));
  }

  void on(message one) override { dispatch(reinterpret_cast<const char*>(one.data())); }
  void update(const message_stream& stream) override {
    stream.for_each([](message one) { dispatch(reinterpret_cast<const char*>(one.data())); });
  }

  book::best_quote best(std::uint16_t locate) override {
    book::best_quote result;
    order_book& book = order_book::s_books[locate];
    const auto set = [&](side of, const order_book::sorted_levels_t& levels) {
      if (levels.empty()) return;
      const std::int64_t ticks = static_cast<std::int32_t>(levels.back().m_price);
      result.set(of, {ticks < 0 ? -ticks : ticks}, {std::uint64_t(order_book::s_levels[levels.back().m_ptr].m_qty)});
    };
    set(side::buy, book.m_bids);
    set(side::sell, book.m_offers);
    return result;
  }

 private:
  static void add(const add_order_t& m) {
    const auto ticks = static_cast<std::int32_t>(m.price);
    order_book::add_order(order_id_t(m.oid), book_id_t(m.stock_locate),
                          sprice_t(m.buy == BUY_SELL::BUY ? ticks : -ticks), m.qty);
  }

  [[gnu::always_inline]] static void dispatch(const char* at) {
    switch (itch_t(at[0])) {
      case itch_t::ADD_ORDER:
        return add(itch_message<itch_t::ADD_ORDER>::parse(at));
      case itch_t::ADD_ORDER_MPID:
        return add(itch_message<itch_t::ADD_ORDER_MPID>::parse(at).add_msg);
      case itch_t::EXECUTE_ORDER: {
        const auto m = itch_message<itch_t::EXECUTE_ORDER>::parse(at);
        return order_book::execute_order(order_id_t(m.oid), m.qty);
      }
      case itch_t::EXECUTE_ORDER_WITH_PRICE: {
        const auto m = itch_message<itch_t::EXECUTE_ORDER_WITH_PRICE>::parse(at).exec;
        return order_book::execute_order(order_id_t(m.oid), m.qty);
      }
      case itch_t::REDUCE_ORDER: {
        const auto m = itch_message<itch_t::REDUCE_ORDER>::parse(at);
        return order_book::cancel_order(order_id_t(m.oid), m.qty);
      }
      case itch_t::DELETE_ORDER:
        return order_book::delete_order(order_id_t(itch_message<itch_t::DELETE_ORDER>::parse(at).oid));
      case itch_t::REPLACE_ORDER: {
        const auto m = itch_message<itch_t::REPLACE_ORDER>::parse(at);
        return order_book::replace_order(order_id_t(m.oid), order_id_t(m.new_order_id), m.new_qty,
                                         sprice_t(static_cast<std::int32_t>(m.new_price)));
      }
      default:
        return;
    }
  }
};

void sum_add(const add_order_t& m, std::uint64_t& sum) {
  sum += std::uint64_t(m.timestamp) + std::uint64_t(m.oid) + std::uint64_t(m.price) + std::uint64_t(m.qty) +
         m.stock_locate + std::uint64_t(m.buy);
}
void sum_execution(const execute_order_t& m, std::uint64_t& sum) {
  sum += std::uint64_t(m.oid) + std::uint64_t(m.timestamp) + std::uint64_t(m.qty) + m.stock_locate;
}

}  // namespace

std::uint64_t decode_charles_cooper(const message_stream& stream) {
  std::uint64_t sum = 0;
  stream.for_each([&](message one) {
    const char* const at = reinterpret_cast<const char*>(one.data());
    switch (itch_t(at[0])) {
      case itch_t::ADD_ORDER:
        return sum_add(itch_message<itch_t::ADD_ORDER>::parse(at), sum);
      case itch_t::ADD_ORDER_MPID:
        return sum_add(itch_message<itch_t::ADD_ORDER_MPID>::parse(at).add_msg, sum);
      case itch_t::EXECUTE_ORDER:
        return sum_execution(itch_message<itch_t::EXECUTE_ORDER>::parse(at), sum);
      case itch_t::EXECUTE_ORDER_WITH_PRICE:
        return sum_execution(itch_message<itch_t::EXECUTE_ORDER_WITH_PRICE>::parse(at).exec, sum);
      case itch_t::REDUCE_ORDER: {
        const auto m = itch_message<itch_t::REDUCE_ORDER>::parse(at);
        sum += std::uint64_t(m.oid) + std::uint64_t(m.timestamp) + std::uint64_t(m.qty);
        return;
      }
      case itch_t::DELETE_ORDER: {
        const auto m = itch_message<itch_t::DELETE_ORDER>::parse(at);
        sum += std::uint64_t(m.oid) + std::uint64_t(m.timestamp);
        return;
      }
      case itch_t::REPLACE_ORDER: {
        const auto m = itch_message<itch_t::REPLACE_ORDER>::parse(at);
        sum += std::uint64_t(m.oid) + std::uint64_t(m.new_order_id) + std::uint64_t(m.new_qty) +
               std::uint64_t(m.new_price);
        return;
      }
      default:
        return;
    }
  });
  return sum;
}

std::unique_ptr<book_peer> make_charles_cooper() { return std::make_unique<charles_cooper>(); }

}  // namespace pyhft::bench
