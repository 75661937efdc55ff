// SPDX-License-Identifier: MIT
#pragma once

// What was queued when the process crashes is written before it dies: opt-in, as a process has one handler per signal.

namespace pyhft::log {

// Takes over SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT. On the first of them every open backend writes what was
// logged before, by async-signal-safe means; then whatever handled the signal before has its turn, as if nothing had
// stood between: another handler, or the system's end of the process with its core dump. Other threads go on logging
// meanwhile, and what they add may be lost. A backend whose round another thread doesn't end within 200 ms is left out.
//
// Runs on the signal's own stack where the thread has one; the calling thread gets one, so that it survives the
// overflow of its own. Again: nothing. host_error: the kernel refuses. Cold, from any thread.
void install_crash_handler();

// Gives the signals back to whatever handled them before, unless another has taken them since. Nothing where it wasn't
// installed.
void remove_crash_handler() noexcept;

}  // namespace pyhft::log
