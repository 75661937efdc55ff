// SPDX-License-Identifier: MIT
#pragma once

// Proves that code makes no system call: it runs in a forked child under a seccomp filter that lets nothing through, and
// the first call is caught and named. What the C library answers without the kernel (clock_gettime through the vDSO) is
// not one.
//
//   if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
//   EXPECT_EQ(support::system_call_of([&] { ring.push(1); },                // warm-up: may do anything
//                                     [&] { return ring.push(2); }), "");   // hot: returns whether it did its work
//
// The child is a copy of the process with the calling thread alone: threads that the warm-up starts are not under the
// filter, threads from before don't exist in it. What happens in the child isn't seen outside: no EXPECT_ in there.

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

namespace pyhft::support {

namespace detail {

enum class guard_end : int { silent, no_work, called, no_filter };

struct guard_page {
  int end_errno;
  int call;
};
inline guard_page* page_of_guard = nullptr;

inline void system_call_caught(int, siginfo_t* info, void*) {
  page_of_guard->call = info->si_syscall;
  ::_exit(static_cast<int>(guard_end::called));
}

// Every call of this thread but exit_group raises SIGSYS from here on.
inline bool forbid_system_calls() {
  struct sigaction action{};
  action.sa_sigaction = system_call_caught;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGSYS, &action, nullptr);
  std::array<sock_filter, 4> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  }};
  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

inline std::string call_name(int number) {
  struct known {
    long number;
    const char* name;
  };
  static constexpr known names[] = {{SYS_futex, "futex"},
                                    {SYS_write, "write"},
                                    {SYS_mmap, "mmap"},
                                    {SYS_munmap, "munmap"},
                                    {SYS_brk, "brk"},
                                    {SYS_madvise, "madvise"},
                                    {SYS_sched_yield, "sched_yield"},
                                    {SYS_clock_nanosleep, "clock_nanosleep"},
                                    {SYS_clock_gettime, "clock_gettime"},
                                    {SYS_getpid, "getpid"}};
  for (const known& one : names)
    if (one.number == number) return one.name;
  return "number " + std::to_string(number);
}

}  // namespace detail

// What hot did after warm_up: "" for its work and no system call; else a sentence that says what.
template <class WarmUp, class Hot>
std::string system_call_of(WarmUp warm_up, Hot hot) {
  using namespace detail;
  void* shared = ::mmap(nullptr, sizeof(guard_page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return "no page to report through";
  page_of_guard = static_cast<guard_page*>(shared);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);  // a child that hangs is ended by a signal, which the parent reports
    warm_up();
    if (!forbid_system_calls()) {
      page_of_guard->end_errno = errno;
      ::_exit(static_cast<int>(guard_end::no_filter));
    }
    ::_exit(static_cast<int>(hot() ? guard_end::silent : guard_end::no_work));
  }
  int status = 0;
  const bool waited = child > 0 && ::waitpid(child, &status, 0) == child;
  const guard_page seen = *page_of_guard;
  ::munmap(shared, sizeof(guard_page));
  if (!waited) return "no child to run it in";
  if (!WIFEXITED(status)) return "the child was ended by signal " + std::to_string(WTERMSIG(status));
  switch (static_cast<guard_end>(WEXITSTATUS(status))) {
    case guard_end::silent:
      return "";
    case guard_end::no_work:
      return "no system call, but the work wasn't done either";
    case guard_end::called:
      return "system call " + call_name(seen.call);
    case guard_end::no_filter:
      return std::string("no filter: ") + std::strerror(seen.end_errno);
  }
  return "the child left with status " + std::to_string(WEXITSTATUS(status));
}

// Why the proof can't be made in this build or on this host; "" where it can.
inline std::string why_no_system_call_guard() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return "a sanitizer makes system calls of its own";
#else
  const std::string found = system_call_of([] {}, [] { return true; });
  return found.empty() ? "" : "seccomp filters can't be used here (" + found + "), as under qemu-user";
#endif
}

}  // namespace pyhft::support
