// SPDX-License-Identifier: MIT
// What the hot path stands on, in time per item: clock, histogram, arena, log. Each case is beside the plainest
// thing that does the same, or beside the limit it can't pass.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory_resource>
#include <vector>

#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/log/backend.hpp"
#include "pyhft/memory/arena.hpp"

namespace pyhft {
namespace {

template <std::size_t Bytes>
struct record {
  std::array<std::uint64_t, Bytes / 8> words;
};

// ---- clock

void read_cycles(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(clock::read_cycles());
}
BENCHMARK(read_cycles);

void read_system_clock(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(clock::detail::read_monotonic_ns());
}
BENCHMARK(read_system_clock);

void histogram_record(benchmark::State& state) {
  // A spread of latencies from tens of ns to some us, so that the branch predictor and the cache see what a run shows
  // them.
  std::vector<std::uint64_t> values(4096);
  std::uint64_t random = 1;
  for (auto& value : values) {
    random = random * 6364136223846793005 + 1442695040888963407;
    value = 50 + (random >> 56) + (random >> 60 == 0 ? random >> 52 : 0);
  }
  clock::histogram h;
  std::size_t i = 0;
  for (auto _ : state) h.record(values[i++ & 4095]);
  benchmark::DoNotOptimize(h.count());
}
BENCHMARK(histogram_record);

// ---- memory

constexpr std::size_t arena_slots = 16'384;  // 1 MiB of 64-byte orders

void arena_allocate(benchmark::State& state) {
  memory::arena<record<64>> orders(arena_slots);
  while (state.KeepRunningBatch(arena_slots)) {
    orders.reset();
    for (std::size_t i = 0; i < arena_slots; ++i) {
      record<64>* order = orders.try_allocate();
      order->words[0] = i;
      benchmark::DoNotOptimize(order);
    }
  }
}
BENCHMARK(arena_allocate);

void arena_bare_increment(benchmark::State& state) {
  std::vector<record<64>> orders(arena_slots);
  while (state.KeepRunningBatch(arena_slots)) {
    record<64>* next = orders.data();
    for (std::size_t i = 0; i < arena_slots; ++i) {
      record<64>* order = next++;
      order->words[0] = i;
      benchmark::DoNotOptimize(order);
    }
  }
}
BENCHMARK(arena_bare_increment);

void arena_pmr_monotonic(benchmark::State& state) {
  std::vector<std::byte> memory(arena_slots * 64 + 4096);
  while (state.KeepRunningBatch(arena_slots)) {
    std::pmr::monotonic_buffer_resource resource(memory.data(), memory.size(), std::pmr::null_memory_resource());
    for (std::size_t i = 0; i < arena_slots; ++i) {
      auto* order = static_cast<record<64>*>(resource.allocate(64, 8));
      order->words[0] = i;
      benchmark::DoNotOptimize(order);
    }
  }
}
BENCHMARK(arena_pmr_monotonic);

// ---- log

std::string log_path() {
  return (std::filesystem::temp_directory_path() / ("pyhft_bench_" + std::to_string(::getpid()) + ".log")).string();
}

// The caller's side in bursts that fit the ring; the ring is drained while the watch stands still.
template <class Call>
void log_caller(benchmark::State& state, Call call) {
  log::backend backend({.file = "/dev/null"});
  log::logger& logger = backend.make_logger("bench");
  constexpr std::size_t burst = 1000;
  while (state.KeepRunningBatch(burst)) {
    for (std::size_t i = 0; i < burst; ++i) call(logger, static_cast<int>(i));
    state.PauseTiming();
    backend.poll();
    state.ResumeTiming();
  }
  if (logger.dropped() != 0) state.SkipWithError("the ring overflowed: what was timed is dropping");
}

void log_caller_stamps(benchmark::State& state) {
  log_caller(state, [](log::logger& logger, int i) {
    PYHFT_LOG(logger, info, "order {} px {} sym {}", i, 101.25, symbol::from("AAPL"));
  });
}
BENCHMARK(log_caller_stamps);

void log_caller_hands_stamp_in(benchmark::State& state) {
  const std::uint64_t cycles = clock::read_cycles();
  log_caller(state, [cycles](log::logger& logger, int i) {
    PYHFT_LOG_AT(logger, cycles, info, "order {} px {} sym {}", i, 101.25, symbol::from("AAPL"));
  });
}
BENCHMARK(log_caller_hands_stamp_in);

void log_caller_below_level(benchmark::State& state) {
  log_caller(state, [](log::logger& logger, int i) {
    if (i == 0) logger.set_level(log::level::error);
    PYHFT_LOG(logger, info, "order {} px {} sym {}", i, 101.25, symbol::from("AAPL"));
  });
}
BENCHMARK(log_caller_below_level);

// The other side: from the ring to the file, per line.
void log_to_file(benchmark::State& state) {
  const std::string path = log_path();
  {
    log::backend backend({.file = path});
    log::logger& logger = backend.make_logger("bench", std::size_t{1} << 22);
    constexpr std::size_t burst = 10'000;
    while (state.KeepRunningBatch(burst)) {
      state.PauseTiming();
      for (std::size_t i = 0; i < burst; ++i) {
        PYHFT_LOG(logger, info, "order {} px {} sym {}", i, 101.25 + static_cast<double>(i), symbol::from("AAPL"));
      }
      state.ResumeTiming();
      backend.flush();
    }
    const auto end = backend.close();
    if (end.dropped != 0 || end.write_errors != 0) state.SkipWithError("not every line reached the file");
  }
  std::filesystem::remove(path);
}
BENCHMARK(log_to_file);

}  // namespace
}  // namespace pyhft
