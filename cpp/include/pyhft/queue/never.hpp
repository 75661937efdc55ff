// SPDX-License-Identifier: MIT
#pragma once

namespace pyhft::queue {

// What the waiting calls ask whether to give up, where only a record or room ends the wait.
struct never {
  bool operator()() const noexcept { return false; }
};

}  // namespace pyhft::queue
