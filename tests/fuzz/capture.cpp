// SPDX-License-Identifier: MIT
// Captures, pcap and pcapng: frames lie in the capture one behind the other, a second reading gives the same, and a
// capture that is cut gives the frames that were whole.
#include "pyhft/net/capture.hpp"

#include <optional>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "pyhft/base/error.hpp"

namespace {

using namespace pyhft;
using fuzz::check;

struct place {
  std::size_t at;
  std::uint32_t length;
  std::int64_t time;
  friend bool operator==(const place&, const place&) = default;
};

std::vector<place> read(net::capture_reader& reader, std::span<const std::byte> bytes) {
  std::vector<place> result;
  std::size_t end = 0;
  std::size_t offset = reader.offset();
  for (net::frame frame; reader.next(frame);) {
    const auto at = static_cast<std::size_t>(frame.data - bytes.data());
    check(frame.data >= bytes.data() && at <= bytes.size(), "a frame begins in the capture");
    check(frame.length <= bytes.size() - at, "a frame ends in the capture");
    check(at >= end, "frames don't overlap");
    check(reader.offset() > offset, "every frame moves on");
    fuzz::touch(frame.bytes());
    end = at + frame.length;
    offset = reader.offset();
    check(end <= offset, "a frame lies before what is read next");
    result.push_back({at, frame.length, frame.timestamp.count});
  }
  check(reader.offset() <= bytes.size(), "the end is in the capture");
  check(reader.damage().empty() == (reader.offset() == bytes.size()), "damage is told where something is left");
  net::frame again;
  check(!reader.next(again), "the end stays the end");
  return result;
}

std::optional<std::vector<place>> read_twice(std::span<const std::byte> bytes) {
  try {
    net::capture_reader reader{bytes, "input"};
    auto result = read(reader, bytes);
    const std::string damage = reader.damage();
    const std::uint64_t others = reader.other_link_types();
    reader.rewind();
    check(read(reader, bytes) == result, "a second reading gives the same frames");
    check(reader.damage() == damage && reader.other_link_types() == others, "and says the same of them");
    return result;
  } catch (const input_error&) {
    return {};
  }
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  const auto whole = read_twice(bytes);
  if (!whole || bytes.size() < 28) return;
  fuzz::exact_copy cut{bytes.first(bytes.size() - 1 - std::to_integer<std::size_t>(bytes.back()) % (bytes.size() / 2))};
  const auto part = read_twice(cut.bytes());
  if (!part) return;
  check(part->size() <= whole->size() && std::equal(part->begin(), part->end(), whole->begin()),
        "a capture that is cut gives the frames that were whole");
}
