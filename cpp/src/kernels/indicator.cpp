// SPDX-License-Identifier: MIT
#include "pyhft/kernels/indicator.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_map>

#include "families.hpp"
#include "indicator_code.hpp"
#include "kernel_table.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::kernels {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

struct registry {
  std::vector<const indicator*> all;
  std::unordered_map<std::string_view, const indicator*> by_name;

  registry() {
    for (const auto family : indicator_families())
      for (const auto& one : family) {
        all.push_back(&one);
        if (!one.name.empty()) by_name.emplace(one.name, &one);
        if (!one.talib_name.empty()) by_name.emplace(one.talib_name, &one);
      }
  }
};

const registry& the_registry() {
  static const registry all;
  return all;
}

std::string text_of(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return std::to_string(static_cast<std::int64_t>(value));
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string name_of(const indicator& what) { return std::string(what.name.empty() ? what.talib_name : what.name); }

struct free_memory {
  void operator()(double* memory) const noexcept { std::free(memory); }
};
using double_memory = std::unique_ptr<double[], free_memory>;

// Memory that isn't initialised: a page that nobody touches costs nothing. Much of it asks for large pages, because the
// first touch of ordinary ones would cost more than most indicators do.
double_memory allocate(std::size_t doubles) {
  constexpr std::size_t large_page = std::size_t{2} << 20;
  std::size_t bytes = doubles * sizeof(double);
  const bool large = bytes >= 2 * large_page;
  if (large) bytes = (bytes + large_page - 1) / large_page * large_page;
  void* memory = large ? std::aligned_alloc(large_page, bytes) : std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
  if (large) ::madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return double_memory(static_cast<double*>(memory));
}

class scratch_memory {
 public:
  explicit scratch_memory(std::size_t doubles) {
    if (doubles > on_stack) heap_ = allocate(doubles);
  }
  double* get() noexcept { return heap_ ? heap_.get() : stack_; }

 private:
  static constexpr std::size_t on_stack = 1024;
  double_memory heap_;
  double stack_[on_stack];
};

using inputs_of_series = std::array<const double*, max_inputs>;
using outputs_of_series = std::array<double*, max_outputs>;

// The first bar on which no input is NaN; `bars` if there is none.
std::size_t first_bar(const inputs_of_series& in, std::size_t inputs, std::size_t bars) {
  for (std::size_t bar = 0; bar < bars; ++bar) {
    bool complete = true;
    for (std::size_t i = 0; i < inputs; ++i) complete = complete && !std::isnan(in[i][bar]);
    if (complete) return bar;
  }
  return bars;
}

struct job {
  const indicator& what;
  const indicator_code& code;
  const double* p;
  bool exact;
  bool last_bar_anyhow = false;
};

void run_state(const job& j, const inputs_of_series& in, std::size_t bars, const outputs_of_series& out) {
  const state_code& code = j.code.state;
  const std::size_t state_doubles = state_doubles_of(code);
  scratch_memory memory(state_doubles + code.ring_doubles(j.p));
  double* rings = memory.get() + state_doubles;
  code.open(memory.get(), rings, j.p);
  code.run(memory.get(), in.data(), bars, out.data());
}

// Contiguous float64 in and out, NaN as they are.
void compute_series(const job& j, inputs_of_series in, std::size_t bars, outputs_of_series out) {
  const std::size_t inputs = j.what.inputs.size();
  const std::size_t outputs = j.what.outputs.size();
  std::size_t first = first_bar(in, inputs, bars);
  if (j.last_bar_anyhow && first == bars && bars != 0) first = bars - 1;
  const auto lookback = static_cast<std::size_t>(j.what.lookback(j.p));
  const bool any = bars - first > lookback;
  const bool by_state = j.exact || j.code.batch == nullptr;
  for (std::size_t i = 0; i < inputs; ++i) in[i] += first;
  for (std::size_t i = 0; i < outputs; ++i) out[i] += first;
  if (any && by_state) {
    run_state(j, in, bars - first, out);
  } else if (any) {
    const std::size_t doubles = j.code.scratch_doubles == nullptr ? 0 : j.code.scratch_doubles(bars - first, j.p);
    if (doubles == 0) {
      j.code.batch(in.data(), bars - first, j.p, out.data(), nullptr);
    } else {
      scratch_memory scratch(doubles);
      j.code.batch(in.data(), bars - first, j.p, out.data(), scratch.get());
    }
  }
  const std::size_t filled = any ? first + lookback : bars;
  for (std::size_t i = 0; i < outputs; ++i) {
    const bool index = j.what.outputs[i].index;
    if (index && any && first != 0)
      for (std::size_t bar = lookback; bar < bars - first; ++bar) out[i][bar] += static_cast<double>(first);
    std::fill_n(out[i] - first, filled, index ? 0.0 : nan_value);
  }
}

std::size_t bytes_of(array_ref::element type) {
  return type == array_ref::element::f64 || type == array_ref::element::i64 ? 8 : 4;
}

void* column(const array_ref& array, std::size_t series) {
  return static_cast<char*>(array.data) +
         static_cast<std::ptrdiff_t>(series) * array.series_stride * static_cast<std::ptrdiff_t>(bytes_of(array.type));
}

bool contiguous(const array_ref& array) {
  return array.type == array_ref::element::f64 && (array.row_stride == 1 || array.rows <= 1);
}

// Neighbouring series from `first` on, one buffer each.
template <typename T>
void gather(const array_ref& array, std::size_t first, std::span<double* const> to) {
  const auto* row = static_cast<const T*>(column(array, first));
  for (std::size_t t = 0; t < array.rows; ++t, row += array.row_stride)
    for (std::size_t k = 0; k < to.size(); ++k)
      to[k][t] = static_cast<double>(row[static_cast<std::ptrdiff_t>(k) * array.series_stride]);
}

void gather_any(const array_ref& array, std::size_t first, std::span<double* const> to) {
  if (array.type == array_ref::element::f32)
    gather<float>(array, first, to);
  else
    gather<double>(array, first, to);
}

template <typename T>
void scatter(std::span<double* const> from, const array_ref& array, std::size_t first) {
  auto* row = static_cast<T*>(column(array, first));
  for (std::size_t t = 0; t < array.rows; ++t, row += array.row_stride)
    for (std::size_t k = 0; k < from.size(); ++k)
      row[static_cast<std::ptrdiff_t>(k) * array.series_stride] = static_cast<T>(from[k][t]);
}

void scatter_any(std::span<double* const> from, const array_ref& array, std::size_t first) {
  switch (array.type) {
    case array_ref::element::f64:
      return scatter<double>(from, array, first);
    case array_ref::element::f32:
      return scatter<float>(from, array, first);
    case array_ref::element::i32:
      return scatter<std::int32_t>(from, array, first);
    case array_ref::element::i64:
      return scatter<std::int64_t>(from, array, first);
  }
}

// Contiguous numbers as wide as doubles: computed where they stand, and converted there.
bool is_wide_integer(const array_ref& array) {
  return array.type == array_ref::element::i64 && (array.row_stride == 1 || array.rows <= 1);
}

void convert_in_place(double* column, std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    const auto number = static_cast<std::int64_t>(column[i]);
    std::memcpy(column + i, &number, sizeof number);
  }
}

// Where a series can't be handed over as it lies, its buffers.
class series_buffers {
 public:
  explicit series_buffers(std::size_t bars) : bars_(bars) {}
  double* next() {
    buffers_.push_back(allocate(std::max<std::size_t>(bars_, 1)));
    return buffers_.back().get();
  }

 private:
  std::size_t bars_;
  std::vector<double_memory> buffers_;
};

void refuse_nan(const job& j, const inputs_of_series& in, std::size_t bars, std::size_t series) {
  for (std::size_t i = 0; i < j.what.inputs.size(); ++i)
    for (std::size_t bar = 0; bar < bars; ++bar)
      if (std::isnan(in[i][bar]))
        throw argument_error(name_of(j.what) + ": " + std::string(j.what.inputs[i].name) + " is NaN at bar " +
                             std::to_string(bar) + " of series " + std::to_string(series) +
                             "; nan='raise' allows none: clean the data, or give nan='propagate' or 'skip'.");
}

// The bars without NaN as if the others weren't there; NaN in the places of the others.
void compute_skipping(const job& j, const inputs_of_series& in, std::size_t bars, const outputs_of_series& out) {
  const std::size_t inputs = j.what.inputs.size();
  const std::size_t outputs = j.what.outputs.size();
  std::vector<std::size_t> places;
  for (std::size_t bar = 0; bar < bars; ++bar) {
    bool complete = true;
    for (std::size_t i = 0; i < inputs; ++i) complete = complete && !std::isnan(in[i][bar]);
    if (complete) places.push_back(bar);
  }
  if (places.size() == bars) return compute_series(j, in, bars, out);
  series_buffers buffers(places.size());
  inputs_of_series packed_in{};
  outputs_of_series packed_out{};
  for (std::size_t i = 0; i < inputs; ++i) {
    double* packed = buffers.next();
    for (std::size_t k = 0; k < places.size(); ++k) packed[k] = in[i][places[k]];
    packed_in[i] = packed;
  }
  for (std::size_t i = 0; i < outputs; ++i) packed_out[i] = buffers.next();
  compute_series(j, packed_in, places.size(), packed_out);
  const auto lookback = static_cast<std::size_t>(j.what.lookback(j.p));
  for (std::size_t i = 0; i < outputs; ++i) {
    const bool index = j.what.outputs[i].index;
    std::fill_n(out[i], bars, index ? 0.0 : nan_value);
    for (std::size_t k = lookback; k < places.size(); ++k)
      out[i][places[k]] =
          index ? static_cast<double>(places[static_cast<std::size_t>(packed_out[i][k])]) : packed_out[i][k];
  }
}

// Neighbouring series are gathered and scattered together, so that a line of the cache is fetched once for all of them;
// a few, as each takes a buffer of its whole length.
std::size_t series_at_once(std::size_t bars) { return bars > 1'000'000 ? 1 : 8; }

void compute_columns(const job& j, std::span<const array_ref> in, std::span<const array_ref> out, nan_rule nan,
                     std::size_t from, std::size_t to) {
  const std::size_t bars = in[0].rows;
  const std::size_t group = std::min(series_at_once(bars), to - from);
  series_buffers buffers(bars);
  const auto own_buffers = [&](std::vector<double*>& own) {
    for (std::size_t k = 0; k < group; ++k) own.push_back(buffers.next());
  };
  std::array<std::vector<double*>, max_inputs> own_in;
  std::array<std::vector<double*>, max_outputs> own_out;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!contiguous(in[i])) own_buffers(own_in[i]);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!contiguous(out[i]) && !is_wide_integer(out[i])) own_buffers(own_out[i]);
  for (std::size_t first = from; first < to; first += group) {
    const std::size_t count = std::min(group, to - first);
    for (std::size_t i = 0; i < in.size(); ++i)
      if (!own_in[i].empty()) gather_any(in[i], first, {own_in[i].data(), count});
    for (std::size_t k = 0; k < count; ++k) {
      inputs_of_series x{};
      outputs_of_series y{};
      for (std::size_t i = 0; i < in.size(); ++i)
        x[i] = own_in[i].empty() ? static_cast<const double*>(column(in[i], first + k)) : own_in[i][k];
      for (std::size_t i = 0; i < out.size(); ++i)
        y[i] = own_out[i].empty() ? static_cast<double*>(column(out[i], first + k)) : own_out[i][k];
      if (nan == nan_rule::raise) refuse_nan(j, x, bars, first + k);
      if (nan == nan_rule::skip)
        compute_skipping(j, x, bars, y);
      else
        compute_series(j, x, bars, y);
      for (std::size_t i = 0; i < out.size(); ++i)
        if (is_wide_integer(out[i])) convert_in_place(y[i], bars);
    }
    for (std::size_t i = 0; i < out.size(); ++i)
      if (!own_out[i].empty()) scatter_any({own_out[i].data(), count}, out[i], first);
  }
}

array_ref columns_of(array_ref array, std::size_t from, std::size_t to) {
  array.data = column(array, from);
  array.series = to - from;
  return array;
}

void check_shapes(const indicator& what, std::span<const array_ref> in, std::span<const array_ref> out) {
  if (in.size() != what.inputs.size() || out.size() != what.outputs.size())
    throw argument_error(name_of(what) + ": it takes " + std::to_string(what.inputs.size()) + " inputs and " +
                         std::to_string(what.outputs.size()) + " outputs, and " + std::to_string(in.size()) + " and " +
                         std::to_string(out.size()) + " were given.");
  const auto differs = [&](const array_ref& a) { return a.rows != in[0].rows || a.series != in[0].series; };
  const auto shape = [](const array_ref& a) { return std::to_string(a.rows) + " x " + std::to_string(a.series); };
  for (std::size_t i = 1; i < in.size(); ++i)
    if (differs(in[i]))
      throw argument_error(name_of(what) + ": " + std::string(what.inputs[i].name) + " has shape " + shape(in[i]) +
                           " where " + std::string(what.inputs[0].name) + " has " + shape(in[0]) +
                           ": give inputs of one shape.");
  for (std::size_t i = 0; i < out.size(); ++i)
    if (differs(out[i]))
      throw argument_error(name_of(what) + ": output " + std::string(what.outputs[i].name) + " has shape " +
                           shape(out[i]) + " where the inputs have " + shape(in[0]) + ": give one of the same shape.");
}

// Divides the series of a table between threads; the first exception of any is thrown here.
template <typename Work>
void divide(std::size_t series, int threads, const Work& work) {
  const std::size_t parts = std::min(series, static_cast<std::size_t>(threads));
  if (parts <= 1) return work(std::size_t{0}, series);
  std::exception_ptr failure;
  std::mutex guard;
  {
    std::vector<std::jthread> workers;
    workers.reserve(parts);
    for (std::size_t part = 0; part < parts; ++part)
      workers.emplace_back([&, from = series * part / parts, to = series * (part + 1) / parts] {
        try {
          work(from, to);
        } catch (...) {
          const std::scoped_lock lock(guard);
          if (!failure) failure = std::current_exception();
        }
      });
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

const indicator* indicator::find(std::string_view name) {
  const auto& names = the_registry().by_name;
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

const indicator& indicator::named(std::string_view name) {
  if (const auto* found = find(name)) return *found;
  throw argument_error("there is no indicator '" + std::string(name) +
                       "': see indicator::all(), ph.indicators() or talib.get_functions() for the names.");
}

std::span<const indicator* const> indicator::all() { return the_registry().all; }

const indicator_code& indicator::code() const {
  // The table is constant and its search gives every thread the same answer.
  if (const auto* known = found_code.load(std::memory_order_relaxed)) return *known;
  for (const auto* family : active_table().families)
    for (std::size_t i = 0; i < family->count; ++i)
      if (find(family->first[i].name) == this) {
        found_code.store(&family->first[i], std::memory_order_relaxed);
        return family->first[i];
      }
  throw error(name_of(*this) + ": it is described but has no code.");
}

bool indicator::has_state() const { return code().state.bytes != 0; }

parameter_values indicator::parameters_of(std::initializer_list<double> given) const {
  if (given.size() > parameters.size())
    throw argument_error(name_of(*this) + ": " + std::to_string(given.size()) + " parameters were given and it takes " +
                         std::to_string(parameters.size()) + ".");
  parameter_values p{};
  for (std::size_t i = 0; i < parameters.size(); ++i) p[i] = parameters[i].fallback;
  std::copy(given.begin(), given.end(), p.begin());
  check(p);
  return p;
}

void indicator::check(const parameter_values& p, bool talib) const {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const parameter& one = parameters[i];
    const bool wide = one.what == parameter::kind::period && !talib;
    const double most = wide ? static_cast<double>(max_period) : one.most;
    if (p[i] >= one.least && p[i] <= most) continue;
    const std::string help(one.help);
    throw argument_error(
        name_of(*this) + ": " + std::string(one.name) + " is " + text_of(p[i]) + "; it must be from " +
        text_of(one.least) + " to " + text_of(most) + ": give " +
        (one.what == parameter::kind::real ? "a number between these (" + help + ")." : "the number of " + help + "."));
  }
  if (refusal == nullptr) return;
  if (const auto why = refusal(p.data()); !why.empty()) throw argument_error(name_of(*this) + ": " + why);
}

void indicator::check_state(const parameter_values& p) const {
  if (state_refusal == nullptr) return;
  if (const auto why = state_refusal(p.data()); !why.empty()) throw argument_error(name_of(*this) + ": " + why);
}

void compute(const indicator& what, std::span<const array_ref> in, std::span<const array_ref> out,
             const parameter_values& p, const compute_options& options) {
  check_shapes(what, in, out);
  const job j{what, what.code(), p.data(), options.exact, options.last_bar_anyhow};
  if (options.exact && j.code.state.bytes == 0)
    throw argument_error(name_of(what) + ": exact was asked for, and it has no recursive form: leave exact out.");
  if (options.exact) what.check_state(p);
  if (in[0].series == 1 && (what.tables == nullptr || in[0].series_stride == 0) && options.nan == nan_rule::propagate &&
      std::ranges::all_of(in, contiguous) && std::ranges::all_of(out, contiguous)) {
    inputs_of_series x{};
    outputs_of_series y{};
    for (std::size_t i = 0; i < in.size(); ++i) x[i] = static_cast<const double*>(in[i].data);
    for (std::size_t i = 0; i < out.size(); ++i) y[i] = static_cast<double*>(out[i].data);
    return compute_series(j, x, in[0].rows, y);
  }
  divide(in[0].series, options.threads, [&](std::size_t from, std::size_t to) {
    // Tables are computed by the exact recursion. One series of doubles at any stride gives the bits of a contiguous one.
    const bool fits = in[0].series_stride != 0 || (in[0].type == array_ref::element::f32 && !options.exact);
    if (what.tables != nullptr && fits && options.nan == nan_rule::propagate) {
      std::array<array_ref, max_inputs> x;
      std::array<array_ref, max_outputs> y;
      for (std::size_t i = 0; i < in.size(); ++i) x[i] = columns_of(in[i], from, to);
      for (std::size_t i = 0; i < out.size(); ++i) y[i] = columns_of(out[i], from, to);
      if (what.tables({x.data(), in.size()}, {y.data(), out.size()}, p.data())) return;
    }
    compute_columns(j, in, out, options.nan, from, to);
  });
}

void compute_ordinary(const indicator& what, const double* const* in, std::size_t bars, double* const* out,
                      const parameter_values& p, bool exact, bool last_bar_anyhow) {
  inputs_of_series x;
  outputs_of_series y;
  for (std::size_t i = 0; i < what.inputs.size(); ++i) x[i] = in[i];
  for (std::size_t i = 0; i < what.outputs.size(); ++i) y[i] = out[i];
  compute_series({what, what.code(), p.data(), exact, last_bar_anyhow}, x, bars, y);
}

void compute_periods(const indicator& what, const array_ref& x, const array_ref& out,
                     std::span<const parameter_values> p, const compute_options& options) {
  compute_options alone = options;
  alone.threads = 1;
  divide(p.size(), options.threads, [&](std::size_t from, std::size_t to) {
    if (what.many != nullptr && options.nan == nan_rule::propagate && x.type == array_ref::element::f64 &&
        what.many(x, columns_of(out, from, to), p.subspan(from, to - from)))
      return;
    for (std::size_t i = from; i < to; ++i) {
      const array_ref column = columns_of(out, i, i + 1);
      compute(what, {&x, 1}, {&column, 1}, p[i], alone);
    }
  });
}

stream::stream(const indicator& what, const parameter_values& p)
    : what_(&what), code_(&what.code().state), p_(p), lookback_(static_cast<std::uint64_t>(what.lookback(p.data()))) {
  what.check(p);
  what.check_state(p);
  if (code_->bytes == 0)
    throw argument_error(name_of(what) + ": it has no streaming form, because a bar's value needs no other bar.");
  doubles_ = state_doubles_of(*code_) + code_->ring_doubles(p_.data());
  block_ = std::make_unique<double[]>(doubles_);
  code_->open(block_.get(), rings(), p_.data());
  for (std::size_t i = 0; i < what.outputs.size(); ++i) last_[i] = what.outputs[i].index ? 0.0 : nan_value;
}

stream::stream(const stream& other)
    : what_(other.what_),
      code_(other.code_),
      p_(other.p_),
      block_(std::make_unique_for_overwrite<double[]>(other.doubles_)),
      doubles_(other.doubles_),
      last_(other.last_),
      bars_(other.bars_),
      skipped_(other.skipped_),
      lookback_(other.lookback_) {
  std::memcpy(block_.get(), other.block_.get(), doubles_ * sizeof(double));
  code_->rebind(block_.get(), rings());
}

stream& stream::operator=(const stream& other) { return *this = stream(other); }

double* stream::rings() const noexcept { return block_.get() + state_doubles_of(*code_); }

const double* stream::update(const double* in) noexcept {
  if (bars_ == 0) [[unlikely]]
    for (std::size_t i = 0; i < what_->inputs.size(); ++i)
      if (std::isnan(in[i])) {
        ++skipped_;
        return last_.data();
      }
  if (++bars_ > lookback_) [[likely]] {
    code_->update(block_.get(), in, last_.data());
    if (skipped_ != 0) [[unlikely]]
      count_skipped(last_.data());
  } else {
    std::array<double, max_outputs> not_yet;
    code_->update(block_.get(), in, not_yet.data());
  }
  return last_.data();
}

void stream::peek(const double* in, double* out) const noexcept {
  std::copy_n(last_.data(), what_->outputs.size(), out);
  if (bars_ == 0)
    for (std::size_t i = 0; i < what_->inputs.size(); ++i)
      if (std::isnan(in[i])) return;
  std::array<double, max_outputs> next;
  code_->peek(block_.get(), in, next.data());
  if (bars_ < lookback_) return;
  count_skipped(next.data());
  std::copy_n(next.data(), what_->outputs.size(), out);
}

void stream::count_skipped(double* outputs) const noexcept {
  for (std::size_t i = 0; i < what_->outputs.size(); ++i)
    if (what_->outputs[i].index) outputs[i] += static_cast<double>(skipped_);
}

void stream::update_many(const double* const* in, std::size_t bars, double* const* out) noexcept {
  std::array<double, max_inputs> values;
  for (std::size_t bar = 0; bar < bars; ++bar) {
    for (std::size_t i = 0; i < what_->inputs.size(); ++i) values[i] = in[i][bar];
    const double* now = update(values.data());
    for (std::size_t i = 0; i < what_->outputs.size(); ++i) out[i][bar] = now[i];
  }
}

}  // namespace pyhft::kernels
