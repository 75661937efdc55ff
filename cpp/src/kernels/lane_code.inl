// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after state_code.inl and block_body.inl: lane_code of a state whose warmed-up update
// is the same few operations for every symbol, so that symbols can be lanes. It takes a struct with
//   static constexpr size_t fields
//   explicit Lanes(const double* p)
//   void step(const f64v* in, f64v* fields, f64v* out) const     State::update of a vector of symbols, bit for bit
// and, of the state, each_field(f) const: f(double) for each double that such an update changes, in the order of `fields`.

namespace pyhft::kernels {
namespace {

template <auto Make, typename Lanes>
struct lane_code_of {
  using State = decltype(Make(static_cast<const double*>(nullptr)));
  using code = update_of<Make, decltype(&State::update)>::code;

  static void take(const void* state, double* fields, size_t stride) {
    static_cast<const State*>(state)->each_field([&](double field) __attribute__((always_inline)) {
      *fields = field;
      fields += stride;
    });
  }
  static void update(double* fields, size_t stride, size_t symbols, const double* const* in, double* const* out,
                     const double* p) {
    const Lanes stepping(p);
    for_bars(0, symbols, [&](size_t s, auto lanes) __attribute__((always_inline)) {
      f64v values[code::inputs], state[Lanes::fields], results[code::outputs];
      for (size_t i = 0; i < code::inputs; ++i) values[i] = lanes.from(in[i] + s);
      for (size_t i = 0; i < Lanes::fields; ++i) state[i] = lanes.from(fields + i * stride + s);
      stepping.step(values, state, results);
      for (size_t i = 0; i < Lanes::fields; ++i) lanes.to(fields + i * stride + s, state[i]);
      for (size_t i = 0; i < code::outputs; ++i) lanes.to(out[i] + s, results[i]);
    });
  }
};

template <auto Make, typename Lanes>
constexpr lane_code lanes_of() {
  using code = lane_code_of<Make, Lanes>;
  return {Lanes::fields, code::take, code::update};
}

}  // namespace
}  // namespace pyhft::kernels
