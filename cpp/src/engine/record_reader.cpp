// SPDX-License-Identifier: MIT
#include "pyhft/engine/record_reader.hpp"

#include "pyhft/base/error.hpp"

namespace pyhft::engine {
namespace {

// So much is read between two reports of progress: a few milliseconds.
constexpr std::size_t piece_bytes = std::size_t{8} << 20;

struct no_visitor {
  template <class Message>
  void on(const Message&, const message_place&) noexcept {}
};

template <class Records>
struct filling_visitor {
  std::span<record_table> tables;
  const feed_reader& from;
  std::vector<std::uint64_t>& new_sessions;
  bool& left_out;

  void begin_anew() const { new_sessions.push_back(from.counters().messages + 1); }

  template <class Message>
  void on(const Message& view, const message_place& place) const noexcept {
    using record = Records::template record<Message>;
    record_table& to = tables[Records::template number<Message>];
    if (to.used == to.capacity) [[unlikely]] {
      left_out = true;
      return;
    }
    record::store(to.at + record::bytes * to.used++, view, place);
  }
};

// read_on(messages, bytes) of a reader, piece by piece.
template <class ReadOn>
void read_to_end(const feed_reader& from, std::uint64_t most_messages, const record_reader::progress& tell,
                 ReadOn read_on) {
  const std::uint64_t before = from.counters().messages;
  for (bool more = true; more;) {
    const std::uint64_t done = from.counters().messages - before;
    if (done == most_messages) return;
    more = read_on(most_messages - done, piece_bytes);
    if (tell) tell(from.counters().messages, from.position_bytes());
  }
}

}  // namespace

std::span<const record_layout> record_layouts(feed_kind feed, bool captured) noexcept {
  return visit_feed(feed, [&]<class Protocol>() -> std::span<const record_layout> {
    if (captured) return records_of<Protocol, true>::layouts;
    return records_of<Protocol, false>::layouts;
  });
}

std::span<const record_layout> record_reader::layouts() const noexcept {
  return record_layouts(reader_.input().feed, captured());
}

// Messages of a file are counted undecoded, which is a third of the time. In a capture one message can end a session, and
// that decides what is given out of the next.
std::vector<std::uint64_t> record_reader::count(std::uint64_t most_messages, const progress& tell) const {
  feed_reader ahead = reader_;
  feed_reader::counts_by_type counted{};
  visit_feed(ahead.input().feed, [&]<class Protocol> {
    if (captured()) {
      no_visitor visitor;
      const auto before = ahead.counters().by_type;
      read_to_end(ahead, most_messages, tell,
                  [&](std::uint64_t most, std::size_t bytes) { return ahead.read<Protocol>(most, bytes, visitor); });
      for (std::size_t i = 0; i < counted.size(); ++i) counted[i] = ahead.counters().by_type[i] - before[i];
    } else {
      read_to_end(ahead, most_messages, tell, [&](std::uint64_t most, std::size_t bytes) {
        return ahead.skim(most, bytes, Protocol::list::lengths, counted);
      });
    }
  });
  std::vector<std::uint64_t> result;
  for (const record_layout& one : layouts()) result.push_back(counted[static_cast<unsigned char>(one.code)]);
  return result;
}

void record_reader::fill(std::uint64_t most_messages, std::span<record_table> tables, const progress& tell) {
  bool left_out = false;
  new_sessions_.clear();
  visit_feed(reader_.input().feed, [&]<class Protocol> {
    const auto with = [&](auto visitor) {
      read_to_end(reader_, most_messages, tell,
                  [&](std::uint64_t most, std::size_t bytes) { return reader_.read<Protocol>(most, bytes, visitor); });
    };
    captured() ? with(filling_visitor<records_of<Protocol, true>>{tables, reader_, new_sessions_, left_out})
               : with(filling_visitor<records_of<Protocol, false>>{tables, reader_, new_sessions_, left_out});
  });
  if (left_out) {
    throw input_error(
        "'" + reader_.input().name +
        "' was written to while it was read: it has other messages than a moment ago; read it again once it is "
        "written");
  }
}

}  // namespace pyhft::engine
