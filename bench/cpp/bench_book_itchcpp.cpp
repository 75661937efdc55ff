// SPDX-License-Identifier: MIT
// bbalouki/itchcpp, the fastest public books order by order that could be found, behind bench_book's loops: its parser,
// and its books of all instruments.

#include <itch/book/book_manager.hpp>
#include <itch/parser.hpp>

#include "book_cases.hpp"

namespace pyhft::bench {
namespace {

class itchcpp final : public book_peer {
 public:
  // Its parser wants the length in two bytes before the message, where the stream has it.
  void on(message one) override { take({one.data() - 2, one.size() + 2}); }
  void update(const message_stream& stream) override { take(stream.bytes()); }

  book::best_quote best(std::uint16_t locate) override {
    book::best_quote result;
    const itch::book::L3Book* const book = books_.book(locate);
    if (book == nullptr) return result;
    const itch::book::Bbo now = book->bbo();
    if (now.has_bid) result.set(side::buy, {std::int64_t{now.bid_price.raw()}}, {now.bid_shares});
    if (now.has_ask) result.set(side::sell, {std::int64_t{now.ask_price.raw()}}, {now.ask_shares});
    return result;
  }

 private:
  void take(std::span<const std::byte> framed) {
    parser_.parse(framed, [this](const itch::Message& one) { books_.process(one); });
  }

  itch::Parser parser_;
  itch::book::BookManager books_;
};

}  // namespace

std::unique_ptr<book_peer> make_itchcpp() { return std::make_unique<itchcpp>(); }

}  // namespace pyhft::bench
