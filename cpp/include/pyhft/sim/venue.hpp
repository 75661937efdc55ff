// SPDX-License-Identifier: MIT
#pragma once

// The side of an exchange that publishes: plays a day as MoldUDP64 packets to one or two UDP destinations, lines A and B,
// with what goes wrong on the way to a receiver, and answers requests for what was missed on a port of its own. For
// trying a receiver in earnest, over real sockets. feed_line.hpp has the packets and their fates, request_server.hpp the
// answers; this is the thread with the clock and the sockets.
//
// Line A leads: its packets leave at the pace that is asked for, and line B, in packets of its own, follows with what A
// has published. Whatever line A has published can be asked for, also what was lost on both lines.
//
// Cold: it may allocate and sleeps between packets; on a busy host it is late and then catches up. Any thread may call;
// the destructor stops it. Where a line's network is full, sending waits for it.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "pyhft/net/udp_socket.hpp"
#include "pyhft/sim/day_messages.hpp"
#include "pyhft/sim/feed_line.hpp"
#include "pyhft/sim/request_server.hpp"

namespace pyhft::sim {

inline constexpr std::size_t most_lines = 2;

// When the packets of line A leave: all at once, so many a second, or when they were captured, `rate` times as fast.
enum class pace : std::uint8_t { unlimited, packets_per_second, captured_time };

struct line_destination {
  net::ipv4_address address{};  // of a host, or a multicast group
  std::uint16_t port{};
  std::string interface{};  // that a group is sent by; empty: what the routes say
};

struct venue_settings {
  std::vector<line_destination> destinations;  // one for each line
  std::vector<line_settings> lines;
  session_settings session{};
  sim::pace pace{sim::pace::packets_per_second};
  double rate{20'000};          // of the pace
  std::int64_t pre_open_ns{0};  // only heartbeats for so long before the first message
  std::uint64_t seed{1};        // of packing, fates and lost requests

  bool answers_requests{false};
  net::ipv4_address request_address{};  // of this host
  std::uint16_t request_port{};         // 0: any that is free; venue::request_port() tells
  answer_settings answers{};
};

class venue {
 public:
  // Throws argument_error for settings outside their limits, host_error for what this host refuses.
  venue(day_messages day, venue_settings settings);
  venue(const venue&) = delete;
  venue& operator=(const venue&) = delete;
  ~venue();

  // The day begins, once; argument_error after that.
  void start();
  // Ends it wherever it is, and returns when nothing is sent any more.
  void stop() noexcept;
  // Whether the day is over, or was stopped, within so long. Throws what ended it before its time.
  bool wait_for(std::chrono::nanoseconds longest);

  bool has_started() const;
  // What was published of the day so far; any thread.
  std::uint64_t published() const noexcept { return published_.value(); }

  const day_messages& day() const noexcept { return day_; }
  const venue_settings& settings() const noexcept { return settings_; }
  std::uint16_t request_port() const noexcept { return request_port_; }  // 0: none
  // Live; any thread.
  const line_counters& line(std::size_t number) const noexcept { return lines_[number]->line.counters(); }
  const request_counters& requests() const noexcept { return server_.counters(); }

 private:
  struct wired_line {
    wired_line(const venue& of, std::size_t number);

    feed_line line;
    net::udp_socket socket;
    sockaddr_in to;
  };

  void run(const std::stop_token& stop) noexcept;
  void play(const std::stop_token& stop);
  std::int64_t due_ns() const noexcept;
  void publish_next(std::int64_t now_ns);
  std::int64_t send_due(std::int64_t now_ns);
  void answer_requests();
  void sleep_until(std::int64_t wake_ns) const noexcept;

  day_messages day_;
  venue_settings settings_;
  std::vector<std::unique_ptr<wired_line>> lines_;
  std::optional<net::udp_socket> requests_;  // once started, the venue's thread's, which closes it
  std::uint16_t request_port_{};
  request_server server_;
  relaxed_count published_;

  // The venue's thread alone.
  std::int64_t opening_ns_{};
  std::uint64_t packets_{};  // that line A has published

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  bool started_{};
  bool over_{};
  std::exception_ptr failure_;
  std::jthread thread_;
};

}  // namespace pyhft::sim
