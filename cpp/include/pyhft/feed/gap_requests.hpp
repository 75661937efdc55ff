// SPDX-License-Identifier: MIT
#pragma once

// What is asked for again of one session: several requests on their way at a time, each for a range of its own, and when
// each is made again. The first answers show how many messages the server puts into one; from then on ranges are that
// long, so that the answers to all of them come within one round trip. What is missing its user says, and sends.
//
// The request for what is missing first decides: when `tries` of it had no answer, the server is given up. Those behind it
// are made again for as long as that one is answered.
//
// One thread; nothing is allocated.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/feed/line_counts.hpp"
#include "pyhft/feed/number_track.hpp"

namespace pyhft::feed {

class gap_requests {
 public:
  static constexpr std::size_t most = 8;               // on their way at a time
  static constexpr std::uint64_t most_asked = 0xFFFE;  // messages, of one

  struct rules {
    std::int64_t timeout_ns;
    std::uint32_t tries;
  };

  bool is_asking() const noexcept { return is_asking_; }
  void begin() noexcept { is_asking_ = true; }
  void end() noexcept {
    is_asking_ = false;
    count_ = 0;
  }

  // An answer brought these: what fits in one is learnt from those that are cut short, and tried out by others.
  void note_answer(number_range brought) noexcept {
    const std::span<const request> all{all_.data(), count_};
    const auto one = std::ranges::find(all, brought.first, &request::first);
    if (one == all.end()) return;
    const std::uint64_t messages = brought.end - brought.first;
    if (brought.end < one->end) {
      fit_ = messages;
    } else if (messages >= fit_ && fit_ != 0) {
      fit_ += fit_ / 4 + 1;
    }
  }

  // Makes the requests that are due. missing_from(number) gives the first range of missing messages at that number or
  // behind it, an empty one where there is none; ask(range) sends a request, or returns false. `expected` is the first
  // message that is missing, which is asked for always; behind it no more than `most_now` requests are begun. False: the
  // server is given up.
  template <class Missing, class Ask>
  bool poll(std::int64_t now_ns, std::uint64_t expected, std::size_t most_now, const rules& by, recovery_counts& counts,
            Missing&& missing_from, Ask&& ask) noexcept {
    const auto send = [&](request& one) {
      (ask(number_range{one.first, one.end}) ? counts.requests : counts.unsent).add(1);
      one.deadline_ns = now_ns + by.timeout_ns;
      ++one.tries;
    };
    for (std::size_t i = 0; i < count_;) {
      request& one = all_[i];
      const number_range left = missing_from(one.first);
      if (left.first == left.end || left.first >= one.end) {
        one = all_[--count_];
        continue;
      }
      ++i;
      one.end = std::min(one.end, left.end);
      if (left.first != one.first) {
        one.first = left.first;
        one.tries = 0;
      } else if (now_ns < one.deadline_ns) {
        continue;
      } else {
        counts.timeouts.add(1);
        if (one.first != expected) {
          one.tries = 0;
        } else if (one.tries >= by.tries) {
          return false;
        }
      }
      one.end = std::min(one.end, one.first + longest());
      send(one);
    }
    for (std::uint64_t number = expected;;) {
      number_range next = missing_from(number);
      if (next.first == next.end) break;
      const std::span<request> all{all_.data(), count_};
      const auto covers = [&](const request& r) { return r.first <= next.first && next.first < r.end; };
      if (const auto one = std::ranges::find_if(all, covers); one != all.end()) {
        number = one->end;
        continue;
      }
      next.end = std::min(next.end, next.first + longest());
      for (const request& other : all) {
        if (other.first > next.first) next.end = std::min(next.end, other.first);
      }
      if (next.first != expected && count_ >= most_now) break;
      if (count_ == most) *std::ranges::max_element(all, {}, &request::first) = all_[--count_];
      send(all_[count_++] = {.first = next.first, .end = next.end});
      number = next.end;
    }
    return true;
  }

 private:
  struct request {
    std::uint64_t first{}, end{};
    std::int64_t deadline_ns{};
    std::uint32_t tries{};
  };

  std::uint64_t longest() const noexcept { return fit_ == 0 ? most_asked : std::min(fit_, most_asked); }

  std::array<request, most> all_{};
  std::size_t count_{};
  std::uint64_t fit_{};  // messages, in an answer; 0: not known yet
  bool is_asking_{};
};

}  // namespace pyhft::feed
