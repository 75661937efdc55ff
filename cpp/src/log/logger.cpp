// SPDX-License-Identifier: MIT
#include "pyhft/log/logger.hpp"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <exception>
#include <new>
#include <utility>

#include "pyhft/base/error.hpp"
#include "pyhft/log/backend.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::log {
namespace {

std::uint64_t next_logger_id() {
  static std::atomic<std::uint64_t> last{0};                // 0 is nobody's: that of an empty cache entry
  return 1 + last.fetch_add(1, std::memory_order_relaxed);  // only uniqueness is asked for
}

logger_options checked(const logger_options& options) {
  const bool grows = options.when_full == full_policy::grow;
  if (options.when_full > full_policy::grow) {
    throw argument_error("A logger's policy when full is number " +
                         std::to_string(static_cast<int>(options.when_full)) +
                         ", which there isn't: give drop, block or grow.");
  }
  if (!std::has_single_bit(options.ring_bytes) || options.ring_bytes < 64) {
    throw argument_error("A logger's ring of " + std::to_string(options.ring_bytes) +
                         " bytes can't be: give a power of two from 64, such as " + std::to_string(default_ring_bytes) +
                         ".");
  }
  if (grows && (!std::has_single_bit(options.grow_to_bytes) || options.grow_to_bytes < options.ring_bytes)) {
    throw argument_error("A logger's ring can't grow from " + std::to_string(options.ring_bytes) + " to " +
                         std::to_string(options.grow_to_bytes) +
                         " bytes: give a power of two of at least the first size.");
  }
  return options;
}

// The channels of one thread. A key of the threads library rather than a thread_local: its destructor runs after those
// of all thread_locals, which may log, and never runs in the main thread's exit(), where destructors of static objects
// may.
struct thread_channels {
  std::vector<std::shared_ptr<detail::channel>> all;

  ~thread_channels() {
    for (const auto& channel : all) {
      // Release pairs with the backend's acquire: what the thread committed is there before it counts as gone.
      channel->state.store(detail::channel_state::ended, std::memory_order_release);
    }
    // A destructor of another key may log yet: it finds no channel, and makes this structure anew.
    detail::channels_here = {};
  }
};

thread_channels& channels_of_this_thread() {
  static const ::pthread_key_t key = [] {
    ::pthread_key_t made;
    if (::pthread_key_create(&made, [](void* channels) { delete static_cast<thread_channels*>(channels); }) != 0) {
      throw host_error("This process has no thread key left for the log: it uses too many of PTHREAD_KEYS_MAX.");
    }
    return made;
  }();
  auto* channels = static_cast<thread_channels*>(::pthread_getspecific(key));
  if (channels == nullptr) {
    auto made = std::make_unique<thread_channels>();
    if (::pthread_setspecific(key, made.get()) != 0) throw host_error("No memory for a thread's log.");
    channels = made.release();
  }
  return *channels;
}

// Null where there is no memory.
detail::ring_link* make_link(std::size_t bytes, memory::huge_pages wish) noexcept {
  try {
    return new detail::ring_link(bytes, wish);
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

full_policy full_policy_named(std::string_view name) {
  if (name == "drop") return full_policy::drop;
  if (name == "block") return full_policy::block;
  if (name == "grow") return full_policy::grow;
  throw argument_error("What a full log does is '" + std::string(name) +
                       "', which it can't: give 'drop', 'block' or 'grow'.");
}

logger::logger(std::string name, const logger_options& options)
    : id_(next_logger_id()), options_(checked(options)), name_(std::move(name)) {
  if (name_.size() > most_name_bytes) {
    throw argument_error("A logger's name of " + std::to_string(name_.size()) + " bytes is too long: give at most " +
                         std::to_string(most_name_bytes) + ".");
  }
}

logger::~logger() {
  // Acquire pairs with the release of a backend that let go of it.
  if (backend* const mine = attached_to_.load(std::memory_order_acquire)) {
    try {
      mine->detach(*this);
    } catch (const std::exception&) {
      attached_to_.store(nullptr, std::memory_order_relaxed);  // closed by another thread in this moment
    }
  }
  const std::lock_guard lock(mutex_);
  // Relaxed: it only lets the threads forget the channel, whose memory they share.
  for (const auto& channel : channels_) channel->logger_is_gone.store(true, std::memory_order_relaxed);
}

void logger::prepare() {
  detail::channel& mine = adopt_channel();
  detail::channels_here[id_ % detail::cached_channels] = {id_, &mine};
}

detail::channel* logger::find_channel() noexcept {
  try {
    prepare();
    return detail::channels_here[id_ % detail::cached_channels].to;
  } catch (const std::exception&) {
    without_channel_.fetch_add(1, std::memory_order_relaxed);  // a count, orders nothing
    return nullptr;
  }
}

detail::channel& logger::adopt_channel() {
  auto& mine = channels_of_this_thread().all;
  std::erase_if(mine, [](const auto& c) { return c->logger_is_gone.load(std::memory_order_relaxed); });
  const auto known = std::find_if(mine.begin(), mine.end(), [&](const auto& c) { return c->logger_id == id_; });
  if (known != mine.end()) return **known;

  mine.reserve(mine.size() + 1);
  const std::lock_guard lock(mutex_);
  for (const auto& channel : channels_) {
    // Acquire pairs with the backend's release: the last thread's writes and the backend's reads are over.
    if (channel->state.load(std::memory_order_acquire) != detail::channel_state::free) continue;
    channel->thread_id = static_cast<std::uint32_t>(::syscall(SYS_gettid));
    channel->state.store(detail::channel_state::live, std::memory_order_relaxed);  // only threads under this mutex look
    return *mine.emplace_back(channel);
  }
  auto made = std::make_shared<detail::channel>(options_.ring_bytes, options_.wish);
  made->thread_id = static_cast<std::uint32_t>(::syscall(SYS_gettid));
  made->logger_id = id_;
  channels_.push_back(made);
  // Release pairs with the acquire of the backend, which takes the whole list: the channel is complete when it is seen.
  made->next_arrival = arrivals_.load(std::memory_order_relaxed);
  while (!arrivals_.compare_exchange_weak(made->next_arrival, made.get(), std::memory_order_release,
                                          std::memory_order_relaxed)) {
  }
  return *mine.emplace_back(std::move(made));
}

std::byte* logger::make_room(detail::channel& to, std::size_t bytes) noexcept {
  if (options_.when_full == full_policy::block && bytes <= to.ring->max_record_bytes()) {
    threads::backoff_idle idle({100'000});
    // Relaxed: the flag orders nothing, and is looked at again soon.
    while (drained_.load(std::memory_order_relaxed)) {
      idle(0);
      if (std::byte* const at = to.ring->try_reserve(bytes); at != nullptr) return at;
    }
  } else if (options_.when_full == full_policy::grow) {
    std::size_t larger = 2 * to.ring->capacity_bytes();
    while (larger / 2 < bytes + queue::byte_ring::header_bytes) larger *= 2;
    if (detail::ring_link* const link = larger <= options_.grow_to_bytes ? make_link(larger, options_.wish) : nullptr) {
      // Release pairs with the backend's acquire: it sees a whole ring, and all that went into the one before.
      to.writing->next.store(link, std::memory_order_release);
      to.writing = link;
      to.ring = &link->ring;
      return to.ring->try_reserve(bytes);
    }
  }
  // The producer alone writes it: a load and a store, no locked instruction.
  to.dropped.store(to.dropped.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return nullptr;
}

bool logger::would_wait(std::size_t argument_bytes) noexcept {
  // Relaxed: as in make_room().
  if (options_.when_full != full_policy::block || !drained_.load(std::memory_order_relaxed)) return false;
  const detail::cached_channel& here = detail::channels_here[id_ % detail::cached_channels];
  try {
    if (here.logger_id != id_) prepare();
  } catch (const std::exception&) {
    return false;  // the call finds no memory either, and counts
  }
  queue::byte_ring& ring = *here.to->ring;
  const std::size_t bytes = header_bytes + argument_bytes;
  return bytes <= ring.max_record_bytes() && ring.try_reserve(bytes) == nullptr;
}

bool logger::write_raw(const call_site& site, std::uint64_t cycles, std::span<const std::byte> arguments) noexcept {
  detail::channel* channel;
  std::byte* to = reserve(channel, header_bytes + arguments.size());
  if (to == nullptr) return false;
  to = put_header(to, site, cycles);
  if (!arguments.empty()) std::memcpy(to, arguments.data(), arguments.size());
  channel->ring->commit();
  return true;
}

void logger::abandon_in_child() noexcept {
  if (mutex_.try_lock()) {
    mutex_.unlock();
    return;
  }
  // A thread of the parent was in there, and the list may be half changed: both begin anew where they stand.
  ::new (&mutex_) std::mutex;
  ::new (&channels_) std::vector<std::shared_ptr<detail::channel>>;
}

// Threads that logged for the first time.
void logger::take_arrivals() noexcept {
  if (arrivals_.load(std::memory_order_relaxed) == nullptr) return;
  // Acquire pairs with the release of the thread that put its channel there.
  detail::channel* arrived = arrivals_.exchange(nullptr, std::memory_order_acquire);
  while (arrived != nullptr) {
    arrived->next = sources_;
    sources_ = arrived;
    arrived = arrived->next_arrival;
  }
}

void logger::discard_rings() noexcept {
  std::uint64_t records = 0;
  take_arrivals();
  for (detail::channel* c = sources_; c != nullptr; c = c->next) {
    c->reading->ring.refresh();
    for (; c->next_record(true); ++records) c->reading->ring.release();
  }
  without_channel_.fetch_add(records, std::memory_order_relaxed);  // a count, orders nothing
}

void logger::discard() {
  const std::lock_guard lock(mutex_);
  // Acquire pairs with the release of the backend that let go of it: its reads of the rings are over.
  if (attached_to_.load(std::memory_order_acquire) == nullptr) discard_rings();
}

std::uint64_t logger::dropped() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = without_channel_.load(std::memory_order_relaxed);
  for (const auto& channel : channels_) sum += channel->dropped.load(std::memory_order_relaxed);  // counts, no order
  return sum;
}

}  // namespace pyhft::log
