// SPDX-License-Identifier: MIT
// The L2 books beside their slow twin, compared after every update, with what a listener is told; taken down and put up
// again elsewhere, from whole snapshots and damaged ones.
#include "pyhft/book/l2_books.hpp"

#include "book/slow_books.hpp"
#include "books.hpp"
#include "pyhft/book/book_events.hpp"

namespace {

using namespace pyhft;
using fuzz::check;

struct l2_pair {
  explicit l2_pair(const fuzz::book_limits& of)
      : limits{of},
        fast{std::make_unique<book::l2_books>(of.books, of.levels)},
        slow{of.books, of.levels},
        told{of.books} {}

  void update(fuzz::input& from) {
    const std::uint32_t book = from.below(limits.books);
    const side of = fuzz::any_side(from);
    const price at = fuzz::any_price(from);
    switch (from.below(16)) {
      case 0:
        fast->clear(book);
        slow.clear(book);
        told.forget(book);
        break;
      case 1:
        fuzz::move_house(fast, from, [&] { return std::make_unique<book::l2_books>(limits.books, limits.levels); });
        break;
      default: {
        const quantity shares = fuzz::any_shares(from);
        book::l2_events<test::mirror> events{*fast, told};
        check(events.set(book, of, at, shares) == slow.set(book, of, at, shares), "an update ends as the twin's");
        check(told.repeated == 0, "a quote is told when it is another one");
      }
    }
    fuzz::compare_levels(*fast, slow, told, book);
    const book::depth_level there = fast->at_price(book, of, at);
    for (const book::depth_level& one : slow.depth(book, of)) {
      if (one.price == at) check(there.quantity == one.quantity, "what stands at a price is the twin's");
    }
  }

  fuzz::book_limits limits;
  std::unique_ptr<book::l2_books> fast;
  test::slow_l2 slow;
  test::mirror told;
};

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  fuzz::input from{bytes};
  l2_pair pair{fuzz::any_limits(from)};
  while (!from.empty()) pair.update(from);
  for (std::uint32_t book = 0; book < pair.limits.books; ++book) {
    fuzz::compare_levels(*pair.fast, pair.slow, pair.told, book);
  }
}
