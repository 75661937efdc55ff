// SPDX-License-Identifier: MIT
#pragma once

// One line of a venue's feed: packs the messages of a day into MoldUDP64 packets, and decides by a seed which of them are
// lost, doubled, late or out of order on their way. It knows no socket and no clock: it is told the time, and hands
// packets to whoever sends them, so that the same seed and settings give the same packets, and each of them the same fate, at any speed.
//
// While nothing else is sent there are heartbeats, and behind the last message the end of the session is told for a
// while, as a venue does; these may be lost, too. One thread; others may read the counters. Allocates while it works:
// what is delayed waits in memory.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <span>
#include <vector>

#include "pyhft/base/relaxed_count.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/sim/day_messages.hpp"
#include "pyhft/sim/random.hpp"

namespace pyhft::sim {

// What both lines of a feed have in common.
struct session_settings {
  feed::moldudp64::session_name name{{'S', 'I', 'M', 'V', 'E', 'N', 'U', 'E', '0', '1'}};
  std::int64_t heartbeat_ns{1'000'000'000};       // after so long without a packet; between two that tell the end
  std::int64_t end_of_session_ns{5'000'000'000};  // how long the end is told
};

struct line_settings {
  std::uint32_t packet_messages{16};  // of a packet: it has 1 to so many, as the seed says
  std::uint32_t packet_bytes{1400};   // of a packet, with its header
  double loss{0};                     // share of the packets that are lost
  double loss_burst{1};               // how many in a row, on average
  double duplicates{0};               // share of the packets that come twice
  double reordered{0};                // share of the packets that are held back for others to pass them
  std::uint32_t reorder_depth{3};     // 1 to so many
  std::int64_t delay_ns{0};
};

struct line_counters {
  relaxed_count packets;   // that were sent, copies not counted
  relaxed_count messages;  // in them
  relaxed_count bytes;     // of payload, of all that was sent
  relaxed_count heartbeats;
  relaxed_count ends_of_session;
  relaxed_count lost_packets;
  relaxed_count lost_messages;
  relaxed_count lost_heartbeats;  // and ends of the session
  relaxed_count duplicates;
  relaxed_count reordered;    // packets that left behind a later one
  relaxed_count send_errors;  // refused by this host
};

class feed_line {
 public:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  // `day` outlives the line. Messages that are `hold_ns` or more apart share no packet; `never`: they may.
  feed_line(const day_messages& day, const session_settings& session, const line_settings& settings, std::uint64_t seed,
            std::int64_t hold_ns);

  // Whether there is a packet that was not published; if so, the number behind its last message.
  bool has_next() const noexcept { return first_ != end_; }
  std::uint64_t next_end() const noexcept { return end_; }

  // Before all else: nothing was sent since then.
  void begin(std::int64_t quiet_since_ns) noexcept { sent_ns_ = quiet_since_ns; }

  // The next packet begins its way.
  void publish(std::int64_t now_ns);

  // Sends what is due by send(packet), which says whether it could; gives the time when more will be.
  template <class Send>
  std::int64_t send_due(std::int64_t now_ns, Send&& send) {
    for (;;) {
      for (; !under_way_.empty() && under_way_.front().due_ns <= now_ns; under_way_.pop_front()) {
        send_messages(under_way_.front(), send);
        sent_ns_ = now_ns;
      }
      if (held_.empty() || (has_next() && now_ns - sent_ns_ < session_.heartbeat_ns)) break;
      let_all_go(now_ns);  // nobody comes to pass them
    }
    if (!under_way_.empty()) return under_way_.front().due_ns;
    if (!has_next()) return send_end(now_ns, send);
    if (now_ns - sent_ns_ >= session_.heartbeat_ns) {
      send_header(feed::moldudp64::heartbeat_count, counters_.heartbeats, send);
      sent_ns_ = now_ns;
    }
    return sent_ns_ + session_.heartbeat_ns;
  }

  // After the end of the session has been told for as long as it is to be.
  bool is_over() const noexcept { return over_; }

  const line_counters& counters() const noexcept { return counters_; }

 private:
  struct packet {
    std::uint64_t first{}, end{};  // numbers of messages
    std::int64_t due_ns{};
    std::uint32_t to_pass{};  // packets that pass it
    bool is_doubled{};
    bool is_copy{};
  };

  void plan();
  bool is_lost() noexcept;
  void let_go(packet one, std::int64_t now_ns);
  void let_all_go(std::int64_t now_ns);
  std::span<const std::byte> written(const packet& one) noexcept;

  template <class Send>
  void send_messages(const packet& one, Send& send) {
    const std::span<const std::byte> bytes = written(one);
    if (one.is_copy) {
      counters_.duplicates.add();
    } else {
      counters_.packets.add();
      counters_.messages.add(one.end - one.first);
    }
    send_bytes(bytes, send);
  }
  template <class Send>
  void send_header(std::uint16_t count, relaxed_count& counter, Send& send) {
    feed::moldudp64::header{session_.name, first_, count}.store(buffer_.data());
    if (quiet_fate_.in_share(settings_.loss)) {
      counters_.lost_heartbeats.add();
      return;
    }
    counter.add();
    send_bytes(std::span{buffer_}.first(feed::moldudp64::header_bytes), send);
  }
  // Counted before it is sent, so that whoever has received it finds it counted.
  template <class Send>
  void send_bytes(std::span<const std::byte> bytes, Send& send) {
    counters_.bytes.add(bytes.size());
    if (!send(bytes)) counters_.send_errors.add();
  }
  template <class Send>
  std::int64_t send_end(std::int64_t now_ns, Send& send) {
    if (ended_ns_ == never) ended_ns_ = next_end_packet_ns_ = now_ns;
    if (now_ns >= next_end_packet_ns_) {
      send_header(feed::moldudp64::end_of_session_count, counters_.ends_of_session, send);
      next_end_packet_ns_ = now_ns + session_.heartbeat_ns;
    }
    const std::int64_t over_ns = ended_ns_ + session_.end_of_session_ns;
    over_ = now_ns >= over_ns;
    return std::min(next_end_packet_ns_, over_ns);
  }

  const day_messages& day_;
  session_settings session_;
  line_settings settings_;
  std::int64_t hold_ns_;
  random_numbers packing_;
  random_numbers fate_;
  random_numbers quiet_fate_;  // of what has no messages, and depends on the clock: the others don't

  std::uint64_t first_{1}, end_{1};  // of the next packet
  bool losing_{};
  std::vector<packet> held_;  // at most reorder_depth
  std::deque<packet> under_way_;
  std::uint64_t newest_{};  // the last first number under way
  std::vector<std::byte> buffer_;
  std::int64_t sent_ns_{};
  std::int64_t ended_ns_{never};
  std::int64_t next_end_packet_ns_{};
  bool over_{};
  line_counters counters_;
};

}  // namespace pyhft::sim
