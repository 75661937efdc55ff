// SPDX-License-Identifier: MIT
#pragma once

// One message of a feed: whatever the bytes are, decode() gives it out once or says why not, and every field that records
// have can be read within the message.

#include <optional>
#include <span>
#include <vector>

#include "fuzz.hpp"
#include "pyhft/engine/record_layout.hpp"
#include "pyhft/feed/protocol.hpp"

namespace pyhft::fuzz {

template <class Protocol>
struct field_reader {
  std::span<const std::byte> message;
  int calls{};

  template <class Message>
  void on(const Message& view) {
    ++calls;
    check(view.at == message.data(), "a view is on its message");
    check(Message::length <= message.size(), "a message has all bytes of its type");
    if constexpr (Message::code != 0) check(static_cast<char>(message[0]) == Message::code, "a view is of its type");
    using record = engine::records_of<Protocol, true>::template record<Message>;
    std::vector<std::byte> fields(record::bytes, std::byte{0xA5});
    record::store(fields.data(), view, {1, {2}});
    check(load_little<std::uint64_t>(&fields[record::fields[0].offset]) == 1, "a record begins with its number");
    touch(fields);
    for (const engine::record_field& one : record::fields) {
      check(one.offset + std::size_t{one.bytes} <= record::bytes, "a field is within its record");
      if (one.kind == 'b') check(fields[one.offset] <= std::byte{1}, "a flag is 0 or 1");
    }
    if constexpr (requires { view.side(); } && Message::does == feed::effect::add) {
      check(static_cast<char>(message[19]) == (view.side() == side::buy ? 'B' : 'S'), "an order is of one side");
    }
    if constexpr (requires { view.prices_are_valid(); }) check(view.prices_are_valid(), "prices fit");
  }
};

// Whether it was a message.
template <class Protocol>
bool decode_one(std::span<const std::byte> message) {
  field_reader<Protocol> fields{message};
  const feed::decoded outcome = Protocol::decode(message, fields);
  check(fields.calls == (outcome == feed::decoded::ok ? 1 : 0), "what is decoded is given out once");
  if (message.empty()) check(outcome != feed::decoded::ok, "nothing is no message");
  if constexpr (Protocol::facts.is_message != nullptr) {
    if (outcome == feed::decoded::ok) check(Protocol::facts.is_message(message), "a message is found as one");
  }
  return outcome == feed::decoded::ok;
}

// And cut anywhere.
template <class Protocol>
bool decode_and_cut(std::span<const std::byte> message) {
  if (!decode_one<Protocol>(message)) return false;
  for (std::size_t length = 0; length < message.size(); ++length) {
    exact_copy cut{message.first(length)};
    decode_one<Protocol>(cut.bytes());
  }
  return true;
}

}  // namespace pyhft::fuzz
