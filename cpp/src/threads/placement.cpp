// SPDX-License-Identifier: MIT
#include "pyhft/threads/placement.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "pyhft/base/error.hpp"

namespace pyhft::threads {
namespace {

// What this thread was allowed before its first placement; empty while it hasn't been placed.
thread_local std::vector<int> cores_before_placement;

// As many processors as any Linux kernel can be built for, times two; a fixed cpu_set_t stops at 1024.
constexpr std::size_t most_cores = 16384;
using core_mask = std::array<unsigned long, most_cores / (8 * sizeof(unsigned long))>;

cpu_set_t* as_set(core_mask& mask) { return reinterpret_cast<cpu_set_t*>(mask.data()); }

std::vector<int> current_cores() {
  core_mask mask{};
  if (const int failure = ::pthread_getaffinity_np(::pthread_self(), sizeof mask, as_set(mask)); failure != 0) {
    throw host_error(std::string("The kernel doesn't say which cores this thread may use (") + std::strerror(failure) +
                     "): run outside the sandbox that forbids sched_getaffinity.");
  }
  std::vector<int> cores;
  for (std::size_t core = 0; core < most_cores; ++core) {
    if (CPU_ISSET_S(core, sizeof mask, as_set(mask))) cores.push_back(static_cast<int>(core));
  }
  return cores;
}

// 0 or an errno.
int set_cores(const std::vector<int>& cores) {
  core_mask mask{};
  for (const int core : cores) CPU_SET_S(static_cast<std::size_t>(core), sizeof mask, as_set(mask));
  return ::pthread_setaffinity_np(::pthread_self(), sizeof mask, as_set(mask));
}

// "0-3, 6"
std::string in_words(const std::vector<int>& cores) {
  std::string text;
  for (std::size_t i = 0; i < cores.size();) {
    std::size_t last = i;
    while (last + 1 < cores.size() && cores[last + 1] == cores[last] + 1) ++last;
    text += (text.empty() ? "" : ", ") + std::to_string(cores[i]);
    if (last > i) text += "-" + std::to_string(cores[last]);
    i = last + 1;
  }
  return text;
}

std::optional<long> read_number(const std::string& path) {
  long value = 0;
  if (std::ifstream(path) >> value) return value;
  return std::nullopt;
}

bool has_fair_server() {
  utsname kernel{};
  int major = 0;
  int minor = 0;
  return ::uname(&kernel) == 0 && std::sscanf(kernel.release, "%d.%d", &major, &minor) == 2 &&
         (major > 6 || (major == 6 && minor >= 12));
}

// What wasn't done, or was done with a danger.
struct note {
  placement_part part;
  bool done;
  std::string text;
};
using notes = std::vector<note>;

void set_core(int core, notes& told) {
  auto before = allowed_cores();
  if (const int failure = set_cores({core}); failure != 0) {
    told.push_back({placement_part::core, false,
                    "Core " + std::to_string(core) + " was refused (" + std::strerror(failure) +
                        "): the cpuset of this process changed or a sandbox forbids sched_setaffinity."});
  } else {
    cores_before_placement = std::move(before);
  }
}

void set_name(const std::string& name, notes& told) {
  if (const int failure = ::pthread_setname_np(::pthread_self(), name.c_str()); failure != 0) {
    told.push_back(
        {placement_part::name, false, "The thread name '" + name + "' was refused (" + std::strerror(failure) + ")."});
  }
}

void set_priority(int priority, int core, notes& told) {
  sched_param parameters{};
  parameters.sched_priority = priority;
  if (const int failure = ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &parameters); failure != 0) {
    told.push_back({placement_part::priority, false,
                    "SCHED_FIFO priority " + std::to_string(priority) + " was refused (" + std::strerror(failure) +
                        "): allow it with `ulimit -r " + std::to_string(priority) +
                        "` or the capability CAP_SYS_NICE."});
    return;
  }
  auto warning = realtime_limit_warning(read_number("/proc/sys/kernel/sched_rt_runtime_us").value_or(-1),
                                        read_number("/proc/sys/kernel/sched_rt_period_us").value_or(1'000'000));
  if (!warning.empty()) told.push_back({placement_part::priority, true, std::move(warning)});
  if (!has_fair_server()) return;
  const int shown = core == any_core ? current_cores().front() : core;
  const std::string folder = "/sys/kernel/debug/sched/fair_server/cpu" + std::to_string(shown);
  warning = fair_server_warning(shown, read_number(folder + "/runtime"),
                                read_number(folder + "/period").value_or(1'000'000'000));
  if (!warning.empty()) told.push_back({placement_part::priority, true, std::move(warning)});
}

std::vector<std::string> texts_of(notes told) {
  std::vector<std::string> texts;
  texts.reserve(told.size());
  for (note& one : told) texts.push_back(std::move(one.text));
  return texts;
}

// A new thread inherits its creator's core and priority from the kernel. This undoes that.
void begin_afresh(const std::vector<int>& cores) {
  sched_param parameters{};
  int policy = SCHED_OTHER;
  if (::pthread_getschedparam(::pthread_self(), &policy, &parameters) == 0 && policy != SCHED_OTHER) {
    parameters.sched_priority = 0;
    static_cast<void>(::pthread_setschedparam(::pthread_self(), SCHED_OTHER, &parameters));
  }
  if (current_cores() != cores && set_cores(cores) == 0) cores_before_placement = cores;
}

}  // namespace

std::vector<int> allowed_cores() { return cores_before_placement.empty() ? current_cores() : cores_before_placement; }

void check_placement(const placement& wish) {
  if (wish.core != any_core) {
    const auto allowed = allowed_cores();
    if (!std::binary_search(allowed.begin(), allowed.end(), wish.core)) {
      throw host_error("Core " + std::to_string(wish.core) + " isn't among the cores that this process may use (" +
                       in_words(allowed) + "): choose one of these or widen its cpuset or taskset mask.");
    }
  }
  if (wish.name.size() > longest_name) {
    throw argument_error("The thread name '" + wish.name + "' has " + std::to_string(wish.name.size()) +
                         " characters where Linux keeps 15: choose a shorter one.");
  }
  if (wish.fifo_priority && (*wish.fifo_priority < 1 || *wish.fifo_priority > 99)) {
    throw argument_error("SCHED_FIFO priority " + std::to_string(*wish.fifo_priority) +
                         " is outside 1 to 99: 99 is the most urgent, no priority at all is the default.");
  }
}

std::vector<std::string> place_this_thread(const placement& wish) {
  check_placement(wish);
  notes told;
  if (wish.core != any_core) set_core(wish.core, told);
  if (!wish.name.empty()) set_name(wish.name, told);
  if (wish.fifo_priority) set_priority(*wish.fifo_priority, wish.core, told);
  return texts_of(std::move(told));
}

std::vector<std::string> place_new_thread(const placement& wish, const std::vector<int>& allowed,
                                          std::span<const placement_part> required) {
  begin_afresh(allowed);
  check_placement(wish);
  notes told;
  const auto tell = [&](placement_part part, std::string text) {
    if (!text.empty()) told.push_back({part, false, std::move(text)});
  };
  if (wish.core != any_core) set_core(wish.core, told);
  if (!wish.name.empty()) set_name(wish.name, told);
  if (wish.steady) {
    if (wish.core != any_core) tell(placement_part::governor, set_performance_governor(wish.core));
    tell(placement_part::memory, lock_memory());
  }
  // Last, so that nothing before it is done in the time of the others' cores.
  if (wish.fifo_priority) set_priority(*wish.fifo_priority, wish.core, told);
  std::string missed;
  for (const note& one : told) {
    if (one.done || std::find(required.begin(), required.end(), one.part) == required.end()) continue;
    missed += (missed.empty() ? "" : " ") + one.text;
  }
  if (!missed.empty()) throw host_error(missed);
  return texts_of(std::move(told));
}

std::string lock_memory() {
  rlimit limit{};
  const bool limited = ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  if (limited && ::geteuid() != 0)
    return "Memory isn't locked: at most " + std::to_string(limit.rlim_cur >> 10) +
           " KiB may be; raise the limit with `ulimit -l unlimited` or in /etc/security/limits.conf.";
  // On fault: memory that is reserved and never touched stays a reservation.
  if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
    return std::string("Memory isn't locked (") + std::strerror(errno) +
           "): run as root, or with the capability CAP_IPC_LOCK.";
  return {};
}

std::string set_performance_governor(int core, const std::string& root) {
  const std::string path = root + "/cpu" + std::to_string(core) + "/cpufreq/scaling_governor";
  std::string governor;
  std::ifstream(path) >> governor;
  if (governor.empty() || governor == "performance") return {};
  std::ofstream file(path);
  file << "performance" << std::flush;
  if (file) return {};
  return "The governor of core " + std::to_string(core) + " stays '" + governor +
         "', which was refused: set it as root with `cpupower -c " + std::to_string(core) +
         " frequency-set -g performance`.";
}

std::string realtime_limit_warning(long runtime_us, long period_us) {
  if (runtime_us < 0 || runtime_us >= period_us) return {};
  return "SCHED_FIFO is on, and the kernel stops a thread that never sleeps for " +
         std::to_string(period_us - runtime_us) + " us in every " + std::to_string(period_us) +
         " us (sched_rt_runtime_us): lift the limit with `sysctl -w kernel.sched_rt_runtime_us=-1` or ask for no "
         "priority.";
}

std::string fair_server_warning(int core, std::optional<long> runtime_ns, long period_ns) {
  if (runtime_ns == 0) return {};
  const std::string file = "/sys/kernel/debug/sched/fair_server/cpu" + std::to_string(core) + "/runtime";
  const std::string remedy =
      " or keep all others off core " + std::to_string(core) + " (isolcpus=" + std::to_string(core) + ").";
  if (!runtime_ns) {
    return "SCHED_FIFO is on, and this kernel's fair server lends the core to ordinary threads that wait on it, by "
           "default for 50000 us in every 1000000 us; what it is set to can't be read: as root write 0 to " +
           file + " (debugfs)" + remedy;
  }
  return "SCHED_FIFO is on, and the kernel's fair server lends the core for " + std::to_string(*runtime_ns / 1000) +
         " us in every " + std::to_string(period_ns / 1000) + " us to ordinary threads that wait on it: `echo 0 > " +
         file + "`" + remedy;
}

placement_guard::placement_guard(const placement& wish)
    : cores_(current_cores()), was_placed_(!cores_before_placement.empty()) {
  check_placement(wish);
  std::array<char, 64> name{};
  if (::pthread_getname_np(::pthread_self(), name.data(), name.size()) == 0) name_ = name.data();
  sched_param parameters{};
  if (::pthread_getschedparam(::pthread_self(), &policy_, &parameters) == 0) priority_ = parameters.sched_priority;
  notes_ = place_this_thread(wish);
}

placement_guard::~placement_guard() {
  sched_param parameters{};
  parameters.sched_priority = priority_;
  // Each of these gives back what the thread had a moment ago; there is nobody to tell if the host changed its mind.
  static_cast<void>(::pthread_setschedparam(::pthread_self(), policy_, &parameters));
  static_cast<void>(set_cores(cores_));
  static_cast<void>(::pthread_setname_np(::pthread_self(), name_.c_str()));
  if (!was_placed_) cores_before_placement.clear();
}

}  // namespace pyhft::threads
