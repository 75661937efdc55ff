// SPDX-License-Identifier: MIT
#pragma once

// DPDK's EAL in this process: started once, on demand, and what it says in place of on standard error. Cold; whoever
// calls holds the lock.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "pyhft/net/dpdk_port.hpp"

namespace pyhft::net::dpdk {

// Of everything that is cold in DPDK: it asks for one caller at a time.
std::recursive_mutex& guard() noexcept;

// Starts EAL for a device that needs so many bytes, or holds the settings against the one that runs. Gives a sentence
// where what was wished for wasn't to be had, "" else.
std::string start_eal(const dpdk_settings& settings, std::uint64_t needed_bytes);

bool on_huge_pages() noexcept;

// The calling thread comes to DPDK, and goes. Never waits for what is cold: a thread that ends a run isn't held up by
// another that opens a port. host_error where DPDK has no room for it.
void register_thread();
void unregister_thread() noexcept;

// In a child by fork(), which shares all of DPDK's memory with the process that started it: it must leave it alone. Costs
// the hot path a load.
inline constinit std::atomic<bool> forked{false};
inline bool is_another_process() noexcept {
  return forked.load(std::memory_order_relaxed);
}  // the child has one thread

// What libxdp and libbpf say goes where DPDK's words go. They are there once EAL has loaded its drivers.
void listen_to_xdp() noexcept;

// Once no device stands.
void end_eal() noexcept;

// What DPDK said since the last call of forget_what_was_said(), as one line: the cause of a failure.
std::string what_was_said();
void forget_what_was_said();

// " (DPDK: ...)" or "", for the end of a sentence's cause.
std::string said_in_brackets();

}  // namespace pyhft::net::dpdk
