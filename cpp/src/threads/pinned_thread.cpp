// SPDX-License-Identifier: MIT
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft::threads {

void pinned_thread::start(const placement& where, std::unique_ptr<any_work> work) {
  check_placement(where);
  thread_ = std::jthread(
      [where, allowed = allowed_cores(), state = shared_.get(), work = std::move(work)](const std::stop_token& stop) {
        try {
          detail::begin_afresh(allowed);
          state->notes = place_this_thread(where);
        } catch (...) {
          state->failure = std::current_exception();
          state->refused = true;
        }
        const bool refused = state->refused;
        state->placed.count_down();
        if (refused) return;
        try {
          work->run(stop);
        } catch (...) {
          state->failure = std::current_exception();
        }
      });
  shared_->placed.wait();
  if (shared_->refused) join();  // throws
}

}  // namespace pyhft::threads
