// SPDX-License-Identifier: MIT
#pragma once

// The bytes of a snapshot of books: words of 64 bits, least significant byte first. A mark that names the kind and the
// version, what the kind writes, and a sum over all words before it, so that what was changed on the way is refused.
// Cold; throws input_error for whatever no snapshot_writer wrote.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/book/ladder_pool.hpp"

namespace pyhft::book {

enum class snapshot_kind : std::uint64_t {
  l2 = 0x31'4B'4F'4F'42'32'4C'70,  // "pL2BOOK1"
  l3 = 0x31'4B'4F'4F'42'33'4C'70,  // "pL3BOOK1"
};

// Each word changes all that follow: a turned bit, and words that changed places, change the sum.
constexpr std::uint64_t with_word(std::uint64_t sum, std::uint64_t word) noexcept {
  sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
  return sum ^ sum >> 32;
}

class snapshot_writer {
 public:
  explicit snapshot_writer(snapshot_kind kind) { put(static_cast<std::uint64_t>(kind)); }

  void put(std::uint64_t word) {
    sum_ = with_word(sum_, word);
    append(word);
  }

  std::vector<std::byte> finish() {
    append(sum_);
    return std::move(bytes_);
  }

 private:
  void append(std::uint64_t word) {
    bytes_.resize(bytes_.size() + sizeof word);
    store_little(bytes_.data() + bytes_.size() - sizeof word, word);
  }

  std::vector<std::byte> bytes_;
  std::uint64_t sum_{};
};

class snapshot_reader {
 public:
  snapshot_reader(std::span<const std::byte> bytes, snapshot_kind kind) : bytes_{bytes} {
    constexpr std::size_t least = 3;  // mark, count, sum
    require(bytes.size() % sizeof(std::uint64_t) == 0 && bytes.size() >= least * sizeof(std::uint64_t),
            "its length is none that one has");
    require(get() == static_cast<std::uint64_t>(kind), "it doesn't begin as one of such books does");
  }

  std::uint64_t get() {
    require(at_ + 2 * sizeof(std::uint64_t) <= bytes_.size(), "it ends too early");
    const auto word = load_little<std::uint64_t>(&bytes_[at_]);
    at_ += sizeof word;
    sum_ = with_word(sum_, word);
    return word;
  }

  void require(bool holds, const char* else_why) const {
    if (holds) return;
    throw input_error("a snapshot of books of " + std::to_string(bytes_.size()) +
                      " bytes can't be restored: " + else_why + " (byte " + std::to_string(at_) +
                      "); give the bytes that snapshot() gave, to books of the same limits");
  }

  void finish() const {
    require(at_ + sizeof(std::uint64_t) == bytes_.size(), "it goes on behind its end");
    require(load_little<std::uint64_t>(&bytes_[at_]) == sum_, "its sum is wrong: it was changed");
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_{};
  std::uint64_t sum_{};
};

// What both kinds write: of each book that has levels its number and the numbers of its levels, bids first; of each level,
// the worst first, its price, and what put_level() puts.
template <class Books, class PutLevel>
void put_books(snapshot_writer& out, const Books& books, const ladder_pool& levels, PutLevel put_level) {
  const auto is_used = [](const auto& book) { return book.sides[0].size + book.sides[1].size != 0; };
  out.put(static_cast<std::uint64_t>(std::count_if(books.begin(), books.end(), is_used)));
  for (std::uint32_t number = 0; number < books.size(); ++number) {
    const auto& book = books[number];
    if (!is_used(book)) continue;
    out.put(number);
    for (const ladder& side : book.sides) out.put(side.size);
    for (const ladder& side : book.sides) {
      for (std::uint32_t depth = side.size; depth-- > 0;) {
        const level& level = levels.at_depth(side, depth);
        out.put(static_cast<std::uint64_t>(level.price.ticks));
        put_level(level);
      }
    }
  }
}

// Reads that back, where snapshot_books has checked it: get_level(book, side, price) reads on and puts the level in.
template <class Books, class GetLevel>
void get_books(snapshot_reader& in, Books& books, ladder_pool& levels, GetLevel get_level) {
  for (std::uint64_t left = in.get(); left > 0; --left) {
    const auto book = static_cast<std::uint32_t>(in.get());
    const std::uint64_t sizes[2] = {in.get(), in.get()};
    for (const side of : {side::buy, side::sell}) {
      const auto size = static_cast<std::uint32_t>(sizes[static_cast<std::size_t>(of)]);
      levels.reserve(books[book].sides[static_cast<std::size_t>(of)], size);
      for (std::uint32_t i = 0; i < size; ++i) get_level(book, of, price{static_cast<std::int64_t>(in.get())});
    }
  }
}

// What both kinds have in common, checked before anything is changed.
class snapshot_books {
 public:
  snapshot_books(snapshot_reader& in, std::uint32_t max_books, std::uint32_t max_levels)
      : in_{in}, max_books_{max_books}, max_levels_{max_levels} {}

  // on_book() at the beginning of each, on_level() where what follows the price is to be read.
  template <class OnBook, class OnLevel>
  void check(OnBook on_book, OnLevel on_level) {
    std::optional<std::uint64_t> before;
    std::uint64_t levels = 0;
    for (std::uint64_t left = in_.get(); left > 0; --left) {
      const std::uint64_t book = in_.get();
      in_.require(book < max_books_, "it has a book whose number is too high here");
      in_.require(!before || *before < book, "its books are in disorder");
      before = book;
      on_book();
      const std::uint64_t sizes[2] = {in_.get(), in_.get()};
      in_.require((sizes[0] | sizes[1]) != 0, "a book has no levels");
      for (const side of : {side::buy, side::sell}) {
        const std::uint64_t size = sizes[static_cast<std::size_t>(of)];
        in_.require(size <= ladder_pool::max_levels_a_side, "a side has more levels than one may have");
        levels += size;
        in_.require(levels <= max_levels_, "it has more levels than there is room for here");
        check_side(of, size, on_level);
      }
    }
    in_.finish();
  }

 private:
  template <class OnLevel>
  void check_side(side of, std::uint64_t size, OnLevel on_level) {
    std::optional<std::int64_t> worse;
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto ticks = static_cast<std::int64_t>(in_.get());
      in_.require(!worse || (of == side::buy ? ticks > *worse : ticks < *worse), "its levels are in disorder");
      worse = ticks;
      on_level();
    }
  }

  snapshot_reader& in_;
  std::uint32_t max_books_;
  std::uint32_t max_levels_;
};

}  // namespace pyhft::book
