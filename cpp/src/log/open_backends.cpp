// SPDX-License-Identifier: MIT
#include "open_backends.hpp"

#include <pthread.h>

#include <array>
#include <atomic>
#include <string>

#include "pyhft/base/error.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::log::detail {
namespace {

// Sequentially consistent, all of it: unregistering takes the entry out and then looks whether a crash is being
// handled, the handler says that it is at work and then looks at the entries. In one order of all four, one of the two
// sees the other.
constinit std::array<std::atomic<backend*>, most_open_backends> entries{};
constinit std::atomic<bool> handling_crash{false};

void abandon_in_child() noexcept {
  for (auto& entry : entries) {
    if (backend* one = entry.exchange(nullptr)) one->abandon_in_child();  // the child may destroy it at any time
  }
}

[[maybe_unused]] const int at_fork = ::pthread_atfork(nullptr, nullptr, abandon_in_child);

// Priority 101 is the first of constructors and the last of destructors that a program may ask for: whatever logs at
// its end has logged by now.
[[gnu::destructor(101)]] void flush_at_exit() {
  for (auto& entry : entries) {
    if (backend* one = entry.load()) one->flush_at_exit();
  }
}

}  // namespace

void register_backend(backend& one) {
  for (auto& entry : entries) {
    backend* none = nullptr;
    if (entry.compare_exchange_strong(none, &one)) return;
  }
  throw host_error("This process has " + std::to_string(most_open_backends) +
                   " logs open, and that is the most: close one, or share one between loggers.");
}

void unregister_backend(backend& one) noexcept {
  for (auto& entry : entries) {
    backend* expected = &one;
    if (entry.compare_exchange_strong(expected, nullptr)) break;
  }
  while (handling_crash.load()) threads::timed_sleep({100'000});
}

bool flush_open_backends_in_crash() noexcept {
  if (handling_crash.exchange(true)) return false;
  for (auto& entry : entries) {
    if (backend* one = entry.load()) one->flush_in_crash();
  }
  handling_crash.store(false);
  return true;
}

}  // namespace pyhft::log::detail
