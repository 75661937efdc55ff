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

template <class Types, bool Captured>
struct filling_visitor {
  std::span<record_table> tables;

  template <class Message>
  void on(const Message& view, const message_place& place) noexcept {
    using record = record_of<Message, Captured>;
    record_table& to = tables[Types::template number<Message>];
    if (to.used == to.capacity) return;
    record::store(to.at + record::bytes * to.used++, view, place);
  }
};

template <bool Captured>
constexpr std::array<record_layout, 1> raw_layouts{record_layout{
    "raw", record_of<feed::raw::level_update, Captured>::fields, record_of<feed::raw::level_update, Captured>::bytes}};

template <class Visitor>
void read_to_end(feed_reader& from, std::uint64_t most_messages, Visitor& visitor,
                 const record_reader::progress& tell) {
  const std::uint64_t before = from.counters().messages;
  for (bool more = true; more;) {
    const std::uint64_t done = from.counters().messages - before;
    if (done == most_messages) return;
    more = from.read(most_messages - done, piece_bytes, visitor);
    if (tell) tell(from.counters().messages, from.position_bytes());
  }
}

}  // namespace

std::span<const record_layout> record_layouts(feed_kind feed, bool captured) noexcept {
  if (feed == feed_kind::raw) return captured ? raw_layouts<true> : raw_layouts<false>;
  return captured ? itch50_records::layouts<true> : itch50_records::layouts<false>;
}

std::span<const record_layout> record_reader::layouts() const noexcept {
  return record_layouts(reader_.input().feed, captured());
}

std::vector<std::uint64_t> record_reader::count(std::uint64_t most_messages, const progress& tell) const {
  feed_reader ahead = reader_;
  no_visitor visitor;
  const auto before = ahead.counters().by_type;
  read_to_end(ahead, most_messages, visitor, tell);
  const auto after = ahead.counters().by_type;
  std::vector<std::uint64_t> result;
  for (const record_layout& one : layouts()) {
    const std::size_t code = one.type.size() == 1 ? static_cast<unsigned char>(one.type[0]) : 0;
    result.push_back(after[code] - before[code]);
  }
  return result;
}

void record_reader::fill(std::uint64_t most_messages, std::span<record_table> tables, const progress& tell) {
  const auto with = [&](auto visitor) { read_to_end(reader_, most_messages, visitor, tell); };
  if (reader_.input().feed == feed_kind::raw) {
    captured() ? with(filling_visitor<raw_records, true>{tables}) : with(filling_visitor<raw_records, false>{tables});
  } else {
    captured() ? with(filling_visitor<itch50_records::type, true>{tables})
               : with(filling_visitor<itch50_records::type, false>{tables});
  }
}

}  // namespace pyhft::engine
