// SPDX-License-Identifier: MIT
#include "market.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "pyhft/feed/itch50_encode.hpp"

namespace pyhft::sim {
namespace {

using namespace feed::itch50;

// A side with fewer orders gets another one before anything else happens to its book.
constexpr std::uint32_t fewest_orders = 3;
// With fewer orders in a book more come than leave, with more the other way round.
constexpr std::size_t crowd = 400;
constexpr std::uint32_t lowest_fair_cents = 200;
constexpr std::uint32_t lowest_cents = 1;

constexpr price wire(std::uint32_t cents) noexcept { return {std::int64_t{cents} * 100}; }

// SYM0001 to SYM8000: no ticker of a listed company, and in the order of the alphabet as in a real directory.
symbol name_of(std::uint32_t locate) {
  std::string digits = std::to_string(locate);
  return symbol::from("SYM" + std::string(4 - digits.size(), '0') + digits);
}

// 8 to 512 dollars, each octave as likely as the other.
std::uint32_t first_fair_cents(random_numbers& random) noexcept {
  const std::uint32_t octave = 800u << random.below(6);
  return octave + random.below(octave);
}

// What happens at the turn of an instrument, in 1/10 000.
struct proportions {
  std::uint32_t add = 4'480;
  std::uint32_t erase = 4'290;
  std::uint32_t replace = 770;
  std::uint32_t execute = 190;
  std::uint32_t cancel = 160;
  std::uint32_t trade = 110;
};
constexpr proportions of_actions{};
static_assert(of_actions.add + of_actions.erase + of_actions.replace + of_actions.execute + of_actions.cancel +
                  of_actions.trade ==
              10'000);

}  // namespace

market::market(random_numbers& random, std::uint32_t symbols) : random_{random} {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < symbols; ++i) {
    const std::uint32_t fair = first_fair_cents(random_);
    instruments_.push_back({name_of(i + 1), static_cast<std::uint16_t>(i + 1), fair, fair / 20'000, {}});
    by_rank_.push_back(i);
    // Zipf's law with its top levelled a little, as the busiest instruments of a real day are.
    activity_up_to_.push_back(sum += (1u << 24) / (i + 3));
  }
  for (std::uint32_t i = symbols; i > 1; --i) std::swap(by_rank_[i - 1], by_rank_[random_.below(i)]);
}

std::size_t market::open(std::byte* at, nanoseconds now, std::uint64_t call) {
  const std::uint64_t round = call / instruments_.size();
  return add(at, now, instruments_[call % instruments_.size()], round % 2 == 0 ? side::buy : side::sell);
}

std::size_t market::act(std::byte* at, nanoseconds now) {
  if (sweep_goes_on()) return execute(at, now);
  instrument& one = choose();
  walk(one);
  for (const side of : {side::buy, side::sell}) {
    if (one.book[of].orders < fewest_orders) return add(at, now, one, of);
  }
  std::uint32_t draw = random_.below(10'000);
  const auto falls_to = [&draw](std::uint32_t share) { return draw < share || (draw -= share, false); };
  if (falls_to(of_actions.add)) {
    return one.book.live.size() > crowd && changes_its_mind() ? erase(at, now, one) : add(at, now, one, either_side());
  }
  if (falls_to(of_actions.erase)) {
    return one.book.live.size() < crowd && changes_its_mind() ? add(at, now, one, either_side()) : erase(at, now, one);
  }
  if (falls_to(of_actions.replace)) return replace(at, now, one);
  if (falls_to(of_actions.cancel)) return cancel(at, now, one);
  if (falls_to(of_actions.trade)) return trade_hidden(at, now, one);
  const side either = either_side();
  sweep_ = {&one, left_behind(one).value_or(either), choose_shares()};
  return execute(at, now);
}

// One trader's message is often followed by another one on the same instrument.
market::instrument& market::choose() {
  if (!random_.percent(45)) {
    const std::uint32_t draw = random_.below(activity_up_to_.back());
    const auto rank = std::upper_bound(activity_up_to_.begin(), activity_up_to_.end(), draw) - activity_up_to_.begin();
    current_ = by_rank_[static_cast<std::size_t>(rank)];
  }
  return instruments_[current_];
}

void market::walk(instrument& one) noexcept {
  constexpr std::uint32_t messages_a_step = 20;
  const std::uint32_t draw = random_.below(2 * messages_a_step);
  if (draw == 0) ++one.fair_cents;
  if (draw == 1 && one.fair_cents > lowest_fair_cents) --one.fair_cents;
}

bool market::sweep_goes_on() const noexcept {
  return sweep_.shares != 0 && sweep_.in->book[sweep_.takes].orders >= fewest_orders;
}

// The side whose best price the walk has left behind, if it is one of them.
std::optional<side> market::left_behind(const instrument& one) const noexcept {
  const bool cheap_ask = one.book[side::sell].best().cents < one.fair_cents + 1 + one.margin_cents;
  const bool dear_bid = one.book[side::buy].best().cents > one.fair_cents - one.margin_cents;
  if (cheap_ask == dear_bid) return std::nullopt;
  return cheap_ask ? side::sell : side::buy;
}

// Traders withdraw quotes that the walk has left behind, and young orders more often than old ones.
std::uint32_t market::choose_order(instrument& one) noexcept {
  if (random_.percent(30)) {
    if (const auto which = left_behind(one)) return one.book[*which].best().last;
  }
  const auto live = static_cast<std::uint32_t>(one.book.live.size());
  const std::uint32_t age =
      random_.percent(75) ? std::min(geometric<12>::draw(random_), live - 1) : random_.below(live);
  return one.book.live[live - 1 - age];
}

std::uint32_t market::choose_cents(const instrument& one, side of) noexcept {
  // The first quotes of a side are near, so that a book opens with a spread that could be traded on.
  const std::uint32_t draw = one.book[of].orders < 2 ? 0 : random_.below(100);
  std::uint32_t away = one.margin_cents;
  if (draw < 60)
    away += geometric<2>::draw(random_);
  else if (draw < 95)
    away += geometric<12>::draw(random_);
  else
    away += 20 + random_.below(300);

  const book_side& other = one.book[opposite(of)];
  if (of == side::sell) {
    const std::uint32_t cents = one.fair_cents + 1 + away;
    return other.levels.empty() ? cents : std::max(cents, other.best().cents + 1);
  }
  const std::uint32_t cents = one.fair_cents > away + lowest_cents ? one.fair_cents - away : lowest_cents;
  return other.levels.empty() ? cents : std::min(cents, other.best().cents - 1);
}

std::uint32_t market::choose_shares() noexcept {
  const std::uint32_t draw = random_.below(100);
  if (draw < 60) return 100 * (1 + geometric<1>::draw(random_));
  if (draw < 90) return 1 + random_.below(99);
  return 100 * (3 + random_.below(20));
}

std::size_t market::add(std::byte* at, nanoseconds now, instrument& to, side of) {
  const header_fields head{.locate = to.locate, .timestamp = now};
  const order_id id = next_reference();
  const std::uint32_t cents = choose_cents(to, of);
  const std::uint32_t shares = choose_shares();
  orders_.add(to.book, id, of, cents, shares);
  if (random_.percent(3)) {
    return encode(at, head,
                  add_order_with_mpid_fields{.reference = id,
                                             .side = of,
                                             .shares = {shares},
                                             .stock = to.name,
                                             .price = wire(cents),
                                             .attribution = {'S', 'Y', 'N', static_cast<char>('A' + shares % 8)}});
  }
  return encode(
      at, head,
      add_order_fields{.reference = id, .side = of, .shares = {shares}, .stock = to.name, .price = wire(cents)});
}

std::size_t market::erase(std::byte* at, nanoseconds now, instrument& from) {
  const std::uint32_t number = choose_order(from);
  const order_id id = orders_[number].id;
  orders_.remove(from.book, number);
  return encode(at, {.locate = from.locate, .timestamp = now}, order_delete_fields{.reference = id});
}

std::size_t market::cancel(std::byte* at, nanoseconds now, instrument& from) {
  const std::uint32_t number = choose_order(from);
  const live_order& order = orders_[number];
  if (order.shares == 1) {
    const order_id id = order.id;
    orders_.remove(from.book, number);
    return encode(at, {.locate = from.locate, .timestamp = now}, order_delete_fields{.reference = id});
  }
  const std::uint32_t lots = (order.shares - 1) / 100;
  const std::uint32_t canceled = lots == 0 ? 1 + random_.below(order.shares - 1) : 100 * (1 + random_.below(lots));
  orders_.reduce(number, canceled);
  return encode(at, {.locate = from.locate, .timestamp = now},
                order_cancel_fields{.reference = order.id, .canceled = {canceled}});
}

std::size_t market::replace(std::byte* at, nanoseconds now, instrument& in) {
  const std::uint32_t number = choose_order(in);
  const live_order old = orders_[number];
  orders_.remove(in.book, number);
  const order_id id = next_reference();
  const std::uint32_t cents = choose_cents(in, old.side);
  const std::uint32_t shares = random_.percent(70) ? old.shares : choose_shares();
  orders_.add(in.book, id, old.side, cents, shares);
  return encode(at, {.locate = in.locate, .timestamp = now},
                order_replace_fields{
                    .original_reference = old.id, .new_reference = id, .shares = {shares}, .price = wire(cents)});
}

std::size_t market::execute(std::byte* at, nanoseconds now) {
  instrument& in = *sweep_.in;
  const std::uint32_t number = in.book[sweep_.takes].best().first;
  const live_order order = orders_[number];
  const std::uint32_t shares = std::min(sweep_.shares, order.shares);
  sweep_.shares -= shares;
  if (shares == order.shares)
    orders_.remove(in.book, number);
  else
    orders_.reduce(number, shares);

  const header_fields head{.locate = in.locate, .timestamp = now};
  const std::uint64_t match = ++match_number_;
  if (!random_.percent(3)) {
    return encode(at, head, order_executed_fields{.reference = order.id, .executed = {shares}, .match_number = match});
  }
  // At a price that is half a cent better for the one who waited.
  const std::int64_t improved = order.side == side::buy ? -50 : 50;
  return encode(at, head,
                order_executed_with_price_fields{.reference = order.id,
                                                 .executed = {shares},
                                                 .match_number = match,
                                                 .price = {wire(order.cents).ticks + improved}});
}

std::size_t market::trade_hidden(std::byte* at, nanoseconds now, const instrument& in) {
  const std::uint32_t bid = in.book[side::buy].best().cents;
  const std::uint32_t ask = in.book[side::sell].best().cents;
  const std::uint32_t cents = bid + random_.below(ask - bid + 1);
  const std::uint32_t shares = choose_shares();
  return encode(at, {.locate = in.locate, .timestamp = now},
                trade_fields{.reference = {},
                             .side = side::buy,
                             .shares = {shares},
                             .stock = in.name,
                             .price = wire(cents),
                             .match_number = ++match_number_});
}

}  // namespace pyhft::sim
