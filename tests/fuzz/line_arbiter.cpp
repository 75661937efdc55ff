// SPDX-License-Identifier: MIT
// Packets of MoldUDP64 that several lines bring in any order, with time that passes and answers to requests: what the
// arbiter gives out is held against what the lines brought. A message says its session and number, so that each one shows
// whether it stands in its place.
#include "pyhft/feed/line_arbiter.hpp"

#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "fuzz.hpp"
#include "pyhft/feed/moldudp64.hpp"

namespace {

namespace feed = pyhft::feed;
namespace mold = feed::moldudp64;
using pyhft::fuzz::check;
using arbiter = feed::line_arbiter<mold::receiver>;

constexpr std::uint32_t names = 10;  // some more than are followed at once
constexpr std::size_t message_bytes = 9;

mold::session_name name_of(std::uint32_t session) {
  mold::session_name result;
  result.text.fill(static_cast<char>('A' + session));
  return result;
}
std::uint32_t place_of(const mold::session_name& name) { return static_cast<std::uint32_t>(name.text[0] - 'A'); }

struct packet {
  std::uint32_t session{};
  std::uint64_t first{};
  std::uint16_t blocks{}, announced{};
  std::size_t cut{};  // bytes that are missing at its end

  std::vector<std::byte> bytes() const {
    std::vector<std::byte> result(mold::header_bytes + blocks * (message_bytes + 2));
    mold::header{name_of(session), first, announced}.store(result.data());
    for (std::uint16_t i = 0; i < blocks; ++i) {
      std::byte* const at = &result[mold::header_bytes + i * (message_bytes + 2)];
      pyhft::store_big(at, static_cast<std::uint16_t>(message_bytes));
      at[2] = static_cast<std::byte>(session);
      pyhft::store_big(at + 3, first + i);
    }
    result.resize(result.size() - std::min(cut, result.size()));
    return result;
  }
  bool is_whole() const { return cut == 0 && (announced == blocks || announced == mold::end_of_session_count); }
};

class arbiter_check {
 public:
  explicit arbiter_check(const feed::arbiter_settings& settings) : lines_{std::make_unique<arbiter>(settings)} {}

  void receive(std::uint32_t line, const packet& one) {
    note(one);
    pyhft::fuzz::exact_copy copy{one.bytes()};
    const std::uint64_t before = lines_->lines()[line].packets.value();
    lines_->receive(copy.bytes(), {line, {now_ns_}, now_ns_}, *this);
    check(lines_->lines()[line].packets.value() == before + 1, "a packet of a line is counted");
    check_all();
  }

  void answer(const packet& one) {
    const feed::recovery_counts& seen = lines_->recovery();
    const std::uint64_t replies = seen.replies.value();
    const std::uint64_t ignored = seen.ignored.value();
    pyhft::fuzz::exact_copy copy{one.bytes()};
    lines_->receive_reply(copy.bytes(), {now_ns_}, now_ns_, *this);
    check(seen.replies.value() == replies + 1, "a reply is counted");
    if (seen.ignored.value() == ignored) note(one);
    check_all();
  }

  void wait(std::int64_t ns, bool port_takes) {
    now_ns_ += ns;
    std::uint32_t asked_now = 0;
    lines_->poll(now_ns_, *this, [&](const arbiter::request& what) {
      ++asked_now;
      check(lines_->settings().recovers, "nothing is asked for without a server");
      check(what.count != 0 && what.count <= feed::gap_requests::most_asked, "a request is for something");
      const mold::receiver::session* const here = find(what.session);
      check(here != nullptr && what.first >= here->expected, "what was given out is not asked for");
      const auto& there = brought_[place_of(what.session)];
      if (is_clean(place_of(what.session)) && lines_->held().overflows.value() == 0) {
        const auto at = there.lower_bound(what.first);
        check(at == there.end() || *at >= what.first + what.count, "what is there is not asked for");
      }
      if (port_takes) asked_.push_back(what);
      return port_takes;
    });
    check(asked_now <= most_requests_a_poll, "requests are bounded");
    check_all();
  }

  // Everything comes to its end by time alone.
  void wait_for_the_end() {
    const feed::arbiter_settings& of = lines_->settings();
    const std::int64_t step_ns = std::max(of.hold_ns, of.recovery_timeout_ns) + 1;
    const std::uint64_t most = (of.hold_packets + names) * (of.recovery_tries + 2);
    for (std::uint64_t i = 0; i < most && lines_->is_waiting(); ++i) wait(step_ns, i % 2 != 0);
    check(!lines_->is_waiting(), "what is held and asked for comes to an end");
  }

  void finish() {
    lines_->finish(*this);
    check_all();
    check(!lines_->is_waiting() && lines_->held().now.value() == 0, "nothing is left behind");
    std::uint64_t firsts = 0;
    for (const feed::line_counts& line : lines_->lines()) {
      firsts += line.firsts.value();
      check(line.missing.value() < std::uint64_t{1} << 63, "nothing is missing less than never");
      check(line.behind.value() <= line.packets.value(), "a packet is compared once");
      check(line.behind_max_ns.value() <= line.behind_sum_ns.value(), "the longest is among all");
    }
    if (all_clean_ && names_.size() <= arbiter::max_sessions) check(firsts <= distinct_, "a message is first once");
  }

  // What an arbiter tells.
  void at(pyhft::nanoseconds) {}
  void on_message(std::span<const std::byte> message) {
    ++given_;
    if (lines_->next_number() == 0) return;  // without a number
    mirror* const moved = find_moved();
    check(moved != nullptr && find(moved->name)->expected == moved->next + 1, "every number once and in its turn");
    check(message.size() == message_bytes, "a message is whole");
    check(std::to_integer<std::uint32_t>(message[0]) == place_of(moved->name), "a message is of its session");
    check(pyhft::load_big<std::uint64_t>(&message[1]) == moved->next, "a message has the number that is its own");
    check(lines_->next_number() == moved->next + 1, "the number that is told is the message's");
    ++moved->next;
  }
  void on_gap(std::uint64_t missing) {
    missing_ += missing;
    mirror* const moved = find_moved();
    check(moved != nullptr && find(moved->name)->expected == moved->next + missing, "a gap is what is missing");
    if (is_clean(place_of(moved->name)) && !may_drop()) {
      const auto& there = brought_[place_of(moved->name)];
      const auto at = there.lower_bound(moved->next);
      check(at == there.end() || *at >= moved->next + missing, "what a line has brought is not missing");
    }
    moved->next += missing;
  }
  void on_new_session(bool) {
    for (const auto& one : lines_->sessions()) {
      mirror& seen = mirror_of(one);
      if (one.expected >= seen.next) continue;
      seen = {one.name, one.joined_at, one.expected};
      is_dirty_[place_of(one.name)] = true;
      all_clean_ = false;
    }
  }

  const mold::receiver::session* find(const mold::session_name& name) const {
    for (const auto& one : lines_->sessions()) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }
  std::uint64_t expected(std::uint32_t session) const {
    const auto* const here = find(name_of(session));
    return here == nullptr ? 1 : here->expected;
  }
  const std::vector<arbiter::request>& asked() const { return asked_; }

 private:
  static constexpr std::uint32_t most_requests_a_poll = feed::gap_requests::most * names;

  struct mirror {
    mold::session_name name;
    std::uint64_t joined_at;
    std::uint64_t next;
  };

  void note(const packet& one) {
    names_.insert(one.session);
    if (names_.size() > arbiter::max_sessions) all_clean_ = false;
    auto& there = brought_[one.session];
    const bool is_far = one.first > expected(one.session) + 1'000'000 || one.first == 0;
    if (!one.is_whole() || is_far) {
      is_dirty_[one.session] = true;
      all_clean_ = false;
    }
    if (is_far || one.announced == mold::end_of_session_count) return;
    for (std::uint16_t i = 0; i < one.blocks; ++i) distinct_ += there.insert(one.first + i).second;
  }

  bool is_clean(std::uint32_t session) const { return !is_dirty_[session] && names_.size() <= arbiter::max_sessions; }
  // With a server to ask, what finds no room is dropped and asked for, until the server is given up.
  bool may_drop() const {
    return lines_->settings().recovers && lines_->held().overflows.value() + lines_->recovery().ignored.value() != 0;
  }

  mirror& mirror_of(const mold::receiver::session& one) {
    for (mirror& seen : seen_) {
      if (seen.name == one.name) return seen;
    }
    return seen_.emplace_back(mirror{one.name, one.joined_at, one.joined_at});
  }

  // The session whose message or gap is told.
  mirror* find_moved() {
    mirror* result = nullptr;
    for (const auto& one : lines_->sessions()) {
      mirror& seen = mirror_of(one);
      if (seen.next == one.expected) continue;
      // One that made room for others begins anew.
      const bool is_other = seen.joined_at != one.joined_at || one.expected < seen.next;
      if (names_.size() > arbiter::max_sessions && is_other) seen = {one.name, one.joined_at, one.joined_at};
      if (seen.next == one.expected) continue;
      check(result == nullptr, "sessions move one at a time");
      result = &seen;
    }
    return result;
  }

  void check_all() {
    std::erase_if(seen_, [&](const mirror& one) { return find(one.name) == nullptr; });
    for (const auto& one : lines_->sessions()) {
      mirror& seen = mirror_of(one);
      if (names_.size() > arbiter::max_sessions) seen.next = one.expected;
      check(seen.next == one.expected, "a session moves by what is told");
    }
    const feed::hold_counts& held = lines_->held();
    check(held.now.value() <= held.most.value() && held.most.value() <= lines_->settings().hold_packets,
          "what is held has its bounds");
    check(held.declared.value() <= held.holes.value() + held.overflows.value() + lines_->counters().packets,
          "a gap was a hole");
    for (const feed::line_counts& line : lines_->lines()) {
      check(line.messages.value() == line.firsts.value() + line.duplicates.value(), "a message is a first or a copy");
    }
    check(lines_->counters().missing_messages == missing_, "the gaps that are told are those that are counted");
    const feed::recovery_counts& asked = lines_->recovery();
    check(asked.ignored.value() <= asked.replies.value(), "a reply is ignored once");
    check(asked.asking.value() <= arbiter::max_sessions, "of a session is asked once");
  }

  std::unique_ptr<arbiter> lines_;
  std::int64_t now_ns_{};
  std::uint64_t given_{}, missing_{}, distinct_{};
  std::vector<mirror> seen_;
  std::array<std::set<std::uint64_t>, names> brought_;
  std::array<bool, names> is_dirty_{};
  bool all_clean_{true};
  std::set<std::uint32_t> names_;
  std::vector<arbiter::request> asked_;
};

// An answer to one of the last requests: all of it, its beginning, or what no server should say.
packet answer_to(const arbiter::request& what, pyhft::fuzz::input& from) {
  const std::uint32_t how = from.below(16);
  const auto most = static_cast<std::uint16_t>(std::min<std::uint32_t>(what.count, 200));
  packet result{.session = place_of(what.session), .first = what.first};
  result.blocks = how < 6 ? most : static_cast<std::uint16_t>(std::min<std::uint32_t>(most, from.below(5)));
  if (how == 10) result.first += from.number();
  if (how == 11) result.first -= from.number();
  if (how == 12) result.session = from.below(names);
  result.announced = result.blocks;
  if (how == 13) result.announced = from.number<std::uint16_t>();
  if (how == 14) result.announced = mold::end_of_session_count;
  if (how == 15) result.cut = from.number();
  return result;
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  pyhft::fuzz::input from{bytes};
  feed::arbiter_settings settings{.lines = 1 + from.below(feed::max_lines), .hold_ns = 100};
  const std::uint8_t wishes = from.number();
  settings.hold_packets = 1 + from.below(24);
  settings.recovers = (wishes & 1) != 0;
  settings.from_start = (wishes & 2) != 0;
  settings.recovery_timeout_ns = 300;
  settings.recovery_tries = 1 + (wishes >> 4) % 4;
  arbiter_check to{settings};
  // Where each line is in each session.
  std::array<std::array<std::uint64_t, names>, feed::max_lines> sent;
  for (auto& line : sent) line.fill(1);
  std::uint32_t session = 0;
  while (!from.empty()) {
    const std::uint8_t kind = from.number();
    const std::uint32_t line = (kind >> 4) % settings.lines;
    std::uint64_t& at = sent[line][session];
    const auto some = static_cast<std::uint16_t>(1 + (kind >> 6));
    switch (kind % 16) {
      case 0:
        to.wait(from.number(), true);
        break;
      case 1:
        to.wait(from.number() * 4, kind >> 4 != 0);
        break;
      case 2:
      case 3:
        if (!to.asked().empty()) {
          const std::size_t back = from.below(static_cast<std::uint32_t>(std::min<std::size_t>(to.asked().size(), 8)));
          to.answer(answer_to(to.asked()[to.asked().size() - 1 - back], from));
        }
        break;
      case 4:
        session = from.below(names);
        break;
      case 5:
        at = from.below(4) == 0 ? 1 : to.expected(session);
        break;
      case 6:
        at += some;  // lost
        break;
      case 7: {  // a number from near or from nowhere
        const std::uint32_t where = from.below(4);
        std::uint64_t first = to.expected(session);
        if (where == 0) first += from.number();
        if (where == 1) first -= from.number();
        if (where == 2) first = from.number<std::uint64_t>();
        to.receive(line, {session, first, some, some});
        break;
      }
      case 8:
        to.receive(line, {session, at, 0, mold::heartbeat_count});
        break;
      case 9:
        to.receive(line, {session, at, 0, mold::end_of_session_count});
        break;
      case 10: {  // not as it was announced
        packet one{session, at, some, from.number<std::uint16_t>()};
        one.cut = from.below(12);
        to.receive(line, one);
        at += some;
        break;
      }
      case 11: {  // longer than what can be held
        const auto many = static_cast<std::uint16_t>(180 + some);
        to.receive(line, {session, at, many, many});
        at += many;
        break;
      }
      case 12:  // again
        to.receive(line, {session, at - std::min<std::uint64_t>(at - 1, some), some, some});
        break;
      default:
        to.receive(line, {session, at, some, some});
        at += some;
    }
  }
  if ((wishes & 4) != 0) to.wait_for_the_end();
  to.finish();
}
