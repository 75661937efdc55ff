// SPDX-License-Identifier: MIT
#pragma once

// What the threads of a process share: made at its first use, never destroyed, as destructors of static objects may
// come to it. After fork() the child begins with a new one: a thread of the parent may have been in the old one, under
// its mutex, and isn't there to leave it. From any thread; allocates at the first use.

#include <atomic>
#include <memory>

namespace pyhft::log::detail {

template <class T>
class per_process {
 public:
  T& get() {
    // Acquire pairs with the release of whoever made it.
    if (T* const known = now_.load(std::memory_order_acquire)) return *known;
    auto made = std::make_unique<T>();
    T* first = nullptr;
    if (!now_.compare_exchange_strong(first, made.get(), std::memory_order_acq_rel)) return *first;
    return *made.release();
  }

  // For the child's handler of pthread_atfork. Relaxed: the child has one thread.
  void forget_in_child() noexcept {
    if (T* const of_parent = now_.exchange(nullptr, std::memory_order_relaxed)) of_parent_ = of_parent;
  }

 private:
  std::atomic<T*> now_{nullptr};
  T* of_parent_{};  // nobody's, but no leak
};

}  // namespace pyhft::log::detail
