// SPDX-License-Identifier: MIT
#include "pyhft/engine/find_feed.hpp"

#include <algorithm>
#include <span>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/file_window.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/message_file_port.hpp"
#include "pyhft/net/pcap_port.hpp"

namespace pyhft::engine {
namespace {

// So much is looked at for the first message of a file: a longer one can't be, and more zeros are no messages.
constexpr std::size_t first_bytes = std::size_t{1} << 17;

// The feed of whose messages the first whole one with a length that isn't zero is: text and pictures don't start with one.
const feed::feed_facts* feed_of_message_file(std::span<const std::byte> bytes) {
  while (bytes.size() >= 2) {
    const std::size_t length = load_big<std::uint16_t>(bytes.data());
    bytes = bytes.subspan(2);
    if (length == 0) continue;
    if (length > bytes.size()) return nullptr;
    const auto found = std::ranges::find_if(all_feeds::facts, [&](const feed::feed_facts& feed) {
      return feed.message_files && feed.is_message(bytes.first(length));
    });
    return found == all_feeds::facts.end() ? nullptr : &*found;
  }
  return nullptr;
}

feed_kind kind_of(const feed::feed_facts& feed) {
  return static_cast<feed_kind>(static_cast<std::uint8_t>(&feed - all_feeds::facts.data()));
}

std::string names_of(bool by_content) {
  return list_of_feeds([&](const feed::feed_facts& feed) { return (feed.udp_port == 0) == by_content; },
                       [](const feed::feed_facts& feed) { return std::string{feed.name}; });
}

// "raw by UDP port 26400", of all that are known by nothing else.
std::string names_and_ports() {
  return list_of_feeds([](const feed::feed_facts& feed) { return feed.udp_port != 0; },
                       [](const feed::feed_facts& feed) {
                         return std::string{feed.name} + " by UDP port " + std::to_string(feed.udp_port);
                       });
}

std::string titles_with_message_files() {
  return list_of_feeds([](const feed::feed_facts& feed) { return feed.message_files; },
                       [](const feed::feed_facts& feed) { return std::string{feed.title}; });
}

input_kind find_in_message_file(std::span<const std::byte> bytes, const std::string& name,
                                std::optional<feed_kind> named) {
  const feed::feed_facts* const found = feed_of_message_file(bytes);
  if (found == nullptr) {
    throw input_error("'" + name + "' is neither a pcap or pcapng capture nor a file of length-prefixed " +
                      titles_with_message_files() +
                      " messages: its first bytes are those of neither; give a file of one of these kinds");
  }
  if (named && *named != kind_of(*found)) {
    throw input_error("'" + name + "' is a file of length-prefixed " + found->title +
                      " messages, which can't be read as feed '" + name_of(*named) + "'; name the feed " + found->name +
                      " or none");
  }
  return {container::message_file, kind_of(*found)};
}

}  // namespace

feed_kind feed_named(const std::string& name) {
  for (const feed::feed_facts& feed : all_feeds::facts) {
    if (name == feed.name) return kind_of(feed);
  }
  throw argument_error(
      "feed '" + name + "' is unknown; name one of: " +
      list_of_feeds([](const auto&) { return true; }, [](const auto& feed) { return std::string{feed.name}; }));
}

input_kind find_feed(const std::string& path, const std::string& name, std::optional<feed_kind> named,
                     std::optional<std::uint16_t> udp_port, const std::function<void()>& meanwhile) {
  net::file_window file{path, name};
  const auto bytes = file.from(0, first_bytes);
  if (net::detect_capture_format(bytes) == net::capture_format::none) return find_in_message_file(bytes, name, named);

  net::capture_reader reader{file, name};
  std::uint64_t datagrams = 0;
  std::uint64_t frames = 0;
  std::optional<feed_kind> quiet;
  for (net::frame frame; reader.next(frame);) {
    constexpr std::uint64_t frames_between = 1 << 16;
    if (++frames % frames_between == 0 && meanwhile) meanwhile();
    const net::udp_datagram datagram = net::find_udp(frame.bytes());
    if (datagram.cause != net::frame_cause::udp || (udp_port && *udp_port != datagram.destination_port)) continue;
    ++datagrams;
    for (const feed::feed_facts& feed : all_feeds::facts) {
      if (named && *named != kind_of(feed)) continue;
      const bool here = named || feed.udp_port == 0 || datagram.destination_port == udp_port.value_or(feed.udp_port);
      if (here && feed.is_datagram(datagram.payload)) return {container::capture, kind_of(feed)};
      if (!quiet && feed.is_quiet_datagram != nullptr && feed.is_quiet_datagram(datagram.payload))
        quiet = kind_of(feed);
    }
  }
  if (named && frames == 0) return {container::capture, *named};
  // A quiet hour of a feed that speaks in heartbeats alone.
  if (quiet) return {container::capture, *quiet};
  const std::string held = std::to_string(frames) + " packets, " + std::to_string(datagrams) + " UDP datagrams" +
                           (udp_port ? " to port " + std::to_string(*udp_port) : "");
  if (datagrams == 0) {
    throw input_error("'" + name + "' holds nothing that a feed could be read from (" + held + "); give " +
                      (udp_port ? "the UDP port that the feed was sent to" : "a capture of UDP traffic over IPv4"));
  }
  if (named) {
    throw input_error("'" + name + "' holds nothing that feed '" + name_of(*named) + "' could be read from (" + held +
                      "); name the feed that it was captured from, or give a capture of this one");
  }
  throw input_error("no feed was found in '" + name + "' (" + held + "): " + names_of(true) +
                    " are known by their content, " + names_and_ports() + "; name the feed if it is " +
                    names_of(false) + " on another port: no other feeds are read");
}

std::unique_ptr<net::port> open_input(container kind, const std::string& path, const std::string& name,
                                      const std::string& sent_path) {
  if (kind == container::capture) return std::make_unique<net::pcap_port>(path, name, sent_path);
  return std::make_unique<net::message_file_port>(path, name, sent_path);
}

}  // namespace pyhft::engine
