// SPDX-License-Identifier: MIT
#pragma once

// What one instruction set provides for one indicator: code without checks, over contiguous doubles. The same rules as
// in kernel_table.hpp: C headers only, nothing here with external linkage.

#include <stddef.h>
#include <stdint.h>

namespace pyhft::kernels {

// All bars of a series at once. Inputs begin at a bar where none of them is NaN; there are more bars than the lookback;
// the outputs from bar `lookback` on are written; what stands before is overwritten afterwards. No output overlaps an input
// or another output, so that an output may serve as scratch memory. `p` are the parameters in the order
// of the descriptor, integers and enumerations as exact doubles. `scratch` holds what scratch_doubles() asked for.
using batch_function = void (*)(const double* const* in, size_t bars, const double* p, double* const* out,
                                double* scratch);

// One bar after the other. `state` points to `bytes` bytes, aligned for double, followed by nothing: the rings' memory is
// passed on its own.
struct state_code {
  size_t bytes;
  size_t inputs;
  size_t outputs;
  size_t (*ring_doubles)(const double* p);
  void (*open)(void* state, double* memory, const double* p);
  void (*rebind)(void* state, double* memory);  // after a copy of both
  void (*update)(void* state, const double* in, double* out);
  void (*peek)(const void* state, const double* in, double* out);
  // One bar of many series: `states` stand `stride` bytes apart, in[i][s] and out[i][s] are of series s.
  void (*update_all)(void* states, size_t stride, size_t series, const double* const* in, double* const* out);
  void (*run)(void* state, const double* const* in, size_t bars, double* const* out);
};

// The states of many symbols once all of them are warmed up, with symbols as lanes: field f of symbol s stands at
// fields[f * stride + s].
struct lane_code {
  size_t fields;
  void (*take)(const void* state, double* fields, size_t stride);
  void (*update)(double* fields, size_t stride, size_t symbols, const double* const* in, double* const* out,
                 const double* p);
};

// What a state takes where doubles are counted; the memory of its rings may follow.
static constexpr size_t state_doubles_of(const state_code& code) {
  return (code.bytes + sizeof(double) - 1) / sizeof(double);
}

struct indicator_code {
  const char* name;
  batch_function batch;                                     // null: the state's run is the batch form
  size_t (*scratch_doubles)(size_t bars, const double* p);  // null: none
  state_code state;                                         // bytes 0: has no streaming form
  lane_code lanes{};                                        // fields 0: symbols go one after the other
};

struct indicator_codes {
  const indicator_code* first;
  size_t count;
};

}  // namespace pyhft::kernels
