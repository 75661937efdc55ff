// SPDX-License-Identifier: MIT
// What a look at the time costs, and what it costs to count a latency, in time per call: the processor's own instruction
// (raw), ours, the system's ways, and the histogram beside a plain array of counters (raw).
//
//   bench_clock --benchmark_repetitions=15 --benchmark_enable_random_interleaving=true

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"

namespace pyhft {
namespace {

constexpr int calls = 1000;

// read() gives a time that never goes back on one thread.
template <class Read>
void time_reading(benchmark::State& state, Read read) {
  auto last = read();
  for (int i = 0; i < 100'000; ++i) {
    const auto now = read();
    if (now < last) {
      state.SkipWithError("this clock went back");
      return;
    }
    last = now;
  }
  for (auto _ : state) {
    for (int i = 0; i < calls; ++i) benchmark::DoNotOptimize(read());
  }
  state.SetItemsProcessed(state.iterations() * calls);
}

std::int64_t system_ns(clockid_t id) {
  timespec now;
  ::clock_gettime(id, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

#if defined(__x86_64__)
void read_raw(benchmark::State& state) {
  time_reading(state, [] { return __builtin_ia32_rdtsc(); });
}
#elif defined(__aarch64__)
void read_raw(benchmark::State& state) {
  time_reading(state, [] {
    std::uint64_t count;
    asm volatile("mrs %0, cntvct_el0" : "=r"(count));
    return count;
  });
}
#else
void read_raw(benchmark::State& state) { state.SkipWithError("this processor has no counter that programs can read"); }
#endif

void read_pyhft(benchmark::State& state) {
  time_reading(state, [] { return clock::read_cycles(); });
}
void read_clock_gettime(benchmark::State& state) {
  time_reading(state, [] { return system_ns(CLOCK_MONOTONIC); });
}
void read_chrono(benchmark::State& state) {
  time_reading(state, [] { return std::chrono::steady_clock::now(); });
}

// As an instant: ns since the epoch.
void instant_pyhft(benchmark::State& state) {
  const clock::tsc_clock clock;
  time_reading(state, [&] { return clock.to_epoch(clock::read_cycles()).count; });
}
void instant_clock_gettime(benchmark::State& state) {
  time_reading(state, [] { return system_ns(CLOCK_REALTIME); });
}
void instant_chrono(benchmark::State& state) {
  time_reading(state, [] { return std::chrono::system_clock::now(); });
}

// A spread of latencies from tens of ns to some us, so that the branch predictor and the cache see what a run shows them.
std::vector<std::uint64_t> latencies() {
  std::vector<std::uint64_t> values(4096);
  std::uint64_t random = 1;
  for (auto& value : values) {
    random = random * 6364136223846793005 + 1442695040888963407;
    value = 50 + (random >> 56) + (random >> 60 == 0 ? random >> 52 : 0);
  }
  return values;
}

template <class Record, class Count>
void time_recording(benchmark::State& state, Record record, Count count_of_all) {
  const auto values = latencies();
  for (auto _ : state) {
    for (const std::uint64_t value : values) {
      record(value);
      benchmark::ClobberMemory();  // between two latencies of a run there is other work
    }
  }
  const auto recorded = static_cast<std::uint64_t>(state.iterations()) * values.size();
  if (count_of_all() != recorded) state.SkipWithError("values were lost");
  state.SetItemsProcessed(static_cast<std::int64_t>(recorded));
}

void record_pyhft(benchmark::State& state) {
  clock::histogram histogram;
  benchmark::DoNotOptimize(&histogram);
  time_recording(state, [&](std::uint64_t value) { histogram.record(value); }, [&] { return histogram.count(); });
}

// One counter a value: what a histogram can't be faster than.
void record_raw(benchmark::State& state) {
  std::vector<std::uint64_t> counts(8192);
  benchmark::DoNotOptimize(counts.data());
  time_recording(
      state, [&](std::uint64_t value) { ++counts[value]; },
      [&] {
        std::uint64_t sum = 0;
        for (const std::uint64_t count : counts) sum += count;
        return sum;
      });
}

const bool added = [] {
  const auto add = [](const char* name, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, run)->UseRealTime();
  };
  add("read/pyhft", read_pyhft);
  add("read/raw", read_raw);
  add("read/clock_gettime", read_clock_gettime);
  add("read/std::chrono", read_chrono);
  add("read, ns since 1970/pyhft", instant_pyhft);
  add("read, ns since 1970/clock_gettime", instant_clock_gettime);
  add("read, ns since 1970/std::chrono", instant_chrono);
  add("histogram record/pyhft", record_pyhft);
  add("histogram record/raw", record_raw);
  return true;
}();

}  // namespace
}  // namespace pyhft
