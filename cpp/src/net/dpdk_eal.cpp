// SPDX-License-Identifier: MIT
#include "dpdk_eal.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_version.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "pyhft/base/error.hpp"

namespace pyhft::net {
namespace dpdk {
namespace {

constexpr std::uint64_t mega = std::uint64_t{1} << 20;
// EAL's own needs: its heap, and the rings and tables of devices.
constexpr std::uint64_t eal_bytes = 32 * mega;

constexpr std::size_t most_kept = 16 << 10;  // of what was said

enum class eal_state : std::uint8_t { not_started, running, broken, ended };

struct process_state {
  std::recursive_mutex guard;
  // Of the threads that come and go. It also orders each behind the one whose number and cached mbufs it takes over.
  // Taken last, and for the end of EAL, too.
  std::mutex threads_guard;
  eal_state state{eal_state::not_started};
  bool huge_pages{};
  bool ended{};  // as the state says, under threads_guard
  std::uint64_t memory_mb{};
  std::vector<std::string> arguments;
  bool lcores_told{};  // which a start that fails keeps, and then refuses a second time
  std::mutex said_guard;
  std::string said;
};

// Never destroyed: threads of DPDK's live as long as the process.
process_state& process() {
  static process_state* const one = new process_state;
  return *one;
}

// What EAL does to the affinity of the thread that starts it is undone.
class affinity_guard {
 public:
  affinity_guard() : known_{::pthread_getaffinity_np(::pthread_self(), sizeof before_, &before_) == 0} {}
  affinity_guard(const affinity_guard&) = delete;
  affinity_guard& operator=(const affinity_guard&) = delete;
  ~affinity_guard() {
    if (known_) ::pthread_setaffinity_np(::pthread_self(), sizeof before_, &before_);
  }

  // "0-3,8", or "" where nobody knows.
  std::string cores() const {
    std::string result;
    for (std::size_t core = 0; known_ && core < CPU_SETSIZE; ++core) {
      if (!CPU_ISSET(core, &before_)) continue;
      if (!result.empty()) result += ',';
      result += std::to_string(core);
    }
    return result;
  }

 private:
  cpu_set_t before_;
  bool known_;
};

ssize_t take_what_is_said(void*, const char* text, std::size_t bytes) {
  process_state& state = process();
  const std::scoped_lock lock{state.said_guard};
  if (state.said.size() + bytes <= most_kept) state.said.append(text, bytes);
  // The last words before it ends the process.
  if (rte_log_cur_msg_loglevel() <= static_cast<int>(RTE_LOG_CRIT)) std::fwrite(text, 1, bytes, stderr);
  return static_cast<ssize_t>(bytes);
}

// A user who sets DPDK's log levels wants to read it where it always is.
void listen(const std::vector<std::string>& arguments) {
  const bool left_alone = std::any_of(arguments.begin(), arguments.end(), [](const std::string& one) {
    return one.starts_with("--log-level") || one.starts_with("--syslog");
  });
  if (left_alone) return;
  cookie_io_functions_t functions{};
  functions.write = take_what_is_said;
  std::FILE* stream = ::fopencookie(nullptr, "w", functions);
  if (stream == nullptr) return;
  std::setvbuf(stream, nullptr, _IONBF, 0);
  rte_openlog_stream(stream);
}

// EAL answers an option that it doesn't know with pages of help on standard output, so these are looked at first. What
// we give ourselves is left out: memory, cores, and what is to be found in the process.
constexpr std::array known_arguments{"--base-virtaddr",
                                     "--block",
                                     "--create-uio-dev",
                                     "--file-prefix",
                                     "--force-max-simd-bitwidth",
                                     "--huge-dir",
                                     "--huge-unlink",
                                     "--iova-mode",
                                     "--legacy-mem",
                                     "--log-color",
                                     "--log-level",
                                     "--log-timestamp",
                                     "--match-allocations",
                                     "--mbuf-pool-ops-name",
                                     "--no-hpet",
                                     "--no-pci",
                                     "--proc-type",
                                     "--socket-limit",
                                     "--socket-mem",
                                     "--syslog",
                                     "--trace",
                                     "--trace-bufsz",
                                     "--trace-dir",
                                     "--trace-mode",
                                     "--vdev",
                                     "--vfio-intr",
                                     "--vfio-vf-token",
                                     "--vmware-tsc-map",
                                     "-d",
                                     "-n",
                                     "-r"};

[[noreturn]] void refuse_argument(const std::string& unknown) {
  std::string names;
  for (const char* each : known_arguments) names.append(names.empty() ? "" : ", ").append(each);
  throw argument_error("dpdk port: '" + unknown + "' among eal_arguments is none of " + names +
                       "; memory and cores are settings of the port and the engine.");
}

void check_arguments(const std::vector<std::string>& arguments) {
  bool expects_value = false;
  for (const std::string& one : arguments) {
    const bool is_value = expects_value && !one.starts_with('-');
    const std::string name = one.substr(0, one.starts_with("--") ? one.find('=') : 2);
    if (!is_value && std::find(known_arguments.begin(), known_arguments.end(), name) == known_arguments.end())
      refuse_argument(one);
    expects_value = !is_value && one.find('=') == std::string::npos;
  }
}

std::uint64_t free_huge_pages() {
  std::uint64_t count = 0;
  std::ifstream{"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"} >> count;
  return count;
}

std::string words(const std::vector<std::string>& arguments) {
  std::string result;
  for (const std::string& one : arguments) result += (result.empty() ? "" : " ") + one;
  return result.empty() ? "none" : "'" + result + "'";
}

void hold_against_the_running(const dpdk_settings& settings) {
  const process_state& state = process();
  const auto refuse = [](const std::string& what) {
    throw argument_error("dpdk port: " + what +
                         "; DPDK starts once per process: give its settings with the first port, or use another "
                         "process.");
  };
  if (!settings.eal_arguments.empty() && settings.eal_arguments != state.arguments) {
    refuse("eal_arguments are " + words(settings.eal_arguments) + ", but DPDK runs already with " +
           words(state.arguments));
  }
  if (settings.huge_pages == memory::huge_pages::always && !state.huge_pages)
    refuse("huge_pages is 'always', but DPDK runs already on ordinary pages");
  if (settings.huge_pages == memory::huge_pages::never && state.huge_pages)
    refuse("huge_pages is 'never', but DPDK runs already on huge pages");
  if (!state.huge_pages && settings.memory_mb > state.memory_mb) {
    refuse("memory_mb is " + std::to_string(settings.memory_mb) + ", but DPDK runs already on " +
           std::to_string(state.memory_mb) + " MB");
  }
}

}  // namespace

std::recursive_mutex& guard() noexcept { return process().guard; }
bool on_huge_pages() noexcept { return process().huge_pages; }

void listen_to_xdp() noexcept {
  using printer = int (*)(int, const char*, std::va_list);
  constexpr printer take = [](int, const char* format, std::va_list values) {
    std::array<char, 512> text{};
    const int length = std::vsnprintf(text.data(), text.size(), format, values);
    process_state& state = process();
    const std::scoped_lock lock{state.said_guard};
    if (state.said.size() < most_kept) state.said += text.data();
    return length;
  };
  for (const auto& [library, setter] : {std::pair{"libxdp.so.1", "libxdp_set_print"},
                                        {"libbpf.so.1", "libbpf_set_print"},
                                        {"libbpf.so.0", "libbpf_set_print"}}) {
    void* const loaded = ::dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (loaded == nullptr) continue;
    if (void* const found = ::dlsym(loaded, setter)) reinterpret_cast<printer (*)(printer)>(found)(take);
    ::dlclose(loaded);  // it stays: the driver has it
  }
}

void register_thread() {
  process_state& state = process();
  const std::scoped_lock lock{state.threads_guard};
  if (state.ended) throw host_error("DPDK has been shut down in this process: use a new process.");
  if (rte_thread_register() != 0) {
    throw host_error("DPDK has no room for one more thread (" + std::to_string(RTE_MAX_LCORE) +
                     " are its limit): end the runs that go on.");
  }
}

void unregister_thread() noexcept {
  if (is_another_process()) return;
  process_state& state = process();
  const std::scoped_lock lock{state.threads_guard};
  if (!state.ended) rte_thread_unregister();
}

std::string what_was_said() {
  process_state& state = process();
  const std::scoped_lock lock{state.said_guard};
  // Once what is said over and over.
  std::string line;
  std::vector<std::string> known;
  std::istringstream said{state.said};
  for (std::string one; std::getline(said, one);) {
    if (one.empty() || std::find(known.begin(), known.end(), one) != known.end()) continue;
    line += (line.empty() ? "" : "; ") + one;
    known.push_back(one);
  }
  return line;
}

void forget_what_was_said() {
  process_state& state = process();
  const std::scoped_lock lock{state.said_guard};
  state.said.clear();
}

std::string said_in_brackets() {
  std::string said = what_was_said();
  constexpr std::size_t most = 400;
  if (said.size() > most) said = "..." + said.substr(said.size() - most);  // the cause stands last
  return said.empty() ? "" : " (DPDK: " + said + ")";
}

std::string start_eal(const dpdk_settings& settings, std::uint64_t needed_bytes) {
  process_state& state = process();
  demand_own_process();
  switch (state.state) {
    case eal_state::running:
      hold_against_the_running(settings);
      return "";
    case eal_state::broken:
      throw host_error("DPDK could not start in this process before and can't be started again: use a new process.");
    case eal_state::ended:
      throw host_error("DPDK has been shut down in this process and can't be started again: use a new process.");
    case eal_state::not_started:
      break;
  }

  check_arguments(settings.eal_arguments);
  needed_bytes += eal_bytes;
  const std::uint64_t pages = (needed_bytes + memory::huge_page_bytes - 1) / memory::huge_page_bytes;
  const std::uint64_t free = free_huge_pages();
  const std::string mend = "`sysctl -w vm.nr_hugepages=" + std::to_string(pages) + "` reserves enough";
  // A start that finds too little memory can't be tried again, so it is looked at first.
  if (settings.huge_pages == memory::huge_pages::always && free < pages) {
    throw host_error("The port needs " + std::to_string(pages) + " huge pages of 2 MB and " + std::to_string(free) +
                     " are free: " + mend + " (as root), or let it take ordinary pages (huge_pages='try').");
  }
  const bool huge = settings.huge_pages != memory::huge_pages::never && free >= pages;
  std::string note;
  if (!huge && settings.huge_pages == memory::huge_pages::attempt) {
    note = "DPDK runs on ordinary pages, which costs time with every packet: it needs " + std::to_string(pages) +
           " huge pages of 2 MB and " + std::to_string(free) + " are free; " + mend + ".";
  }
  constexpr std::uint64_t least_mb = 256;
  const std::uint64_t memory_mb = std::max<std::uint64_t>({settings.memory_mb, needed_bytes / mega + 1, least_mb});

  const affinity_guard affinity;
  std::vector<std::string> arguments{"pyhft", "--no-telemetry"};
  // One lcore for this thread, and none that would start threads of its own.
  if (const std::string cores = affinity.cores(); !cores.empty() && !state.lcores_told) {
    arguments.push_back("--lcores=0@(" + cores + ")");
    state.lcores_told = true;
  }
  // Cards are seen, but none is touched unless it is opened: this address is nobody's.
  arguments.insert(arguments.end(), {"-a", "ffff:ff:1f.7"});
  if (huge) {
    arguments.insert(arguments.end(), {"--in-memory", "--single-file-segments"});  // the latter for virtio-user
  } else {
    arguments.insert(arguments.end(), {"--no-huge", "--no-shconf", "-m", std::to_string(memory_mb)});
  }
  arguments.insert(arguments.end(), settings.eal_arguments.begin(), settings.eal_arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(arguments.size());
  for (std::string& one : arguments) pointers.push_back(one.data());

  forget_what_was_said();
  listen(settings.eal_arguments);
  if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) < 0) {
    const int why = rte_errno;
    if (why != EINVAL) state.state = eal_state::broken;
    throw host_error("DPDK can't start" + said_in_brackets() + ": " +
                     (why == EINVAL
                          ? "see that eal_arguments, " + words(settings.eal_arguments) + ", are options of EAL."
                      : why == EALREADY ? "something else in this process has started it already; use a new process."
                      : why == EACCES   ? "run as root, or reserve huge pages for this user: " + mend + "."
                                        : "see that there is enough memory: " + mend + "."));
  }
  state.state = eal_state::running;
  ::pthread_atfork(nullptr, nullptr, [] { forked.store(true, std::memory_order_relaxed); });
  state.huge_pages = huge;
  state.memory_mb = memory_mb;
  state.arguments = settings.eal_arguments;
  return note;
}

void end_eal() noexcept {
  process_state& state = process();
  if (state.state != eal_state::running || is_another_process()) return;
  const std::scoped_lock lock{state.threads_guard};
  state.state = eal_state::ended;
  state.ended = true;
  rte_eal_cleanup();
}

}  // namespace dpdk

void demand_own_process() {
  if (!dpdk::is_another_process()) return;
  throw host_error(
      "DPDK runs in the process that this one was forked from, and can't be used from both: start other processes by "
      "multiprocessing's 'spawn', or open the port in them only.");
}

std::string dpdk_version() {
  std::string version = rte_version();  // "DPDK 22.11.11"
  return version.starts_with("DPDK ") ? version.substr(5) : version;
}

}  // namespace pyhft::net
