// SPDX-License-Identifier: MIT
#pragma once

// Fetches a line of the cache ahead of its use. To the compiler a function of nothing but hints has no effect, and its
// calls may be dropped; the empty statement keeps them. Hot, any thread; the address may be any.

namespace pyhft {

inline void prefetch(const void* at) noexcept {
  __builtin_prefetch(at);
  asm volatile("" : : "r"(at));  // NOLINT(portability-no-assembler): no instruction at all
}

// The same for a line that will be written: it is taken from other cores at once.
inline void prefetch_to_write(const void* at) noexcept {
#if defined(__x86_64__)
  // The compiler's own is a prefetch to read without a flag of its own; no x86-64 processor refuses this one.
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(at)));  // NOLINT(portability-no-assembler)
#else
  __builtin_prefetch(at, 1);
  asm volatile("" : : "r"(at));  // NOLINT(portability-no-assembler): no instruction at all
#endif
}

}  // namespace pyhft
