// SPDX-License-Identifier: MIT
#include "pyhft/log/crash.hpp"

#include <signal.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>

#include "open_backends.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::log {
namespace {

constexpr std::array signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

std::mutex installing;
bool installed = false;
std::array<struct sigaction, signals.size()> before{};  // written before the handler that reads it is in place

// Enough for the definitions of a binary file, which are put together on it.
constexpr std::size_t stack_bytes = std::size_t{64} << 10;
alignas(16) std::array<char, stack_bytes> signal_stack;

struct sigaction& before_of(int signal) noexcept {
  std::size_t i = 0;
  while (i + 1 < signals.size() && signals[i] != signal) ++i;
  return before[i];
}

void handle(int signal, siginfo_t* info, void* context) {
  const int kept_errno = errno;
  // A second thread that crashes meanwhile waits for the first, which ends the process.
  if (!detail::flush_open_backends_in_crash()) {
    for (int i = 0; i < 1000; ++i) threads::timed_sleep({1'000'000});
  }
  const struct sigaction& next = before_of(signal);
  ::sigaction(signal, &next, nullptr);
  errno = kept_errno;
  if ((next.sa_flags & SA_SIGINFO) != 0 && next.sa_sigaction != nullptr) {
    next.sa_sigaction(signal, info, context);
  } else if (next.sa_handler != SIG_DFL && next.sa_handler != SIG_IGN) {
    next.sa_handler(signal);
  } else if (info == nullptr || info->si_code <= 0) {
    ::raise(signal);  // it was sent, and no instruction will cause it again when this returns
  }
}

void give_this_thread_a_stack() {
  stack_t now{};
  if (::sigaltstack(nullptr, &now) != 0 || (now.ss_flags & SS_DISABLE) == 0) return;
  stack_t ours{};
  ours.ss_sp = signal_stack.data();
  ours.ss_size = signal_stack.size();
  ::sigaltstack(&ours, nullptr);
}

}  // namespace

void install_crash_handler() {
  const std::lock_guard lock(installing);
  if (installed) return;
  give_this_thread_a_stack();
  for (std::size_t i = 0; i < signals.size(); ++i) {
    struct sigaction ours{};
    ours.sa_sigaction = handle;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&ours.sa_mask);
    if (::sigaction(signals[i], nullptr, &before[i]) != 0 || ::sigaction(signals[i], &ours, nullptr) != 0) {
      throw host_error(std::string("The signal ") + ::strsignal(signals[i]) + " can't be handled (" +
                       std::strerror(errno) + "): run outside the sandbox that forbids sigaction.");
    }
  }
  installed = true;
}

void remove_crash_handler() noexcept {
  const std::lock_guard lock(installing);
  if (!installed) return;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    struct sigaction now{};
    ::sigaction(signals[i], nullptr, &now);
    if ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == handle) ::sigaction(signals[i], &before[i], nullptr);
  }
  installed = false;
}

}  // namespace pyhft::log
