// SPDX-License-Identifier: MIT
#pragma once

// The one exception family of cold code. A text names the value that was refused, the limit it broke and the remedy, in
// one sentence. Hot code never throws: it returns counts, pointers or small enums and increments named counters.

#include <stdexcept>
#include <string>

namespace pyhft {

struct error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A value outside what a parameter allows. Python: ArgumentError, which is also a ValueError.
struct argument_error : error {
  using error::error;
};

// A value of the wrong kind. Python: ArgumentTypeError, which is also a TypeError.
struct type_error : error {
  using error::error;
};

// A file, capture or stream that isn't what it was said to be. Python: InputError, which is also an OSError.
struct input_error : error {
  using error::error;
};

// Something that this host can't give: a core, memory, a privilege. Python: HostError, which is also a RuntimeError.
struct host_error : error {
  using error::error;
};

}  // namespace pyhft
