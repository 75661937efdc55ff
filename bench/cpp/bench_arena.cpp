// SPDX-License-Identifier: MIT
// What a 64-byte slot costs, its first word written, in time per slot: this library's arenas, a pointer that is bumped
// and nothing else (raw), one shared counter (fetch_add), std::pmr's monotonic resource and general allocators, for which
// a slot is a malloc and a free. jemalloc and mimalloc are loaded beside glibc's, so that all three are columns of one run.
//
//   bench_arena --benchmark_repetitions=15 --benchmark_enable_random_interleaving=true

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/memory/arena.hpp"
#include "pyhft/memory/shared_arena.hpp"
#include "pyhft/threads/idle.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft {
namespace {

struct order {
  std::array<std::uint64_t, 8> words;
};
static_assert(sizeof(order) == 64);

// A general allocator, always called through a pointer: as a library is.
struct allocator {
  void* (*malloc)(std::size_t);
  void (*free)(void*);
};

// The allocator of a library that was linked behind the C library, whose names therefore stay what everybody else uses.
std::optional<allocator> allocator_of(const char* library, const char* malloc_name, const char* free_name) {
  if (library[0] == '\0') return {};
  void* opened = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) return {};
  const allocator found{reinterpret_cast<void* (*)(std::size_t)>(::dlsym(opened, malloc_name)),
                        reinterpret_cast<void (*)(void*)>(::dlsym(opened, free_name))};
  if (found.malloc == nullptr || found.free == nullptr || found.malloc == std::malloc) return {};
  return found;
}

// ---- one owner: as many slots as fit a mebibyte, then all of them back, over and over

constexpr std::size_t slots_at_once = 16'384;

// What a way of allocating gives has to be distinct and usable before it is timed.
bool all_distinct(std::vector<order*> given, std::size_t expected) {
  std::sort(given.begin(), given.end());
  return given.size() == expected && given.front() != nullptr &&
         std::adjacent_find(given.begin(), given.end()) == given.end();
}

// allocate() gives a slot, take_back() frees all.
template <class Allocate, class TakeBack>
void one_owner(benchmark::State& state, Allocate allocate, TakeBack take_back) {
  std::vector<order*> given;
  for (std::size_t i = 0; i < slots_at_once; ++i) given.push_back(allocate());
  take_back();
  if (!all_distinct(std::move(given), slots_at_once)) {
    state.SkipWithError("slots were handed out twice, or none at all");
    return;
  }
  for (auto _ : state) {
    for (std::size_t i = 0; i < slots_at_once; ++i) {
      order* slot = allocate();
      slot->words[0] = i;
      benchmark::DoNotOptimize(slot);
      benchmark::ClobberMemory();  // the allocator's state is in memory, as where the next order comes later
    }
    take_back();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(slots_at_once));
}

void one_owner_pyhft(benchmark::State& state) {
  memory::arena<order> arena(slots_at_once);
  benchmark::DoNotOptimize(&arena);
  one_owner(state, [&] { return arena.try_allocate(); }, [&] { arena.reset(); });
}

void one_owner_pyhft_cursor(benchmark::State& state) {
  memory::shared_arena<order> arena(slots_at_once);
  memory::shared_arena<order>::cursor mine(arena);
  benchmark::DoNotOptimize(&mine);
  one_owner(
      state, [&] { return mine.try_allocate(); },
      [&] {
        mine.surrender();
        arena.reset();
      });
}

// No look at the end of the block: the limit.
void one_owner_raw(benchmark::State& state) {
  const memory::page_block block(slots_at_once * sizeof(order));
  auto* const first = reinterpret_cast<order*>(block.data());
  order* next = first;
  benchmark::DoNotOptimize(&next);
  one_owner(state, [&] { return next++; }, [&] { next = first; });
}

void one_owner_fetch_add(benchmark::State& state) {
  const memory::page_block block(slots_at_once * sizeof(order));
  auto* const first = reinterpret_cast<order*>(block.data());
  std::atomic<std::size_t> next{0};
  one_owner(
      state,
      [&]() -> order* {
        const std::size_t index = next.fetch_add(1, std::memory_order_relaxed);  // alone: nothing to order
        return index < slots_at_once ? first + index : nullptr;
      },
      [&] { next.store(0, std::memory_order_relaxed); });
}

void one_owner_pmr(benchmark::State& state) {
  const memory::page_block block(slots_at_once * sizeof(order));
  std::optional<std::pmr::monotonic_buffer_resource> resource;
  const auto make = [&] { resource.emplace(block.data(), block.bytes(), std::pmr::null_memory_resource()); };
  make();
  one_owner(state, [&] { return static_cast<order*>(resource->allocate(sizeof(order), alignof(order))); }, make);
}

void one_owner_general(benchmark::State& state, const allocator& from) {
  std::vector<void*> given(slots_at_once);
  std::size_t count = 0;
  one_owner(
      state,
      [&] {
        void* slot = from.malloc(sizeof(order));
        given[count++] = slot;
        return static_cast<order*>(slot);
      },
      [&] {
        while (count != 0) from.free(given[--count]);
      });
}

// ---- two threads at once, on cores of their own

// What is gone through between two resets, and how often in one iteration.
struct extent {
  std::size_t slots_of_a_thread;
  int rounds;
  std::size_t slots_of_both() const { return 2 * slots_of_a_thread; }
};
inline constexpr extent in_cache{4'096, 100};      // half a mebibyte for both
inline constexpr extent in_memory{512 * 1024, 1};  // 64 MiB for both

// Threads that meet before they go on. Spins: a wake-up would take longer than what is measured.
class meeting {
 public:
  void come() {
    const int here = generation_.load(std::memory_order_acquire);  // pairs with the release below
    if (waiting_.fetch_add(1, std::memory_order_acq_rel) == 1) {   // and what each did before is seen by the other
      waiting_.store(0, std::memory_order_relaxed);
      generation_.store(here + 1, std::memory_order_release);  // pairs with the acquire above and below
    } else {
      while (generation_.load(std::memory_order_acquire) == here) threads::pause_cpu();  // pairs with the release above
    }
  }

 private:
  std::atomic<int> waiting_{0};
  std::atomic<int> generation_{0};
};

// work(thread) is done by both at once, then between() by one, `rounds` times; gives the mean over both of the time that
// work took, in seconds.
template <class Work, class Between>
double both_at_once(const clock::tsc_clock& clock, int rounds, Work work, Between between) {
  const auto cores = threads::allowed_cores();
  std::array<std::uint64_t, 2> cycles{};
  meeting before;
  meeting after;
  const auto run = [&](std::size_t thread) {
    std::uint64_t spent = 0;
    for (int round = 0; round < rounds; ++round) {
      before.come();
      const std::uint64_t begin = clock::read_cycles();
      work(thread);
      spent += clock::read_cycles() - begin;
      after.come();
      if (thread == 0) between();
    }
    cycles[thread] = spent;
  };
  {
    threads::pinned_thread other({cores.size() > 1 ? cores[1] : cores[0], "other", {}},
                                 [&](const std::stop_token&) { run(1); });
    const threads::placement_guard here({cores[0], "", {}});
    run(0);
    other.join();
  }
  return (clock.to_ns(cycles[0]) + clock.to_ns(cycles[1])) / 2e9;
}

// thread(n) makes what thread n allocates by; take_back() frees all.
template <class Thread, class TakeBack>
void two_threads(benchmark::State& state, const extent& over, Thread thread, TakeBack take_back) {
  const clock::tsc_clock clock;
  std::array<std::vector<order*>, 2> given;
  for (auto& each : given) each.reserve(over.slots_of_a_thread);
  meeting all_there;
  both_at_once(
      clock, 1,
      [&](std::size_t t) {
        auto allocate = thread(t);
        for (std::size_t i = 0; i < over.slots_of_a_thread; ++i) given[t].push_back(allocate());
        all_there.come();  // before one frees what the other would be given
      },
      take_back);
  given[0].insert(given[0].end(), given[1].begin(), given[1].end());
  if (!all_distinct(std::move(given[0]), over.slots_of_both())) {
    state.SkipWithError("slots were handed out twice, or none at all");
    return;
  }
  for (auto _ : state) {
    state.SetIterationTime(both_at_once(
        clock, over.rounds,
        [&](std::size_t t) {
          auto allocate = thread(t);
          benchmark::DoNotOptimize(&allocate);
          for (std::size_t i = 0; i < over.slots_of_a_thread; ++i) {
            order* slot = allocate();
            slot->words[0] = i;
            benchmark::DoNotOptimize(slot);
            benchmark::ClobberMemory();
          }
        },
        take_back));
  }
  state.SetItemsProcessed(state.iterations() * over.rounds * static_cast<std::int64_t>(over.slots_of_a_thread));
  if (threads::allowed_cores().size() < 2) state.SetLabel("both threads share one core");
}

template <const extent& Over>
void two_threads_pyhft(benchmark::State& state) {
  memory::shared_arena<order> arena(Over.slots_of_both());
  struct hand {
    memory::shared_arena<order>::cursor cursor;
    order* operator()() { return cursor.try_allocate(); }
  };
  two_threads(
      state, Over, [&](std::size_t) { return hand{memory::shared_arena<order>::cursor(arena)}; },
      [&] { arena.reset(); });
}

// A block each and no look at its end: the limit.
template <const extent& Over>
void two_threads_raw(benchmark::State& state) {
  const memory::page_block block(Over.slots_of_both() * sizeof(order));
  auto* const first = reinterpret_cast<order*>(block.data());
  struct hand {
    order* next;
    order* operator()() { return next++; }
  };
  two_threads(state, Over, [&](std::size_t t) { return hand{first + t * Over.slots_of_a_thread}; }, [] {});
}

template <const extent& Over>
void two_threads_fetch_add(benchmark::State& state) {
  const memory::page_block block(Over.slots_of_both() * sizeof(order));
  auto* const first = reinterpret_cast<order*>(block.data());
  struct alignas(128) {
    std::atomic<std::size_t> index{0};
  } next;
  two_threads(
      state, Over,
      [&](std::size_t) {
        return [&]() -> order* {
          const std::size_t index = next.index.fetch_add(1, std::memory_order_relaxed);  // alone: nothing to order
          return index < Over.slots_of_both() ? first + index : nullptr;
        };
      },
      [&] { next.index.store(0, std::memory_order_relaxed); });
}

// Each thread frees its own, within the measured time: for these, an allocation is both.
template <const extent& Over>
void two_threads_general(benchmark::State& state, const allocator& from) {
  std::array<std::vector<void*>, 2> given;
  for (auto& each : given) each.reserve(Over.slots_of_a_thread);
  struct hand {
    const allocator& from;
    std::vector<void*>& given;
    order* operator()() {
      given.push_back(from.malloc(sizeof(order)));
      return static_cast<order*>(given.back());
    }
    ~hand() {
      for (void* slot : given) from.free(slot);
      given.clear();
    }
  };
  two_threads(state, Over, [&](std::size_t t) { return hand{from, given[t]}; }, [] {});
}

const std::string one_owner_case = "one owner/";
const std::string two_threads_case = "two threads/";
const std::string two_threads_cold_case = "two threads, cold/";

void add(const std::string& name, std::function<void(benchmark::State&)> run, bool manual) {
  auto* added = benchmark::RegisterBenchmark(name.c_str(), std::move(run));
  manual ? added->UseManualTime() : added->UseRealTime();
}

void add_general(const char* implementation, std::optional<allocator> from, const std::string& why_not) {
  const std::string name(implementation);
  const auto either = [&](auto run) {
    return [=](benchmark::State& state) {
      if (from)
        run(state, *from);
      else
        state.SkipWithError(why_not.c_str());
    };
  };
  add(one_owner_case + name, either(one_owner_general), false);
  add(two_threads_case + name, either(two_threads_general<in_cache>), true);
  add(two_threads_cold_case + name, either(two_threads_general<in_memory>), true);
}

const bool added = [] {
  add(one_owner_case + "pyhft", one_owner_pyhft, false);
  add("one owner of a shared arena/pyhft", one_owner_pyhft_cursor, false);
  add(one_owner_case + "raw", one_owner_raw, false);
  add(one_owner_case + "fetch_add", one_owner_fetch_add, false);
  add(one_owner_case + "std::pmr", one_owner_pmr, false);
  add(two_threads_case + "pyhft", two_threads_pyhft<in_cache>, true);
  add(two_threads_case + "raw", two_threads_raw<in_cache>, true);
  add(two_threads_case + "fetch_add", two_threads_fetch_add<in_cache>, true);
  add(two_threads_cold_case + "pyhft", two_threads_pyhft<in_memory>, true);
  add(two_threads_cold_case + "raw", two_threads_raw<in_memory>, true);
  add(two_threads_cold_case + "fetch_add", two_threads_fetch_add<in_memory>, true);
  add_general("glibc", allocator{std::malloc, std::free}, "");
  add_general("jemalloc", allocator_of(PYHFT_JEMALLOC, "malloc", "free"),
              "not installed: apt-get install libjemalloc-dev");
  add_general("mimalloc", allocator_of(PYHFT_MIMALLOC, "mi_malloc", "mi_free"),
              "not installed: apt-get install libmimalloc-dev");
  return true;
}();

}  // namespace
}  // namespace pyhft
