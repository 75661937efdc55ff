// SPDX-License-Identifier: MIT
// What the hot path stands on, in time per item: queue, log. Each case is beside the plainest
// thing that does the same, or beside the limit it can't pass. Cases with two threads want two cores of their own; one
// that can't be pinned says so in its label.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/log/backend.hpp"
#include "pyhft/queue/byte_ring.hpp"
#include "pyhft/queue/spsc_queue.hpp"
#include "pyhft/threads/idle.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft {
namespace {

template <std::size_t Bytes>
struct record {
  std::array<std::uint64_t, Bytes / 8> words;
};

// The first two allowed cores, for the two ends of a queue; the same one twice where there is only one.
std::array<int, 2> two_cores() {
  const auto cores = threads::allowed_cores();
  return {cores.front(), cores.size() > 1 ? cores[1] : cores.front()};
}

void say_where(benchmark::State& state, const std::array<int, 2>& cores) {
  state.SetLabel(cores[0] == cores[1] ? "both ends share one core" : "");
}

// ---- queue

void queue_push_pop_one_thread(benchmark::State& state) {
  queue::spsc_queue<std::uint64_t> queue(1024);
  std::uint64_t value = 0;
  for (auto _ : state) {
    queue.try_push(value);
    benchmark::DoNotOptimize(queue.try_pop(value));
  }
}
BENCHMARK(queue_push_pop_one_thread);

// Records from this thread to another, Burst at a time; per record.
template <std::size_t Bytes, std::size_t Burst>
void queue_throughput(benchmark::State& state) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  queue::spsc_queue<record<Bytes>> queue(static_cast<std::size_t>(state.range(0)));
  const threads::pinned_thread consumer({cores[1], "consumer", {}}, [&](const std::stop_token& stop) {
    threads::pause_idle idle;
    std::array<record<Bytes>, Burst> batch{};
    while (!stop.stop_requested()) {
      for (int i = 0; i < 1000; ++i) {
        const std::size_t n = Burst == 1 ? queue.try_pop(batch[0]) : queue.try_pop_n(batch);
        benchmark::DoNotOptimize(batch);
        idle(n);
      }
    }
  });
  std::array<record<Bytes>, Burst> batch{};
  while (state.KeepRunningBatch(Burst)) {
    for (std::size_t sent = 0; sent < Burst;) {
      sent += Burst == 1 ? queue.try_push(batch[0]) : queue.try_push_n({batch.data() + sent, Burst - sent});
    }
  }
  say_where(state, cores);
}
BENCHMARK(queue_throughput<8, 1>)->Arg(1024)->Arg(65'536)->UseRealTime();
BENCHMARK(queue_throughput<64, 1>)->Arg(1024)->Arg(65'536)->UseRealTime();
BENCHMARK(queue_throughput<8, 32>)->Arg(1024)->Arg(65'536)->UseRealTime();
BENCHMARK(queue_throughput<64, 32>)->Arg(1024)->Arg(65'536)->UseRealTime();

// The plainest queue that does the same.
void mutex_queue_throughput(benchmark::State& state) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  std::mutex mutex;
  std::queue<std::uint64_t> queue;
  const threads::pinned_thread consumer({cores[1], "consumer", {}}, [&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const std::lock_guard lock(mutex);
      if (!queue.empty()) queue.pop();
    }
  });
  for (auto _ : state) {
    for (bool sent = false; !sent;) {
      const std::lock_guard lock(mutex);
      sent = queue.size() < 1024;
      if (sent) queue.push(1);
    }
  }
  say_where(state, cores);
}
BENCHMARK(mutex_queue_throughput)->UseRealTime();

void queue_round_trip(benchmark::State& state) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  queue::spsc_queue<std::uint64_t> there(1024);
  queue::spsc_queue<std::uint64_t> back(1024);
  const threads::pinned_thread echo({cores[1], "echo", {}}, [&](const std::stop_token& stop) {
    std::uint64_t value;
    while (!stop.stop_requested()) {
      for (int i = 0; i < 1000; ++i) {
        if (there.try_pop(value)) {
          back.try_push(value);
        } else {
          threads::pause_cpu();
        }
      }
    }
  });
  std::uint64_t value = 0;
  for (auto _ : state) {
    there.try_push(value);
    while (!back.try_pop(value)) threads::pause_cpu();
  }
  say_where(state, cores);
}
BENCHMARK(queue_round_trip)->UseRealTime();

// The limit: two cache lines, one in each direction.
void raw_round_trip(benchmark::State& state) {
  const auto cores = two_cores();
  const threads::placement_guard here({cores[0], "", {}});
  struct alignas(64) line {
    std::atomic<std::uint64_t> value{0};
  } there, back;
  const threads::pinned_thread echo({cores[1], "echo", {}}, [&](const std::stop_token& stop) {
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
      for (int i = 0; i < 1000; ++i) {
        const std::uint64_t value = there.value.load(std::memory_order_acquire);  // pairs with the release below
        if (value != seen) {
          back.value.store(seen = value, std::memory_order_release);  // pairs with the acquire below
        } else {
          threads::pause_cpu();
        }
      }
    }
  });
  std::uint64_t n = 0;
  for (auto _ : state) {
    there.value.store(++n, std::memory_order_release);                             // pairs with the echo's acquire
    while (back.value.load(std::memory_order_acquire) != n) threads::pause_cpu();  // pairs with the echo's release
  }
  say_where(state, cores);
}
BENCHMARK(raw_round_trip)->UseRealTime();

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
