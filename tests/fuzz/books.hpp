// SPDX-License-Identifier: MIT
#pragma once

// What the targets of both kinds of books share: limits, prices and shares out of the input, few enough that they meet
// again; the comparison of levels; and the way from one house to another.

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "fuzz.hpp"
#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"

namespace pyhft::fuzz {

struct book_limits {
  std::uint32_t books, orders, levels;
};
// Low, so that books are full now and then.
inline book_limits any_limits(input& from) { return {1 + from.below(3), 1 + from.below(200), 1 + from.below(60)}; }

inline side any_side(input& from) { return from.below(2) == 0 ? side::buy : side::sell; }

inline price any_price(input& from) {
  const std::uint8_t what = from.number();
  if (what < 0xFC) return {what % 64};
  if (what == 0xFC) return {std::numeric_limits<std::int64_t>::max()};
  if (what == 0xFD) return {std::numeric_limits<std::int64_t>::min()};
  return {static_cast<std::int64_t>(from.number<std::uint64_t>())};
}

inline quantity any_shares(input& from) {
  const std::uint8_t what = from.number();
  if (what < 0xFC) return {what % 16u};
  if (what == 0xFC) return {0xFFFF'FFFF};
  if (what == 0xFD) return {std::uint64_t{1} << 32};
  return {from.number<std::uint64_t>()};
}

inline bool same(const book::depth_level& a, const book::depth_level& b) {
  return a.price == b.price && a.quantity == b.quantity && a.orders == b.orders;
}

template <class Fast, class Slow, class Mirror>
void compare_levels(const Fast& fast, const Slow& slow, const Mirror& told, std::uint32_t book) {
  const book::best_quote best = slow.best(book);
  check(fast.best(book) == best, "the best quote is the twin's");
  check(told.quotes[book] == best, "the best quote is the last one that was told");
  for (const side of : {side::buy, side::sell}) {
    const auto expected = slow.depth(book, of);
    const auto heard = told.depth(book, of);
    check(fast.levels(book, of) == expected.size() && heard.size() == expected.size(), "as many levels as the twin's");
    std::vector<book::depth_level> levels(expected.size());
    check(fast.depth(book, of, levels) == levels.size(), "the depth gives all levels");
    for (std::uint32_t i = 0; i < expected.size(); ++i) {
      check(same(levels[i], expected[i]) && same(fast.depth(book, of, i), expected[i]), "a level is the twin's");
      check(same(heard[i], expected[i]), "a level is what was told of it");
      check(same(fast.at_price(book, of, expected[i].price), expected[i]), "a level is found by its price");
    }
  }
}

// The sum at the end of a snapshot, as book/snapshot_bytes.hpp makes it: without the right one nothing else is looked at.
inline void mend_sum(std::span<std::byte> snapshot) {
  if (snapshot.size() % 8 != 0 || snapshot.empty()) return;
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at + 8 < snapshot.size(); at += 8) {
    sum = (sum ^ load_little<std::uint64_t>(&snapshot[at])) * 0x9E3779B97F4A7C15u;
    sum ^= sum >> 32;
  }
  store_little(&snapshot[snapshot.size() - 8], sum);
}

// A bit turned, a word made small, taken out or put in.
inline void damage(std::vector<std::byte>& snapshot, input& from) {
  constexpr std::ptrdiff_t word = 8;
  const auto words = static_cast<std::uint32_t>(snapshot.size() / word);
  if (words == 0) return;
  const std::uint8_t what = from.number();
  const auto at = snapshot.begin() + word * from.below(words);
  switch (what % 4) {
    case 0:
      at[what / 4 % word] ^= std::byte{from.number()};
      break;
    case 1:
      store_little(&*at, std::uint64_t{from.number()});
      break;
    case 2:
      snapshot.erase(at, at + word);
      break;
    default:
      snapshot.insert(at, static_cast<std::size_t>(word), std::byte{0});
  }
}

// The books move into new ones by their snapshot. A damaged one is refused and changes nothing, or is that of other books,
// which give it.
template <class Books, class Make>
void move_house(std::unique_ptr<Books>& books, input& from, Make&& make) {
  const std::vector<std::byte> whole = books->snapshot();
  std::vector<std::byte> damaged = whole;
  for (std::uint32_t left = 1 + from.below(6); left > 0; --left) damage(damaged, from);
  mend_sum(damaged);
  auto other = make();
  try {
    other->restore(damaged);
    check(other->snapshot() == damaged, "what is restored is a snapshot that books give");
  } catch (const input_error&) {
    check(other->snapshot() == make()->snapshot(), "a refused snapshot changes nothing");
  }
  other->restore(whole);
  check(other->snapshot() == whole, "restored books give the snapshot that they were made of");
  books = std::move(other);
}

}  // namespace pyhft::fuzz
