// SPDX-License-Identifier: MIT
#pragma once

// The table of feeds. A feed is one header in feed/ and one entry here; finding a feed by its content, making the market
// of a run, the names that Python and the command line know and the texts of errors all come from this table.

#include <array>
#include <cstdint>
#include <string>

#include "pyhft/feed/deep10.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/protocol.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/feed/tops.hpp"

namespace pyhft::engine {

template <class... Protocols>
struct feed_list {
  static constexpr std::array facts{Protocols::facts...};
};

// In the order in which a file is tried; one without a mark of its own comes last.
using all_feeds = feed_list<feed::itch50::protocol, feed::deep10::protocol, feed::tops::protocol, feed::raw::protocol>;

// A place in the table.
enum class feed_kind : std::uint8_t {};

constexpr const feed::feed_facts& facts_of(feed_kind feed) noexcept {
  return all_feeds::facts[static_cast<std::size_t>(feed)];
}

// "itch50", "raw" and so on.
constexpr const char* name_of(feed_kind feed) noexcept { return facts_of(feed).name; }

// Throws argument_error for a name that isn't in the table.
feed_kind feed_named(const std::string& name);

// The facts of all that `chosen` says yes to, as one text: "itch50, deep10 and raw".
template <class Chosen, class Text>
std::string list_of_feeds(Chosen&& chosen, Text&& text) {
  std::string result;
  std::string last;
  for (const feed::feed_facts& feed : all_feeds::facts) {
    if (!chosen(feed)) continue;
    if (!last.empty()) result += (result.empty() ? "" : ", ") + last;
    last = text(feed);
  }
  return result.empty() ? last : result + " and " + last;
}

}  // namespace pyhft::engine
