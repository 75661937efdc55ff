// SPDX-License-Identifier: MIT
#pragma once

// What Python's queues have in common: the ring in memory of this process or in a shared segment, whose sides this
// object is, and that one thread at a time is in a call of a side. Wants the GIL.

#include <pybind11/pybind11.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "fast_call.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/shared_segment.hpp"
#include "pyhft/threads/idle.hpp"
#include "size_args.hpp"
#include "waiting.hpp"

namespace pyhft::bindings {

// One thread at a time on a side.
class side_entry {
 public:
  side_entry(std::atomic<bool>& taken, const std::string& function, const char* role) : taken_(taken) {
    // Acquire and release hand what the last call left in the side's words to the next call, on whichever thread.
    if (taken_.exchange(true, std::memory_order_acquire))
      throw argument_error(function + ": another thread is in a call of the same side; a queue has one " + role +
                           ": give each its own queue.");
  }
  side_entry(const side_entry&) = delete;
  ~side_entry() { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool>& taken_;
};

// Where a queue is wanted: the arguments of both classes.
struct queue_place {
  const pybind11::object& capacity;
  const pybind11::object& shared;
  bool create;
  const pybind11::object& side;
  bool wake;
};

template <class Ring>
class queue_sides {
 public:
  // Gives the sides and the memory back.
  void close() {
    const side_entry producing(pushing_, class_ + ".close", "producer");
    const side_entry consuming(popping_, class_ + ".close", "consumer");
    const std::scoped_lock lock(life_);
    ring_.reset();
    segment_ = {};
    block_ = {};
  }
  bool is_closed() {
    const std::scoped_lock lock(life_);
    return !ring_;
  }
  pybind11::object name() {
    std::optional<std::string> name;
    {
      const std::scoped_lock lock(life_);  // not while Python makes an object, which may collect garbage and call here
      if (segment_.is_open()) name = segment_.name();
    }
    return name ? pybind11::object(pybind11::str(*name)) : pybind11::object(pybind11::none());
  }
  bool present(queue::side which) {
    const std::scoped_lock lock(life_);
    of(queue::side::none, class_);
    return !segment_.is_open() || segment_.present(which);
  }

 protected:
  explicit queue_sides(const char* name) : class_(name) {}

  // bytes_for(capacity), make(memory, capacity, wake) -> Ring, begin(ring), take_over(ring): what differs between kinds.
  // type: noted in a shared queue, and compared.
  template <class Kind>
  void place(const queue_place& given, const queue::record_layout& layout, const std::string& type, const Kind& kind) {
    const std::optional<std::size_t> wished =
        given.capacity.is_none()
            ? std::nullopt
            : std::optional(size_of(class_, "capacity", given.capacity, "give a power of two, such as 1024"));
    if (!wished && (given.shared.is_none() || given.create))
      throw argument_error(class_ + ": capacity is None; a new queue needs a power of two, such as 1024.");
    if (wished) kind.check(*wished);
    if (given.shared.is_none()) {
      if (!given.side.is_none() || given.create)
        throw argument_error(class_ + ": side and create are for shared queues: give shared='name' too.");
      block_ = memory::page_block(kind.bytes_for(*wished));
      ring_.emplace(kind.make(block_.data(), *wished, given.wake));
      ring_->begin(0);
      mine_ = queue::side::both;
      return;
    }
    mine_ = side_of(given.side);
    const std::string name = text_argument("shared", given.shared);
    if (given.create) {
      segment_ = queue::shared_segment::create(name, {layout, *wished, given.wake, type}, kind.bytes_for(*wished));
      attach(kind);
      ring_->begin(0);
      segment_.publish(mine_);
      return;
    }
    segment_ = queue::shared_segment::open(name, layout, type);
    if (wished && *wished != segment_.form().capacity)
      throw argument_error(class_ + ": capacity is " + std::to_string(*wished) + ", but the shared queue '" + name +
                           "' was made with " + std::to_string(segment_.form().capacity) + ": give that, or None.");
    attach(kind);
    kind.claim(segment_, mine_, *ring_);
  }

  Ring& of(queue::side wanted, const std::string& function) {
    if (!ring_) throw argument_error(function + ": the queue is closed: make or open it anew.");
    if ((static_cast<unsigned>(mine_) & static_cast<unsigned>(wanted)) != static_cast<unsigned>(wanted))
      throw argument_error(function + ": this process is only the " +
                           (mine_ == queue::side::producer ? "producer" : "consumer") + " of the shared queue '" +
                           segment_.name() + "': the other side makes that call.");
    return *ring_;
  }

  // For a question that any thread may ask, while another may close.
  template <class Question>
  std::size_t ask(const std::string& function, Question question) {
    const std::scoped_lock lock(life_);
    return question(of(queue::side::none, function));
  }

  template <class Attempt>
  static bool wait_for_record(Ring& ring, const deadline& end, Attempt attempt) {
    if (ring.wakes_consumer()) return wait_until(end, attempt, threads::park_idle(ring.bell(), {10'000'000}));
    return wait_until(end, attempt, threads::backoff_idle{});
  }

  std::atomic<bool> pushing_{false};
  std::atomic<bool> popping_{false};

 private:
  template <class Kind>
  void attach(const Kind& kind) {
    ring_.emplace(kind.make(segment_.body(), segment_.form().capacity, segment_.form().wakes_consumer));
  }
  std::string text_argument(const char* name, const pybind11::object& given) const {
    if (!pybind11::isinstance<pybind11::str>(given))
      throw type_error(class_ + ": " + name + " is of type " + type_of(given.ptr()) + "; it must be a string.");
    return given.cast<std::string>();
  }
  queue::side side_of(const pybind11::object& given) const {
    const std::string text = given.is_none() ? "None" : text_argument("side", given);
    if (text == "producer") return queue::side::producer;
    if (text == "consumer") return queue::side::consumer;
    if (text == "both") return queue::side::both;
    throw argument_error(class_ + ": side is " + (given.is_none() ? text : "'" + text + "'") +
                         "; of a shared queue it must be 'producer', 'consumer' or 'both'.");
  }

  const std::string class_;
  memory::page_block block_;
  queue::shared_segment segment_;
  std::optional<Ring> ring_;
  queue::side mine_ = queue::side::none;
  std::mutex life_;  // between close() and questions, which any thread may ask
};

}  // namespace pyhft::bindings
