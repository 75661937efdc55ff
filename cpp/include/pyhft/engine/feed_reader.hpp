// SPDX-License-Identifier: MIT
#pragma once

// The messages of a file one by one, decoded, whatever packs them: for those who want records or books without an engine.
// What is passed over is counted by the same causes as in a run. Cold: throws input_error where the file can't be read;
// while it reads it allocates room for the messages of one packet. A copy reads on from the same place by itself; the
// mapped file is shared. One thread each.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/engine/counters.hpp"
#include "pyhft/engine/find_feed.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/mapped_file.hpp"

namespace pyhft::engine {

struct message_place {
  std::uint64_t number;  // from 1, over all messages of the file, malformed ones too
  nanoseconds captured;  // 0 where nobody knows
};

namespace detail {

template <class Visitor>
struct placing_visitor {
  const message_place& place;
  Visitor& visitor;
  counters& counted;
  bool well_formed{};

  template <class Message>
  void on(const Message& view) {
    well_formed = true;
    visitor.on(view, place);
  }
  void on_malformed(feed::raw::decoded why) {
    counted.count(why == feed::raw::decoded::bad_side    ? malformed::bad_side
                  : why == feed::raw::decoded::bad_price ? malformed::bad_price
                                                         : malformed::trailing_bytes);
  }
};

}  // namespace detail

// One message of a feed, decoded: visitor.on(view, place). Counts what is wrong with it; false then.
template <class Visitor>
bool decode_message(feed_kind feed, std::span<const std::byte> message, const message_place& place, counters& counted,
                    Visitor& visitor) {
  detail::placing_visitor<Visitor> to{place, visitor, counted};
  if (feed == feed_kind::raw) {
    feed::raw::decode(message, to);
    counted.by_type[0] += to.well_formed;
    return to.well_formed;
  }
  switch (feed::itch50::decode(message, to)) {
    case feed::itch50::decoded::ok:
      ++counted.by_type[std::to_integer<std::size_t>(message[0])];
      break;
    case feed::itch50::decoded::empty:
      counted.count(malformed::empty_message);
      break;
    case feed::itch50::decoded::unknown_type:
      counted.count(malformed::unknown_type);
      break;
    case feed::itch50::decoded::bad_length:
      counted.count(malformed::bad_length);
      break;
    case feed::itch50::decoded::bad_side:
      counted.count(malformed::bad_side);
      break;
  }
  return to.well_formed;
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

  // Reads on until `most` messages are given out or about so many bytes are read; false at the end of the file. A visitor
  // that has far_ahead(message) and ahead(message) is shown what comes in eight and in four messages, undecoded.
  template <class Visitor>
  bool read(std::uint64_t most, std::size_t about_bytes, Visitor& visitor) {
    const std::uint64_t last = counters_.messages + std::min(most, ~std::uint64_t{0} - counters_.messages);
    const std::size_t size = file_->bytes().size();
    const std::size_t stop = position_ + std::min(about_bytes, size - position_);
    while (counters_.messages < last) {
      if (next_pending_ == pending_.size()) {
        if (position_ >= stop && position_ != size) return true;
        if (!next_messages()) return false;
        continue;
      }
      if constexpr (requires { visitor.far_ahead(pending_[0]); }) {
        if (next_pending_ + 8 < pending_.size()) visitor.far_ahead(pending_[next_pending_ + 8]);
        if (next_pending_ + 4 < pending_.size()) visitor.ahead(pending_[next_pending_ + 4]);
      }
      const std::span<const std::byte> message = pending_[next_pending_++];
      const message_place place{++counters_.messages, captured_};
      decode_message(input_.feed, message, place, counters_, visitor);
    }
    return true;
  }

  void rewind();

  const input_file& input() const noexcept { return input_; }
  std::uint64_t position_bytes() const noexcept { return position_; }
  std::uint64_t size_bytes() const noexcept { return file_->bytes().size(); }
  // Of what was read so far, the session layer's causes among them.
  engine::counters counters() const noexcept;
  const feed::moldudp64::receiver_counters& session() const noexcept { return receiver_.counters(); }
  // What the user should know once the end was reached, in whole sentences.
  std::vector<std::string> warnings() const;

 private:
  bool next_messages();
  bool next_framed();
  bool next_packet(net::capture_reader& from);

  input_file input_;
  std::shared_ptr<const net::mapped_file> file_;
  std::optional<net::capture_reader> capture_;
  feed::moldudp64::receiver receiver_;
  std::size_t position_{};
  std::vector<std::span<const std::byte>> pending_;  // of a packet, or of a stretch of a message file
  std::size_t next_pending_{};
  nanoseconds captured_{};
  engine::counters counters_;
};

}  // namespace pyhft::engine
