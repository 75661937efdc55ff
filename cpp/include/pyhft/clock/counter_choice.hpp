// SPDX-License-Identifier: MIT
#pragma once

// Which counter this process reads, decided once, before main. tsc_clock.hpp is the header to include.
//
// The processor's counter serves as a clock only where it ticks at one rate in every sleep state (x86: the invariant
// bit of cpuid) and the kernel hasn't found it drifting between cores (it then leaves it out of its list of usable
// clock sources). Header-only, so that a module built against the headers alone comes to the same decision as the core.

#include <cstdint>
#include <string_view>

#if defined(__x86_64__)
#include <cpuid.h>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace pyhft::clock::detail {

// The rule, apart from the asking: null where the counter is sound, else the reason in words. The list is the text of
// /sys/devices/system/clocksource/clocksource0/available_clocksource, empty where that can't be read.
constexpr const char* reason_against_counter(bool invariant, std::string_view usable_clock_sources) noexcept {
  if (!invariant) return "the processor doesn't report an invariant time stamp counter";
  while (!usable_clock_sources.empty()) {
    const auto end = usable_clock_sources.find_first_of(" \n");
    if (usable_clock_sources.substr(0, end) == "tsc") return nullptr;
    if (end == std::string_view::npos) return "the kernel found the time stamp counter unstable and doesn't list it";
    usable_clock_sources.remove_prefix(end + 1);
    if (usable_clock_sources.empty()) return "the kernel found the time stamp counter unstable and doesn't list it";
  }
  return nullptr;
}

inline const char* ask_about_counter() noexcept {
#if defined(__x86_64__)
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  const bool invariant = __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0 && (edx >> 8 & 1) != 0;
  char list[256];
  ::ssize_t length = 0;
  const int file = ::open("/sys/devices/system/clocksource/clocksource0/available_clocksource", O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    length = ::read(file, list, sizeof list);
    ::close(file);
  }
  return reason_against_counter(invariant, {list, length > 0 ? static_cast<std::size_t>(length) : 0});
#elif defined(__aarch64__)
  return nullptr;  // The architecture promises what x86 has to be asked about.
#else
  return "this processor has no counter that pyhft can read";
#endif
}

// Non-null: read_cycles() reads the system's clock, for this reason.
inline const char* const counter_refused = ask_about_counter();

}  // namespace pyhft::clock::detail
