// SPDX-License-Identifier: MIT
#pragma once

// The queues of bench_queue.cpp under one form: push and pop wait, push_n and pop_n say how many. Which peers are there
// is found by their headers (rte_ring and rigtorp: by CMake).

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>

#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/spsc_queue.hpp"
#include "pyhft/threads/idle.hpp"

#define PYHFT_WITH_BOOST __has_include(<boost/lockfree/spsc_queue.hpp>)
#define PYHFT_WITH_READERWRITERQUEUE __has_include(<readerwriterqueue/readerwriterqueue.h>)
#define PYHFT_WITH_ATOMIC_QUEUE __has_include(<atomic_queue/atomic_queue.h>)
#if PYHFT_WITH_BOOST
#include <boost/lockfree/spsc_queue.hpp>
#endif
#if PYHFT_WITH_READERWRITERQUEUE
#include <readerwriterqueue/readerwriterqueue.h>
#endif
#if PYHFT_WITH_ATOMIC_QUEUE
#include <atomic_queue/atomic_queue.h>
#endif
#if PYHFT_WITH_RTE_RING
#include <rte_ring.h>
#include <rte_ring_elem.h>
#endif
#if PYHFT_WITH_RIGTORP
#include <rigtorp/SPSCQueue.h>
#endif

namespace pyhft::bench {

using record_8 = std::uint64_t;
struct record_64 {
  std::array<std::uint64_t, 8> words;
};

inline std::uint64_t first_word(const record_8& r) { return r; }
inline std::uint64_t last_word(const record_8& r) { return r; }
inline std::uint64_t first_word(const record_64& r) { return r.words.front(); }
inline std::uint64_t last_word(const record_64& r) { return r.words.back(); }

template <class Record>
Record make_record(std::uint64_t number) {
  if constexpr (sizeof(Record) == 8) {
    return number;
  } else {
    Record result{};
    result.words.front() = result.words.back() = number;
    return result;
  }
}

template <class T, std::size_t Slots>
struct pyhft_queue {
  queue::spsc_queue<T> queue{Slots};

  void push(const T& record) { queue.push_or_wait(record, threads::pause_idle{}); }
  void pop(T& record) { queue.pop_or_wait(record, threads::pause_idle{}); }
  std::size_t push_n(const T* records, std::size_t n) { return queue.try_push_n({records, n}); }
  std::size_t pop_n(T* records, std::size_t n) { return queue.try_pop_n({records, n}); }
};

#if PYHFT_WITH_BOOST
template <class T, std::size_t Slots>
struct boost_queue {
  boost::lockfree::spsc_queue<T, boost::lockfree::capacity<Slots>> queue;

  void push(const T& record) {
    while (!queue.push(record)) threads::pause_cpu();
  }
  void pop(T& record) {
    while (!queue.pop(record)) threads::pause_cpu();
  }
  std::size_t push_n(const T* records, std::size_t n) { return queue.push(records, n); }
  std::size_t pop_n(T* records, std::size_t n) { return queue.pop(records, n); }
};
#endif

#if PYHFT_WITH_RTE_RING
template <class T, std::size_t Slots>
struct rte_queue {
  memory::page_block block{static_cast<std::size_t>(rte_ring_get_memsize_elem(sizeof(T), Slots))};
  rte_ring* ring = reinterpret_cast<rte_ring*>(block.data());

  rte_queue() {
    if (rte_ring_init(ring, "bench", Slots, RING_F_SP_ENQ | RING_F_SC_DEQ) != 0) throw std::runtime_error("rte_ring");
  }
  void push(const T& record) {
    while (rte_ring_sp_enqueue_elem(ring, const_cast<T*>(&record), sizeof(T)) != 0) threads::pause_cpu();
  }
  void pop(T& record) {
    while (rte_ring_sc_dequeue_elem(ring, &record, sizeof(T)) != 0) threads::pause_cpu();
  }
  std::size_t push_n(const T* records, std::size_t n) {
    return rte_ring_sp_enqueue_burst_elem(ring, records, sizeof(T), static_cast<unsigned>(n), nullptr);
  }
  std::size_t pop_n(T* records, std::size_t n) {
    return rte_ring_sc_dequeue_burst_elem(ring, records, sizeof(T), static_cast<unsigned>(n), nullptr);
  }
};
#endif

#if PYHFT_WITH_READERWRITERQUEUE
template <class T, std::size_t Slots>
struct readerwriter_queue {
  moodycamel::ReaderWriterQueue<T> queue{Slots};

  void push(const T& record) {
    while (!queue.try_enqueue(record)) threads::pause_cpu();
  }
  void pop(T& record) {
    while (!queue.try_dequeue(record)) threads::pause_cpu();
  }
};
#endif

#if PYHFT_WITH_ATOMIC_QUEUE
// Its own waiting calls, which are its fast ones.
template <class T, std::size_t Slots>
struct atomic_queue_spsc {
  atomic_queue::AtomicQueue2<T, Slots, true, true, false, true> queue;

  void push(const T& record) { queue.push(record); }
  void pop(T& record) { record = queue.pop(); }
};
// Small values stand in its slots without a state beside them; nil is a value that is never sent.
template <std::size_t Slots>
struct atomic_queue_spsc<record_8, Slots> {
  atomic_queue::AtomicQueue<record_8, Slots, ~record_8{0}, true, true, false, true> queue;

  void push(record_8 record) { queue.push(record); }
  void pop(record_8& record) { record = queue.pop(); }
};
#endif

#if PYHFT_WITH_RIGTORP
template <class T, std::size_t Slots>
struct rigtorp_queue {
  rigtorp::SPSCQueue<T> queue{Slots};

  void push(const T& record) { queue.push(record); }
  void pop(T& record) {
    T* front = queue.front();
    for (; front == nullptr; front = queue.front()) threads::pause_cpu();
    record = *front;
    queue.pop();
  }
};
#endif

}  // namespace pyhft::bench
