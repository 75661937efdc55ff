// SPDX-License-Identifier: MIT
#pragma once

// What is counted of the lines of a feed. The thread that receives writes; anyone may read at any time, except the
// histogram, which is read once that thread has ended.

#include <array>
#include <cstddef>
#include <cstdint>

#include "pyhft/base/relaxed_count.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/clock/histogram.hpp"

namespace pyhft::feed {

inline constexpr std::size_t max_lines = 4;

struct line_counts {
  relaxed_count packets;
  relaxed_count messages;       // in them, as far as they are of the feed
  relaxed_count firsts;         // that no other line had brought before
  relaxed_count duplicates;     // that had come before, by another line or by this one
  relaxed_count missing;        // that it didn't bring, though it brought or announced later ones; at the end, all
  relaxed_count last_stamp_ns;  // of its last packet, 0 where nobody stamps

  // By how much its copies came behind the first ones.
  relaxed_count behind;  // how many that is measured of
  relaxed_count behind_sum_ns;
  relaxed_count behind_max_ns;
  clock::histogram behind_ns;
};

// Of what is held back until what comes before it has come.
struct hold_counts {
  relaxed_count now;  // packets
  relaxed_count most;
  relaxed_count holes;      // times that something began to be held back
  relaxed_count declared;   // of these, in the end, gaps
  relaxed_count overflows;  // packets that found no room, or were too long
};

struct recovery_counts {
  relaxed_count asking;  // sessions of which messages are asked for now
  relaxed_count requests;
  relaxed_count unsent;    // requests that the port didn't take
  relaxed_count timeouts;  // requests without an answer
  relaxed_count given_up;  // gaps
  relaxed_count replies;
  relaxed_count ignored;   // replies to nothing that is asked for
  relaxed_count messages;  // that came by replies
};

// When messages came first, by the number of the last one of their packet: the last `places` of them, more or less.
class arrival_times {
 public:
  struct arrival {
    std::uint64_t number{};
    std::int64_t at_ns{};
    std::uint32_t session{};
    std::uint32_t line{};
  };

  void note(const arrival& one) noexcept { all_[place_of(one.session, one.number)] = one; }

  // Null where it isn't known.
  const arrival* find(std::uint32_t session, std::uint64_t number) const noexcept {
    const arrival& one = all_[place_of(session, number)];
    return one.number == number && one.session == session ? &one : nullptr;
  }

 private:
  static constexpr std::size_t places = 4096;

  static std::size_t place_of(std::uint32_t session, std::uint64_t number) noexcept {
    return (number + session * std::uint64_t{977}) % places;
  }

  std::array<arrival, places> all_{};
};

}  // namespace pyhft::feed
