// SPDX-License-Identifier: MIT
#pragma once

// Answers requests for messages that a receiver has missed, as a MoldUDP64 request server does. A request is the header of
// a packet: session, number of the first message, how many. The answer is an ordinary packet with as many of them as one
// datagram holds, and the receiver asks again for the rest. Whoever asks for what was not published, for another session
// or in another form gets no answer, and is counted by cause. Of 20 bytes never more than one datagram is made, and not
// more than so many a second.
//
// It knows no socket and no clock: it is told the time. One thread; others may read the counters. No call allocates.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "pyhft/base/relaxed_count.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/sim/day_messages.hpp"
#include "pyhft/sim/random.hpp"

namespace pyhft::sim {

struct answer_settings {
  std::uint32_t answer_bytes{1400};           // of an answer, with its header
  std::uint32_t answers_per_second{100'000};  // answers; one that would be more is not given
  double request_loss{0};                     // share of the requests that are lost on their way here
  double answer_loss{0};                      // share of the answers that are lost on their way back
};

struct request_counters {
  relaxed_count requests;  // datagrams that came; each is one of those that follow, but for `messages`
  relaxed_count answers;
  relaxed_count malformed;  // not of 20 bytes, or from number 0 on
  relaxed_count other_sessions;
  relaxed_count unpublished;  // from a number on that was not published yet, or never will be
  relaxed_count empty;        // for no message
  relaxed_count over_rate;
  relaxed_count lost_requests;
  relaxed_count lost_answers;
  relaxed_count send_errors;  // refused by this host
  relaxed_count messages;     // in answers
};

class request_server {
 public:
  // `day` outlives the server.
  request_server(const day_messages& day, const feed::moldudp64::session_name& session, const answer_settings& settings,
                 std::uint64_t seed);

  // The answer to a datagram, while messages up to `published` were; empty: none. Valid until the next call.
  std::span<const std::byte> answer(std::span<const std::byte> request, std::uint64_t published,
                                    std::int64_t now_ns) noexcept;
  // The last answer could not be sent.
  void not_sent() noexcept { counters_.send_errors.add(); }

  const request_counters& counters() const noexcept { return counters_; }

 private:
  bool has_room(std::int64_t now_ns) noexcept;

  const day_messages& day_;
  feed::moldudp64::session_name session_;
  answer_settings settings_;
  random_numbers random_;
  std::int64_t busy_until_ns_{std::numeric_limits<std::int64_t>::min()};  // each answer takes its share of a second
  std::vector<std::byte> buffer_;
  request_counters counters_;
};

}  // namespace pyhft::sim
