// SPDX-License-Identifier: MIT
#pragma once

// Where a thread runs, what it is called, and at which priority. All cold.
//
// An impossible wish (a core outside the allowed set, a name too long, a priority outside 1 to 99) is an exception. A
// wish that is possible but refused by this host (a privilege, a kernel setting) is a sentence in the list that comes
// back: show it. A priority that is granted also gives a sentence where the kernel's real-time limit or its fair server
// is in force, since either stops a spinning SCHED_FIFO thread for tens of milliseconds in every second, which is far
// worse than no priority.
//
// A core is a number of the operating system's. The allowed set respects cpusets, containers and taskset; a thread that
// was placed before still allows what it did before its first placement, and a pinned_thread what its creator does.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pyhft::threads {

inline constexpr int any_core = -1;
inline constexpr std::size_t longest_name = 15;  // Linux cuts what is longer

struct placement {
  int core = any_core;                 // any_core leaves the affinity alone
  std::string name{};                  // empty leaves the name alone
  std::optional<int> fifo_priority{};  // 1 to 99; empty leaves the policy alone
  bool steady{true};                   // a new thread's: false leaves the governor and the process's memory alone
};

// What placing a new thread consists of, in the order in which it is done.
enum class placement_part : std::uint8_t { core, name, governor, memory, priority };
inline constexpr std::array<std::string_view, 5> placement_part_names{"core", "name", "governor", "memory", "priority"};

// Ascending. host_error where the kernel refuses to tell.
std::vector<int> allowed_cores();

// Throws what place_this_thread would, and changes nothing. host_error: the core; argument_error: name and priority.
void check_placement(const placement& wish);

// For the rest of this thread's life. Returns what could not be done, or was done with a danger, one sentence each.
[[nodiscard]] std::vector<std::string> place_this_thread(const placement& wish);

// All parts, for a thread that has just begun: it forgets the core and the priority that it inherited and allows what
// its creator allowed; then it takes its place and, where it is to be steady, has the governor of its core be
// `performance` and the memory of the process locked. Returns what place_this_thread does; throws host_error with the sentences of the parts that are
// required and could not be done.
[[nodiscard]] std::vector<std::string> place_new_thread(const placement& wish, const std::vector<int>& allowed,
                                                        std::span<const placement_part> required = {});

// For the whole process, since memory and frequencies belong to no thread. Each returns what could not be done, one
// sentence, or nothing; where there is nothing to set, that is as good as done.
//
// Keeps all pages of this process in memory once they have been touched, those to come too. Refused where the limit on
// locked memory is lower than everything: under such a lock, allocations would begin to fail later.
[[nodiscard]] std::string lock_memory();
// Has the frequency governor of a core be `performance`. `root` is where the kernel shows its cores.
[[nodiscard]] std::string set_performance_governor(int core, const std::string& root = "/sys/devices/system/cpu");

// The sentence about the kernel's real-time limit from the contents of sched_rt_runtime_us and sched_rt_period_us;
// empty where the limit is off (-1).
std::string realtime_limit_warning(long runtime_us, long period_us);

// The sentence about the fair server, by which kernels from 6.12 on lend the core of a real-time thread to ordinary
// threads that wait on it, from its runtime and period on a core; empty where it is off (0). Without a runtime: the
// server is there, and its setting can't be read.
std::string fair_server_warning(int core, std::optional<long> runtime_ns, long period_ns);

// Places this thread for as long as the guard lives, for threads that belong to somebody else: a Python thread that
// enters the engine gets back the cores, name and policy that it came with. Must die on the thread that made it.
class placement_guard {
 public:
  explicit placement_guard(const placement& wish);
  placement_guard(const placement_guard&) = delete;
  placement_guard& operator=(const placement_guard&) = delete;
  ~placement_guard();

  const std::vector<std::string>& notes() const noexcept { return notes_; }

 private:
  std::vector<int> cores_;
  std::string name_;
  int policy_{};
  int priority_{};
  bool was_placed_{};
  std::vector<std::string> notes_;
};

}  // namespace pyhft::threads
