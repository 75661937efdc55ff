// SPDX-License-Identifier: MIT
#pragma once

// Who uses a port: one thread for as long as it likes (port_use: a hot thread), or any number of callers in turn, each
// call under a lock (port_visit: callers of single bursts). Never both: whoever comes second is refused.
//
// Cold, any thread: a use is taken before the hot path and given back after it, a visit is for code that is in no
// hurry. Nothing is allocated; a refusal is an argument_error.

#include <mutex>

#include "pyhft/base/error.hpp"
#include "pyhft/net/port.hpp"

namespace pyhft::net {

// Makes the calling thread the only user; to be destroyed by the same thread.
class [[nodiscard]] port_use {
 public:
  explicit port_use(port& of) : of_{of} {
    std::int32_t nobody = 0;
    // Pairs with the releases below: what the last user did to the port is seen by this one.
    if (!of.users_.compare_exchange_strong(nobody, sole_user, std::memory_order_acquire, std::memory_order_relaxed)) {
      throw argument_error(nobody == sole_user
                               ? "The port is in use by a running engine: wait for its end, or open another port."
                               : "The port has " + std::to_string(nobody) +
                                     " bursts or calls that haven't ended: release them before an engine runs on it.");
    }
    try {
      of.enter();
    } catch (...) {
      of.users_.store(0, std::memory_order_release);
      throw;
    }
  }
  port_use(const port_use&) = delete;
  port_use& operator=(const port_use&) = delete;
  ~port_use() {
    of_.leave();
    of_.users_.store(0, std::memory_order_release);
  }

 private:
  friend class port_visit;
  static constexpr std::int32_t sole_user = -1;

  port& of_;
};

// Keeps the port from a port_use while it lives; its calls are made while lock() is held.
class [[nodiscard]] port_visit {
 public:
  explicit port_visit(port& of) : of_{of} {
    std::int32_t visits = of.users_.load(std::memory_order_relaxed);
    do {
      if (visits == port_use::sole_user) {
        throw argument_error("The port is in use by a running engine: wait for its end, or open another port.");
      }
      // Pairs with the release of a port_use; among visits the lock does it.
    } while (
        !of.users_.compare_exchange_weak(visits, visits + 1, std::memory_order_acquire, std::memory_order_relaxed));
  }
  port_visit(const port_visit&) = delete;
  port_visit& operator=(const port_visit&) = delete;
  ~port_visit() { of_.users_.fetch_sub(1, std::memory_order_release); }  // pairs with the acquire of a port_use

  std::unique_lock<std::mutex> lock() const { return std::unique_lock{of_.visiting_}; }

 private:
  port& of_;
};

}  // namespace pyhft::net
