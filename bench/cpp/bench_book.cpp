// SPDX-License-Identifier: MIT
// ITCH 5.0 decoded, and decoded into books, over ten million generated messages and over real ones. The time of an item is
// that of one message. raw is what no decoder can be faster than: a walk over lengths and types. What books say is compared
// with std::map's, after every message of a first part, before anything is timed.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>

#include "book_cases.hpp"
#include "pyhft/book/l3_books.hpp"
#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft::bench {
namespace {

namespace itch50 = feed::itch50;

constexpr std::uint64_t messages_in_all = 10'000'000;
constexpr std::uint64_t compared_messages = 300'000;

const message_stream& stream_of(std::uint32_t symbols) {
  static std::map<std::uint32_t, message_stream> made;
  const auto found = made.find(symbols);
  return found != made.end() ? found->second : made.emplace(symbols, generated(messages_in_all, symbols)).first->second;
}

// ---- decoders

// Every field of the messages that change books or tell trades; of the others what all have.
struct summing_visitor {
  std::uint64_t sum{};

  template <class Message>
  void on(const Message& m) noexcept {
    sum += static_cast<std::uint64_t>(m.timestamp().count) + m.locate() + m.tracking_number();
    if constexpr (requires { m.reference(); }) sum += m.reference().value;
    if constexpr (requires { m.original_reference(); }) sum += m.original_reference().value + m.new_reference().value;
    if constexpr (requires { m.buy_sell(); }) sum += static_cast<unsigned char>(m.buy_sell());
    if constexpr (requires { m.shares(); }) sum += m.shares().shares;
    if constexpr (requires { m.executed(); }) sum += m.executed().shares;
    if constexpr (requires { m.canceled(); }) sum += m.canceled().shares;
    if constexpr (requires { m.match_number(); }) sum += m.match_number();
    if constexpr (requires { m.printable(); }) sum += static_cast<unsigned char>(m.printable());
    if constexpr (requires { m.price(); }) sum += static_cast<std::uint64_t>(m.price().ticks);
    if constexpr (requires { m.stock(); }) sum += std::bit_cast<std::uint64_t>(m.stock().text);
  }
};

std::uint64_t decode_ours(const message_stream& stream) {
  summing_visitor visitor;
  stream.for_each([&](message one) { itch50::decode(one, visitor); });
  return visitor.sum;
}

std::uint64_t walk(const message_stream& stream) {
  std::uint64_t sum = 0;
  stream.for_each([&](message one) { sum += std::to_integer<std::uint64_t>(one[0]); });
  return sum;
}

// ---- books

// Books of any kind with the calls of l3_books, updated by messages.
template <class Books>
struct updating_visitor {
  Books& books;

  void on(const itch50::add_order& m) { books.add(m.locate(), m.reference(), m.side(), m.shares(), m.price()); }
  void on(const itch50::add_order_with_mpid& m) { on(static_cast<const itch50::add_order&>(m)); }
  void on(const itch50::order_executed& m) { books.reduce(m.reference(), m.executed()); }
  void on(const itch50::order_executed_with_price& m) { books.reduce(m.reference(), m.executed()); }
  void on(const itch50::order_cancel& m) { books.reduce(m.reference(), m.canceled()); }
  void on(const itch50::order_delete& m) { books.remove(m.reference()); }
  void on(const itch50::order_replace& m) {
    books.replace(m.original_reference(), m.new_reference(), m.shares(), m.price());
  }
  template <class Message>
  void on(const Message&) {}
};

template <class Books>
class decoded_books final : public book_peer {
 public:
  void on(message one) override { itch50::decode(one, visitor_); }
  void update(const message_stream& stream) override {
    if constexpr (requires { books_.prefetch(0u, order_id{}); }) {
      update_with_hints(stream);
    } else {
      stream.for_each([&](message one) { itch50::decode(one, visitor_); });
    }
  }
  book::best_quote best(std::uint16_t locate) override { return books_.best(locate); }

 private:
  // The next messages are at hand, as in a packet or a file.
  void update_with_hints(const message_stream& stream) {
    constexpr std::size_t ahead = 8;
    std::array<message, ahead> coming{};
    std::size_t taken = 0;
    using itch = itch50::protocol;
    const auto step = [&](message next) {
      books_.prefetch(itch::likely_number(next), itch::likely_reference(next));
      const message nearer = coming[(taken + ahead / 2) % ahead];
      books_.prefetch_around(itch::likely_number(nearer), itch::likely_reference(nearer));
      message& slot = coming[taken++ % ahead];
      if (!slot.empty()) itch50::decode(slot, visitor_);
      slot = next;
    };
    stream.for_each(step);
    for (std::size_t i = 0; i < ahead; ++i) step({});
  }

  Books books_;
  updating_visitor<Books> visitor_{books_};
};

struct our_books : book::l3_books {
  our_books() : l3_books{1u << 16, 1u << 20, 1u << 19} {}
};

// As a textbook has it, with the shares of a level kept.
class map_books {
 public:
  map_books() : books_(1u << 16) { orders_.reserve(1u << 20); }

  void add(std::uint32_t book, order_id id, side of, quantity shares, price at) {
    level& there = books_[book][static_cast<std::size_t>(of)][at.ticks];
    there.shares += shares.shares;
    there.queue.push_back(id.value);
    orders_[id.value] = {book, of, at.ticks, shares.shares, std::prev(there.queue.end())};
  }
  void reduce(order_id id, quantity shares) {
    const auto found = orders_.find(id.value);
    if (found == orders_.end()) return;
    order& one = found->second;
    if (shares.shares >= one.shares) return remove(id);
    books_[one.book][static_cast<std::size_t>(one.of)][one.ticks].shares -= shares.shares;
    one.shares -= shares.shares;
  }
  void remove(order_id id) {
    const auto found = orders_.find(id.value);
    if (found == orders_.end()) return;
    const order& one = found->second;
    half& levels = books_[one.book][static_cast<std::size_t>(one.of)];
    const auto there = levels.find(one.ticks);
    there->second.shares -= one.shares;
    there->second.queue.erase(one.place);
    if (there->second.queue.empty()) levels.erase(there);
    orders_.erase(found);
  }
  void replace(order_id old_id, order_id new_id, quantity shares, price at) {
    const auto found = orders_.find(old_id.value);
    if (found == orders_.end()) return;
    const auto [book, of] = std::pair{found->second.book, found->second.of};
    remove(old_id);
    add(book, new_id, of, shares, at);
  }
  book::best_quote best(std::uint32_t book) const {
    book::best_quote result;
    const auto& [bids, asks] = books_[book];
    if (!bids.empty()) result.set(side::buy, {bids.rbegin()->first}, {bids.rbegin()->second.shares});
    if (!asks.empty()) result.set(side::sell, {asks.begin()->first}, {asks.begin()->second.shares});
    return result;
  }

 private:
  struct level {
    std::uint64_t shares{};
    std::list<std::uint64_t> queue;
  };
  using half = std::map<std::int64_t, level>;
  struct order {
    std::uint32_t book;
    side of;
    std::int64_t ticks;
    std::uint64_t shares;
    std::list<std::uint64_t>::iterator place;
  };

  std::vector<std::array<half, 2>> books_;
  std::unordered_map<std::uint64_t, order> orders_;
};

using maker = std::function<std::unique_ptr<book_peer>()>;

const maker ours = [] { return std::make_unique<decoded_books<our_books>>(); };
const maker maps = [] { return std::make_unique<decoded_books<map_books>>(); };

// Whether the best quotes are std::map's after every message of the first part.
bool agrees(const maker& make, const message_stream& stream) {
  const auto one = make();
  const auto other = maps();
  bool right = true;
  stream.for_each(
      [&](message m) {
        one->on(m);
        other->on(m);
        const auto locate = load_big<std::uint16_t>(m.data() + 1);
        right = right && one->best(locate) == other->best(locate);
      },
      compared_messages);
  return right;
}

// ---- cases

// Of this thread alone: a pass takes so long that other programs come in between.
double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds_of(auto&& work) {
  const double start = thread_seconds();
  work();
  return thread_seconds() - start;
}

using stream_maker = std::function<const message_stream&()>;

void decode_case(benchmark::State& state, const stream_maker& make,
                 const std::function<std::uint64_t(const message_stream&)>& decode) {
  const threads::placement_guard here({threads::allowed_cores().front(), "", {}});
  const message_stream& stream = make();
  const std::uint64_t expected = decode(stream);
  for (auto _ : state) {
    std::uint64_t sum = 0;
    state.SetIterationTime(seconds_of([&] { benchmark::DoNotOptimize(sum = decode(stream)); }));
    if (sum != expected) state.SkipWithError("two passes decoded different fields");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(stream.messages()));
}

void book_case(benchmark::State& state, const stream_maker& make_stream, const maker& make, std::size_t times) {
  const threads::placement_guard here({threads::allowed_cores().front(), "", {}});
  const message_stream& stream = make_stream();
  if (!agrees(make, stream)) {
    state.SkipWithError("a best quote differs from that of std::map");
    return;
  }
  for (auto _ : state) {
    double seconds = 0;
    for (std::size_t i = 0; i < times; ++i) {
      const auto books = make();
      seconds += seconds_of([&] { books->update(stream); });
    }
    state.SetIterationTime(seconds);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(stream.messages() * times));
}

// A stamp before and after each message; what an empty pair takes is taken off.
void single_messages(benchmark::State& state, std::uint32_t symbols, const maker& make) {
  constexpr std::uint64_t most = 3'000'000, warm = 1'000'000;
  const threads::placement_guard here({threads::allowed_cores().front(), "", {}});
  const message_stream& stream = stream_of(symbols);
  const clock::tsc_clock clock;
  std::vector<std::uint64_t> empty;
  for (int i = 0; i < 10'001; ++i) {
    const std::uint64_t start = clock.read();
    empty.push_back(clock.read() - start);
  }
  std::nth_element(empty.begin(), empty.begin() + 5'000, empty.end());
  clock::histogram ns;
  for (auto _ : state) {
    const auto books = make();
    std::uint64_t seen = 0;
    stream.for_each(
        [&](message one) {
          const std::uint64_t start = clock.read();
          books->on(one);
          const std::uint64_t cycles = clock.read() - start;
          if (++seen > warm)
            ns.record(static_cast<std::uint64_t>(clock.to_ns(cycles - std::min(cycles, empty[5'000]))));
        },
        most);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(most));
  state.counters["p50"] = static_cast<double>(ns.value_at_percentile(50));
  state.counters["p99"] = static_cast<double>(ns.value_at_percentile(99));
  state.counters["p99.9"] = static_cast<double>(ns.value_at_percentile(99.9));
}

struct step {
  side of;
  std::int64_t ticks;
  std::uint32_t goes;
};

// Eight messages are four pairs.
void hint(const book::l3_books& books, std::span<const std::uint64_t> ids, std::span<const step> coming,
          std::uint64_t last_id) {
  if (coming.size() <= 4) return;
  books.prefetch(5, {last_id + 5});
  books.prefetch(5, {ids[coming[4].goes]});
  books.prefetch_around(5, {ids[coming[2].goes]});
}

// One book with so many live orders: one comes and any other one goes, over and over. With hints where the next messages
// are at hand, without where each comes alone.
template <class Books, bool ahead = false>
void live_orders(benchmark::State& state, std::uint64_t live) {
  constexpr std::uint64_t pairs = 400'000;
  const threads::placement_guard here({threads::allowed_cores().front(), "", {}});
  std::mt19937_64 random(1);
  std::vector<step> steps(live + pairs);
  for (step& one : steps) {
    const auto draw = [&] { return static_cast<std::int64_t>(random() % 500); };
    const std::int64_t away = std::min({draw(), draw(), draw()});
    const auto of = static_cast<side>(random() & 1);
    one = {of, 1'000'000 + 100 * (of == side::buy ? -away : 1 + away), static_cast<std::uint32_t>(random() % live)};
  }
  Books books;
  std::vector<std::uint64_t> ids;
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < live; ++i) {
    books.add(5, {++next}, steps[i].of, {100}, {steps[i].ticks});
    ids.push_back(next);
  }
  for (auto _ : state) {
    state.SetIterationTime(seconds_of([&] {
      for (std::uint64_t i = live; i < live + pairs; ++i) {
        const step& one = steps[i];
        if constexpr (ahead) hint(books, ids, std::span(steps).subspan(i), next);
        books.add(5, {++next}, one.of, {100}, {one.ticks});
        books.remove({std::exchange(ids[one.goes], next)});
      }
    }));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(2 * pairs));
  if constexpr (requires { books.memory_bytes(5); }) {
    const double levels = books.levels(5, side::buy) + books.levels(5, side::sell);
    const double of_orders = static_cast<double>(book::order_table::bytes_an_order * books.orders(5));
    state.SetLabel(std::to_string(book::order_table::bytes_an_order) + " bytes a live order, " +
                   std::to_string(static_cast<int>((static_cast<double>(books.memory_bytes(5)) - of_orders) / levels)) +
                   " a level");
  }
}

struct roomy_books : book::l3_books {
  roomy_books() : l3_books{16, (1u << 20) + 1024, 1u << 14} {}
};

// ---- the table

std::optional<message_stream> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (text.empty()) return std::nullopt;
  return message_stream(std::as_bytes(std::span(text)));
}

// Real messages lie beside the sources and not in them.
const std::optional<message_stream>& aapl() {
  static const std::optional<message_stream> read = [] {
    const char* const folder = std::getenv("PYHFT_CAPTURES");
    return read_file(std::filesystem::path(folder == nullptr ? PYHFT_CAPTURES_FOLDER : folder) / "itch" /
                     "aapl_20200130_premarket_10k.itch");
  }();
  return read;
}

void add_decoders(const std::string& name, const stream_maker& stream, int iterations) {
  const auto add = [&](const char* impl, std::function<std::uint64_t(const message_stream&)> decode) {
    benchmark::RegisterBenchmark((name + "/" + impl).c_str(), decode_case, stream, std::move(decode))
        ->UseManualTime()
        ->Iterations(iterations);
  };
  add("pyhft", decode_ours);
  add("raw", walk);
#if defined(PYHFT_WITH_CHARLES_COOPER)
  add("charles-cooper", decode_charles_cooper);
#endif
}

void add_books(const std::string& name, const stream_maker& stream, std::size_t times) {
  const auto add = [&](const char* impl, const maker& make) {
    benchmark::RegisterBenchmark((name + "/" + impl).c_str(), book_case, stream, make, times)
        ->UseManualTime()
        ->Iterations(1);
  };
  add("pyhft", ours);
  add("std::map", maps);
#if defined(PYHFT_WITH_CHARLES_COOPER)
  add("charles-cooper", make_charles_cooper);
#endif
#if defined(PYHFT_WITH_ITCHCPP)
  add("itchcpp", make_itchcpp);
#endif
}

void add_single(std::uint32_t symbols, const char* impl, const maker& make) {
  const std::string name = "one message, " + std::to_string(symbols) + " symbols/" + impl;
  benchmark::RegisterBenchmark(name.c_str(), single_messages, symbols, make)->UseRealTime()->Iterations(1);
}

[[maybe_unused]] const bool registered = [] {
  const auto of = [](std::uint32_t symbols) {
    return stream_maker([symbols]() -> const message_stream& { return stream_of(symbols); });
  };
  const stream_maker hot = []() -> const message_stream& {
    static const message_stream piece = stream_of(500).piece(std::size_t{1} << 20);
    return piece;
  };
  add_decoders("decode, 1 MiB over and over", hot, 30);
  add_decoders("decode, 10 M messages", of(500), 1);
  add_books("decode and book, 500 symbols", of(500), 1);
  add_books("decode and book, 8000 symbols", of(8'000), 1);
  if (aapl()) add_books("decode and book, real AAPL", []() -> const message_stream& { return *aapl(); }, 20);
  for (const std::uint32_t symbols : {500u, 8'000u}) {
    add_single(symbols, "pyhft", ours);
    add_single(symbols, "std::map", maps);
#if defined(PYHFT_WITH_CHARLES_COOPER)
    add_single(symbols, "charles-cooper", make_charles_cooper);
#endif
  }
  for (const std::uint64_t live : {1'000u, 10'000u, 100'000u, 1'000'000u}) {
    const std::string name = "one book of " + std::to_string(live) + " live orders/";
    const auto add = [&](const std::string& impl, void (*run)(benchmark::State&, std::uint64_t)) {
      benchmark::RegisterBenchmark((name + impl).c_str(), run, live)->UseManualTime()->Iterations(1);
    };
    add("pyhft", live_orders<roomy_books>);
    add("pyhft-ahead", live_orders<roomy_books, true>);
    add("std::map", live_orders<map_books>);
  }
  return true;
}();

}  // namespace
}  // namespace pyhft::bench
