// SPDX-License-Identifier: MIT
#include "pyhft/engine/record_reader.hpp"

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

  template <class Message>
  void on(const Message& view, const message_place& place) noexcept {
    using record = Records::template record<Message>;
    record_table& to = tables[Records::template number<Message>];
    if (to.used == to.capacity) return;
    record::store(to.at + record::bytes * to.used++, view, place);
  }
};

template <class Protocol, class Visitor>
void read_to_end(feed_reader& from, std::uint64_t most_messages, Visitor& visitor,
                 const record_reader::progress& tell) {
  const std::uint64_t before = from.counters().messages;
  for (bool more = true; more;) {
    const std::uint64_t done = from.counters().messages - before;
    if (done == most_messages) return;
    more = from.read<Protocol>(most_messages - done, piece_bytes, visitor);
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

std::vector<std::uint64_t> record_reader::count(std::uint64_t most_messages, const progress& tell) const {
  feed_reader ahead = reader_;
  no_visitor visitor;
  const auto before = ahead.counters().by_type;
  visit_feed(ahead.input().feed, [&]<class Protocol> { read_to_end<Protocol>(ahead, most_messages, visitor, tell); });
  const auto& after = ahead.counters().by_type;
  std::vector<std::uint64_t> result;
  for (const record_layout& one : layouts()) {
    const auto code = static_cast<unsigned char>(one.code);
    result.push_back(after[code] - before[code]);
  }
  return result;
}

void record_reader::fill(std::uint64_t most_messages, std::span<record_table> tables, const progress& tell) {
  visit_feed(reader_.input().feed, [&]<class Protocol> {
    const auto with = [&](auto visitor) { read_to_end<Protocol>(reader_, most_messages, visitor, tell); };
    captured() ? with(filling_visitor<records_of<Protocol, true>>{tables})
               : with(filling_visitor<records_of<Protocol, false>>{tables});
  });
}

}  // namespace pyhft::engine
