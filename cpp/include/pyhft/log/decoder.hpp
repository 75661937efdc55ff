// SPDX-License-Identifier: MIT
#pragma once

// Reads the binary form of a log and gives its records as lines, the same that a text or JSON log would have. Cold; any
// thread; allocates what the file's definitions take.
//
// The bytes may come from anywhere: nothing in them is trusted. What is damaged or cut off is passed over to the next
// whole frame and said in the result; what is whole is decoded.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pyhft/log/backend.hpp"
#include "pyhft/log/call_site.hpp"

namespace pyhft::log {

struct damage {
  std::uint64_t offset;  // in the file, where it begins
  std::uint64_t bytes;   // passed over
  std::string reason;
};

struct decoded {
  std::uint64_t records{};            // whole ones, whether their level was asked for or not
  std::uint64_t lines{};              // given to the sink
  std::uint64_t undefined_records{};  // whole, but their call site is in a damaged part
  std::uint64_t sessions{};
  // Numbers left out between two records of a session: dropped when logged, or in damaged parts. What was dropped before
  // its first record isn't among them: the records before that one may stand in another file.
  std::uint64_t missing{};
  std::vector<damage> damages;
  bool whole() const noexcept { return damages.empty() && undefined_records == 0; }
};

// Lines come in pieces of some tens of kilobytes, whole lines each. form: text or json, else argument_error.
// input_error: not a binary log at all.
decoded decode(std::span<const std::byte> file, file_form form, level least,
               const std::function<void(std::string_view)>& sink);

}  // namespace pyhft::log
