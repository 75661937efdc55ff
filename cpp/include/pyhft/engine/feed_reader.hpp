// SPDX-License-Identifier: MIT
#pragma once

// The messages of a file one by one, decoded, whatever packs them: for those who want records or books without an engine.
// What is passed over is counted by the same causes as in a run. Cold: throws input_error where the file can't be read or
// is cut meanwhile; while it reads it allocates room for the messages of one packet. A copy reads on from the same place
// by itself. One thread each.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/engine/counters.hpp"
#include "pyhft/engine/feeds.hpp"
#include "pyhft/engine/find_feed.hpp"
#include "pyhft/engine/packet_causes.hpp"
#include "pyhft/feed/protocol.hpp"
#include "pyhft/feed/sequenced_receiver.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/file_window.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::engine {

struct message_place {
  std::uint64_t number;  // from 1, over all messages of the file, malformed ones too
  nanoseconds captured;  // 0 where nobody knows
};

namespace detail {

template <class Visitor>
struct placing_visitor {
  const message_place& place;
  counters& counted;
  Visitor& visitor;

  template <class Message>
  void on(const Message& view) {
    ++counted.by_type[static_cast<unsigned char>(Message::code)];
    visitor.on(view, place);
  }
};

}  // namespace detail

// One message of a feed, decoded: visitor.on(view, place). Counts it, or what is wrong with it; false then.
template <class Protocol, class Visitor>
bool decode_message(std::span<const std::byte> message, const message_place& place, counters& counted,
                    Visitor& visitor) {
  const feed::decoded outcome = Protocol::decode(message, detail::placing_visitor<Visitor>{place, counted, visitor});
  counted.count(outcome);
  return outcome == feed::decoded::ok;
}

struct input_file {
  engine::container container;
  feed_kind feed;
  std::string path;
  std::string name;  // what its user calls it
  std::optional<std::uint16_t> udp_port;
};

class feed_reader {
 public:
  explicit feed_reader(input_file of);
  feed_reader(const feed_reader& other);
  feed_reader& operator=(const feed_reader&) = delete;
  ~feed_reader() = default;

  // Reads on until `most` messages are given out or about so many bytes are read; false at the end of the file. Protocol is
  // that of input().feed: visit_feed() finds it. A visitor that has far_ahead(message) and ahead(message) is shown what
  // comes in eight and in four messages, undecoded; one that has begin_anew() is told when what comes is of a new session
  // and all before it have ended.
  template <class Protocol, class Visitor>
  bool read(std::uint64_t most, std::size_t about_bytes, Visitor& visitor) {
    const std::uint64_t last = counters_.messages + std::min(most, ~std::uint64_t{0} - counters_.messages);
    const std::size_t size = window_.size_bytes();
    const std::size_t stop = position_ + std::min(about_bytes, size - position_);
    while (counters_.messages < last) {
      if (next_pending_ == pending_.size()) {
        if (position_ >= stop && position_ != size) return true;
        if (!next_messages()) return false;
        continue;
      }
      if (begins_anew_) [[unlikely]] {
        begins_anew_ = false;
        if constexpr (requires { visitor.begin_anew(); }) visitor.begin_anew();
      }
      if constexpr (requires { visitor.far_ahead(pending_[0]); }) {
        if (next_pending_ + 8 < pending_.size()) visitor.far_ahead(pending_[next_pending_ + 8]);
        if (next_pending_ + 4 < pending_.size()) visitor.ahead(pending_[next_pending_ + 4]);
      }
      const std::span<const std::byte> message = pending_[next_pending_++];
      const message_place place{++counters_.messages, captured_};
      session_end_watch<Visitor> watching{*this, visitor};
      decode_message<Protocol>(message, place, counters_, watching);
    }
    return true;
  }

  // Reads on as read() does, decodes nothing, and counts the messages that have the length of their type. Where a message
  // tells more than that, of sides or of sessions, read() may give fewer, or others.
  using counts_by_type = std::array<std::uint64_t, 256>;
  bool skim(std::uint64_t most, std::size_t about_bytes, std::span<const std::uint8_t, 256> lengths,
            counts_by_type& counted);

  // To the beginning, without a buffer until it reads again.
  void rewind();

  const input_file& input() const noexcept { return input_; }
  // Since it was opened: what was read and what will be read may not belong together.
  bool was_written_to() const noexcept { return window_.was_written_to(); }
  std::uint64_t position_bytes() const noexcept { return position_; }
  std::uint64_t size_bytes() const noexcept { return window_.size_bytes(); }
  // Of what was read so far; the session layer counts what it passes over itself, by the causes of packet_causes.hpp.
  const engine::counters& counters() const noexcept { return counters_; }
  named_counts malformed_packets() const;
  // Nothing of a feed without sessions.
  feed::receiver_counters session() const;
  // What the user should know once the end was reached, in whole sentences.
  std::vector<std::string> warnings() const;

 private:
  // A session can end by its last message.
  template <class Visitor>
  struct session_end_watch {
    feed_reader& owner;
    Visitor& visitor;

    template <class Message>
    void on(const Message& view, const message_place& place) {
      if constexpr (requires { view.ends_session(); }) {
        if (view.ends_session()) owner.end_session();
      }
      visitor.on(view, place);
    }
  };

  void end_session();
  bool next_messages();
  bool next_framed();
  bool next_packet(net::capture_reader& from);

  input_file input_;
  net::file_window window_;
  std::optional<net::capture_reader> capture_;
  all_feeds::any_receiver receiver_;
  std::size_t position_{};
  std::vector<std::span<const std::byte>> pending_;  // in the window: of a packet, or of a stretch of a message file
  std::size_t next_pending_{};
  nanoseconds captured_{};
  bool begins_anew_{};
  engine::counters counters_;
};

}  // namespace pyhft::engine
