// SPDX-License-Identifier: MIT
#include "pyhft/kernels/bank.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "indicator_code.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::kernels {
namespace {

double missing(const output& one) { return one.index ? 0.0 : std::numeric_limits<double>::quiet_NaN(); }

}  // namespace

bank::bank(const indicator& what, std::size_t symbols, const parameter_values& p)
    : what_(&what), code_(&what.code()), p_(p), symbols_(symbols) {
  what.check(p);
  what.check_state(p);
  if (symbols < 1 || symbols > max_symbols)
    throw argument_error("bank: symbols is " + std::to_string(symbols) + "; it must be from 1 to " +
                         std::to_string(max_symbols) + ": give the number of symbols to follow.");
  if (code_->state.bytes == 0)
    throw argument_error("bank: '" + std::string(what.name) + "' has no streaming form: use its function.");
  lookback_ = static_cast<std::uint64_t>(what.lookback(p_.data()));
  state_doubles_ = state_doubles_of(code_->state);
  ring_doubles_ = code_->state.ring_doubles(p_.data());
  block_ = std::make_unique<double[]>(symbols * (state_doubles_ + ring_doubles_));
  for (std::size_t s = 0; s < symbols; ++s) code_->state.open(state(s), rings(s), p_.data());
  to_come_.assign(symbols, lookback_ + 1);
  waiting_ = symbols;
  if (std::ranges::any_of(what.outputs, &output::index)) {
    came_.assign(symbols, 0);
    taken_.assign(symbols, 0);
    numbers_ = std::make_unique<std::uint64_t[]>(symbols * (lookback_ + 1));
  }
  if (code_->lanes.fields != 0) lanes_ = std::make_unique_for_overwrite<double[]>(symbols * code_->lanes.fields);
}

bank::bank(const bank& other)
    : what_(other.what_),
      code_(other.code_),
      p_(other.p_),
      symbols_(other.symbols_),
      state_doubles_(other.state_doubles_),
      ring_doubles_(other.ring_doubles_),
      block_(std::make_unique_for_overwrite<double[]>(other.symbols_ * (other.state_doubles_ + other.ring_doubles_))),
      to_come_(other.to_come_),
      came_(other.came_),
      taken_(other.taken_),
      lookback_(other.lookback_),
      waiting_(other.waiting_),
      in_lanes_(other.in_lanes_) {
  std::memcpy(block_.get(), other.block_.get(), symbols_ * (state_doubles_ + ring_doubles_) * sizeof(double));
  for (std::size_t s = 0; s < symbols_; ++s) code_->state.rebind(state(s), rings(s));
  if (other.numbers_ != nullptr) {
    const std::size_t numbers = symbols_ * (lookback_ + 1);
    numbers_ = std::make_unique_for_overwrite<std::uint64_t[]>(numbers);
    std::copy_n(other.numbers_.get(), numbers, numbers_.get());
  }
  if (other.lanes_ == nullptr) return;
  const std::size_t doubles = symbols_ * code_->lanes.fields;
  lanes_ = std::make_unique_for_overwrite<double[]>(doubles);
  if (in_lanes_) std::copy_n(other.lanes_.get(), doubles, lanes_.get());
}

void bank::to_lanes() noexcept {
  if (lanes_ == nullptr) return;
  for (std::size_t s = 0; s < symbols_; ++s) code_->lanes.take(state(s), lanes_.get() + s, symbols_);
  in_lanes_ = true;
}

// Of the bar that came last, which the state is to take.
void bank::take_number(std::size_t symbol) noexcept {
  numbers_[symbol * (lookback_ + 1) + taken_[symbol]++ % (lookback_ + 1)] = came_[symbol] - 1;
}

// The state knows its own bars only.
void bank::number_bars(std::size_t symbol, double* out) const noexcept {
  if (numbers_ == nullptr) return;
  for (std::size_t i = 0; i < what_->outputs.size(); ++i)
    if (what_->outputs[i].index) {
      const auto own = static_cast<std::uint64_t>(out[i]);
      out[i] = static_cast<double>(numbers_[symbol * (lookback_ + 1) + own % (lookback_ + 1)]);
    }
}

void bank::update_one(std::size_t symbol, const double* in, double* out) noexcept {
  if (in_lanes_) [[likely]] {
    const double* row[max_inputs];
    double* results[max_outputs];
    for (std::size_t i = 0; i < what_->inputs.size(); ++i) row[i] = in + i;
    for (std::size_t i = 0; i < what_->outputs.size(); ++i) results[i] = out + i;
    return code_->lanes.update(lanes_.get() + symbol, symbols_, 1, row, results, p_.data());
  }
  if (numbers_ != nullptr) ++came_[symbol];
  std::uint64_t& to_come = to_come_[symbol];
  if (to_come == 0) [[likely]] {
    if (numbers_ != nullptr) take_number(symbol);
    code_->state.update(state(symbol), in, out);
    return number_bars(symbol, out);
  }
  bool complete = true;
  for (std::size_t i = 0; i < what_->inputs.size(); ++i) complete = complete && !std::isnan(in[i]);
  if (complete || to_come != lookback_ + 1) {
    if (numbers_ != nullptr) take_number(symbol);
    code_->state.update(state(symbol), in, out);
    if (--to_come == 0) {
      if (--waiting_ == 0) to_lanes();
      return number_bars(symbol, out);
    }
  }
  for (std::size_t i = 0; i < what_->outputs.size(); ++i) out[i] = missing(what_->outputs[i]);
}

void bank::update(const double* const* in, double* const* out) noexcept {
  if (in_lanes_) return code_->lanes.update(lanes_.get(), symbols_, symbols_, in, out, p_.data());
  if (waiting_ == 0 && numbers_ == nullptr) [[likely]] {
    code_->state.update_all(block_.get(), state_doubles_ * sizeof(double), symbols_, in, out);
    return;
  }
  std::array<double, max_inputs> values;
  std::array<double, max_outputs> results;
  for (std::size_t s = 0; s < symbols_; ++s) {
    for (std::size_t i = 0; i < what_->inputs.size(); ++i) values[i] = in[i][s];
    update_one(s, values.data(), results.data());
    for (std::size_t i = 0; i < what_->outputs.size(); ++i) out[i][s] = results[i];
  }
}

void bank::update_present(const double* const* in, double* const* out) noexcept {
  std::array<double, max_inputs> values;
  std::array<double, max_outputs> results;
  for (std::size_t s = 0; s < symbols_; ++s) {
    for (std::size_t i = 0; i < what_->inputs.size(); ++i) values[i] = in[i][s];
    update_one_present(s, values.data(), results.data());
    for (std::size_t i = 0; i < what_->outputs.size(); ++i) out[i][s] = results[i];
  }
}

void bank::update_one_present(std::size_t symbol, const double* in, double* out) noexcept {
  bool present = true;
  for (std::size_t i = 0; i < what_->inputs.size(); ++i) present = present && !std::isnan(in[i]);
  if (present) return update_one(symbol, in, out);
  if (numbers_ != nullptr) ++came_[symbol];
  for (std::size_t i = 0; i < what_->outputs.size(); ++i) out[i] = missing(what_->outputs[i]);
}

}  // namespace pyhft::kernels
