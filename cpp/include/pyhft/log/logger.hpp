// SPDX-License-Identifier: MIT
#pragma once

// The hot half of the asynchronous log. One logger belongs to one producing thread, which alone calls it; a backend
// (backend.hpp), on another, formats and writes what it finds.
//
//   PYHFT_LOG(logger, info, "order {} filled at {}", id, price);          stamps with read_cycles()
//   PYHFT_LOG_AT(logger, cycles, info, "order {} sent", id);              takes a stamp that the caller already has
//
// The level is a constant, bare (`info`) or qualified. A call stores a pointer to its call site, the stamp and the raw
// arguments in the logger's ring: no allocation, lock, system call or formatting, about 20 ns with the stamp and under
// 10 without. Arguments are evaluated only where the level is enabled. When the ring is full the record is dropped and
// counted: calls that passed the level = records that reach the backend + dropped().
//
// A logger is stamped in cycles of the process's counter. It must outlive the backend it is attached to, or be
// detached.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "pyhft/base/config.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/log/call_site.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/byte_ring.hpp"

namespace pyhft::log {

inline constexpr std::size_t default_ring_bytes = std::size_t{1} << 20;

class logger {
 public:
  // ring_bytes: a power of two from 64, else argument_error; a record takes 24 bytes and those of its arguments.
  explicit logger(std::string name, std::size_t ring_bytes = default_ring_bytes,
                  memory::huge_pages wish = memory::huge_pages::attempt)
      : name_(std::move(name)), ring_(ring_bytes, wish) {}
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  // Hot, the producer's. What the macros call; true when the record went in.
  template <class... Args>
  bool write(const call_site& site, std::uint64_t cycles, const Args&... arguments) noexcept {
    return store(site, cycles, detail::raw(arguments)...);
  }
  // The same for a text and a level that are known at run time only: text of any length, cut at 512 bytes and marked.
  bool write_text(level severity, std::uint64_t cycles, std::string_view text) noexcept {
    return !enabled(severity) || write(text_sites[static_cast<std::size_t>(severity)], cycles, text);
  }

  // Hot. Relaxed on both sides: a change of the level orders nothing and may be seen a little later.
  bool enabled(level severity) const noexcept { return severity >= threshold_.load(std::memory_order_relaxed); }

  // From any thread. Calls below the threshold cost a compare; level::off silences all.
  void set_level(level threshold) noexcept { threshold_.store(threshold, std::memory_order_relaxed); }

  // From any thread. Records that found the ring full, or were longer than it can ever take.
  std::uint64_t dropped() const noexcept {
    return dropped_.load(std::memory_order_relaxed);
  }  // a count, orders nothing

  const std::string& name() const noexcept { return name_; }
  std::size_t ring_bytes() const noexcept { return ring_.capacity_bytes(); }

  static constexpr std::size_t header_bytes = 16;  // of a record: call site and stamp

 private:
  friend class backend;

  static constexpr call_site text_sites[] = {make_call_site<std::string_view>(level::trace, "{}", "", 0),
                                             make_call_site<std::string_view>(level::debug, "{}", "", 0),
                                             make_call_site<std::string_view>(level::info, "{}", "", 0),
                                             make_call_site<std::string_view>(level::warning, "{}", "", 0),
                                             make_call_site<std::string_view>(level::error, "{}", "", 0),
                                             make_call_site<std::string_view>(level::critical, "{}", "", 0),
                                             make_call_site<std::string_view>(level::critical, "{}", "", 0)};

  template <class... Raw>
  bool store(const call_site& site, std::uint64_t cycles, const Raw&... arguments) noexcept {
    std::byte* to = ring_.try_reserve(header_bytes + (detail::raw_bytes(arguments) + ... + 0));
    if (to == nullptr) [[unlikely]] {
      // The producer alone writes it: a load and a store, no locked instruction.
      dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return false;
    }
    const call_site* where = &site;
    std::memcpy(to, &where, sizeof where);
    to = detail::put(to + 8, cycles);
    ((to = detail::put(to, arguments)), ...);
    ring_.commit();
    return true;
  }

  // Read by the producer, seldom written.
  std::string name_;
  std::atomic<level> threshold_{level::trace};
  std::atomic<bool> attached_{false};

  // Written by the producer.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> dropped_{0};

  // Written by both, on lines of its own.
  queue::byte_ring ring_;
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
