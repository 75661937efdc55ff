// SPDX-License-Identifier: MIT
#pragma once

// What bench_log.cpp asks of every logger. A logger is a type L with
//
//   static constexpr std::string_view name;
//   L(const std::string& path);                            // its thread inherits the core of the calling thread
//   void log(int i, double px, const char* sym);           // "order {} px {} sym {}"
//   void log_at(std::uint64_t cycles, int, double, const char*);  // where a stamp can be handed in
//   void flush();                                          // returns when all that was logged before is in the file
//
// Each writes the wall clock in ns and the level before the message. Its thread stands on the second allowed core, the
// caller on the first. After each run the lines in the file are counted and compared.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fenced_cycles.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/threads/idle.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft::bench {

// The argument of text is one that no compiler knows the length of.
inline std::array<char[16], 16> symbols{{"ESZ5.CME", "NQZ5.CME", "AAPL.OQ", "MSFT.OQ", "NVDA.OQ", "TSLA.OQ", "AMZN.OQ",
                                         "META.OQ", "CLF6.NYM", "GCG6.CMX", "SPY.P", "QQQ.OQ", "IWM.P", "ZNH6.CBT",
                                         "ZBH6.CBT", "6EZ5.CME"}};
inline double price_of(int i) { return 100.0 + 0.25 * static_cast<double>(i % 1000); }
inline const char* symbol_of(int i) { return symbols[static_cast<unsigned>(i) & 15]; }

inline std::array<int, 2> two_cores() {
  const auto cores = threads::allowed_cores();
  return {cores.front(), cores.size() > 1 ? cores[1] : cores.front()};
}

// The caller's core is the second one while a logger is made, so that its thread inherits it, then the first.
class caller_place {
 public:
  void while_making() { here_.emplace(threads::placement{two_cores()[1], "", {}}); }
  void while_calling() {
    here_.reset();
    here_.emplace(threads::placement{two_cores()[0], "", {}});
  }

 private:
  std::optional<threads::placement_guard> here_;
};

class scratch_file {
 public:
  scratch_file() {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("pyhft_bench_" + std::to_string(::getpid()) + "_" + std::to_string(number++) + ".log");
  }
  ~scratch_file() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// How many of the first n lines are there, each with its message at its end and a level and digits before.
inline std::string wrong_lines(const std::string& path, int n) {
  std::ifstream file(path);
  std::string line;
  for (int i = 0; i < n; ++i) {
    char expected[64];
    std::snprintf(expected, sizeof expected, ": order %d px %g sym %s", i, price_of(i), symbol_of(i));
    if (!std::getline(file, line)) return "only " + std::to_string(i) + " of " + std::to_string(n) + " lines";
    // Some write 100 as 100.0.
    if (const auto tail = line.find(".0 sym"); tail != std::string::npos) line.erase(tail, 2);
    if (!line.ends_with(expected)) return "line " + std::to_string(i) + " is '" + line + "'";
  }
  return std::getline(file, line) ? "more lines than calls" : "";
}

constexpr bool writes(std::string_view logger) { return logger != "raw"; }

inline double percentile(std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

inline void spin_until(std::uint64_t cycles) {
  while (static_cast<std::int64_t>(clock::read_cycles() - cycles) < 0) threads::pause_cpu();
}

// The median of the averages of bursts, with 2 ms between in which a logger's thread writes what it has and goes to rest.
template <class L, class Call>
void bursts(benchmark::State& state, Call call) {
  constexpr int burst = 1000;
  constexpr double rest_ns = 2e6;
  const scratch_file file;
  const clock::tsc_clock clock;
  int calls = 0;
  {
    caller_place place;
    place.while_making();
    L log(file.path());
    place.while_calling();
    const auto one_burst = [&] {
      const std::uint64_t begin = clock::read_cycles();
      for (const int end = calls + burst; calls < end; ++calls) call(log, calls);
      const std::uint64_t end = clock::read_cycles();
      spin_until(end + static_cast<std::uint64_t>(rest_ns / clock.ns_per_cycle()));
      return clock.to_ns(end - begin);
    };
    for (int warm_up = 0; warm_up < 3; ++warm_up) one_burst();
    log.flush();
    std::vector<double> averages;
    averages.reserve(static_cast<std::size_t>(state.max_iterations));
    for (auto _ : state) {
      const double ns = one_burst();
      state.SetIterationTime(ns / 1e9);
      averages.push_back(ns / burst);
    }
    log.flush();
    std::sort(averages.begin(), averages.end());
    state.SetItemsProcessed(state.iterations() * burst);
    state.counters["p50"] = percentile(averages, 0.5);
  }
  if (writes(L::name)) {
    if (const auto why = wrong_lines(file.path(), calls); !why.empty()) state.SkipWithError(why.c_str());
  }
}

template <class L>
void burst_of_calls(benchmark::State& state) {
  bursts<L>(state, [](L& log, int i) { log.log(i, price_of(i), symbol_of(i)); });
}

template <class L>
void burst_with_stamp(benchmark::State& state) {
  bursts<L>(state, [stamp = std::uint64_t{0}](L& log, int i) mutable {
    if (i % 1000 == 0) stamp = clock::read_cycles();
    log.log_at(stamp, i, price_of(i), symbol_of(i));
  });
}

template <class L>
void paced_calls(benchmark::State& state) {
  const scratch_file file;
  const clock::tsc_clock clock;
  int calls = 0;
  {
    caller_place place;
    place.while_making();
    L log(file.path());
    place.while_calling();
    std::vector<double> empty(10'000);
    for (double& one : empty) {
      const std::uint64_t begin = fenced_cycles();
      one = clock.to_ns(fenced_cycles() - begin);
    }
    std::sort(empty.begin(), empty.end());
    const double overhead_ns = percentile(empty, 0.5);
    for (; calls < 1000; ++calls) log.log(calls, price_of(calls), symbol_of(calls));
    log.flush();

    std::vector<double> times;
    times.reserve(static_cast<std::size_t>(state.max_iterations));
    std::uint64_t random = 88172645463325252ull;
    const double cycles_per_ns = 1.0 / clock.ns_per_cycle();
    for (auto _ : state) {
      const std::uint64_t begin = fenced_cycles();
      log.log(calls, price_of(calls), symbol_of(calls));
      const std::uint64_t end = fenced_cycles();
      ++calls;
      times.push_back(std::max(clock.to_ns(end - begin) - overhead_ns, 0.0));
      state.SetIterationTime(times.back() / 1e9);
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      const double gap_ns = 3000 * (0.75 + 0.5 * static_cast<double>(random & 1023) / 1024);
      spin_until(end + static_cast<std::uint64_t>(gap_ns * cycles_per_ns));
    }
    log.flush();
    std::sort(times.begin(), times.end());
    state.counters["p50"] = percentile(times, 0.5);
    state.counters["p99"] = percentile(times, 0.99);
    state.counters["p99.9"] = percentile(times, 0.999);
    state.SetItemsProcessed(state.iterations());
  }
  if (writes(L::name)) {
    if (const auto why = wrong_lines(file.path(), calls); !why.empty()) state.SkipWithError(why.c_str());
  }
}

// From the first call, as fast as they go, until the last line is in the file.
template <class L>
void to_a_text_file(benchmark::State& state) {
  constexpr int messages = 300'000;
  for (auto _ : state) {
    const scratch_file file;
    const clock::tsc_clock clock;
    {
      caller_place place;
      place.while_making();
      L log(file.path());
      place.while_calling();
      int calls = 0;
      for (; calls < 1000; ++calls) log.log(calls, price_of(calls), symbol_of(calls));
      log.flush();
      const std::uint64_t begin = clock::read_cycles();
      for (; calls < 1000 + messages; ++calls) log.log(calls, price_of(calls), symbol_of(calls));
      log.flush();
      state.SetIterationTime(clock.to_ns(clock::read_cycles() - begin) / 1e9);
    }
    if (const auto why = wrong_lines(file.path(), 1000 + messages); !why.empty()) state.SkipWithError(why.c_str());
  }
  state.SetItemsProcessed(state.iterations() * messages);
}

template <class L>
void add_caller_cases() {
  const std::string of = "/" + std::string(L::name);
  benchmark::RegisterBenchmark(("caller, burst of 1000" + of).c_str(), burst_of_calls<L>)
      ->UseManualTime()
      ->Iterations(150);
  benchmark::RegisterBenchmark(("caller, paced 3 us" + of).c_str(), paced_calls<L>)
      ->UseManualTime()
      ->Iterations(50'000);
}
template <class L>
void add_file_case() {
  benchmark::RegisterBenchmark(("to a text file/" + std::string(L::name)).c_str(), to_a_text_file<L>)
      ->UseManualTime()
      ->Iterations(1);
}
template <class L>
void add_stamp_case() {
  benchmark::RegisterBenchmark(("caller, stamp handed in/" + std::string(L::name)).c_str(), burst_with_stamp<L>)
      ->UseManualTime()
      ->Iterations(150);
}

}  // namespace pyhft::bench
