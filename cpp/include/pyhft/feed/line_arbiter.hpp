// SPDX-License-Identifier: MIT
#pragma once

// Several lines of one feed made into one, by the numbers of the messages: the first copy of a message is given out,
// whichever line brings it and however the packets are cut. What is ahead of the number expected is held back
// (held_packets.hpp) until what is missing comes by another line or by retransmission, or until it has waited too long
// or finds no room; then it is given to the receiver, which tells the gap. A sequenced_receiver stands behind this and
// keeps the meaning of its counters: it sees all packets but those that are held, and those of a session that the other
// lines have left behind.
//
// A session that begins is held back, too, while a session before it has a hole or no end yet: the lines needn't turn
// over at the same time. So is one that doesn't begin with message 1, as another line may have its beginning. A session
// that begins again under its name is followed by the first line that does so; the other lines' packets count as old
// until they go back themselves.
//
// Retransmission (moldudp64.hpp has the request; a transport without one can't recover): what the other lines didn't
// bring within hold_ns is asked for (gap_requests.hpp), and waited for as long as that takes. What finds no room meanwhile
// is dropped and asked for later. Once a server is given up, no more is asked for of that session: its books stay stale,
// and waiting for each further hole would only make them late, too.
//
// Time is the caller's: any clock in ns that goes on. One thread; all memory is taken by the constructor: 2 KiB for each
// packet that can be held, and 300 KiB a line.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/base/types.hpp"
#include "pyhft/feed/arbiter_settings.hpp"
#include "pyhft/feed/gap_requests.hpp"
#include "pyhft/feed/held_packets.hpp"
#include "pyhft/feed/line_counts.hpp"
#include "pyhft/feed/lined_session.hpp"
#include "pyhft/feed/number_track.hpp"
#include "pyhft/feed/sequenced_receiver.hpp"

namespace pyhft::feed {

template <class Transport>
concept can_ask_again = requires(std::byte* at, Transport::session_name name) {
  Transport::store_request(at, name, std::uint64_t{}, std::uint16_t{});
};

template <class Receiver>
class line_arbiter {
 public:
  using transport = Receiver::transport;
  using header = transport::header;
  using session_name = transport::session_name;
  using session = Receiver::session;

  struct arrival {
    std::uint32_t line;
    nanoseconds stamp;    // of the frame, 0 where nobody stamps
    std::int64_t now_ns;  // by the clock that hold_ns goes by

    // By which lines are compared.
    std::int64_t time_ns() const noexcept { return stamp.count != 0 ? stamp.count : now_ns; }
  };

  struct request {
    session_name session;
    std::uint64_t first;
    std::uint16_t count;
  };
  static constexpr std::size_t max_sessions = Receiver::max_sessions;

  explicit line_arbiter(const arbiter_settings& settings) : settings_{settings}, held_(settings.hold_packets) {}

  // The visitor is a receiver's, with at(stamp) before the messages of each packet.
  template <class Visitor>
  void receive(std::span<const std::byte> packet, const arrival& at, Visitor&& visitor) noexcept {
    line_counts& counts = counts_[at.line];
    counts.packets.add(1);
    counts.last_stamp_ns.set(static_cast<std::uint64_t>(at.stamp.count));
    visitor.at(at.stamp);
    if (packet.size() < transport::header_bytes) [[unlikely]] {
      receiver_.receive(packet, visitor);
      return;
    }
    const header head = header::load(packet.data());
    if (head.sequence == 0) [[unlikely]] {
      // Nothing tells copies of these apart.
      const std::uint64_t messages = messages_of(head);
      counts.messages.add(messages);
      (at.line == 0 ? counts.firsts : counts.duplicates).add(messages);
      if (at.line == 0) receiver_.receive(packet, visitor);
      return;
    }
    followed* f = find(head.session);
    if (f == nullptr) [[unlikely]] {
      f = follow(head, packet, visitor);
      if (f == nullptr) return receiver_.receive(packet, visitor);
    }
    const session* s = receiver_.find(head.session);
    if (is_too_far(s, head.sequence)) [[unlikely]]
      return receiver_.receive(packet, visitor);
    const number_range numbers{head.sequence, end_of(head, packet, s)};
    const std::uint64_t messages = numbers.end - numbers.first;
    counts.messages.add(messages);
    if (!f->is_of_this_time(at.line, numbers, head.ends_session(), s == nullptr ? 0 : s->expected, used_counts()))
        [[unlikely]] {
      counts.duplicates.add(messages);
      return;
    }
    const bool is_new_here = note(*f, numbers, at) != 0;
    const bool begins_again = !is_new_here && numbers.first == 1 && numbers.end != 1;
    if (begins_again) f->copies_line = at.line;
    if (begins_again && f->lines[at.line].ended) expire_all(*f, visitor);  // what it waits for won't come by this line
    if (head.ends_session()) f->lines[at.line].ended = true;
    const std::uint32_t incarnation = f->incarnation;
    offer(*f, head, numbers, packet, at, is_new_here || f->copies_line != at.line, visitor);
    if (!is_new_here && f->incarnation != incarnation) [[unlikely]] {  // they were no copies
      counts.duplicates.subtract(messages);
      counts.firsts.add(messages);
    }
  }

  // A packet that came as an answer.
  template <class Visitor>
  void receive_reply(std::span<const std::byte> packet, nanoseconds stamp, std::int64_t now_ns,
                     Visitor&& visitor) noexcept {
    recovery_.replies.add(1);
    const header head = packet.size() < transport::header_bytes ? header{} : header::load(packet.data());
    followed* f = find(head.session);
    const session* s = f == nullptr ? nullptr : receiver_.find(head.session);
    const number_range numbers{head.sequence, head.sequence + messages_of(head)};
    // A number near the last of all would end before it begins.
    if (s == nullptr || !f->requests.is_asking() || numbers.first == 0 || numbers.first >= numbers.end ||
        numbers.end <= s->expected || numbers.end > f->any.next() || transport::end_of_blocks(packet) == 0) {
      recovery_.ignored.add(1);
      return;
    }
    f->requests.note_answer(numbers);
    const held_packet wish{.numbers = numbers, .owner = f->id, .stamp = stamp, .since_ns = now_ns};
    if (numbers.first > s->expected) {
      if (packet.size() > held_packets::most_bytes || held_.is_full() || held_.covers(wish)) {
        recovery_.ignored.add(1);
        return;
      }
      f->any.take(numbers);
      recovery_.messages.add(numbers.end - numbers.first);
      hold(*f, wish, packet);
    } else {
      f->any.take(numbers);
      const std::uint64_t expected = s->expected;
      give(*f, numbers.end, packet, stamp, visitor);
      recovery_.messages.add(s->expected - expected);
    }
    settle(visitor);
  }

  // Whether poll() has anything to see to.
  bool is_waiting() const noexcept { return held_.size() != 0 || recovery_.asking.value() != 0; }

  // Ends what has waited too long. ask(request) sends one, or returns false.
  template <class Visitor, class Ask>
  void poll(std::int64_t now_ns, Visitor&& visitor, Ask&& ask) noexcept {
    for (std::size_t i = 0; i < followed_count_; ++i) {
      followed& f = followed_[i];
      const session* s = receiver_.find(f.name);
      if (is_begun(s) || (s != nullptr && settings_.recovers && may_be_next(f, s))) {
        poll_hole(f, *s, now_ns, visitor, ask);
      } else if (!held_.of(f.id).empty() && now_ns - f.waits_since_ns >= settings_.hold_ns && !has_hole_before(f)) {
        expire(f, visitor);
      }
    }
    if (held_.size() != 0) settle(visitor);
  }

  // Nothing more will come: what is held is given out, and what the lines didn't bring of the end is missing.
  template <class Visitor>
  void finish(Visitor&& visitor) noexcept {
    finishing_ = true;
    for (std::size_t i = 0; i < followed_count_; ++i) finish_session(followed_[i], visitor);
  }

  // While a message is given out: whether others behind a hole are held, or, as what was asked for comes, any others.
  bool is_behind() const noexcept { return behind_ || finishing_; }

  void end_session() noexcept { receiver_.end_session(); }
  const receiver_counters& counters() const noexcept { return receiver_.counters(); }
  std::span<const session> sessions() const noexcept { return receiver_.sessions(); }
  std::uint64_t next_number() const noexcept { return receiver_.next_number(); }

  const arbiter_settings& settings() const noexcept { return settings_; }
  std::span<const line_counts> lines() const noexcept { return {counts_.data(), settings_.lines}; }
  const hold_counts& held() const noexcept { return holding_; }
  const recovery_counts& recovery() const noexcept { return recovery_; }

 private:
  using followed = lined_session<session_name>;

  static std::uint64_t messages_of(const header& head) noexcept {
    return head.is_heartbeat() || head.ends_session() ? 0 : head.count;
  }
  // Behind the last of its messages that are there. A copy is taken at its word: its bytes need not be read.
  static std::uint64_t end_of(const header& head, std::span<const std::byte> packet, const session* s) noexcept {
    const std::uint64_t end = head.sequence + messages_of(head);
    if (s != nullptr && end <= s->expected) return end;
    return head.sequence + Receiver::whole_messages(head, packet);
  }
  static bool is_begun(const session* s) noexcept { return s != nullptr && !s->unannounced; }

  // What the receiver will refuse.
  static bool is_too_far(const session* s, std::uint64_t number) noexcept {
    if (s == nullptr) return number > Receiver::max_first_sequence;
    return number > s->expected && number - s->expected > Receiver::max_jump;
  }

  followed* find(const session_name& name) noexcept {
    if (followed_count_ != 0 && followed_[current_].name == name) [[likely]]
      return &followed_[current_];
    for (std::size_t i = 0; i < followed_count_; ++i) {
      if (followed_[i].name == name) return &followed_[current_ = i];
    }
    return nullptr;
  }

  // Null for what the receiver will refuse.
  template <class Visitor>
  followed* follow(const header& head, std::span<const std::byte> packet, Visitor& visitor) noexcept {
    if (transport::end_of_blocks(packet) == 0 || head.sequence > Receiver::max_first_sequence) return nullptr;
    if (followed_count_ == followed_.size()) {
      finish_session(followed_[0], visitor);
      std::move(followed_.begin() + 1, followed_.end(), followed_.begin());
      --followed_count_;
    }
    followed& f = followed_[current_ = followed_count_++];
    f = {.name = head.session, .id = next_id_++, .lowest = head.sequence};
    f.any.begin(head.sequence);
    if (settings_.recovers && settings_.from_start && receiver_.find(head.session) == nullptr) {
      f.any.begin(1);
      receiver_.join(head.session, 1);
    }
    return &f;
  }

  // Of the line; returns how many messages are new on it.
  std::uint64_t note(followed& f, number_range numbers, const arrival& at) noexcept {
    const bool is_first = numbers.end > f.any.next() && numbers.first != numbers.end;
    const std::uint64_t new_here = f.take(at.line, numbers, counts_[at.line]);
    if (is_first) {
      arrivals_.note({numbers.end - 1, at.time_ns(), f.id, at.line});
    } else if (new_here != 0) {
      note_how_far_behind(f, numbers, at, counts_[at.line]);
    }
    return new_here;
  }

  // By the last message that was the last one of its packet when it came first.
  void note_how_far_behind(const followed& f, number_range numbers, const arrival& at, line_counts& counts) noexcept {
    constexpr std::uint64_t most_looked_at = 64;
    const std::uint64_t stop = std::max(numbers.first, numbers.end - std::min(numbers.end, most_looked_at));
    for (std::uint64_t number = numbers.end; number-- > stop;) {
      const arrival_times::arrival* first = arrivals_.find(f.id, number);
      if (first == nullptr) continue;
      if (first->line == at.line) return;
      // Stamps of two cards may disagree.
      const auto behind_ns = static_cast<std::uint64_t>(std::max<std::int64_t>(at.time_ns() - first->at_ns, 0));
      counts.behind.add(1);
      counts.behind_sum_ns.add(behind_ns);
      counts.behind_max_ns.raise(behind_ns);
      counts.behind_ns.record(behind_ns);
      return;
    }
  }

  // Gives the packet out, holds it back or passes it over. `is_copy`: where all of it is old, that says nothing.
  template <class Visitor>
  void offer(followed& f, const header& head, number_range numbers, std::span<const std::byte> packet,
             const arrival& at, bool is_copy, Visitor& visitor) noexcept {
    const session* s = receiver_.find(f.name);
    const bool has_messages = numbers.first != numbers.end;
    const bool is_ahead = s != nullptr && numbers.first > s->expected;
    bool waits = is_ahead;
    if (!is_begun(s)) [[unlikely]] {
      const bool is_first_held = held_.of(f.id).empty();
      if (!has_messages && !head.ends_session() && !is_first_held) return;  // says less than what is held
      if (!is_ahead) waits = !is_first_held || (has_messages && !may_begin(f, s, numbers.first));
    }
    if (waits) [[unlikely]] {
      hold_back(f, head, numbers, packet, at, visitor);
    } else if (has_messages && s != nullptr && numbers.end <= s->expected && is_copy) {
      receiver_.pass_over(f.name, numbers);
      return;
    } else {
      give(f, numbers.end, packet, at.stamp, visitor);
    }
    if (held_.size() != 0) [[unlikely]]
      settle(visitor);
  }

  template <class Visitor>
  void hold_back(followed& f, const header& head, number_range numbers, std::span<const std::byte> packet,
                 const arrival& at, Visitor& visitor) noexcept {
    const held_packet wish{.numbers = numbers,
                           .owner = f.id,
                           .ends_session = head.ends_session(),
                           .stamp = at.stamp,
                           .since_ns = at.now_ns};
    if (held_.covers(wish)) return;
    const bool is_too_long = packet.size() > held_packets::most_bytes;
    if (!held_.is_full() && !is_too_long) return hold(f, wish, packet);
    holding_.overflows.add(1);
    if (may_ask(f)) return;  // it will be asked for
    // What lies before the packet goes out before it, what lies behind it stays.
    followed& oldest = is_too_long ? f : oldest_that_waits();
    const auto is_next = [&] {
      const std::span<const held_packet> held = held_.of(f.id);
      return &oldest == &f && (held.empty() || numbers.first < held[0].numbers.first);
    };
    if (is_too_long) {
      while (!is_next()) expire(f, visitor);
    } else if (!is_next()) {
      expire(oldest, visitor);
      const session* s = receiver_.find(f.name);
      if (s == nullptr || numbers.first > s->expected) return hold(f, wish, packet);
    }
    give(f, numbers.end, packet, at.stamp, visitor);
  }

  void hold(followed& f, const held_packet& wish, std::span<const std::byte> packet) noexcept {
    if (held_.of(f.id).empty()) {
      holding_.holes.add(1);
      f.waits_since_ns = wish.since_ns;
    }
    held_.hold(wish, packet);
    count_held();
  }

  void count_held() noexcept {
    holding_.now.set(held_.size());
    holding_.most.raise(held_.size());
  }

  followed& oldest_that_waits() noexcept {
    return *std::find_if(followed_.begin(), followed_.begin() + followed_count_,
                         [&](const followed& f) { return !held_.of(f.id).empty(); });
  }

  bool may_ask(const followed& f) const noexcept { return settings_.recovers && !f.given_up; }

  bool is_open(const followed& f) const noexcept { return f.requests.is_asking() || !held_.of(f.id).empty(); }

  bool has_hole_before(const followed& f) const noexcept {
    for (const followed& other : followed_now()) {
      if (other.id < f.id && is_open(other)) return true;
    }
    return false;
  }

  // Whether those before it are done with.
  bool may_be_next(const followed& f, const session* s) const noexcept {
    return !has_hole_before(f) && (settings_.lines == 1 || receiver_.others_ended(s));
  }
  bool may_begin(const followed& f, const session* s, std::uint64_t number) const noexcept {
    if (!may_be_next(f, s)) return false;
    return s == nullptr ? number == 1 || settings_.lines == 1 : number <= s->expected;
  }

  template <class Visitor>
  void give(followed& f, std::uint64_t end, std::span<const std::byte> packet, nanoseconds stamp,
            Visitor& visitor) noexcept {
    give(f, packet, stamp, is_waiting() && stays_behind(f, end), visitor);
  }

  // To the receiver, which tells its messages; `behind` with each that books will not be up to date behind it.
  template <class Visitor>
  void give(followed& f, std::span<const std::byte> packet, nanoseconds stamp, bool behind, Visitor& visitor) noexcept {
    const std::uint64_t resets = receiver_.counters().sequence_resets;
    visitor.at(stamp);
    behind_ = behind;
    receiver_.receive(packet, visitor);
    behind_ = false;
    if (receiver_.counters().sequence_resets != resets) [[unlikely]]
      begin_again(f, header::load(packet.data()));
  }

  bool stays_behind(const followed& f, std::uint64_t reach) const noexcept {
    for (const followed& other : followed_now()) {
      if (other.id != f.id && is_open(other)) return true;
    }
    if (f.requests.is_asking()) return f.any.next() > reach;
    for (const held_packet& one : held_.of(f.id)) {
      if (one.numbers.first > reach) return true;
      reach = std::max(reach, one.numbers.end);
    }
    return false;
  }

  // What is held is of the time before, and comes behind a hole in it.
  void begin_again(followed& f, const header& head) noexcept {
    stop_asking(f);
    held_.drop(f.id, held_.of(f.id).size());
    count_held();
    f.begin_again({head.sequence, head.sequence + messages_of(head)});
  }

  // Everything that can be given out now.
  template <class Visitor>
  void settle(Visitor& visitor) noexcept {
    for (bool moved = true; moved && held_.size() != 0;) {
      moved = false;
      for (std::size_t i = 0; i < followed_count_; ++i) moved |= drain(followed_[i], visitor);
    }
    count_held();
  }

  template <class Visitor>
  bool drain(followed& f, Visitor& visitor) noexcept {
    const std::span<const held_packet> held = held_.of(f.id);
    if (held.empty()) return false;
    const session* s = receiver_.find(f.name);
    if (!is_begun(s)) {
      if (!may_begin(f, s, held[0].numbers.first)) return false;
      give_held(f, held[0], stays_behind(f, held[0].numbers.end), visitor);
      return true;
    }
    std::size_t count = 0;
    std::uint64_t reach = s->expected;
    while (count < held.size() && held[count].numbers.first <= reach) {
      reach = std::max(reach, held[count++].numbers.end);
    }
    if (count == 0) return false;
    const std::uint64_t incarnation = f.incarnation;
    const bool hole_stays = stays_behind(f, reach);
    std::size_t given = 0;
    while (given < count && f.incarnation == incarnation) {
      const held_packet& one = held[given++];
      const bool behind = hole_stays || (f.requests.is_asking() && f.any.next() > one.numbers.end);
      give(f, held_.bytes(one), one.stamp, behind, visitor);
    }
    if (f.incarnation == incarnation) drop(f, given);
    return true;
  }

  // The first of those that are held.
  template <class Visitor>
  void give_held(followed& f, const held_packet& first, bool behind, Visitor& visitor) noexcept {
    const std::uint32_t incarnation = f.incarnation;
    give(f, held_.bytes(first), first.stamp, behind, visitor);
    if (f.incarnation == incarnation) drop(f, 1);
  }

  // Of those that are held, the first ones; the others wait since the earliest of them came.
  void drop(followed& f, std::size_t count) noexcept {
    held_.drop(f.id, count);
    const std::span<const held_packet> left = held_.of(f.id);
    if (!left.empty()) f.waits_since_ns = std::ranges::min(left, {}, &held_packet::since_ns).since_ns;
  }

  // The wait is over: what is missing is told as a gap, and what is held comes behind it, to the next hole.
  template <class Visitor>
  void expire(followed& f, Visitor& visitor) noexcept {
    stop_asking(f);
    const std::span<const held_packet> held = held_.of(f.id);
    if (held.empty()) return;
    if (const session* s = receiver_.find(f.name); is_begun(s) && held[0].numbers.first > s->expected) {
      holding_.declared.add(1);
    }
    give_held(f, held[0], held.size() > 1, visitor);
    settle(visitor);
  }

  template <class Visitor>
  void expire_all(followed& f, Visitor& visitor) noexcept {
    while (!held_.of(f.id).empty()) expire(f, visitor);
    stop_asking(f);
  }

  template <class Visitor>
  void finish_session(followed& f, Visitor& visitor) noexcept {
    expire_all(f, visitor);
    f.finish(used_counts());
  }

  template <class Visitor, class Ask>
  void poll_hole(followed& f, const session& s, std::int64_t now_ns, Visitor& visitor, Ask& ask) noexcept {
    if (f.requests.is_asking()) {
      if (s.expected >= f.any.next()) return stop_asking(f);
    } else {
      if (held_.of(f.id).empty()) return;
      const std::int64_t wait_ns = settings_.lines == 1 && settings_.recovers ? 0 : settings_.hold_ns;
      if (now_ns - f.waits_since_ns < wait_ns) return;
      if (!may_ask(f)) return expire(f, visitor);
      f.requests.begin();
      recovery_.asking.add(1);
    }
    // Answers to what comes behind the first hole need room.
    const std::size_t most = held_.capacity() - held_.size() >= gap_requests::most ? gap_requests::most : 1;
    const gap_requests::rules rules{settings_.recovery_timeout_ns, settings_.recovery_tries};
    const auto missing_from = [&](std::uint64_t number) { return missing_of(f, std::max(number, s.expected)); };
    const auto send = [&](number_range what) {
      return ask(request{f.name, what.first, static_cast<std::uint16_t>(what.end - what.first)});
    };
    if (f.requests.poll(now_ns, s.expected, most, rules, recovery_, missing_from, send)) return;
    recovery_.given_up.add(1);
    f.given_up = true;
    expire(f, visitor);
  }

  // The first of its holes at that number or behind it, without what lies before the number.
  number_range missing_of(const followed& f, std::uint64_t number) const noexcept {
    for (const held_packet& one : held_.of(f.id)) {
      if (one.numbers.first > number) return {number, one.numbers.first};
      number = std::max(number, one.numbers.end);
    }
    return {number, std::max(number, f.any.next())};
  }

  void stop_asking(followed& f) noexcept {
    if (f.requests.is_asking()) recovery_.asking.subtract(1);
    f.requests.end();
  }

  std::span<line_counts> used_counts() noexcept { return {counts_.data(), settings_.lines}; }
  std::span<const followed> followed_now() const noexcept { return {followed_.data(), followed_count_}; }

  arbiter_settings settings_;
  Receiver receiver_;
  held_packets held_;
  std::array<followed, Receiver::max_sessions> followed_{};
  std::size_t followed_count_{};
  std::size_t current_{};
  std::uint32_t next_id_{};
  bool behind_{};
  bool finishing_{};
  std::array<line_counts, max_lines> counts_;
  arrival_times arrivals_;
  hold_counts holding_;
  recovery_counts recovery_;
};

}  // namespace pyhft::feed
