// SPDX-License-Identifier: MIT
// Compiled by ctest, one call at a time: all but the first must be refused by the compiler with a reason.
#include "pyhft/log/logger.hpp"

void call(pyhft::log::logger& logger) {
#if defined(ALL_RIGHT)
  PYHFT_LOG(logger, info, "order {} filled at {}", 1, 2.5);
#elif defined(TOO_FEW)
  PYHFT_LOG(logger, info, "order {} filled at {}", 1);
#elif defined(TOO_MANY)
  PYHFT_LOG(logger, info, "order {}", 1, 2);
#elif defined(LONE_BRACE)
  PYHFT_LOG(logger, info, "order {:5}", 1);
#elif defined(LINE_FEED)
  PYHFT_LOG(logger, info, "order\n");
#elif defined(DELETE_CHARACTER)
  PYHFT_LOG(logger, info, "order\x7f");
#elif defined(STRANGE_TYPE)
  PYHFT_LOG(logger, info, "order {}", pyhft::log::call_site{});
#endif
}
