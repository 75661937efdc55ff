// SPDX-License-Identifier: MIT
#pragma once

// Fetches a line of the cache ahead of its use. To the compiler a function of nothing but hints has no effect, and its
// calls may be dropped; the empty statement keeps them. Hot, any thread; the address may be any.

namespace pyhft {

inline void prefetch(const void* at) noexcept {
  __builtin_prefetch(at);
  asm volatile("" : : "r"(at));  // NOLINT(portability-no-assembler): no instruction at all
}

}  // namespace pyhft
