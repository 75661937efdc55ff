// SPDX-License-Identifier: MIT
#pragma once

// The built-in alpha: MACD of the mid price, per instrument. On a two-sided, uncrossed book whose mid has changed the
// indicator takes the new mid; when its histogram changes sign, the alpha wants to trade in that direction at the far
// touch: it buys at the ask when the histogram turns positive and sells at the bid when it turns negative. A histogram
// of exactly 0 has no sign: it neither is nor undoes a change.

#include <cstdint>

#include "pyhft/strategy/abi.h"

namespace pyhft::strategy {

struct macd_alpha_parameters {
  std::int32_t fast{12};
  std::int32_t slow{26};
  std::int32_t signal{9};
  std::uint64_t shares{100};
};

// The parameters must outlive the strategy. Throws argument_error unless 1 <= fast < slow, 1 <= signal and 1 <= shares.
pyhft_strategy make_macd_alpha(const macd_alpha_parameters& parameters);

}  // namespace pyhft::strategy
