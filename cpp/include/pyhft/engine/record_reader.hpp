// SPDX-License-Identifier: MIT
#pragma once

// The messages of a file as tables of records, one table a message type, in two passes: count() tells how many records of
// each type come next at most, and fill() writes them into memory of the caller. Cold; allocates what feed_reader does.
// One thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pyhft/engine/feed_reader.hpp"
#include "pyhft/engine/record_layout.hpp"

namespace pyhft::engine {

struct record_table {
  std::byte* at{};
  std::size_t capacity{};  // records
  std::size_t used{};
};

class record_reader {
 public:
  // Told now and then: the messages read, and the bytes of the file. May throw to stop.
  using progress = std::function<void(std::uint64_t messages, std::uint64_t position_bytes)>;

  explicit record_reader(input_file of) : reader_{std::move(of)} {}

  // Of all message types of the feed: the tables are in the same order.
  std::span<const record_layout> layouts() const noexcept;

  // How many records of each type the next messages give, at most so many messages: exactly of a capture, and of a file of
  // messages those too that turn out to be malformed. Doesn't move on.
  std::vector<std::uint64_t> count(std::uint64_t most_messages, const progress& tell) const;

  // Writes them and moves on. Throws input_error where there are more than the tables have room for: the file is another
  // than count() saw.
  void fill(std::uint64_t most_messages, std::span<record_table> tables, const progress& tell);

  // Of the messages that fill() gave: the first ones of sessions that began when all before them had ended, where an order
  // or level told before means nothing any more.
  const std::vector<std::uint64_t>& new_sessions() const noexcept { return new_sessions_; }

  const feed_reader& reader() const noexcept { return reader_; }

 private:
  bool captured() const noexcept { return reader_.input().container == container::capture; }

  feed_reader reader_;
  std::vector<std::uint64_t> new_sessions_;
};

}  // namespace pyhft::engine
