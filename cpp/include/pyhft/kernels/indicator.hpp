// SPDX-License-Identifier: MIT
#pragma once

// Every indicator by name: what it takes and gives, its formula, and its two forms, over whole arrays and one bar at a
// time. This table is the one source of the Python functions, their help and stubs, of pyhft.talib, ph.stream and
// ph.bank; from C++ it is the way to any indicator that has no function of its own:
//
//   const auto& rsi = indicator::named("rsi");
//   compute(rsi, {{array_ref(prices)}}, {{array_ref(result)}}, rsi.parameters_of({14}));
//   stream s(rsi, rsi.parameters_of({14}));  s.update({price})[0];
//
// Rules of all indicators, unless `text` says otherwise:
//   leading bars on which any input is NaN are skipped and shift everything;
//   the outputs are NaN (integer ones 0) before bar `lookback` from there.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pyhft/kernels/average_kind.hpp"
#include "pyhft/kernels/limits.hpp"
#include "pyhft/kernels/views.hpp"

namespace pyhft::kernels {

struct indicator_code;
struct state_code;

inline constexpr std::size_t max_inputs = 4;
inline constexpr std::size_t max_outputs = 3;
inline constexpr std::size_t max_parameters = 8;

struct parameter {
  enum class kind : std::uint8_t {
    period,   // an integer number of bars; the functions of this library take up to max_period, TA-Lib's up to `most`
    integer,  // any other integer
    real,
    average,  // one of the moving averages
    seed,     // what an average starts from: 0 as TA-Lib, 1 from the first bar, 2 from the seed_value that follows
    seed_value,
  };
  std::string_view name;        // "period"
  std::string_view talib_name;  // "timeperiod"
  kind what = kind::period;
  double fallback = 0.0;  // where it is left out
  double least = 0.0;
  double most = 0.0;
  std::string_view help;  // "bars to average over"
  bool required = false;  // the functions of this library have no default for it
};

struct input {
  std::string_view name;        // "x", "high", "close", "volume"
  std::string_view talib_name;  // "real", "high"; as TA-Lib spells the parameter of its function
};

struct output {
  std::string_view name;           // "macd"
  std::string_view talib_name;     // "macd"; as talib.abstract names it
  std::string_view flag = "Line";  // as talib.abstract describes it
  bool index = false;  // the number of a bar: int32 to TA-Lib's callers, int64 to ours; 0 where it is missing
};

struct indicator_text {
  std::string_view formula;
  std::string_view seeding;
  std::string_view warm_up;
  std::string_view nan;
  std::string_view accuracy;  // of the default form, with its error bound
  std::string_view source;
  std::string_view example = {};  // lines of a Python session
};

// Behind the parameters stand the unstable_periods, 0 but for pyhft.talib.
using parameter_values = std::array<double, max_parameters + unstable_count>;
static_assert(max_parameters == unstable_at);

struct indicator {
  std::string_view name;        // "rsi"; empty where only pyhft.talib has it
  std::string_view talib_name;  // "RSI"; empty where TA-Lib has no such function
  std::string_view title;       // as TA-Lib words it, where it has it
  std::string_view group;       // TA-Lib's group, or one of our own
  std::span<const input> inputs;
  std::span<const parameter> parameters;
  std::span<const output> outputs;
  std::int64_t (*lookback)(const double* p);  // bars before the first value
  indicator_text text;
  std::string_view talib_flags = {};  // its function_flags, separated by ';'
  // Further conditions on the parameters; returns the sentence that ends the refusal, or nothing.
  std::string (*refusal)(const double* p) = nullptr;
  // The same for the recursive form alone, where that takes more memory than anybody means to give.
  std::string (*state_refusal)(const double* p) = nullptr;
  // The unstable periods in `p` change its values, and not only the bar of the first one: the recursive form alone knows
  // of that. Null: they never do.
  bool (*unstable_inside)(const double* p) = nullptr;
  // A faster way for tables, exact, and for float32, where there is one; false: go series by series.
  bool (*tables)(std::span<const struct array_ref> in, std::span<const struct array_ref> out,
                 const double* p) = nullptr;
  // The same for one series of float64 with several sets of parameters, exact; false: go one by one.
  bool (*many)(const struct array_ref& x, const struct array_ref& out, std::span<const parameter_values> p) = nullptr;

  mutable std::atomic<const indicator_code*> found_code = nullptr;

  static const indicator* find(std::string_view name);   // null if there is none
  static const indicator& named(std::string_view name);  // throws argument_error
  static std::span<const indicator* const> all();
  const indicator_code& code() const;  // of the active instruction set; found once

  // The given values, then the defaults. Throws argument_error for a value out of range, or too many.
  parameter_values parameters_of(std::initializer_list<double> given) const;
  // Throws argument_error for a value out of range. `talib`: hold periods against TA-Lib's narrower limits.
  void check(const parameter_values& p, bool talib = false) const;
  // Throws argument_error if there is no recursive form for these values.
  void check_state(const parameter_values& p) const;
  bool has_state() const;
};

// An array of 1 or 2 dimensions, as compute() sees it; strides in elements.
struct array_ref {
  enum class element : std::uint8_t { f64, f32, i32, i64 };
  void* data = nullptr;
  element type = element::f64;
  std::size_t rows = 0;
  std::size_t series = 1;
  std::ptrdiff_t row_stride = 1;
  std::ptrdiff_t series_stride = 0;

  array_ref() = default;
  explicit array_ref(series_view<const double> x)
      : data(const_cast<double*>(x.data)), rows(x.size), row_stride(x.stride) {}
  explicit array_ref(series_view<double> x) : data(x.data), rows(x.size), row_stride(x.stride) {}
};

enum class nan_rule : std::uint8_t { propagate, skip, raise };

struct compute_options {
  nan_rule nan = nan_rule::propagate;
  bool exact = false;            // one bar after the other, as the streaming form does it: the bits of TA-Lib 0.8
  int threads = 1;               // that the series of a table are divided between
  bool last_bar_anyhow = false;  // where every bar has a NaN, the last one is a series of its own, as in TA-Lib
};

// Inputs of one shape; outputs of that shape. Allocates scratch memory where the result isn't contiguous float64 or the
// method needs some. Throws argument_error for shapes that differ, for NaN under nan_rule::raise and for exact where
// there is no streaming form.
void compute(const indicator& what, std::span<const array_ref> in, std::span<const array_ref> out,
             const parameter_values& p, const compute_options& options = {});

// The same for contiguous float64 series of `bars` bars and the default options but these two. Checks nothing: `p` must have
// passed indicator::check, and check_state for the exact form, and no output may overlap an input.
void compute_ordinary(const indicator& what, const double* const* in, std::size_t bars, double* const* out,
                      const parameter_values& p, bool exact = false, bool last_bar_anyhow = false);

// One series with several sets of parameters: column i of `out` is the result of p[i]. For indicators of one input and
// one output.
void compute_periods(const indicator& what, const array_ref& x, const array_ref& out,
                     std::span<const parameter_values> p, const compute_options& options = {});

// One series, one bar at a time. NaN until ready; leading bars on which any input is NaN are skipped. update and peek
// never allocate, lock or throw.
class stream {
 public:
  stream(const indicator& what, const parameter_values& p);
  stream(const stream& other);
  stream& operator=(const stream& other);
  stream(stream&&) noexcept = default;
  stream& operator=(stream&&) noexcept = default;

  const indicator& what() const noexcept { return *what_; }
  const parameter_values& parameters() const noexcept { return p_; }

  // Takes the next bar, one value per input; the outputs after it.
  const double* update(const double* in) noexcept;
  // What update would return; nothing changes.
  void peek(const double* in, double* out) const noexcept;
  // What update returned last.
  const double* value() const noexcept { return last_.data(); }
  // Bars taken, without the leading NaN.
  std::uint64_t bars() const noexcept { return bars_; }
  bool ready() const noexcept { return bars_ > lookback_; }
  // Leading bars that were left out because of a NaN.
  std::uint64_t skipped() const noexcept { return skipped_; }

  // update for every bar of contiguous series; all the outputs, NaN or not.
  void update_many(const double* const* in, std::size_t bars, double* const* out) noexcept;

 private:
  const indicator* what_;
  const state_code* code_;
  parameter_values p_;
  std::unique_ptr<double[]> block_;  // the state, then the memory of its rings
  std::size_t doubles_;
  std::array<double, max_outputs> last_;
  std::uint64_t bars_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t lookback_;

  double* rings() const noexcept;
  // Numbers of bars count the skipped ones, too.
  void count_skipped(double* outputs) const noexcept;
};

}  // namespace pyhft::kernels
