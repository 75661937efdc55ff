// SPDX-License-Identifier: MIT
#pragma once

// The hot half of the asynchronous log, for any number of threads; a backend (backend.hpp), on another, formats and
// writes what it finds.
//
//   PYHFT_LOG(logger, info, "order {} filled at {}", id, price);          stamps with read_cycles()
//   PYHFT_LOG_AT(logger, cycles, info, "order {} sent", id);              takes a stamp that the caller already has
//
// The level is a constant, bare (`info`) or qualified. A call stores a pointer to its call site, the stamp and the raw
// arguments in a ring of the calling thread: no allocation, lock, system call or formatting, about 20 ns with the stamp
// and under 10 without. Arguments are evaluated only where the level is enabled.
//
// A thread's ring is made at its first call, or before by prepare(): that one call allocates, and takes as long as
// touching ring_bytes of new memory. When the thread ends the ring is drained and goes to the next new thread.
//
// When a ring is full the logger's policy decides: drop and count; block (wait for the backend, unless it can't write
// or there is none: then drop and count); grow (a ring of twice the size, up to a bound, then drop and count). Whatever
// it is: calls that passed the level = records that reach the backend + dropped().
//
// A logger is stamped in cycles of the process's counter. Its end detaches it from its backend; no thread may
// be in a call of it then.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "pyhft/base/config.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/log/call_site.hpp"
#include "pyhft/log/channel.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/record_ring.hpp"

namespace pyhft::log {

enum class full_policy : std::uint8_t { drop, block, grow };
// "drop", "block", "grow"; argument_error for another name.
full_policy full_policy_named(std::string_view name);

inline constexpr std::size_t default_ring_bytes = std::size_t{1} << 20;
inline constexpr std::size_t most_name_bytes = 64;

struct logger_options {
  std::size_t ring_bytes = default_ring_bytes;  // of each thread; a record takes 24 bytes and those of its arguments
  full_policy when_full = full_policy::drop;
  std::size_t grow_to_bytes = std::size_t{64} << 20;  // the largest ring that `grow` makes
  memory::huge_pages wish = memory::huge_pages::attempt;
};

class backend;

class logger {
 public:
  // argument_error: a name of more than 64 bytes; ring_bytes that isn't a power of two from 64; grow_to_bytes that isn't
  // one either, or is less.
  explicit logger(std::string name, const logger_options& options);
  explicit logger(std::string name, std::size_t ring_bytes = default_ring_bytes)
      : logger(std::move(name), logger_options{.ring_bytes = ring_bytes}) {}
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;
  ~logger();

  // Cold: makes the calling thread's ring now, so that its first call is like every other. host_error: no memory.
  void prepare();

  // Hot. What the macros call; true when the record went in.
  template <class... Args>
  bool write(const call_site& site, std::uint64_t cycles, const Args&... arguments) noexcept {
    return store(site, cycles, detail::raw(arguments)...);
  }
  // The same for a text and a level that are known at run time only: cut at 8192 bytes and marked.
  bool write_text(level severity, std::uint64_t cycles, std::string_view text) noexcept {
    return !enabled(severity) ||
           store(text_sites[static_cast<std::size_t>(severity)], cycles, detail::measured(text, most_message_bytes));
  }
  // The same for arguments that are in their raw form already, as they stand in a record after its header.
  bool write_raw(const call_site& site, std::uint64_t cycles, std::span<const std::byte> arguments) noexcept;

  // Hot. Relaxed on both sides: a change of the level orders nothing and may be seen a little later.
  bool enabled(level severity) const noexcept { return severity >= threshold(); }
  level threshold() const noexcept { return threshold_.load(std::memory_order_relaxed); }

  // From any thread. Calls below the threshold cost a compare; level::off silences all.
  void set_level(level threshold) noexcept { threshold_.store(threshold, std::memory_order_relaxed); }

  // From any thread, cold. Records for which there was no room, or which were longer than a ring can ever take.
  std::uint64_t dropped() const;
  // Cold, from any thread, but not while it is being attached: where it is attached to no backend, what calls that raced
  // with the end of one left in the rings is taken out and counted as dropped.
  void discard();

  // Cold, for callers who have more to do while they wait than the policy `block` does: whether a call of this thread
  // with so many bytes of arguments would wait for room now.
  bool would_wait(std::size_t argument_bytes) noexcept;
  // Counts a call that such a caller gave up.
  void drop() noexcept { without_channel_.fetch_add(1, std::memory_order_relaxed); }  // a count, orders nothing

  const std::string& name() const noexcept { return name_; }
  const logger_options& options() const noexcept { return options_; }

  static constexpr std::size_t header_bytes = 16;      // of a record: call site and stamp
  static constexpr std::size_t prefetch_bytes = 1024;  // a line takes as long from core to core as some 15 calls

 private:
  friend class backend;

  static constexpr call_site text_sites[] = {make_call_site<std::string_view>(level::trace, "{}", "", 0),
                                             make_call_site<std::string_view>(level::debug, "{}", "", 0),
                                             make_call_site<std::string_view>(level::info, "{}", "", 0),
                                             make_call_site<std::string_view>(level::warning, "{}", "", 0),
                                             make_call_site<std::string_view>(level::error, "{}", "", 0),
                                             make_call_site<std::string_view>(level::critical, "{}", "", 0),
                                             make_call_site<std::string_view>(level::critical, "{}", "", 0)};

  // Null: refused, and counted.
  std::byte* reserve(detail::channel*& to, std::size_t bytes) noexcept {
    const detail::cached_channel& here = detail::channels_here[id_ % detail::cached_channels];
    to = here.logger_id == id_ ? here.to : find_channel();
    if (to == nullptr) [[unlikely]]
      return nullptr;
    std::byte* const at = to->ring->try_reserve(bytes);
    return at != nullptr ? at : make_room(*to, bytes);
  }

  static std::byte* put_header(std::byte* to, const call_site& site, std::uint64_t cycles) noexcept {
    const call_site* where = &site;
    std::memcpy(to, &where, sizeof where);
    return detail::put(to + 8, cycles);
  }

  template <class... Raw>
  bool store(const call_site& site, std::uint64_t cycles, const Raw&... arguments) noexcept {
    detail::channel* channel;
    std::byte* to = reserve(channel, header_bytes + (detail::raw_bytes(arguments) + ... + 0));
    if (to == nullptr) [[unlikely]]
      return false;
    // The lines that the next records will need were last the backend's core's; asked for now, they are here by then.
    pyhft::prefetch_to_write(to + prefetch_bytes);
    to = put_header(to, site, cycles);
    ((to = detail::put(to, arguments)), ...);
    channel->ring->commit();
    return true;
  }

  // This thread's channel, made where there is none; null, and the call counted, where there is no memory for it.
  detail::channel* find_channel() noexcept;
  detail::channel& adopt_channel();
  void abandon_in_child() noexcept;  // after fork()
  // The backend's.
  void take_arrivals() noexcept;
  void discard_rings() noexcept;
  // What the policy does for a record that found no room: a place for it, or null and a count.
  std::byte* make_room(detail::channel& to, std::size_t bytes) noexcept;

  // Read by the producers, seldom written.
  const std::uint64_t id_;
  std::atomic<level> threshold_{level::trace};
  std::atomic<backend*> attached_to_{nullptr};
  std::atomic<bool> drained_{false};  // a backend empties the rings; only then has waiting an end
  const logger_options options_;
  const std::string name_;

  // What several threads write: cold. without_channel_: dropped calls that no channel counts.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> without_channel_{0};
  std::atomic<detail::channel*> arrivals_{nullptr};
  mutable std::mutex mutex_;  // of channels_
  std::vector<std::shared_ptr<detail::channel>> channels_;

  // The backend's.
  detail::channel* sources_{};
  std::uint64_t dropped_counted_{};  // of dropped(), what a backend that let go of it has counted
};

}  // namespace pyhft::log

#define PYHFT_LOG_AT(logger_, cycles_, level_, format_, ...)                                         \
  do {                                                                                               \
    constexpr ::pyhft::log::level pyhft_log_level = [] {                                             \
      using ::pyhft::log::level;                                                                     \
      using enum ::pyhft::log::level;                                                                \
      return level_;                                                                                 \
    }();                                                                                             \
    if (auto& pyhft_log_target = (logger_); pyhft_log_target.enabled(pyhft_log_level)) {             \
      [](auto& pyhft_log_to, ::std::uint64_t pyhft_log_cycles, const auto&... pyhft_log_arguments) { \
        static constexpr auto pyhft_log_site =                                                       \
            ::pyhft::log::make_call_site<::std::remove_cvref_t<decltype(pyhft_log_arguments)>...>(   \
                pyhft_log_level, format_, __FILE__, __LINE__);                                       \
        pyhft_log_to.write(pyhft_log_site, pyhft_log_cycles, pyhft_log_arguments...);                \
      }(pyhft_log_target, (cycles_)__VA_OPT__(, ) __VA_ARGS__);                                      \
    }                                                                                                \
  } while (false)

#define PYHFT_LOG(logger_, level_, format_, ...) \
  PYHFT_LOG_AT(logger_, ::pyhft::clock::read_cycles(), level_, format_ __VA_OPT__(, ) __VA_ARGS__)
