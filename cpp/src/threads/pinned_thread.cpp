// SPDX-License-Identifier: MIT
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft::threads {

void pinned_thread::start(const placement& where, std::vector<placement_part> required,
                          std::unique_ptr<any_work> work) {
  check_placement(where);
  thread_ = std::jthread([where, required = std::move(required), allowed = allowed_cores(), state = shared_.get(),
                          work = std::move(work)](const std::stop_token& stop) {
    try {
      state->notes = place_new_thread(where, allowed, required);
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
