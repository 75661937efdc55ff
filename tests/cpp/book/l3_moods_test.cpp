// SPDX-License-Identifier: MIT
// The L3 books beside their slow twin, compared after every message over streams of many moods; and what listeners are
// told beside both. Now and then a book is cleared, and the whole is taken down and put up again elsewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "book/slow_books.hpp"
#include "pyhft/book/book_events.hpp"
#include "pyhft/book/l3_books.hpp"
#include "support/stress.hpp"

namespace pyhft::book {
namespace {

using generator = std::mt19937_64;

#if defined(__SANITIZE_THREAD__) || defined(PYHFT_EMULATED)
constexpr std::size_t shortest = 40'000;  // one thread, and the twin takes ten times as long
#elif defined(__SANITIZE_ADDRESS__)
constexpr std::size_t shortest = 100'000;  // the twin is slower still
#else
constexpr std::size_t shortest = 200'000;
#endif
const std::size_t messages_each = support::stress_count(shortest);

struct mood {
  std::string name;
  std::uint32_t books{1};
  std::uint32_t max_orders{20'000};
  std::uint32_t max_levels{20'000};
  std::size_t live{1'000};       // orders that it tends to
  std::int64_t width{200};       // ticks between the touch and the far end
  unsigned replaces{10};         // percent of all messages
  unsigned strange{0};           // percent that name an order that is gone or never was
  std::uint64_t numbers{0};      // order numbers are drawn from so many; 0: each is new
  std::uint64_t number_step{1};  // between one new number and the next
  bool extremes{false};          // shares of 0, 1 and 2^32 - 1, prices of 0 and the greatest
  bool sweeps{false};            // now and then one side is taken from the touch, many levels at once
  bool chains{false};            // an order that was replaced is replaced again
  bool clears{false};            // now and then a book is cleared
  std::size_t messages{messages_each};
};

class stream {
 public:
  stream(const mood& of, std::uint64_t seed)
      : mood_{of},
        random_{seed},
        fast_{std::make_unique<l3_books>(of.books, of.max_orders, of.max_levels)},
        slow_{of.books, of.max_orders, of.max_levels},
        told_{of.books} {}

  void run() {
    for (std::size_t i = 0; i < mood_.messages; ++i) {
      step();
      compare(touched_, i % 64 == 0);
      if (testing::Test::HasFatalFailure()) {
        FAIL() << mood_.name << ", message " << i;
      }
      if (i % 50'000 == 0 || i + 1 == mood_.messages) {
        move_house();
        for (std::uint32_t book = 0; book < mood_.books; ++book) {
          compare(book, true);
          if (testing::Test::HasFatalFailure()) {
            FAIL() << mood_.name << ", message " << i;
          }
        }
      }
    }
  }

  std::uint64_t count(outcome of) const { return outcomes_[static_cast<std::size_t>(of)]; }

 private:
  l3_events<test::mirror> events() { return {*fast_, told_}; }
  bool percent(unsigned chance) { return random_() % 100 < chance; }

  void step() {
    touched_ = static_cast<std::uint32_t>(random_() % mood_.books);
    if (mood_.clears && random_() % 5'000 == 0) return clear();
    if (mood_.sweeps && sweep_left_ == 0 && random_() % 400 == 0) {
      sweep_left_ = 20 + random_() % 300;
      sweep_side_ = any_side();
      sweep_book_ = touched_;
    }
    if (sweep_left_ > 0) {
      --sweep_left_;
      touched_ = sweep_book_;
      const auto front = slow_.queues(touched_, sweep_side_, 1);
      if (!front.empty()) return execute(front[0][0].id);
      sweep_left_ = 0;
    }
    if (mood_.chains && chained_ && !percent(3)) return replace(chain_);
    if (percent(mood_.strange)) return strange();
    // More adds while there are few orders, more ends while there are many.
    const bool grow = random_() % (2 * mood_.live) >= known_.size();
    if (known_.empty() || (grow && !percent(mood_.replaces))) return add();
    if (percent(mood_.replaces * 2)) return replace(any_known());
    if (percent(50)) return remove(any_known());
    reduce(any_known());
  }

  void add() {
    const order_id id = new_number();
    const side of = any_side();
    const quantity shares = any_shares();
    const price at = any_price(of);
    expect(events().add(touched_, id, of, shares, at), slow_.add(touched_, id, of, shares, at));
    know(id);
  }
  void reduce(order_id id) {
    touch(id);
    const quantity shares = mood_.extremes && percent(20) ? any_shares() : quantity{1 + random_() % 300};
    expect(events().reduce(id, shares), slow_.reduce(id, shares));
    forget_if_gone(id);
  }
  void execute(order_id id) {
    touch(id);
    const quantity shares{1 + random_() % 300};
    const trade_event expected{touched_, slow_.side_of(id), id, slow_.price_of(id),
                               std::min(shares, slow_.shares_of(id))};
    expect(events().execute(id, shares), slow_.reduce(id, shares));
    ASSERT_EQ(told_.trades.size(), 1u);
    const trade_event& trade = told_.trades[0];
    ASSERT_EQ(trade.book, expected.book);
    ASSERT_EQ(trade.of, expected.of);
    ASSERT_EQ(trade.id, expected.id);
    ASSERT_EQ(trade.at, expected.at);
    ASSERT_EQ(trade.shares, expected.shares);
    told_.trades.clear();
    forget_if_gone(id);
  }
  void clear() {
    fast_->clear(touched_);
    slow_.clear(touched_);
    told_.forget(touched_);
    chained_ = chained_ && slow_.is_live(chain_);
    std::erase_if(known_, [&](order_id id) { return !slow_.is_live(id); });
  }
  // The books go on in another place, restored over whatever was there, and are the same to the last byte.
  void move_house() {
    const auto bytes = fast_->snapshot();
    auto other = std::make_unique<l3_books>(mood_.books, mood_.max_orders, mood_.max_levels);
    other->add(0, {random_()}, any_side(), {7}, {9});
    other->restore(bytes);
    ASSERT_EQ(other->snapshot(), bytes);
    fast_ = std::move(other);
  }
  void remove(order_id id) {
    touch(id);
    expect(events().remove(id), slow_.remove(id));
    forget_if_gone(id);
  }
  void replace(order_id id) {
    touch(id);
    const order_id next = percent(2) ? id : new_number();
    const quantity shares = any_shares();
    const price at = any_price(any_side());
    expect(events().replace(id, next, shares, at), slow_.replace(id, next, shares, at));
    forget_if_gone(id);
    know(next);
    chain_ = next;
    chained_ = slow_.is_live(next);
  }
  void strange() {
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t candidates[] = {0, last, last - 1, random_(), next_number_, next_number_ / 2, 1};
    const order_id id{candidates[random_() % std::size(candidates)]};
    switch (random_() % 3) {
      case 0:
        return reduce(id);
      case 1:
        return remove(id);
      default:
        return replace(id);
    }
  }

  void touch(order_id id) {
    if (slow_.is_live(id)) touched_ = slow_.book_of(id);
  }
  void expect(outcome fast, outcome slow) {
    ASSERT_EQ(fast, slow);
    ++outcomes_[static_cast<std::size_t>(fast)];
  }
  order_id any_known() {
    last_drawn_ = random_() % known_.size();
    return known_[last_drawn_];
  }
  // A number may stand in the list several times or not at all; only the share of live ones matters.
  void know(order_id id) {
    if (slow_.is_live(id)) known_.push_back(id);
  }
  void forget_if_gone(order_id id) {
    if (last_drawn_ < known_.size() && known_[last_drawn_] == id && !slow_.is_live(id)) {
      known_[last_drawn_] = known_.back();
      known_.pop_back();
    }
  }
  order_id new_number() {
    if (mood_.numbers != 0) return {random_() % mood_.numbers};
    return {next_number_ += mood_.number_step};
  }
  side any_side() { return static_cast<side>(random_() & 1); }
  quantity any_shares() {
    if (!mood_.extremes) return {1 + random_() % 500};
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    const std::uint64_t choices[] = {0, 1, most, most - 1, 1 + random_() % most};
    return {choices[random_() % std::size(choices)]};
  }
  price any_price(side of) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    if (mood_.extremes && percent(50)) {
      const std::int64_t choices[] = {0, 1, most, most - 1, 0xFFFF'FFFF, static_cast<std::int64_t>(random_() >> 1)};
      return {choices[random_() % std::size(choices)]};
    }
    // The least of three: most of what happens is near the touch.
    const auto draw = [this] { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(mood_.width)); };
    const std::int64_t away = std::min({draw(), draw(), draw()});
    return {1'000'000 + (of == side::buy ? -away : 1 + away)};
  }

  void compare_order(order_id id) {
    const auto found = fast_->find(id);
    ASSERT_EQ(found.has_value(), slow_.is_live(id));
    ASSERT_EQ(fast_->position(id).has_value(), slow_.is_live(id));
    if (!found) return;
    ASSERT_EQ(found->book, slow_.book_of(id));
    ASSERT_EQ(found->of, slow_.side_of(id));
    ASSERT_EQ(found->at, slow_.price_of(id));
    ASSERT_EQ(found->shares, slow_.shares_of(id));
    const queue_position position = *fast_->position(id);
    const queue_position expected = slow_.position(id);
    ASSERT_EQ(position.orders_ahead, expected.orders_ahead);
    ASSERT_EQ(position.shares_ahead, expected.shares_ahead);
    expect_level(position.level, expected.level);
    expect_level(fast_->at_price(found->book, found->of, found->at), expected.level);
  }

  static void expect_level(const depth_level& level, const depth_level& expected) {
    ASSERT_EQ(level.price, expected.price);
    ASSERT_EQ(level.quantity, expected.quantity);
    ASSERT_EQ(level.orders, expected.orders);
  }

  void compare(std::uint32_t book, bool in_full) {
    ASSERT_EQ(fast_->best(book), slow_.best(book));
    ASSERT_EQ(told_.quotes[book], slow_.best(book));
    ASSERT_EQ(fast_->orders(), slow_.orders());
    for (const side of : {side::buy, side::sell}) ASSERT_EQ(fast_->levels(book, of), slow_.levels(book, of));
    if (!known_.empty()) compare_order(known_[random_() % known_.size()]);
    if (!in_full) return;
    ASSERT_EQ(fast_->orders(book), slow_.orders(book));
    ASSERT_EQ(told_.repeated, 0u);
    for (const side of : {side::buy, side::sell}) {
      constexpr std::size_t most = 300;
      const auto depth = slow_.depth(book, of, most);
      const auto queues = slow_.queues(book, of, most);
      const auto told = told_.depth(book, of);
      ASSERT_EQ(told.size(), slow_.levels(book, of));
      std::array<depth_level, most> many{};
      ASSERT_EQ(fast_->depth(book, of, many), depth.size());
      for (std::uint32_t i = 0; i < depth.size(); ++i) {
        expect_level(fast_->depth(book, of, i), depth[i]);
        expect_level(many[i], depth[i]);
        expect_level(told[i], depth[i]);
        ASSERT_EQ(fast_->queue(book, of, i), queues[i]);
        ASSERT_EQ(fast_->queue(book, of, depth[i].price), queues[i]);
      }
    }
  }

  const mood mood_;
  generator random_;
  std::unique_ptr<l3_books> fast_;
  test::slow_l3 slow_;
  test::mirror told_;
  std::vector<order_id> known_;
  std::size_t last_drawn_{};
  std::uint32_t touched_{};
  std::uint64_t next_number_{1};
  order_id chain_{};
  bool chained_{};
  std::uint64_t sweep_left_{};
  side sweep_side_{};
  std::uint32_t sweep_book_{};
  std::array<std::uint64_t, 6> outcomes_{};
};

class l3_mood : public testing::TestWithParam<mood> {};

TEST_P(l3_mood, every_book_equals_its_twin_after_every_message) {
  stream messages{GetParam(), 20'261'122};
  messages.run();
  EXPECT_GT(messages.count(outcome::done), GetParam().messages / 4);
  if (GetParam().strange != 0) {
    EXPECT_GT(messages.count(outcome::unknown_order), 1'000u);
  }
  if (GetParam().numbers != 0) {
    EXPECT_GT(messages.count(outcome::duplicate_order), 1'000u);
  }
  if (GetParam().extremes) {
    EXPECT_GT(messages.count(outcome::no_quantity), 1'000u);
    EXPECT_GT(messages.count(outcome::over_execution), 1'000u);
  }
  if (GetParam().max_orders < 20'000 || GetParam().max_levels < 20'000) {
    EXPECT_GT(messages.count(outcome::full), 1'000u);
  }
}

const std::vector<mood> moods{
    {.name = "ordinary", .books = 20, .live = 3'000},
    {.name = "bursts_at_one_price", .live = 300, .width = 1},
    {.name = "deep_sweeps", .books = 2, .live = 3'000, .width = 2'000, .sweeps = true},
    {.name = "replace_chains", .books = 3, .live = 500, .chains = true},
    {.name = "reused_numbers", .books = 5, .live = 800, .strange = 20, .numbers = 2'000},
    {.name = "unknown_numbers", .books = 5, .live = 500, .strange = 60},
    {.name = "colliding_numbers", .books = 5, .live = 1'500, .number_step = std::uint64_t{1} << 44},
    {.name = "extremes", .books = 2, .live = 300, .strange = 5, .extremes = true},
    {.name = "thirty_thousand_books", .books = 30'000, .live = 15'000, .width = 40},
    {.name = "cleared_books", .books = 3, .live = 2'000, .numbers = 5'000, .clears = true},
    {.name = "orders_to_the_brim", .books = 4, .max_orders = 500, .live = 1'000},
    {.name = "levels_to_the_brim", .books = 4, .max_levels = 150, .live = 1'000, .width = 400},
};

INSTANTIATE_TEST_SUITE_P(, l3_mood, testing::ValuesIn(moods), [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace pyhft::book
