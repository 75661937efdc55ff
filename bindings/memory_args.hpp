// SPDX-License-Identifier: MIT
#pragma once

// The names that Python has for memory/'s choices.

#include <string>
#include <string_view>

#include "pyhft/base/error.hpp"
#include "pyhft/memory/page_block.hpp"

namespace pyhft::bindings {

inline std::string name_of(memory::huge_pages wish) {
  switch (wish) {
    case memory::huge_pages::never:
      return "never";
    case memory::huge_pages::attempt:
      return "try";
    case memory::huge_pages::always:
      return "always";
  }
  return "";
}

inline memory::huge_pages huge_pages_named(std::string_view function, std::string_view name) {
  for (const auto wish : {memory::huge_pages::never, memory::huge_pages::attempt, memory::huge_pages::always}) {
    if (name == name_of(wish)) return wish;
  }
  throw argument_error(std::string(function) + ": huge_pages is '" + std::string(name) +
                       "'; give 'never', 'try' or 'always'.");
}

}  // namespace pyhft::bindings
