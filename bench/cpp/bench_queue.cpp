// SPDX-License-Identifier: MIT
// Queues between two pinned threads, beside other libraries' and beside the raw cost of a cache line that changes hands.
// Every queue runs in the same loops: its own waiting calls where it has such, else its try calls with a pause after a
// refusal. Two cores of their own are wanted; a case that can't have them says so in its label.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "fenced_cycles.hpp"
#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/queue/byte_ring.hpp"
#include "pyhft/threads/pinned_thread.hpp"
#include "queue_peers.hpp"

namespace pyhft::bench {
namespace {

std::array<int, 2> two_cores() {
  const auto cores = threads::allowed_cores();
  return {cores.front(), cores.size() > 1 ? cores[1] : cores.front()};
}

void say_where(benchmark::State& state, const std::array<int, 2>& cores) {
  if (cores[0] == cores[1]) state.SetLabel("both ends share one core");
}

// ---- round trip over two queues

constexpr std::uint64_t stop_mark = ~std::uint64_t{0} - 1;

// The median is that of groups of trips without a stamp in between: one moves the two sides against each other, and the
// counter of many machines moves in steps as long as a tenth of a trip. The tail is that of single trips, of which each
// takes two stamps longer.
void report_trips(benchmark::State& state, auto&& trip) {
  constexpr int group = 64;
  const clock::tsc_clock clock;
  std::vector<double> groups(1000);
  std::uint64_t start = fenced_cycles();
  for (double& ns : groups) {
    for (int i = 0; i < group; ++i) trip();
    const std::uint64_t end = fenced_cycles();
    ns = clock.to_ns(end - start) / group;
    start = end;
  }
  const auto middle = groups.begin() + static_cast<std::ptrdiff_t>(groups.size() / 2);
  std::nth_element(groups.begin(), middle, groups.end());
  clock::histogram single_ns;
  for (int i = 0; i < 20'000; ++i) {
    start = fenced_cycles();
    trip();
    single_ns.record(static_cast<std::uint64_t>(clock.to_ns(fenced_cycles() - start)));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["p50"] = *middle;
  state.counters["p99"] = static_cast<double>(single_ns.value_at_percentile(99));
  state.counters["p99.9"] = static_cast<double>(single_ns.value_at_percentile(99.9));
}

template <template <class, std::size_t> class Queue, class Record>
void round_trip(benchmark::State& state) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  const auto there = std::make_unique<Queue<Record, 1024>>();
  const auto back = std::make_unique<Queue<Record, 1024>>();
  const threads::pinned_thread echo({cores[1], "echo", {}}, [&](const std::stop_token&) {
    for (Record record{}; first_word(record) != stop_mark;) {
      there->pop(record);
      back->push(record);
    }
  });
  std::uint64_t number = 0;
  bool right = true;
  const auto trip = [&] {
    Record record = make_record<Record>(++number);
    there->push(record);
    back->pop(record);
    right &= first_word(record) == number;
  };
  for (int i = 0; i < 3000; ++i) trip();
  for (auto _ : state) trip();
  report_trips(state, trip);
  Record last = make_record<Record>(stop_mark);
  there->push(last);
  back->pop(last);
  if (!right) state.SkipWithError("a record came back changed");
  say_where(state, cores);
}

// The limit: two cache lines, one in each direction.
void raw_round_trip(benchmark::State& state) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  struct alignas(2 * cache_line_bytes) line {
    std::atomic<std::uint64_t> value{0};
  } there, back;
  const threads::pinned_thread echo({cores[1], "echo", {}}, [&](const std::stop_token&) {
    for (std::uint64_t seen = 0; seen != stop_mark;) {
      const std::uint64_t value = there.value.load(std::memory_order_acquire);  // pairs with the release below
      if (value != seen) {
        back.value.store(seen = value, std::memory_order_release);  // pairs with the acquire below
      } else {
        threads::pause_cpu();
      }
    }
  });
  std::uint64_t number = 0;
  const auto send = [&](std::uint64_t value) {
    there.value.store(value, std::memory_order_release);                               // pairs with the echo's acquire
    while (back.value.load(std::memory_order_acquire) != value) threads::pause_cpu();  // pairs with the echo's release
  };
  const auto trip = [&] { send(++number); };
  for (int i = 0; i < 3000; ++i) trip();
  for (auto _ : state) trip();
  report_trips(state, trip);
  send(stop_mark);
  say_where(state, cores);
}

// ---- a stream from this thread to another

// Runs produce(n) here and consume(n) on the other core over and over; the time is that until both have ended.
template <class Produce, class Consume>
void stream(benchmark::State& state, std::size_t n, Produce produce, Consume consume) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  std::atomic<std::uint64_t> asked{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<bool> right{true};
  {
    const threads::pinned_thread consumer({cores[1], "consumer", {}}, [&](const std::stop_token& stop) {
      for (std::uint64_t round = 0; !stop.stop_requested();) {
        // Acquire and release of asked and done order a round's beginning and end between the two threads.
        if (asked.load(std::memory_order_acquire) == round) continue;
        ++round;
        if (!consume(n)) right = false;
        done.store(round, std::memory_order_release);
      }
    });
    std::uint64_t round = 0;
    const auto run = [&] {
      asked.store(++round, std::memory_order_release);
      produce(n);
      while (done.load(std::memory_order_acquire) != round) threads::pause_cpu();
    };
    run();
    for (auto _ : state) {
      const auto start = std::chrono::steady_clock::now();
      run();
      state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
  if (!right) state.SkipWithError("records were lost, changed or reordered");
  say_where(state, cores);
}

template <template <class, std::size_t> class Queue, class Record, std::size_t Slots>
void one_by_one(benchmark::State& state) {
  const auto queue = std::make_unique<Queue<Record, Slots>>();
  stream(
      state, sizeof(Record) > 8 ? 300'000 : 1'000'000,
      [&](std::size_t n) {
        for (std::size_t i = 1; i <= n; ++i) queue->push(make_record<Record>(i));
      },
      [&](std::size_t n) {
        Record record{};
        std::uint64_t wrong = 0;
        for (std::size_t i = 1; i <= n; ++i) {
          queue->pop(record);
          wrong += first_word(record) != i || last_word(record) != first_word(record);
        }
        return wrong == 0;
      });
}

template <template <class, std::size_t> class Queue, class Record, std::size_t Slots>
void bursts(benchmark::State& state) {
  constexpr std::size_t burst = 32;
  constexpr std::size_t prepared = 8 * burst;  // in L1, so that the copies into and out of the queue are what is timed
  const auto queue = std::make_unique<Queue<Record, Slots>>();
  std::vector<Record> from;
  for (std::size_t i = 0; i < prepared; ++i) from.push_back(make_record<Record>(i));
  stream(
      state, sizeof(Record) > 8 ? 640'000 : 3'200'000,
      [&](std::size_t n) {
        for (std::size_t sent = 0; sent < n;) {
          const std::size_t place = sent % prepared;
          const std::size_t done = queue->push_n(from.data() + place, burst - place % burst);
          if (done == 0) threads::pause_cpu();
          sent += done;
        }
      },
      [&](std::size_t n) {
        std::array<Record, burst> to;
        std::uint64_t wrong = 0;
        for (std::size_t got = 0; got < n;) {
          const std::size_t done = queue->pop_n(to.data(), burst);
          if (done == 0) {
            threads::pause_cpu();
            continue;
          }
          benchmark::DoNotOptimize(to);
          wrong += first_word(to[0]) != got % prepared || last_word(to[done - 1]) != (got + done - 1) % prepared;
          got += done;
        }
        return wrong == 0;
      });
}

// ---- one thread

template <template <class, std::size_t> class Queue, class Record>
void one_thread(benchmark::State& state) {
  const threads::placement_guard here({two_cores()[0], "", {}});
  const auto queue = std::make_unique<Queue<Record, 1024>>();
  std::uint64_t number = 0;
  bool right = true;
  Record record{};
  for (auto _ : state) {
    queue->push(make_record<Record>(++number));
    queue->pop(record);
    right &= first_word(record) == number;
  }
  state.SetItemsProcessed(state.iterations());
  if (!right) state.SkipWithError("a record came back changed");
}

// ---- byte ring

void byte_ring_stream(benchmark::State& state, std::size_t bytes) {
  queue::byte_ring ring(std::size_t{1} << 20);
  stream(
      state, 500'000,
      [&](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          std::byte* to = ring.try_reserve(bytes);
          for (; to == nullptr; to = ring.try_reserve(bytes)) threads::pause_cpu();
          std::memset(to, 0, bytes);
          std::memcpy(to, &i, sizeof i);
          ring.commit();
        }
      },
      [&](std::size_t n) {
        std::uint64_t wrong = 0;
        for (std::size_t i = 0; i < n; ++i) {
          auto record = ring.peek();
          for (; record.data() == nullptr; record = ring.peek()) threads::pause_cpu();
          std::size_t number = 0;
          std::memcpy(&number, record.data(), sizeof number);
          wrong += number != i || record.size() != bytes;
          ring.release();
        }
        return wrong == 0;
      });
}

void byte_ring_round_trip(benchmark::State& state) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  queue::byte_ring there(std::size_t{1} << 16);
  queue::byte_ring back(std::size_t{1} << 16);
  const auto push = [](queue::byte_ring& ring, std::uint64_t value) {
    std::memcpy(ring.try_reserve(40), &value, sizeof value);
    ring.commit();
  };
  const auto pop = [](queue::byte_ring& ring) {
    auto record = ring.peek();
    for (; record.data() == nullptr; record = ring.peek()) threads::pause_cpu();
    std::uint64_t value = 0;
    std::memcpy(&value, record.data(), sizeof value);
    ring.release();
    return value;
  };
  const threads::pinned_thread echo({cores[1], "echo", {}}, [&](const std::stop_token&) {
    for (std::uint64_t value = 0; value != stop_mark;) push(back, value = pop(there));
  });
  std::uint64_t number = 0;
  bool right = true;
  const auto trip = [&] {
    push(there, ++number);
    right &= pop(back) == number;
  };
  for (int i = 0; i < 3000; ++i) trip();
  for (auto _ : state) trip();
  report_trips(state, trip);
  push(there, stop_mark);
  if (!right) state.SkipWithError("a record came back changed");
  say_where(state, cores);
}

// ---- the table

void add(const std::string& what, const std::string& impl, void (*run)(benchmark::State&), bool manual = false) {
  auto* added = benchmark::RegisterBenchmark((what + "/" + impl).c_str(), run);
  manual ? added->UseManualTime()->MinTime(0.1) : added->UseRealTime()->MinTime(0.1);
}

template <template <class, std::size_t> class Queue>
void add_queue(const std::string& impl, bool with_bursts) {
  add("round trip 8 B", impl, round_trip<Queue, record_8>);
  add("round trip 64 B", impl, round_trip<Queue, record_64>);
  add("one by one 8 B, 1 K slots", impl, one_by_one<Queue, record_8, 1024>, true);
  add("one by one 8 B, 64 K slots", impl, one_by_one<Queue, record_8, 65'536>, true);
  add("one by one 64 B, 1 K slots", impl, one_by_one<Queue, record_64, 1024>, true);
  add("one by one 64 B, 64 K slots", impl, one_by_one<Queue, record_64, 65'536>, true);
  add("push and pop on one thread 8 B", impl, one_thread<Queue, record_8>);
  if constexpr (requires(Queue<record_8, 1024> q, record_8* r) { q.pop_n(r, 1); }) {
    if (!with_bursts) return;
    add("bursts of 32 x 8 B, 1 K slots", impl, bursts<Queue, record_8, 1024>, true);
    add("bursts of 32 x 8 B, 64 K slots", impl, bursts<Queue, record_8, 65'536>, true);
    add("bursts of 32 x 64 B, 1 K slots", impl, bursts<Queue, record_64, 1024>, true);
    add("bursts of 32 x 64 B, 64 K slots", impl, bursts<Queue, record_64, 65'536>, true);
  }
}

[[maybe_unused]] void add_missing(const std::string& impl, const char* package, bool with_bursts) {
  std::vector<std::string> cases{"round trip 8 B", "one by one 8 B, 1 K slots", "one by one 8 B, 64 K slots",
                                 "one by one 64 B, 64 K slots"};
  if (with_bursts) {
    for (const char* slots : {"1 K", "64 K"}) {
      for (const char* bytes : {"8 B", "64 B"}) {
        cases.push_back(std::string("bursts of 32 x ") + bytes + ", " + slots + " slots");
      }
    }
  }
  for (const std::string& what : cases) {
    benchmark::RegisterBenchmark((what + "/" + impl).c_str(), [package](benchmark::State& state) {
      state.SkipWithError((std::string("not installed: apt-get install ") + package).c_str());
    });
  }
}

const bool added = [] {
  add("round trip 8 B", "raw", raw_round_trip);
  add_queue<pyhft_queue>("pyhft", true);
#if PYHFT_WITH_BOOST
  add_queue<boost_queue>("boost", true);
#else
  add_missing("boost", "libboost-dev", true);
#endif
#if PYHFT_WITH_RTE_RING
  add_queue<rte_queue>("rte_ring", true);
#else
  add_missing("rte_ring", "libdpdk-dev", true);
#endif
#if PYHFT_WITH_READERWRITERQUEUE
  add_queue<readerwriter_queue>("readerwriterqueue", false);
#else
  add_missing("readerwriterqueue", "libreaderwriterqueue-dev", false);
#endif
#if PYHFT_WITH_ATOMIC_QUEUE
  add_queue<atomic_queue_spsc>("atomic_queue", false);
#else
  add_missing("atomic_queue", "libatomic-queue-dev", false);
#endif
#if PYHFT_WITH_RIGTORP
  add_queue<rigtorp_queue>("rigtorp", false);
#endif
  add("byte ring 40 B", "pyhft", [](benchmark::State& state) { byte_ring_stream(state, 40); }, true);
  add("byte ring 200 B", "pyhft", [](benchmark::State& state) { byte_ring_stream(state, 200); }, true);
  add("byte ring round trip 40 B", "pyhft", byte_ring_round_trip);
  return true;
}();

}  // namespace
}  // namespace pyhft::bench
