// SPDX-License-Identifier: MIT
#include "pyhft/engine/engine.hpp"

#include "lined_session.hpp"
#include "market_session.hpp"
#include "session.hpp"

namespace pyhft::engine {

template <class Protocol>
std::unique_ptr<engine::session> engine::session_with(engine_config config, ports lines) {
  using net::framing;
  if (lines.empty()) throw argument_error("an engine was made without a port; give one, or those of a feed's lines");
  if (lines.size() > 1 || config.lines.recovery_server) {
    if constexpr (requires { typename Protocol::receiver::transport; }) {
      return lined_session_with<Protocol>(std::move(config), std::move(lines));
    } else {
      throw argument_error("feed '" + std::string{Protocol::facts.name} +
                           "' doesn't number its messages, so that lines can't be compared nor gaps be seen; give one "
                           "port, and no recovery server");
    }
  }
  const auto of = [&]<framing Framing>() -> std::unique_ptr<session> {
    return std::make_unique<session_of<market<Protocol>, Framing>>(std::move(config), std::move(lines));
  };
  switch (lines[0]->framing()) {
    case framing::ethernet:
      return of.template operator()<framing::ethernet>();
    case framing::datagram:
      return of.template operator()<framing::datagram>();
    case framing::message:
      break;
  }
  if constexpr (market<Protocol>::takes_messages) {
    return of.template operator()<framing::message>();
  } else {
    throw argument_error("feed '" + std::string{Protocol::facts.name} +
                         "' comes in UDP datagrams, but the port gives bare messages; give a capture");
  }
}

template <class Protocol>
std::unique_ptr<engine::session> engine::lined_session_with(engine_config config, ports lines) {
  if (lines.size() > feed::max_lines) {
    throw argument_error(std::to_string(lines.size()) + " lines were given; a feed can have " +
                         std::to_string(feed::max_lines) + " at most: give the best of them");
  }
  for (const auto& port : lines) {
    if (port->framing() != net::framing::message) continue;
    throw argument_error(
        "a line gives bare messages, which have no numbers to compare; give captures or ports to networks");
  }
  if (config.lines.recovery_server) {
    if constexpr (!feed::can_ask_again<typename Protocol::receiver::transport>) {
      throw argument_error("feed '" + std::string{Protocol::facts.name} + "' comes by " +
                           Protocol::receiver::transport::name +
                           ", which is recovered otherwise; leave the recovery server out");
    }
    if (config.lines.is_replay) {
      throw argument_error("a recovery server was named for a replay of files, which doesn't wait; leave it out");
    }
  }
  feed::arbiter_settings arbiter = config.lines.arbiter;
  arbiter.lines = static_cast<std::uint32_t>(lines.size());
  arbiter.recovers = config.lines.recovery_server.has_value();
  return std::make_unique<lined_session_of<lined_market<Protocol>>>(std::move(config), std::move(lines), arbiter);
}

engine::engine(engine_config config, std::shared_ptr<net::port> port)
    : engine{std::move(config), ports{std::move(port)}} {}

engine::engine(engine_config config, std::vector<std::shared_ptr<net::port>> lines)
    : session_{visit_feed(
          config.feed, [&]<class Protocol> { return session_with<Protocol>(std::move(config), std::move(lines)); })} {}
engine::~engine() = default;

void engine::run_hot(const threads::placement& where) { session_->run_hot(where); }
void engine::run_background(const threads::placement& where) { session_->run_background(where); }
void engine::stop() noexcept { session_->controls_.stop.store(true, std::memory_order_relaxed); }
void engine::throw_kill_switch() noexcept { session_->gate_.throw_kill_switch(); }

run_progress engine::progress() const noexcept { return session_->progress(); }
feed_health engine::health() const { return session_->health(); }

bool engine::depth(const symbol& name, std::span<depth_row> into) const {
  const live_depth* const found = session_->controls_.depths.find(name);
  if (found == nullptr || into.size() > found->levels()) {
    throw argument_error("'" + printable(name.view()) + "' is not watched with so many levels (" +
                         std::to_string(into.size()) + "): name it, and them, before the run");
  }
  return found->read(into);
}

run_report engine::report() const { return session_->report(); }
const run_records& engine::records() const noexcept { return session_->records_; }
void engine::trace_quotes(const text_sink& sink) { session_->trace_quotes(sink); }

}  // namespace pyhft::engine
