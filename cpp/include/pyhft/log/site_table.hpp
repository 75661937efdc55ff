// SPDX-License-Identifier: MIT
#pragma once

// Call sites of formats that are known at run time only: those of Python, and of a binary log that is read back. Cold.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pyhft/log/call_site.hpp"

namespace pyhft::log {

// What the compiler does for a literal. Nothing where the format has other placeholders than kinds, a lone brace, a
// control character or more than 4096 characters; the site looks at `format`, which must live as long.
std::optional<call_site> read_run_time_format(std::string_view format, std::span<const argument_kind> kinds) noexcept;

// What is wrong with it, in a sentence that begins with "the format"; empty where nothing is.
std::string format_error(std::string_view format, std::size_t arguments);

// One call site for each level, format and kinds, kept as long as the process, in a table of at most 4096: null when
// that is full (a format that changes with every call belongs into an argument). argument_error: a wrong format. From
// any thread; a mutex.
const call_site* interned_site(level severity, std::string_view format, std::span<const argument_kind> kinds);

}  // namespace pyhft::log
