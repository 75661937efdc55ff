// SPDX-License-Identifier: MIT
#include "pyhft/sim/venue.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <system_error>
#include <utility>

#include "pyhft/base/error.hpp"
#include "pyhft/threads/placement.hpp"

namespace pyhft::sim {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t longest_sleep_ns = 10'000'000;  // before the next look at stop()
constexpr unsigned packets_between_requests = 8;
constexpr unsigned requests_between_packets = 64;
constexpr std::uint32_t request_buffer_bytes = 1 << 20;
// Messages of a moment leave in one packet. That of a message file is as long as an exchange may wait for a fuller one.
constexpr std::int64_t moment_ns = 20'000;
constexpr std::uint64_t seeds_a_line = 3;

std::int64_t clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

[[noreturn]] void refuse(const std::string& what, const std::string& value, const std::string& limit) {
  throw argument_error("venue: " + what + " is " + value + "; it must be " + limit + ".");
}

void check_range(const std::string& what, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most)
    refuse(what, std::to_string(value), "from " + std::to_string(least) + " to " + std::to_string(most));
}

// Of a packet that can carry the longest message of the day.
void check_bytes(const std::string& what, std::uint32_t value, const day_messages& day) {
  const std::size_t least = feed::moldudp64::header_bytes + day.longest_block_bytes();
  if (value >= least && value <= net::max_udp_payload_bytes) return;
  refuse(what, std::to_string(value),
         "from " + std::to_string(least) + " to " + std::to_string(net::max_udp_payload_bytes) +
             ": the header and the longest message of this day take " + std::to_string(least));
}

void check_share(const std::string& what, double value) {
  if (!(value >= 0 && value <= 1)) refuse(what, std::to_string(value), "a share from 0 to 1");
}

venue_settings checked(venue_settings settings, const day_messages& day) {
  constexpr std::int64_t longest_ns = 86'400 * second_ns;
  if (settings.lines.empty() || settings.lines.size() > most_lines ||
      settings.lines.size() != settings.destinations.size()) {
    refuse("the number of lines", std::to_string(settings.destinations.size()), "1 or 2, each with its settings");
  }
  for (const line_destination& to : settings.destinations) check_range("the port of a line", to.port, 1, 65'535);
  for (const line_settings& line : settings.lines) {
    check_range("packet_messages", line.packet_messages, 1, feed::moldudp64::end_of_session_count - 1);
    check_bytes("packet_bytes", line.packet_bytes, day);
    check_range("reorder_depth", line.reorder_depth, 1, 1'000);
    check_range("delay_ns", line.delay_ns, 0, longest_ns);
    check_share("loss", line.loss);
    check_share("duplicates", line.duplicates);
    check_share("reordered", line.reordered);
    constexpr double longest_burst = 1e6;
    if (!(line.loss_burst >= 1 && line.loss_burst <= longest_burst))
      refuse("loss_burst", std::to_string(line.loss_burst), "from 1 to 1000000 packets");
  }
  check_range("heartbeat_ns", settings.session.heartbeat_ns, 1'000'000, longest_ns);
  check_range("end_of_session_ns", settings.session.end_of_session_ns, 0, longest_ns);
  check_range("pre_open_ns", settings.pre_open_ns, 0, longest_ns);
  if (!std::ranges::all_of(settings.session.name.text, [](char c) { return c >= ' ' && c <= '~'; }))
    refuse("the name of the session", "not of printable characters", "ten of ASCII, such as SIMVENUE01");
  constexpr double least_rate = 1e-3;
  constexpr double most_rate = 1e9;
  if (settings.pace != pace::unlimited && !(settings.rate >= least_rate && settings.rate <= most_rate)) {
    refuse(settings.pace == pace::packets_per_second ? "packets a second" : "the speed", std::to_string(settings.rate),
           "from 0.001 to 1000000000");
  }
  check_bytes("answer_bytes", settings.answers.answer_bytes, day);
  check_range("answers_per_second", settings.answers.answers_per_second, 1, 1'000'000'000);
  check_share("request_loss", settings.answers.request_loss);
  check_share("answer_loss", settings.answers.answer_loss);
  return settings;
}

}  // namespace

venue::wired_line::wired_line(const venue& of, std::size_t number)
    : line{of.day_, of.settings_.session, of.settings_.lines[number], of.settings_.seed + seeds_a_line * number,
           of.settings_.pace == pace::captured_time ? moment_ns : feed_line::never},
      to{net::socket_address(of.settings_.destinations[number].address, of.settings_.destinations[number].port)} {
  const std::string& interface = of.settings_.destinations[number].interface;
  if (!interface.empty() && !socket.send_groups_by(net::interface_index(interface))) {
    throw host_error("Line " + std::string(1, static_cast<char>('A' + number)) + " can't be sent by '" + interface +
                     "' (" + std::strerror(errno) + "): name an interface that is up and has an address.");
  }
  socket.wait_at_most_ms(100);
}

venue::venue(day_messages day, venue_settings settings)
    : day_{std::move(day)},
      settings_{checked(std::move(settings), day_)},
      server_{day_, settings_.session.name, settings_.answers, settings_.seed + seeds_a_line * most_lines} {
  for (std::size_t i = 0; i < settings_.lines.size(); ++i) lines_.push_back(std::make_unique<wired_line>(*this, i));
  if (!settings_.answers_requests) return;
  requests_.emplace();
  requests_->ask_receive_buffer(request_buffer_bytes);
  requests_->bind(settings_.request_address, settings_.request_port);
  request_port_ = requests_->port();
}

venue::~venue() { stop(); }

void venue::start() {
  const std::lock_guard lock{mutex_};
  if (started_) throw argument_error("The venue has played its day, or is at it: make another one to play it again.");
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error&) {
    throw host_error("This process can have no more threads: end some, or raise its limit (ulimit -u).");
  }
  started_ = true;
}

bool venue::has_started() const {
  const std::lock_guard lock{mutex_};
  return started_;
}

void venue::stop() noexcept {
  std::unique_lock lock{mutex_};
  if (!started_) return;
  thread_.request_stop();
  ended_.wait(lock, [&] { return over_; });
}

bool venue::wait_for(std::chrono::nanoseconds longest) {
  std::unique_lock lock{mutex_};
  if (!started_) throw argument_error("The venue has not started: call start() first.");
  if (!ended_.wait_for(lock, longest, [&] { return over_; })) return false;
  if (failure_) std::rethrow_exception(failure_);
  return true;
}

void venue::run(const std::stop_token& stop) noexcept {
  std::exception_ptr failure;
  try {
    static_cast<void>(threads::place_this_thread({.name = "venue"}));
    play(stop);
  } catch (...) {
    failure = std::current_exception();
  }
  requests_.reset();  // the port is free for the next venue
  const std::lock_guard lock{mutex_};
  failure_ = failure;
  over_ = true;
  ended_.notify_all();
}

void venue::play(const std::stop_token& stop) {
  const std::int64_t started_ns = clock_ns();
  opening_ns_ = started_ns + settings_.pre_open_ns;
  // Before the opening the first heartbeats come at once.
  for (auto& each : lines_)
    each->line.begin(settings_.pre_open_ns == 0 ? started_ns : started_ns - settings_.session.heartbeat_ns);
  const feed_line& leader = lines_.front()->line;
  while (!stop.stop_requested()) {
    std::int64_t now_ns = clock_ns();
    std::int64_t wake_ns = now_ns + longest_sleep_ns;
    for (unsigned i = 0; leader.has_next(); ++i) {
      const std::int64_t next_ns = due_ns();
      if (next_ns > now_ns || i == packets_between_requests) {
        wake_ns = std::min(wake_ns, next_ns);
        break;
      }
      publish_next(now_ns);
      send_due(now_ns);
    }
    wake_ns = std::min(wake_ns, send_due(now_ns));
    if (std::ranges::all_of(lines_, [](const auto& each) { return each->line.is_over(); })) break;
    answer_requests();
    sleep_until(wake_ns);
  }
}

std::int64_t venue::due_ns() const noexcept {
  switch (settings_.pace) {
    case pace::packets_per_second:
      return opening_ns_ +
             std::llround(static_cast<double>(packets_) * (static_cast<double>(second_ns) / settings_.rate));
    case pace::captured_time: {
      constexpr double longest_ns = 1e18;  // thirty years
      const auto since_ns = static_cast<double>(day_.ns_between(1, lines_.front()->line.next_end() - 1));
      return opening_ns_ + std::llround(std::clamp(since_ns / settings_.rate, 0.0, longest_ns));
    }
    case pace::unlimited:
      break;
  }
  return opening_ns_;
}

void venue::publish_next(std::int64_t now_ns) {
  feed_line& leader = lines_.front()->line;
  const std::uint64_t end = leader.next_end();
  leader.publish(now_ns);
  ++packets_;
  published_.add(end - 1 - published_.value());
  for (std::size_t i = 1; i < lines_.size(); ++i) {
    feed_line& follower = lines_[i]->line;
    while (follower.has_next() && follower.next_end() <= end) follower.publish(now_ns);
  }
}

std::int64_t venue::send_due(std::int64_t now_ns) {
  std::int64_t next_ns = feed_line::never;
  for (auto& each : lines_) {
    const auto send = [&](std::span<const std::byte> packet) { return each->socket.send_to(each->to, packet); };
    if (!each->line.is_over()) next_ns = std::min(next_ns, each->line.send_due(now_ns, send));
  }
  return next_ns;
}

void venue::answer_requests() {
  if (!requests_) return;
  // One byte more than any right request has is enough to see that one is too long.
  std::array<std::byte, feed::moldudp64::header_bytes + 1> request;
  for (unsigned i = 0; i < requests_between_packets; ++i) {
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const ssize_t bytes = ::recvfrom(*requests_, request.data(), request.size(), MSG_DONTWAIT,
                                     reinterpret_cast<sockaddr*>(&from), &length);
    if (bytes < 0) return;
    const auto answer =
        server_.answer(std::span{request}.first(static_cast<std::size_t>(bytes)), published_.value(), clock_ns());
    if (!answer.empty() && !requests_->send_to(from, answer)) server_.not_sent();
  }
}

void venue::sleep_until(std::int64_t wake_ns) const noexcept {
  const std::int64_t sleep_ns = wake_ns - clock_ns();
  if (sleep_ns <= 0) return;
  pollfd request{.fd = requests_ ? static_cast<int>(*requests_) : -1, .events = POLLIN, .revents = 0};
  const timespec longest{sleep_ns / second_ns, sleep_ns % second_ns};
  ::ppoll(&request, requests_ ? 1 : 0, &longest, nullptr);
}

}  // namespace pyhft::sim
