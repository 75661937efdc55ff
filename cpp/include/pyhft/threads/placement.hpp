// SPDX-License-Identifier: MIT
#pragma once

// Where a thread runs, what it is called, and at which priority. All cold.
//
// An impossible wish (a core outside the allowed set, a name too long, a priority outside 1 to 99) is an exception. A
// wish that is possible but refused by this host (a privilege, a kernel setting) is a sentence in the list that comes
// back: show it. A priority that is granted also gives a sentence where the kernel's real-time limit is in force, since
// that limit stops a spinning SCHED_FIFO thread for tens of milliseconds in every second, which is far worse than no
// priority.
//
// A core is a number of the operating system's. The allowed set respects cpusets, containers and taskset; a thread that
// was placed before still allows what it did before its first placement, and a pinned_thread what its creator does.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace pyhft::threads {

inline constexpr int any_core = -1;
inline constexpr std::size_t longest_name = 15;  // Linux cuts what is longer

struct placement {
  int core = any_core;                 // any_core leaves the affinity alone
  std::string name{};                  // empty leaves the name alone
  std::optional<int> fifo_priority{};  // 1 to 99; empty leaves the policy alone
};

// Ascending. host_error where the kernel refuses to tell.
std::vector<int> allowed_cores();

// Throws what place_this_thread would, and changes nothing. host_error: the core; argument_error: name and priority.
void check_placement(const placement& wish);

// For the rest of this thread's life. Returns what could not be done, or was done with a danger, one sentence each.
[[nodiscard]] std::vector<std::string> place_this_thread(const placement& wish);

// For the whole process, since memory and frequencies belong to no thread. Each returns what could not be done, one
// sentence, or nothing; where there is nothing to set, that is as good as done.
//
// Keeps all pages of this process in memory once they have been touched, those to come too. Refused where the limit on locked memory is lower than
// everything: under such a lock, allocations would begin to fail later.
[[nodiscard]] std::string lock_memory();
// Has the frequency governor of a core be `performance`. `root` is where the kernel shows its cores.
[[nodiscard]] std::string set_performance_governor(int core, const std::string& root = "/sys/devices/system/cpu");

// The sentence about the kernel's real-time limit from the contents of sched_rt_runtime_us and sched_rt_period_us;
// empty where the limit is off (-1).
std::string realtime_limit_warning(long runtime_us, long period_us);

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

namespace detail {

// A new thread inherits its creator's core and priority from the kernel. This undoes that: all cores that the creator
// allows, and the ordinary policy.
void begin_afresh(const std::vector<int>& cores);

}  // namespace detail
}  // namespace pyhft::threads
