// SPDX-License-Identifier: MIT
#pragma once

// Packets that wait for those before them: copies in room that is taken when this is made, in the order of their
// numbers. Each has an owner, the place of its session with whoever keeps them. Of packets of one owner none is held
// whose messages all are held already, so that both their first numbers and their ends rise. Nothing is held where all
// places are taken or a packet is too long; the caller sees to that. One thread.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "pyhft/base/types.hpp"
#include "pyhft/feed/number_track.hpp"
#include "pyhft/memory/fixed_array.hpp"

namespace pyhft::feed {

struct held_packet {
  number_range numbers;  // empty for a heartbeat or the end of a session, which say what was sent before them
  std::uint32_t owner{};
  std::uint32_t slot{};  // of its bytes
  std::uint32_t length{};
  bool ends_session{};
  nanoseconds stamp{};      // of its frame
  std::int64_t since_ns{};  // when it was put in
};

class held_packets {
 public:
  static constexpr std::size_t most_bytes = 2048;  // of one packet

  explicit held_packets(std::size_t capacity)
      : bytes_(capacity * most_bytes), order_(capacity), free_(capacity), free_count_{capacity} {
    for (std::size_t i = 0; i < capacity; ++i) free_[i] = static_cast<std::uint32_t>(capacity - 1 - i);
  }

  std::size_t size() const noexcept { return order_.size() - free_count_; }
  std::size_t capacity() const noexcept { return order_.size(); }
  bool is_full() const noexcept { return free_count_ == 0; }

  std::span<const held_packet> of(std::uint32_t owner) const noexcept {
    const auto [first, last] = std::equal_range(order_.begin(), order_.begin() + size(), owner, by_owner{});
    return {first, last};
  }

  std::span<const std::byte> bytes(const held_packet& packet) const noexcept {
    return {&bytes_[packet.slot * most_bytes], packet.length};
  }

  // Whether a packet would bring nothing that isn't held.
  bool covers(const held_packet& packet) const noexcept {
    const std::span<const held_packet> held = of(packet.owner);
    if (held.empty()) return false;
    if (packet.ends_session) return held.back().ends_session;
    if (packet.numbers.first == packet.numbers.end) return held.back().numbers.end >= packet.numbers.first;
    std::uint64_t covered_to = packet.numbers.first;
    for (auto at = last_before(held, packet.numbers.first); at != held.end(); ++at) {
      if (at->numbers.first > covered_to || covered_to >= packet.numbers.end) break;
      covered_to = std::max(covered_to, at->numbers.end);
    }
    return covered_to >= packet.numbers.end;
  }

  // A copy of the packet, which isn't covered, with a place free for it. Those that it covers go.
  void hold(held_packet packet, std::span<const std::byte> bytes) noexcept {
    held_packet* const begin = order_.begin();
    held_packet* end = begin + size();
    packet.length = static_cast<std::uint32_t>(bytes.size());
    packet.slot = free_[--free_count_];
    std::memcpy(&bytes_[packet.slot * most_bytes], bytes.data(), bytes.size());
    held_packet* const place = std::upper_bound(begin, end, packet, comes_before);
    held_packet* after = place;
    while (after != end && after->owner == packet.owner && after->numbers.end <= packet.numbers.end &&
           !after->ends_session && packet.numbers.first != packet.numbers.end) {
      free_[free_count_++] = after++->slot;
    }
    // An equal first number, and less.
    held_packet* before = place;
    while (before != begin && before[-1].owner == packet.owner && before[-1].numbers.first == packet.numbers.first &&
           before[-1].numbers.end <= packet.numbers.end && !before[-1].ends_session) {
      free_[free_count_++] = (--before)->slot;
    }
    if (after == before) {
      std::move_backward(before, end, end + 1);
    } else {
      std::move(after, end, before + 1);
    }
    *before = packet;
  }

  // The first `count` of an owner.
  void drop(std::uint32_t owner, std::size_t count) noexcept {
    const std::span<const held_packet> held = of(owner);
    held_packet* const first = order_.begin() + (held.data() - order_.begin());
    held_packet* const end = order_.begin() + size();
    std::for_each(first, first + count, [&](const held_packet& one) { free_[free_count_++] = one.slot; });
    std::move(first + count, end, first);
  }

 private:
  struct by_owner {
    bool operator()(const held_packet& one, std::uint32_t owner) const noexcept { return one.owner < owner; }
    bool operator()(std::uint32_t owner, const held_packet& one) const noexcept { return owner < one.owner; }
  };
  static bool comes_before(const held_packet& a, const held_packet& b) noexcept {
    if (a.owner != b.owner) return a.owner < b.owner;
    if (a.ends_session != b.ends_session) return b.ends_session;
    return a.numbers.first < b.numbers.first;
  }
  // The last of them that begins at `number` or before it, or the first.
  static std::span<const held_packet>::iterator last_before(std::span<const held_packet> held,
                                                            std::uint64_t number) noexcept {
    const auto after = std::upper_bound(held.begin(), held.end(), number, [](std::uint64_t n, const held_packet& one) {
      return !one.ends_session && n < one.numbers.first;
    });
    return after == held.begin() ? after : after - 1;
  }

  memory::fixed_array<std::byte> bytes_;
  memory::fixed_array<held_packet> order_;   // the first size() of them
  memory::fixed_array<std::uint32_t> free_;  // the first free_count_ are slots without a packet
  std::size_t free_count_;
};

}  // namespace pyhft::feed
