// SPDX-License-Identifier: MIT
#include "pyhft/sim/synthetic_day.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "market.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/feed/itch50_encode.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/sim/random.hpp"

namespace pyhft::sim {
namespace {

using namespace feed::itch50;
namespace moldudp64 = feed::moldudp64;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t minute_ns = 60 * second_ns;
constexpr std::int64_t hour_ns = 60 * minute_ns;

constexpr std::size_t largest_ip_packet_bytes = 1'500;
constexpr std::size_t largest_frame_bytes = net::detail::ethernet_bytes + largest_ip_packet_bytes;
constexpr std::size_t largest_block_bytes = 2 + longest_message;

// From the exchange's stamp of a packet's last message to the capture.
constexpr std::int64_t delivery_ns = 12'000;
constexpr std::int64_t heartbeat_interval_ns = second_ns;
// A real line carries one a second for as long as it is quiet; a few say the same in less room.
constexpr std::int64_t most_heartbeats = 3;

constexpr std::uint32_t symbols_a_position = 4;
constexpr std::uint64_t system_events = 6;

// A part of the day: so many messages of one kind, spread over its time.
struct chapter {
  enum class kind : std::uint8_t { system_event, directory, trading_action, reg_sho, position, opening, trading };
  kind of;
  char event_code;
  std::uint64_t messages;
  std::int64_t begin_ns;
  std::int64_t end_ns;
};

std::vector<chapter> chapters_of(const synthetic_day_parameters& parameters) {
  const std::uint32_t symbols = parameters.symbols;
  const std::uint64_t body = parameters.messages - fewest_synthetic_messages(symbols);
  const std::uint64_t quotes = std::uint64_t{symbols} * market::opening_orders;
  // Every symbol opens with quotes on both sides; of a long day a fiftieth comes before the market opens.
  const std::uint64_t opening_quotes = std::min(body, quotes);
  const std::uint64_t early = std::min(body - opening_quotes, body / 50);
  using enum chapter::kind;
  const auto event = [](char code, std::int64_t at_ns) { return chapter{system_event, code, 1, at_ns, at_ns}; };
  return {
      event('O', 3 * hour_ns),
      {directory, {}, symbols, 3 * hour_ns + 5 * minute_ns, 3 * hour_ns + 6 * minute_ns},
      {trading_action, {}, symbols, 3 * hour_ns + 6 * minute_ns, 3 * hour_ns + 7 * minute_ns},
      {reg_sho, {}, symbols, 3 * hour_ns + 7 * minute_ns, 3 * hour_ns + 8 * minute_ns},
      {position,
       {},
       (symbols + symbols_a_position - 1) / symbols_a_position,
       3 * hour_ns + 8 * minute_ns,
       3 * hour_ns + 9 * minute_ns},
      event('S', 4 * hour_ns),
      {opening, {}, opening_quotes, 4 * hour_ns, 8 * hour_ns},
      {trading, {}, early, 8 * hour_ns, 9 * hour_ns + 30 * minute_ns},
      event('Q', 9 * hour_ns + 30 * minute_ns),
      {trading, {}, body - opening_quotes - early, 9 * hour_ns + 30 * minute_ns, 16 * hour_ns},
      event('M', 16 * hour_ns),
      event('E', 20 * hour_ns),
      event('C', 20 * hour_ns + 5 * minute_ns),
  };
}

moldudp64::session_name session_of(std::uint64_t seed) {
  char text[moldudp64::session_bytes + 1];
  std::snprintf(text, sizeof text, "SYNTH%05u", static_cast<unsigned>(seed % 100'000));
  moldudp64::session_name result;
  std::copy_n(text, moldudp64::session_bytes, result.text.begin());
  return result;
}

[[noreturn]] void refuse(const char* what, std::uint64_t value, std::uint64_t fewest, std::uint64_t most,
                         const std::string& remedy) {
  throw argument_error(std::string(what) + " = " + std::to_string(value) + " is not within " + std::to_string(fewest) +
                       " and " + std::to_string(most) + "; " + remedy);
}

const synthetic_day_parameters& checked(const synthetic_day_parameters& parameters) {
  if (parameters.symbols == 0 || parameters.symbols > max_synthetic_symbols) {
    refuse("symbols", parameters.symbols, 1, max_synthetic_symbols, "a few hundred make a lively day");
  }
  const std::uint64_t fewest = fewest_synthetic_messages(parameters.symbols);
  if (parameters.messages < fewest || parameters.messages > max_synthetic_messages) {
    refuse("messages", parameters.messages, fewest, max_synthetic_messages,
           "the start and the end of a day of " + std::to_string(parameters.symbols) + " symbols take " +
               std::to_string(fewest) + ", so ask for more messages or fewer symbols");
  }
  return parameters;
}

}  // namespace

std::uint64_t fewest_synthetic_messages(std::uint32_t symbols) noexcept {
  const std::uint64_t s = symbols;
  return system_events + 3 * s + (s + symbols_a_position - 1) / symbols_a_position;
}

class synthetic_day::publisher {
 public:
  explicit publisher(const synthetic_day_parameters& parameters)
      : random_{parameters.seed},
        market_{random_, parameters.symbols},
        chapters_{chapters_of(parameters)},
        session_{session_of(parameters.seed)} {
    plan_burst();
  }

  bool next(synthetic_packet& out) {
    if (ended_) return false;
    const bool over = chapter_ == chapters_.size();
    if (heartbeats_left_ > 0) {
      --heartbeats_left_;
      sent_ns_ += heartbeat_interval_ns;
      finish(out, moldudp64::heartbeat_count, moldudp64::header_bytes);
    } else if (over) {
      ended_ = true;
      sent_ns_ = now_ns_ + second_ns;
      finish(out, moldudp64::end_of_session_count, moldudp64::header_bytes);
    } else {
      publish(out);
    }
    return true;
  }

  std::uint64_t messages() const noexcept { return sequence_ - 1; }
  std::uint64_t messages_of(char type) const noexcept { return counts_[static_cast<unsigned char>(type)]; }

 private:
  std::byte* payload() noexcept { return frame_.data() + net::udp_headers_bytes; }

  // As much of the burst as a packet holds.
  void publish(synthetic_packet& out) {
    std::byte* at = payload() + moldudp64::header_bytes;
    const std::byte* const end = frame_.data() + frame_.size();
    std::uint16_t count = 0;
    for (;;) {
      const std::size_t length = write_message(at + 2);
      store_big(at, static_cast<std::uint16_t>(length));
      ++counts_[std::to_integer<std::size_t>(at[2])];
      at += 2 + length;
      ++count, ++written_, --burst_left_;
      if (burst_left_ == 0 || static_cast<std::size_t>(end - at) < largest_block_bytes) break;
      now_ns_ = std::min(now_ns_ + step_within_burst(), chapters_[chapter_].end_ns);
    }
    sent_ns_ = now_ns_;
    finish(out, count, static_cast<std::size_t>(at - payload()));
    sequence_ += count;
    if (burst_left_ == 0) plan_burst();
  }

  void finish(synthetic_packet& out, std::uint16_t count, std::size_t payload_bytes) noexcept {
    moldudp64::header{session_, sequence_, count}.store(payload());
    const std::span<std::byte> frame{frame_.data(), net::udp_headers_bytes + payload_bytes};
    net::write_udp_headers(frame, synthetic_route);
    out = {frame, {synthetic_midnight.count + sent_ns_ + delivery_ns}};
  }

  // When the next message comes, how many follow it closely, and the heartbeats until then.
  void plan_burst() {
    while (chapter_ < chapters_.size() && written_ == chapters_[chapter_].messages) ++chapter_, written_ = 0;
    if (chapter_ == chapters_.size()) return;
    const chapter& now_in = chapters_[chapter_];
    const std::uint64_t left = now_in.messages - written_;
    burst_left_ = std::min<std::uint64_t>(left, choose_burst(now_in.of));
    now_ns_ = std::max(now_ns_, now_in.begin_ns);
    // Pauses are uniform from 0 to twice what spreads the messages that are left over the time that is left.
    const std::int64_t mean_ns = (now_in.end_ns - now_ns_) / static_cast<std::int64_t>(left);
    const std::int64_t unit_ns = mean_ns * static_cast<std::int64_t>(burst_left_) / 512;
    now_ns_ = std::min(now_ns_ + unit_ns * random_.below(1024), now_in.end_ns);
    const std::int64_t quiet_ns = now_ns_ - sent_ns_;
    heartbeats_left_ = sequence_ == 1 ? 0 : std::clamp<std::int64_t>((quiet_ns - 1) / second_ns, 0, most_heartbeats);
  }

  std::uint64_t choose_burst(chapter::kind of) noexcept {
    if (of != chapter::kind::trading) return 1 + geometric<30>::draw(random_);
    const std::uint32_t draw = random_.below(100);
    if (draw < 55) return 1;
    if (draw < 96) return 2 + geometric<3>::draw(random_);
    return 10 + random_.below(60);
  }

  std::int64_t step_within_burst() noexcept {
    const chapter& now_in = chapters_[chapter_];
    const std::int64_t mean_ns = (now_in.end_ns - now_ns_) / static_cast<std::int64_t>(now_in.messages - written_);
    constexpr std::int64_t longest_ns = 2'000;
    return random_.below(static_cast<std::uint32_t>(std::min(mean_ns, longest_ns)) + 1);
  }

  std::size_t write_message(std::byte* at) {
    const chapter& now_in = chapters_[chapter_];
    const nanoseconds now{now_ns_};
    const auto index = static_cast<std::uint32_t>(written_);
    const auto about = [&](std::uint32_t symbol_index) {
      return header_fields{.locate = static_cast<std::uint16_t>(symbol_index + 1), .timestamp = now};
    };
    using enum chapter::kind;
    switch (now_in.of) {
      case directory:
        return encode(at, about(index), stock_directory_fields{.stock = market_.name(index)});
      case trading_action:
        return encode(at, about(index), trading_action_fields{.stock = market_.name(index)});
      case reg_sho:
        return encode(at, about(index), reg_sho_restriction_fields{.stock = market_.name(index)});
      case position: {
        const std::uint32_t symbol_index = index * symbols_a_position;
        return encode(
            at, about(symbol_index),
            market_participant_position_fields{.mpid = {'S', 'Y', 'N', 'A'}, .stock = market_.name(symbol_index)});
      }
      case opening:
        return market_.open(at, now, written_);
      case trading:
        return market_.act(at, now);
      case system_event:
        break;
    }
    return encode(at, header_fields{.timestamp = now}, system_event_fields{now_in.event_code});
  }

  random_numbers random_;
  market market_;
  std::vector<chapter> chapters_;
  std::size_t chapter_{};
  std::uint64_t written_{};  // of the messages of the chapter
  std::uint64_t burst_left_{};
  std::int64_t now_ns_{};   // of the next message, since midnight
  std::int64_t sent_ns_{};  // of the last packet
  std::int64_t heartbeats_left_{};
  bool ended_{};
  moldudp64::session_name session_;
  std::uint64_t sequence_{1};
  std::array<std::uint64_t, 128> counts_{};
  std::array<std::byte, largest_frame_bytes> frame_{};
};

synthetic_day::synthetic_day(const synthetic_day_parameters& parameters)
    : publisher_{std::make_unique<publisher>(checked(parameters))} {}

synthetic_day::~synthetic_day() = default;
synthetic_day::synthetic_day(synthetic_day&&) noexcept = default;
synthetic_day& synthetic_day::operator=(synthetic_day&&) noexcept = default;

bool synthetic_day::next(synthetic_packet& out) { return publisher_->next(out); }
std::uint64_t synthetic_day::messages() const noexcept { return publisher_->messages(); }
std::uint64_t synthetic_day::messages_of(char type) const noexcept { return publisher_->messages_of(type); }

}  // namespace pyhft::sim
