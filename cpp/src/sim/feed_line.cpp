// SPDX-License-Identifier: MIT
#include "pyhft/sim/feed_line.hpp"

namespace pyhft::sim {

using feed::moldudp64::header_bytes;

feed_line::feed_line(const day_messages& day, const session_settings& session, const line_settings& settings,
                     std::uint64_t seed, std::int64_t hold_ns)
    : day_{day},
      session_{session},
      settings_{settings},
      hold_ns_{hold_ns},
      packing_{random_numbers{seed}.bits()},
      fate_{random_numbers{seed + 1}.bits()},
      quiet_fate_{random_numbers{seed + 2}.bits()},
      buffer_(std::max<std::size_t>(settings.packet_bytes, header_bytes + day.longest_block_bytes())) {
  plan();
}

void feed_line::plan() {
  first_ = end_;
  if (first_ > day_.size()) return;
  const std::uint32_t most = 1 + packing_.below(settings_.packet_messages);
  std::size_t bytes = header_bytes + day_.block(first_).size();
  const auto fits = [&] {
    const std::size_t next = day_.block(end_).size();
    if (bytes + next > settings_.packet_bytes) return false;
    if (hold_ns_ != never && day_.ns_between(first_, end_) >= hold_ns_) return false;
    bytes += next;
    return true;
  };
  do {
    ++end_;
  } while (end_ <= day_.size() && end_ - first_ < most && fits());
}

// Bursts of losses have a geometric length. They begin as often as makes their share of all packets `loss`.
bool feed_line::is_lost() noexcept {
  const double loss = settings_.loss;
  if (!losing_) losing_ = fate_.in_share(loss / (settings_.loss_burst * (1 - loss) + loss));
  const bool lost = losing_;
  if (losing_) losing_ = !fate_.in_share(1 / settings_.loss_burst);
  return lost;
}

void feed_line::publish(std::int64_t now_ns) {
  packet next{.first = first_, .end = end_};
  plan();
  const bool lost = is_lost();
  const bool held = !lost && fate_.in_share(settings_.reordered);
  next.is_doubled = !lost && fate_.in_share(settings_.duplicates);
  if (lost) {
    counters_.lost_packets.add();
    counters_.lost_messages.add(next.end - next.first);
  } else if (!held) {
    let_go(next, now_ns);
  }
  const auto passed = std::stable_partition(held_.begin(), held_.end(), [](packet& one) { return --one.to_pass != 0; });
  for (auto one = passed; one != held_.end(); ++one) let_go(*one, now_ns);
  held_.erase(passed, held_.end());
  if (held) {
    next.to_pass = 1 + fate_.below(settings_.reorder_depth);
    held_.push_back(next);
  }
}

void feed_line::let_go(packet one, std::int64_t now_ns) {
  one.due_ns = now_ns + settings_.delay_ns;
  if (one.first < newest_) counters_.reordered.add();
  newest_ = std::max(newest_, one.first);
  under_way_.push_back(one);
  if (!one.is_doubled) return;
  one.is_copy = true;
  under_way_.push_back(one);
}

void feed_line::let_all_go(std::int64_t now_ns) {
  for (const packet& one : held_) let_go(one, now_ns);
  held_.clear();
}

std::span<const std::byte> feed_line::written(const packet& one) noexcept {
  const auto count = static_cast<std::uint16_t>(one.end - one.first);
  feed::moldudp64::header{session_.name, one.first, count}.store(buffer_.data());
  std::size_t at = header_bytes;
  for (std::uint64_t number = one.first; number != one.end; ++number) {
    const auto block = day_.block(number);
    std::memcpy(&buffer_[at], block.data(), block.size());
    at += block.size();
  }
  return {buffer_.data(), at};
}

}  // namespace pyhft::sim
