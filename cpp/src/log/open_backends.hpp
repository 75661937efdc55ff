// SPDX-License-Identifier: MIT
#pragma once

// The backends that are open in this process, for its last moments: normal exit, crash signals, and the child's side of
// fork().

#include "pyhft/log/backend.hpp"

namespace pyhft::log::detail {

inline constexpr int most_open_backends = 64;

// host_error: as many are open already.
void register_backend(backend& one);
// When it returns no crash handler is at work in it.
void unregister_backend(backend& one) noexcept;

// Async-signal-safe. False where another thread is doing it.
bool flush_open_backends_in_crash() noexcept;

}  // namespace pyhft::log::detail
