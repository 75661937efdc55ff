// SPDX-License-Identifier: MIT
#pragma once

// The table of feeds. A feed is one header in feed/ and one entry here; finding a feed by its content, making the market
// of a run, the names that Python and the command line know and the texts of errors all come from this table.

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "pyhft/feed/deep10.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/protocol.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/feed/tops.hpp"

namespace pyhft::engine {

// A place in the table.
enum class feed_kind : std::uint8_t {};

template <class... Protocols>
struct feed_list {
  static constexpr std::array facts{Protocols::facts...};
  // In the place of its feed, what splits the datagrams of one.
  using any_receiver = std::variant<typename Protocols::receiver...>;
  // A fresh one.
  static any_receiver receiver_of(feed_kind feed) {
    constexpr auto makers = []<std::size_t... I>(std::index_sequence<I...>) {
      return std::array<any_receiver (*)(), sizeof...(I)>{+[] { return any_receiver{std::in_place_index<I>}; }...};
    }(std::index_sequence_for<Protocols...>{});
    return makers[static_cast<std::size_t>(feed)]();
  }
};

// In the order in which a file is tried; one without a mark of its own comes last.
using all_feeds = feed_list<feed::itch50::protocol, feed::deep10::protocol, feed::tops::protocol, feed::raw::protocol>;

constexpr const feed::feed_facts& facts_of(feed_kind feed) noexcept {
  return all_feeds::facts[static_cast<std::size_t>(feed)];
}

// "itch50", "raw" and so on.
constexpr const char* name_of(feed_kind feed) noexcept { return facts_of(feed).name; }

namespace detail {

template <class Work, class First, class... Others>
decltype(auto) visit_feed(feed_list<First, Others...>, feed_kind feed, Work& work) {
  using result = decltype(work.template operator()<First>());
  using call = result (*)(Work&);
  constexpr std::array<call, 1 + sizeof...(Others)> calls{
      [](Work& with) -> result { return with.template operator()<First>(); },
      [](Work& with) -> result { return with.template operator()<Others>(); }...};
  return calls[static_cast<std::size_t>(feed)](work);
}

}  // namespace detail

// work.operator()<Protocol>() with the protocol of a feed, which is found once and not for every message.
template <class Work>
decltype(auto) visit_feed(feed_kind feed, Work&& work) {
  return detail::visit_feed(all_feeds{}, feed, work);
}

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
