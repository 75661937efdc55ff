// SPDX-License-Identifier: MIT
#include "pyhft/sim/request_server.hpp"

#include <algorithm>
#include <cstring>

namespace pyhft::sim {

using feed::moldudp64::header;
using feed::moldudp64::header_bytes;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t longest_burst_ns = second_ns / 10;  // of answers, after a quiet time
constexpr std::uint16_t most_messages = feed::moldudp64::end_of_session_count - 1;

}  // namespace

request_server::request_server(const day_messages& day, const feed::moldudp64::session_name& session,
                               const answer_settings& settings, std::uint64_t seed)
    : day_{day},
      session_{session},
      settings_{settings},
      random_{random_numbers{seed}.bits()},
      buffer_(std::max<std::size_t>(settings.answer_bytes, header_bytes + day.longest_block_bytes())) {}

bool request_server::has_room(std::int64_t now_ns) noexcept {
  busy_until_ns_ = std::max(busy_until_ns_, now_ns - longest_burst_ns);
  if (busy_until_ns_ > now_ns) return false;
  busy_until_ns_ += second_ns / settings_.answers_per_second;
  return true;
}

std::span<const std::byte> request_server::answer(std::span<const std::byte> request, std::uint64_t published,
                                                  std::int64_t now_ns) noexcept {
  counters_.requests.add();
  const auto refuse = [](relaxed_count& cause) -> std::span<const std::byte> {
    cause.add();
    return {};
  };
  if (random_.in_share(settings_.request_loss)) return refuse(counters_.lost_requests);
  if (request.size() != header_bytes) return refuse(counters_.malformed);
  const header wanted = header::load(request.data());
  if (wanted.sequence == 0) return refuse(counters_.malformed);
  if (wanted.session != session_) return refuse(counters_.other_sessions);
  if (wanted.count == 0) return refuse(counters_.empty);
  if (wanted.sequence > published) return refuse(counters_.unpublished);
  if (!has_room(now_ns)) return refuse(counters_.over_rate);
  if (random_.in_share(settings_.answer_loss)) return refuse(counters_.lost_answers);

  const std::uint64_t there = published - wanted.sequence + 1;
  const auto most = static_cast<std::uint16_t>(std::min<std::uint64_t>({there, wanted.count, most_messages}));
  std::size_t bytes = header_bytes;
  std::uint16_t count = 0;
  while (count < most) {
    const auto block = day_.block(wanted.sequence + count);
    if (count != 0 && bytes + block.size() > settings_.answer_bytes) break;
    std::memcpy(&buffer_[bytes], block.data(), block.size());
    bytes += block.size();
    ++count;
  }
  header{session_, wanted.sequence, count}.store(buffer_.data());
  counters_.answers.add();
  counters_.messages.add(count);
  return {buffer_.data(), bytes};
}

}  // namespace pyhft::sim
