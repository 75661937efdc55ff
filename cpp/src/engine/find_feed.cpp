// SPDX-License-Identifier: MIT
#include "pyhft/engine/find_feed.hpp"

#include <span>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/mapped_file.hpp"
#include "pyhft/net/message_file_port.hpp"
#include "pyhft/net/pcap_port.hpp"

namespace pyhft::engine {
namespace {

bool is_itch50(std::span<const std::byte> payload) {
  return feed::moldudp64::is_plausible(payload, feed::itch50::is_plausible);
}

// The first whole message with a length that isn't zero decides: text and pictures don't start with one.
bool is_message_file(std::span<const std::byte> bytes) {
  while (bytes.size() >= 2) {
    const std::size_t length = load_big<std::uint16_t>(bytes.data());
    bytes = bytes.subspan(2);
    if (length == 0) continue;
    return length <= bytes.size() && feed::itch50::is_plausible(bytes.first(length));
  }
  return false;
}

}  // namespace

const char* name_of(feed_kind feed) noexcept { return feed == feed_kind::itch50 ? "itch50" : "raw"; }

feed_kind feed_named(const std::string& name) {
  for (const feed_kind feed : {feed_kind::itch50, feed_kind::raw}) {
    if (name == name_of(feed)) return feed;
  }
  throw argument_error("feed '" + name + "' is unknown; name one of: itch50, raw");
}

input_kind find_feed(const std::string& path, const std::string& name, std::optional<feed_kind> named,
                     std::optional<std::uint16_t> udp_port) {
  const net::mapped_file file{path};
  if (net::detect_capture_format(file.bytes()) == net::capture_format::none) {
    if (!is_message_file(file.bytes())) {
      throw input_error(
          "'" + name +
          "' is neither a pcap or pcapng capture nor a file of length-prefixed ITCH 5.0 messages: its first "
          "bytes are those of neither; give a file of one of these kinds");
    }
    if (named && *named != feed_kind::itch50) {
      throw input_error("'" + name + "' is a file of length-prefixed ITCH 5.0 messages, which can't be read as feed '" +
                        name_of(*named) + "'; name the feed itch50 or none");
    }
    return {container::message_file, feed_kind::itch50};
  }

  net::capture_reader reader{file.bytes(), name};
  std::uint64_t datagrams = 0;
  std::uint64_t frames = 0;
  bool heartbeats = false;
  for (net::frame frame; reader.next(frame);) {
    ++frames;
    const net::udp_datagram datagram = net::find_udp(frame.bytes());
    if (datagram.cause != net::frame_cause::udp || (udp_port && *udp_port != datagram.destination_port)) continue;
    ++datagrams;
    if (named != feed_kind::raw && is_itch50(datagram.payload)) return {container::capture, feed_kind::itch50};
    heartbeats = heartbeats || feed::moldudp64::is_whole(datagram.payload);
    const bool raw_wanted =
        named ? *named == feed_kind::raw : datagram.destination_port == udp_port.value_or(feed::raw::default_udp_port);
    if (raw_wanted && feed::raw::is_plausible(datagram.payload)) return {container::capture, feed_kind::raw};
  }
  if (named && frames == 0) return {container::capture, *named};
  // A quiet hour of a feed that speaks in heartbeats alone.
  if (heartbeats && named != feed_kind::raw) return {container::capture, feed_kind::itch50};
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
  throw input_error("no feed was found in '" + name + "' (" + held +
                    "): itch50 is known by its content, raw by UDP port " +
                    std::to_string(feed::raw::default_udp_port) +
                    "; name the feed if it is raw on another port: no other feeds are read");
}

std::unique_ptr<net::port> open_input(container kind, const std::string& path, const std::string& name,
                                      const std::string& sent_path) {
  if (kind == container::capture) return std::make_unique<net::pcap_port>(path, name, sent_path);
  return std::make_unique<net::message_file_port>(path, name, sent_path);
}

}  // namespace pyhft::engine
