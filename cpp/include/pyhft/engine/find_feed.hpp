// SPDX-License-Identifier: MIT
#pragma once

// What an input file is, found from its content: the container by its first bytes, the feed by the first datagram or
// message that could belong to one. Cold.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "pyhft/engine/feeds.hpp"
#include "pyhft/net/port.hpp"

namespace pyhft::engine {

enum class container : std::uint8_t { capture, message_file };

struct input_kind {
  engine::container container;
  feed_kind feed;
};

// `name` stands in the texts of errors (the path may be that of an unpacked copy). A named feed is held against the
// content too: throws input_error where nothing in the file could be of it, where no feed is found, or where the file
// is neither a capture nor a file of length-prefixed messages. `udp_port` narrows the search to datagrams to that port.
// `meanwhile` is called now and then in a long search, and may throw to end it.
input_kind find_feed(const std::string& path, const std::string& name, std::optional<feed_kind> named,
                     std::optional<std::uint16_t> udp_port, const std::function<void()>& meanwhile = {});

// The file as a port; what is sent goes to a capture at sent_path, or nowhere where that is empty.
std::unique_ptr<net::port> open_input(container kind, const std::string& path, const std::string& name,
                                      const std::string& sent_path);

}  // namespace pyhft::engine
