// SPDX-License-Identifier: MIT
// The L3 books beside their slow twin, compared after every update, with what a listener is told; taken down and put up
// again elsewhere, from whole snapshots and damaged ones.
#include "pyhft/book/l3_books.hpp"

#include "book/slow_books.hpp"
#include "books.hpp"
#include "pyhft/book/book_events.hpp"

namespace {

using namespace pyhft;
using fuzz::check;

struct l3_pair {
  explicit l3_pair(const fuzz::book_limits& of)
      : limits{of}, fast{make()}, slow{of.books, of.orders, of.levels}, told{of.books} {}

  std::unique_ptr<book::l3_books> make() const {
    return std::make_unique<book::l3_books>(limits.books, limits.orders, limits.levels);
  }

  void update(fuzz::input& from) {
    const std::uint8_t what = from.number();
    // Numbers come again often, and now and then are any.
    const order_id id{what >= 0xF0 ? from.number<std::uint64_t>() : from.number()};
    std::uint32_t book = slow.is_live(id) ? slow.book_of(id) : from.below(limits.books);
    book::l3_events<test::mirror> events{*fast, told};
    told.trades.clear();
    switch (what % 8) {
      case 0:
      case 1: {
        const side of = fuzz::any_side(from);
        const quantity shares = fuzz::any_shares(from);
        const price at = fuzz::any_price(from);
        book = from.below(limits.books);
        check(events.add(book, id, of, shares, at) == slow.add(book, id, of, shares, at), "an add ends as the twin's");
        break;
      }
      case 2: {
        const quantity shares = fuzz::any_shares(from);
        check(events.reduce(id, shares) == slow.reduce(id, shares), "a cancel ends as the twin's");
        break;
      }
      case 3:
        execute(events, id, fuzz::any_shares(from));
        break;
      case 4:
        check(events.remove(id) == slow.remove(id), "a delete ends as the twin's");
        break;
      case 5: {
        const order_id next{from.number()};
        const quantity shares = fuzz::any_shares(from);
        const price at = fuzz::any_price(from);
        check(events.replace(id, next, shares, at) == slow.replace(id, next, shares, at),
              "a replacement ends as the twin's");
        compare_order(next);
        break;
      }
      case 6:
        if (what != 6) break;
        fast->clear(book);
        slow.clear(book);
        told.forget(book);
        break;
      default:
        if (what == 7) fuzz::move_house(fast, from, [&] { return make(); });
    }
    check(told.repeated == 0, "a quote is told when it is another one");
    fast->prefetch(book, id);
    fast->prefetch_around(book, id);
    compare_order(id);
    compare(book);
  }

  void compare(std::uint32_t book) const {
    fuzz::compare_levels(*fast, slow, told, book);
    check(fast->orders() == slow.orders() && fast->orders(book) == slow.orders(book), "as many orders as the twin's");
    for (const side of : {side::buy, side::sell}) {
      const auto queues = slow.queues(book, of);
      for (std::uint32_t level = 0; level < queues.size(); ++level) {
        check(fast->queue(book, of, level) == queues[level], "orders queue as the twin's");
      }
    }
  }

  fuzz::book_limits limits;
  std::unique_ptr<book::l3_books> fast;
  test::slow_l3 slow;
  test::mirror told;

 private:
  void execute(book::l3_events<test::mirror>& events, order_id id, quantity shares) {
    const bool live = slow.is_live(id);
    const book::trade_event expected = live ? book::trade_event{slow.book_of(id), slow.side_of(id), id,
                                                                slow.price_of(id), std::min(shares, slow.shares_of(id))}
                                            : book::trade_event{};
    check(events.execute(id, shares) == slow.reduce(id, shares), "an execution ends as the twin's");
    const bool traded = live && shares.shares != 0;
    check(told.trades.size() == (traded ? 1u : 0u), "a trade is told once");
    if (!traded) return;
    const book::trade_event& one = told.trades[0];
    check(one.book == expected.book && one.of == expected.of && one.id == id && one.at == expected.at &&
              one.shares == expected.shares,
          "a trade is told as it was");
  }

  void compare_order(order_id id) const {
    const auto order = fast->find(id);
    const auto position = fast->position(id);
    check(order.has_value() == slow.is_live(id) && position.has_value() == order.has_value(),
          "an order is known where the twin knows it");
    if (!order) return;
    check(order->book == slow.book_of(id) && order->of == slow.side_of(id) && order->at == slow.price_of(id) &&
              order->shares == slow.shares_of(id),
          "an order is the twin's");
    const book::queue_position expected = slow.position(id);
    check(position->orders_ahead == expected.orders_ahead && position->shares_ahead == expected.shares_ahead &&
              fuzz::same(position->level, expected.level),
          "an order stands in its queue as the twin's");
  }
};

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  fuzz::input from{bytes};
  l3_pair pair{fuzz::any_limits(from)};
  while (!from.empty()) pair.update(from);
  for (std::uint32_t book = 0; book < pair.limits.books; ++book) pair.compare(book);
}
