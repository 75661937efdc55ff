// SPDX-License-Identifier: MIT
#pragma once

// A session as several lines bring it: which numbers came by each of them and by any, what a line misses, and which line
// still is where the session was before it began again. What was given out of it is the receiver's affair
// (sequenced_receiver.hpp), what is held and when, that of the arbiter (line_arbiter.hpp). One thread; nothing is allocated.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/feed/gap_requests.hpp"
#include "pyhft/feed/line_counts.hpp"
#include "pyhft/feed/number_track.hpp"

namespace pyhft::feed {

template <class SessionName>
struct lined_session {
  struct line_track {
    number_track track{};
    std::uint32_t incarnation{};
    bool ended{};
  };

  SessionName name{};
  std::uint32_t id{};                    // rises with every session
  std::uint32_t incarnation{};           // how often it began again
  std::uint32_t copies_line{max_lines};  // whose old packets may mean that it began again
  std::uint64_t lowest{};                // where the first of the lines came in
  number_track any{};                    // what any of them has brought
  std::array<line_track, max_lines> lines{};

  std::int64_t waits_since_ns{};  // while packets of it are held
  gap_requests requests{};
  bool given_up{};  // the server, for what else is missing of this session

  // False for a line that still is where the session was before it began again. `expected` is the receiver's, 0 where it
  // doesn't know the session.
  bool is_of_this_time(std::uint32_t number_of_line, number_range numbers, bool ends, std::uint64_t expected,
                       std::span<line_counts> counts) noexcept {
    line_track& line = lines[number_of_line];
    if (numbers.first < lowest && numbers.first >= expected) [[unlikely]]
      reach_back(numbers.first, counts);
    if (line.track.begun()) [[likely]] {
      if (line.incarnation == incarnation) [[likely]]
        return true;
      const std::uint64_t next = line.track.next();
      const std::uint64_t from = std::max<std::uint64_t>(expected, 1);
      const std::uint64_t from_expected = numbers.first < from ? from - numbers.first : numbers.first - from;
      if (numbers.first >= next) {  // it goes on with what is past, and begins again from there
        line.track.take(numbers);
        line.ended |= ends;
        return false;
      }
      if (!(line.ended && numbers.first == 1) && next - numbers.first <= from_expected) return false;
    }
    line = {.incarnation = incarnation};
    line.track.begin(std::min(numbers.first, lowest));
    return true;
  }

  // A packet of a line; how many of its messages are new on that line.
  std::uint64_t take(std::uint32_t line, number_range numbers, line_counts& counts) noexcept {
    number_track& track = lines[line].track;
    const std::uint64_t missing_before = track.missing();
    const std::uint64_t here = track.take(numbers);
    if (track.missing() != missing_before) [[unlikely]]
      counts.missing.set(counts.missing.value() + track.missing() - missing_before);
    const std::uint64_t fresh = any.take(numbers);
    counts.firsts.add(fresh);
    counts.duplicates.add(numbers.end - numbers.first - fresh);
    return here;
  }

  // It begins again with these messages. The line that brought them stays where it is; the others are of the time before.
  void begin_again(number_range numbers) noexcept {
    ++incarnation;
    given_up = false;
    lowest = numbers.first;
    any.begin(numbers.first);
    any.take(numbers);
    if (copies_line >= max_lines) return;
    line_track& line = lines[copies_line];
    line = {.incarnation = incarnation};
    line.track.begin(numbers.first);
    line.track.take(numbers);
  }

  // Nothing more comes: what a line hasn't brought of the end is missing, too.
  void finish(std::span<line_counts> counts) noexcept {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      line_track& line = lines[i];
      if (!line.track.begun() || line.incarnation != incarnation) {
        line = {.incarnation = incarnation};
        line.track.begin(std::min(lowest, any.next()));
      }
      counts[i].missing.add(any.next() - line.track.next());
      line.track.take({any.next(), any.next()});
    }
  }

 private:
  // The session began earlier than with the first packet that came.
  void reach_back(std::uint64_t number, std::span<line_counts> counts) noexcept {
    lowest = number;
    any.reach_back(number);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      number_track& track = lines[i].track;
      if (!track.begun() || lines[i].incarnation != incarnation) continue;
      const std::uint64_t before = track.missing();
      track.reach_back(number);
      counts[i].missing.add(track.missing() - before);
    }
  }
};

}  // namespace pyhft::feed
