// SPDX-License-Identifier: MIT
#pragma once

// A thread that is in its place before its work begins. The constructor returns when the thread stands where it was
// asked to and, unless its placement says that it need not be steady, the governor of its core is `performance` and the
// memory of the process is locked; what of this the host refused is in notes(), or thrown as host_error where it is among what is required. What is impossible is thrown as
// check_placement throws it, in the creator. The work is a callable taking a std::stop_token or nothing. Cold, all of
// it; the work itself runs untouched.
//
// What the work throws is kept and thrown again by join(). The destructor asks the thread to stop and waits for it; an
// exception that nobody joined for is lost there.

#include <exception>
#include <latch>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "pyhft/threads/placement.hpp"

namespace pyhft::threads {

class pinned_thread {
 public:
  template <class F>
  pinned_thread(const placement& where, F work, std::vector<placement_part> required = {}) {
    start(where, std::move(required), std::make_unique<work_of<F>>(std::move(work)));
  }
  template <class F>
  pinned_thread(int core, std::string name, std::optional<int> fifo_priority, F work,
                std::vector<placement_part> required = {})
      : pinned_thread(placement{core, std::move(name), fifo_priority}, std::move(work), std::move(required)) {}

  pinned_thread(pinned_thread&&) noexcept = default;
  pinned_thread& operator=(pinned_thread&&) = delete;
  ~pinned_thread() = default;  // std::jthread asks to stop and joins

  // What could not be done, one sentence each.
  const std::vector<std::string>& notes() const noexcept { return shared_->notes; }

  void request_stop() noexcept { thread_.request_stop(); }
  bool joinable() const noexcept { return thread_.joinable(); }

  // Waits for the end of the work; throws what it threw, once.
  void join() {
    thread_.join();
    if (auto failure = std::exchange(shared_->failure, nullptr)) std::rethrow_exception(failure);
  }

 private:
  // A callable that need not be copyable, behind one virtual call per thread.
  struct any_work {
    virtual ~any_work() = default;
    virtual void run(const std::stop_token& stop) = 0;
  };
  template <class F>
  struct work_of final : any_work {
    explicit work_of(F&& f) : function(std::move(f)) {}
    void run(const std::stop_token& stop) override {
      if constexpr (std::is_invocable_v<F&, const std::stop_token&>) {
        function(stop);
      } else {
        function();
      }
    }
    F function;
  };
  struct shared_state {
    std::latch placed{1};
    std::vector<std::string> notes;
    std::exception_ptr failure;
    bool refused{};
  };

  void start(const placement& where, std::vector<placement_part> required, std::unique_ptr<any_work> work);

  // Before thread_, so that it outlives the thread.
  std::unique_ptr<shared_state> shared_ = std::make_unique<shared_state>();
  std::jthread thread_;
};

}  // namespace pyhft::threads
