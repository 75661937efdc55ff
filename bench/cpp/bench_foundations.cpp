// SPDX-License-Identifier: MIT
// What the hot path stands on, in time per item: clock, histogram, arena, queue. Each case is beside the plainest
// thing that does the same, or beside the limit it can't pass. Cases with two threads want two cores of their own; one
// that can't be pinned says so in its label.

#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory_resource>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/memory/arena.hpp"
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

}  // namespace
}  // namespace pyhft
