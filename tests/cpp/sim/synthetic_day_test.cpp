// SPDX-License-Identifier: MIT
#include "pyhft/sim/synthetic_day.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "pyhft/base/error.hpp"
#include "pyhft/book/l3_books.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/net/capture.hpp"

namespace pyhft::sim {
namespace {

using namespace feed::itch50;

constexpr std::int64_t hour_ns = 3'600'000'000'000;

// The histogram of MACD(12, 26, 9), in the plainest way: how often its sign turns is how lively a series is.
class macd_twin {
 public:
  bool turns(double x) {
    if (updates_++ == 0) fast_ = slow_ = x;
    fast_ += (x - fast_) * 2 / 13;
    slow_ += (x - slow_) * 2 / 27;
    signal_ += (fast_ - slow_ - signal_) * 2 / 10;
    const double histogram = fast_ - slow_ - signal_;
    const int sign = histogram > 0 ? 1 : histogram < 0 ? -1 : 0;
    const bool turned = updates_ > 34 && sign != 0 && sign_ != 0 && sign != sign_;
    if (sign != 0) sign_ = sign;
    return turned;
  }

 private:
  double fast_{}, slow_{}, signal_{};
  int updates_{}, sign_{};
};

// Follows a day with the books of the room book/ and a map of the live orders, and notes whatever a real day wouldn't
// have.
class observer {
 public:
  explicit observer(const synthetic_day_parameters& of)
      : books_{of.symbols + 1, static_cast<std::uint32_t>(of.messages), static_cast<std::uint32_t>(of.messages)},
        instruments_(of.symbols + 1) {}

  void on_message(std::span<const std::byte> bytes) {
    ++messages;
    const message_view message{bytes.data()};
    ++by_type[message.type()];
    if (message.timestamp() < last_time_) fault("time goes backwards");
    last_time_ = message.timestamp();
    if (message.locate() >= instruments_.size()) return fault("unknown locate");
    ++instruments_[message.locate()].messages;
    if (decode(bytes, *this) != decoded::ok) fault("malformed");
    look_at(message.locate());
  }
  void on_gap(std::uint64_t) { fault("gap"); }

  void on(const system_event& event) {
    if (event.locate() != 0) fault("an event of one symbol");
    events += event.event_code();
    if (event.event_code() == 'Q') note_opening();
  }
  void on(const stock_directory& entry) {
    if (orders_seen_) fault("directory after an order");
    instrument& one = instruments_[entry.locate()];
    if (!one.name.view().empty()) fault("a symbol twice");
    one.name = entry.stock();
  }
  void on(const trading_action& action) { check_name(action); }
  void on(const reg_sho_restriction& restriction) { check_name(restriction); }
  void on(const market_participant_position& position) { check_name(position); }

  void on(const add_order& add) {
    check_name(add);
    check_new(add.reference(), add.price(), add.shares());
    note(books_.add(add.locate(), add.reference(), add.side(), add.shares(), add.price()));
    live_[add.reference().value] = {add.locate(), add.side(), add.price(), add.shares().shares};
  }
  void on(const order_executed& executed) { execute(executed); }
  void on(const order_executed_with_price& executed) {
    const auto found = live_.find(executed.reference().value);
    if (found != live_.end()) {
      const live_order& order = found->second;
      const bool worse = order.of == side::buy ? executed.price() > order.at : executed.price() < order.at;
      if (worse) fault("executed beyond the limit of the order");
    }
    execute(executed);
  }
  void on(const order_cancel& cancel) {
    live_order* order = find(cancel.reference(), cancel.locate());
    if (order == nullptr) return;
    if (cancel.canceled().shares == 0 || cancel.canceled().shares >= order->shares)
      fault("a cancel that isn't partial");
    order->shares -= cancel.canceled().shares;
    note(books_.reduce(cancel.reference(), cancel.canceled()));
  }
  void on(const order_delete& gone) {
    if (find(gone.reference(), gone.locate()) == nullptr) return;
    live_.erase(gone.reference().value);
    note(books_.remove(gone.reference()));
  }
  void on(const order_replace& replace) {
    const live_order* old = find(replace.original_reference(), replace.locate());
    if (old == nullptr) return;
    check_new(replace.new_reference(), replace.price(), replace.shares());
    const live_order now{old->locate, old->of, replace.price(), replace.shares().shares};
    live_.erase(replace.original_reference().value);
    live_[replace.new_reference().value] = now;
    note(books_.replace(replace.original_reference(), replace.new_reference(), replace.shares(), replace.price()));
  }
  void on(const trade& hidden) {
    check_name(hidden);
    check_match(hidden.match_number());
    const book::best_quote& quote = books_.best(hidden.locate());
    if (hidden.price() < quote.bid || hidden.price() > quote.ask) fault("hidden trade outside the quote");
  }
  void on(const message_view&) { fault("a type that a synthetic day doesn't have"); }

  std::uint64_t busiest_of(double quantile) const {
    std::vector<std::uint64_t> counts;
    for (std::size_t locate = 1; locate < instruments_.size(); ++locate)
      counts.push_back(instruments_[locate].messages);
    std::sort(counts.begin(), counts.end());
    return counts[static_cast<std::size_t>(quantile * static_cast<double>(counts.size() - 1))];
  }

  std::map<std::string, int> faults;
  std::map<char, std::uint64_t> by_type;
  std::string events;
  std::uint64_t messages{}, mid_changes{}, signals{}, partial_executions{};
  std::int64_t widest_opening_ticks{};
  std::uint32_t one_sided_openings{};
  std::uint32_t deepest_side{};

 private:
  struct live_order {
    std::uint16_t locate;
    side of;
    price at;
    std::uint64_t shares;
  };
  struct instrument {
    symbol name;
    std::uint64_t messages{};
    std::int64_t twice_mid{};
    macd_twin macd;
  };
  void fault(const std::string& what) { ++faults[what]; }
  void note(book::outcome outcome) {
    if (outcome != book::outcome::done) fault("outcome " + std::to_string(static_cast<int>(outcome)));
  }
  template <class View>
  void check_name(const View& view) {
    if (view.stock() != instruments_[view.locate()].name) fault("a locate with another's name");
  }
  void check_match(std::uint64_t number) {
    if (number != ++last_match_) fault("match number out of order");
  }
  void check_new(order_id reference, price at, quantity shares) {
    orders_seen_ = true;
    if (reference <= last_reference_) fault("reference not counted up");
    last_reference_ = reference;
    if (at.ticks <= 0 || at.ticks % 100 != 0) fault("price off the grid");
    if (shares.shares == 0) fault("no shares");
  }
  live_order* find(order_id reference, std::uint16_t locate) {
    const auto found = live_.find(reference.value);
    if (found == live_.end()) return fault("unknown reference"), nullptr;
    if (found->second.locate != locate) fault("order of another symbol");
    return &found->second;
  }
  void execute(const order_executed& executed) {
    live_order* order = find(executed.reference(), executed.locate());
    if (order == nullptr) return;
    check_match(executed.match_number());
    if (last_time_.count < 8 * hour_ns) fault("execution while the book opens");
    const std::uint64_t shares = executed.executed().shares;
    if (shares == 0 || shares > order->shares) fault("executed more than there was");
    if (books_.queue(executed.locate(), order->of, 0).front().id != executed.reference()) {
      fault("executed out of turn");
    }
    if (order->shares == shares) {
      live_.erase(executed.reference().value);
    } else {
      order->shares -= shares;
      ++partial_executions;
    }
    note(books_.reduce(executed.reference(), executed.executed()));
  }
  void look_at(std::uint16_t locate) {
    const book::best_quote& quote = books_.best(locate);
    if (!quote.two_sided()) return;
    if (quote.bid >= quote.ask) fault("crossed or locked");
    deepest_side = std::max({deepest_side, books_.levels(locate, side::buy), books_.levels(locate, side::sell)});
    instrument& one = instruments_[locate];
    const std::int64_t twice_mid = quote.bid.ticks + quote.ask.ticks;
    if (twice_mid == one.twice_mid) return;
    one.twice_mid = twice_mid;
    ++mid_changes;
    if (one.macd.turns(static_cast<double>(twice_mid) / 2)) ++signals;
  }
  void note_opening() {
    for (std::uint32_t locate = 1; locate < instruments_.size(); ++locate) {
      const book::best_quote& quote = books_.best(locate);
      if (!quote.two_sided())
        ++one_sided_openings;
      else
        widest_opening_ticks = std::max(widest_opening_ticks, quote.ask.ticks - quote.bid.ticks);
    }
  }

  book::l3_books books_;
  std::vector<instrument> instruments_;
  std::unordered_map<std::uint64_t, live_order> live_;
  nanoseconds last_time_{};
  order_id last_reference_{};
  std::uint64_t last_match_{};
  bool orders_seen_{};
};

struct packet_copy {
  std::vector<std::byte> frame;
  nanoseconds timestamp;
  friend bool operator==(const packet_copy&, const packet_copy&) = default;
};

std::vector<packet_copy> packets_of(const synthetic_day_parameters& parameters) {
  std::vector<packet_copy> result;
  synthetic_day day{parameters};
  for (synthetic_packet packet; day.next(packet);) {
    result.push_back({{packet.frame.begin(), packet.frame.end()}, packet.timestamp});
  }
  return result;
}

feed::moldudp64::header header_of(const packet_copy& packet) {
  return feed::moldudp64::header::load(net::find_udp(packet.frame).payload.data());
}

// FNV-1a over 64 bits.
std::uint64_t digest_of(const std::vector<packet_copy>& packets) {
  std::uint64_t result = 0xCBF29CE484222325u;
  const auto take = [&result](std::uint64_t byte) { result = (result ^ byte) * 0x100000001B3u; };
  for (const packet_copy& packet : packets) {
    for (const std::byte byte : packet.frame) take(std::to_integer<std::uint64_t>(byte));
    for (int shift = 0; shift < 64; shift += 8)
      take(static_cast<std::uint64_t>(packet.timestamp.count) >> shift & 0xFF);
  }
  return result;
}

std::string message_of(const synthetic_day_parameters& parameters) {
  try {
    synthetic_day{parameters};
  } catch (const argument_error& caught) {
    return caught.what();
  }
  return "";
}

class a_synthetic_day : public testing::TestWithParam<synthetic_day_parameters> {};

TEST_P(a_synthetic_day, replays_into_books_without_a_fault_and_has_exactly_the_messages_asked_for) {
  const auto& parameters = GetParam();
  observer seen{parameters};
  feed::moldudp64::receiver receiver;
  synthetic_day day{parameters};
  nanoseconds last{};
  bool ended = false;
  for (synthetic_packet packet; day.next(packet);) {
    ASSERT_FALSE(ended) << "a packet after the end of the session";
    EXPECT_LE(last, packet.timestamp);
    last = packet.timestamp;
    const net::udp_datagram datagram = net::find_udp(packet.frame);
    ASSERT_EQ(datagram.cause, net::frame_cause::udp);
    ASSERT_LE(packet.frame.size(), 1'514u);
    receiver.receive(datagram.payload, seen);
    ASSERT_EQ(day.messages(), seen.messages);
    ended = receiver.counters().ends_of_session == 1;
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(seen.faults, (std::map<std::string, int>{}));
  EXPECT_EQ(seen.messages, parameters.messages);
  EXPECT_EQ(receiver.counters().duplicate_messages, 0u);
  EXPECT_EQ(receiver.counters().truncated_packets, 0u);
  EXPECT_EQ(receiver.counters().trailing_packets, 0u);
  EXPECT_EQ(seen.events, "OSQMEC");
  for (const char type : {'R', 'H', 'Y'}) EXPECT_EQ(seen.by_type[type], parameters.symbols);
  EXPECT_EQ(seen.by_type['L'], (parameters.symbols + 3) / 4);
  for (int type = 0; type < 128; ++type) {
    const auto c = static_cast<char>(type);
    EXPECT_EQ(day.messages_of(c), seen.by_type[c]) << c;
  }
}

INSTANTIATE_TEST_SUITE_P(
    of_several_sizes, a_synthetic_day,
    testing::Values(synthetic_day_parameters{7, 150'000, 300}, synthetic_day_parameters{0, 60'000, 40},
                    synthetic_day_parameters{~std::uint64_t{0}, 40'000, 1}, synthetic_day_parameters{3, 30'000, 3},
                    synthetic_day_parameters{11, 30'000, max_synthetic_symbols}, synthetic_day_parameters{5, 10, 1},
                    synthetic_day_parameters{5, 11, 1}, synthetic_day_parameters{5, 14, 1},
                    synthetic_day_parameters{5, 15, 1}, synthetic_day_parameters{5, 28'000, 8'000 - 1}),
    [](const auto& one) {
      return "seed_" + std::to_string(one.param.seed) + "_messages_" + std::to_string(one.param.messages) +
             "_symbols_" + std::to_string(one.param.symbols);
    });

TEST(synthetic_day, has_the_proportions_the_liveliness_and_the_opening_of_a_real_one) {
  constexpr synthetic_day_parameters parameters{21, 300'000, 100};
  observer seen{parameters};
  feed::moldudp64::receiver receiver;
  synthetic_day day{parameters};
  for (synthetic_packet packet; day.next(packet);) receiver.receive(net::find_udp(packet.frame).payload, seen);
  ASSERT_EQ(seen.faults, (std::map<std::string, int>{}));

  const auto percent = [&](const char* types) {
    std::uint64_t count = 0;
    for (; *types != '\0'; ++types) count += seen.by_type[*types];
    return 100 * static_cast<double>(count) / static_cast<double>(seen.messages);
  };
  const auto within = [](double low, double value, double high) { return low <= value && value <= high; };
  EXPECT_TRUE(within(42, percent("AF"), 48)) << percent("AF");
  EXPECT_TRUE(within(0.8, percent("F"), 2)) << percent("F");
  EXPECT_TRUE(within(38, percent("D"), 44)) << percent("D");
  EXPECT_TRUE(within(6, percent("U"), 9)) << percent("U");
  EXPECT_TRUE(within(2.5, percent("EC"), 5)) << percent("EC");
  EXPECT_TRUE(within(0.05, percent("C"), 0.3)) << percent("C");
  EXPECT_TRUE(within(1, percent("X"), 2)) << percent("X");
  EXPECT_TRUE(within(0.7, percent("P"), 1.5)) << percent("P");
  EXPECT_GT(seen.partial_executions, (seen.by_type['E'] + seen.by_type['C']) / 10);
  EXPECT_LT(seen.partial_executions, (seen.by_type['E'] + seen.by_type['C']) * 9 / 10);

  // Some thousands of turns of the MACD in a million messages, not one a message.
  EXPECT_TRUE(within(300, static_cast<double>(seen.signals), 3'000)) << seen.signals;
  EXPECT_TRUE(within(0.02, static_cast<double>(seen.mid_changes) / static_cast<double>(seen.messages), 0.15))
      << seen.mid_changes;

  EXPECT_EQ(seen.one_sided_openings, 0u);
  EXPECT_LE(seen.widest_opening_ticks, 50 * 100);
  EXPECT_GE(seen.deepest_side, 20u);
  EXPECT_LE(seen.deepest_side, 2'000u);
  EXPECT_GT(seen.busiest_of(1.0), 8 * seen.busiest_of(0.5));
  EXPECT_GT(seen.busiest_of(0.0), 100u);

  EXPECT_GT(receiver.counters().heartbeats, 10u);
}

TEST(synthetic_day, fills_packets_with_one_to_some_tens_of_messages_and_names_the_next_number_in_quiet_ones) {
  const auto packets = packets_of({7, 50'000, 100});
  std::map<std::uint16_t, int> by_count;
  std::uint64_t expected = 1;
  std::int64_t quiet_ns = 0;
  nanoseconds last = packets.front().timestamp;
  for (const packet_copy& packet : packets) {
    const auto head = header_of(packet);
    EXPECT_EQ(head.sequence, expected);
    EXPECT_EQ(std::string(head.session.text.begin(), head.session.text.end()), "SYNTH00007");
    if (head.count == feed::moldudp64::heartbeat_count) {
      quiet_ns = packet.timestamp.count - last.count;
      EXPECT_EQ(quiet_ns, 1'000'000'000);
    } else if (head.count != feed::moldudp64::end_of_session_count) {
      expected += head.count;
      ++by_count[head.count];
    }
    last = packet.timestamp;
  }
  EXPECT_EQ(quiet_ns, 1'000'000'000);
  EXPECT_EQ(header_of(packets.back()).count, feed::moldudp64::end_of_session_count);
  EXPECT_EQ(header_of(packets.back()).sequence, 50'001u);
  EXPECT_EQ(by_count.begin()->first, 1);
  EXPECT_GE(by_count.rbegin()->first, 35);
  EXPECT_LE(by_count.rbegin()->first, 80);
  EXPECT_GT(by_count[1], 5'000);
  EXPECT_GT(by_count[3], 500);
}

TEST(synthetic_day, begins_on_the_fifth_of_january_2026_at_three_in_new_york) {
  const auto packets = packets_of({7, 500, 10});
  // 05:00 UTC is midnight in New York in winter.
  constexpr std::int64_t days_since_1970 = 56 * 365 + 14 + 4;
  EXPECT_EQ(synthetic_midnight.count, days_since_1970 * 24 * hour_ns + 5 * hour_ns);
  EXPECT_EQ(packets.front().timestamp.count / hour_ns, (synthetic_midnight.count + 3 * hour_ns) / hour_ns);
  EXPECT_EQ(packets.back().timestamp.count / hour_ns, (synthetic_midnight.count + 20 * hour_ns) / hour_ns);
}

TEST(synthetic_day, has_right_lengths_and_checksums_in_every_frame) {
  for (const packet_copy& packet : packets_of({7, 5'000, 20})) {
    const std::span<const std::byte> ip{packet.frame.data() + 14, packet.frame.size() - 14};
    ASSERT_EQ(load_big<std::uint16_t>(&ip[2]), ip.size());
    ASSERT_EQ(net::ones_complement_sum(ip.first(20)), 0xFFFFu);
    const auto udp = ip.subspan(20);
    ASSERT_EQ(load_big<std::uint16_t>(&udp[4]), udp.size());
    const auto pseudo = net::ones_complement_sum(ip.subspan(12, 8), static_cast<std::uint32_t>(17 + udp.size()));
    ASSERT_EQ(net::ones_complement_sum(udp, pseudo), 0xFFFFu);
  }
}

TEST(synthetic_day, is_the_same_bytes_for_the_same_parameters_and_others_for_each_other_parameter) {
  const auto packets = packets_of({7, 5'000, 20});
  EXPECT_EQ(packets, packets_of({7, 5'000, 20}));
  EXPECT_NE(packets, packets_of({8, 5'000, 20}));
  EXPECT_NE(packets, packets_of({7, 5'001, 20}));
  EXPECT_NE(packets, packets_of({7, 5'000, 21}));
}

// Whoever changes the generator changes the day that others have measured on: say so in the change log.
TEST(synthetic_day, is_the_same_bytes_on_every_machine_and_compiler) {
  EXPECT_EQ(digest_of(packets_of({7, 5'000, 20})), 15406654336591429685u);
  EXPECT_EQ(digest_of(packets_of({1, 100'000, 300})), 6963743572569138366u);
}

TEST(synthetic_day, can_be_moved_in_the_middle) {
  const auto packets = packets_of({7, 5'000, 20});
  synthetic_day first{{7, 5'000, 20}};
  synthetic_packet packet;
  for (std::size_t i = 0; i < packets.size() / 2; ++i) ASSERT_TRUE(first.next(packet));
  synthetic_day second = std::move(first);
  ASSERT_TRUE(second.next(packet));
  EXPECT_TRUE(std::equal(packet.frame.begin(), packet.frame.end(), packets[packets.size() / 2].frame.begin()));
}

TEST(synthetic_day, refuses_what_it_cannot_make_with_value_limit_and_remedy) {
  EXPECT_EQ(fewest_synthetic_messages(1), 10u);
  EXPECT_EQ(fewest_synthetic_messages(300), 6u + 900u + 75u);
  EXPECT_EQ(
      message_of({7, 980, 300}),
      "messages = 980 is not within 981 and 1000000000; the start and the end of a day of 300 symbols take 981, so "
      "ask for more messages or fewer symbols");
  EXPECT_EQ(message_of({7, 981, 300}), "");
  EXPECT_NE(message_of({7, max_synthetic_messages + 1, 300}), "");
  EXPECT_NE(message_of({7, 0, 1}), "");
  EXPECT_EQ(message_of({7, 1'000'000, 0}), "symbols = 0 is not within 1 and 8000; a few hundred make a lively day");
  EXPECT_NE(message_of({7, 1'000'000, max_synthetic_symbols + 1}), "");
  EXPECT_EQ(message_of({7, 1'000'000, max_synthetic_symbols}), "");
}

class written_synthetic_day : public testing::Test {
 protected:
  // One of its own for each test, as ctest runs programs side by side.
  written_synthetic_day()
      : path_{std::filesystem::path{testing::TempDir()} /
              (std::string{"pyhft_synthetic_day_"} + testing::UnitTest::GetInstance()->current_test_info()->name() +
               ".pcap")} {}
  ~written_synthetic_day() override { std::filesystem::remove(path_); }

  std::filesystem::path path_;
};

TEST_F(written_synthetic_day, is_a_capture_of_its_packets_and_has_the_summary_of_what_is_in_it) {
  constexpr synthetic_day_parameters parameters{7, 5'000, 20};
  const synthetic_day_summary summary = write_synthetic_day(parameters, path_);
  std::ifstream file{path_, std::ios::binary};
  const std::vector<char> bytes{std::istreambuf_iterator<char>{file}, {}};
  net::capture_reader reader{std::as_bytes(std::span{bytes}), "day"};
  const auto packets = packets_of(parameters);
  std::size_t read = 0;
  for (net::frame frame; reader.next(frame); ++read) {
    ASSERT_LT(read, packets.size());
    ASSERT_EQ(frame.timestamp, packets[read].timestamp);
    ASSERT_TRUE(
        std::equal(packets[read].frame.begin(), packets[read].frame.end(), frame.bytes().begin(), frame.bytes().end()));
  }
  EXPECT_EQ(reader.damage(), "");
  EXPECT_EQ(read, packets.size());
  EXPECT_EQ(summary.packets, packets.size());
  EXPECT_EQ(summary.messages, 5'000u);
  EXPECT_EQ(summary.file_bytes, bytes.size());
  EXPECT_EQ(summary.messages_by_type['R'], 20u);
  std::uint64_t sum = 0;
  for (const std::uint64_t count : summary.messages_by_type) sum += count;
  EXPECT_EQ(sum, 5'000u);
}

TEST_F(written_synthetic_day, reports_its_progress_and_can_be_stopped_from_there) {
  std::vector<std::uint64_t> reports;
  write_synthetic_day({7, 600'000, 20}, path_, [&](std::uint64_t messages) { reports.push_back(messages); });
  ASSERT_GE(reports.size(), 2u);
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
  EXPECT_GT(reports.front(), 0u);
  EXPECT_LE(reports.back(), 600'000u);

  int calls = 0;
  const auto stop = [&](std::uint64_t) {
    ++calls;
    throw std::runtime_error("enough");
  };
  EXPECT_THROW(write_synthetic_day({7, 600'000, 20}, path_, stop), std::runtime_error);
  EXPECT_EQ(calls, 1);
}

TEST_F(written_synthetic_day, leaves_the_file_alone_where_the_parameters_are_refused) {
  std::ofstream{path_} << "precious";
  EXPECT_THROW(write_synthetic_day({7, 1, 1}, path_), argument_error);
  EXPECT_EQ(std::filesystem::file_size(path_), 8u);
}

TEST_F(written_synthetic_day, says_which_path_it_cannot_write) {
  const std::string nowhere = path_.string() + "/no/such/folder.pcap";
  try {
    write_synthetic_day({7, 100, 1}, nowhere);
    FAIL() << "wrote " << nowhere;
  } catch (const input_error& caught) {
    EXPECT_NE(std::string(caught.what()).find(nowhere), std::string::npos) << caught.what();
  }
}

}  // namespace
}  // namespace pyhft::sim
