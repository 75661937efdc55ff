// SPDX-License-Identifier: MIT
// Compiled once per instruction set: state_code of a plain state struct. A state has
//   Result update(double ...) noexcept     one argument per input; Result is double or a struct of doubles only
//   template <typename F> void each_ring(F f)     f(ring&) for every ring, in a fixed order; left out if it has none
//   static constexpr bool is_large     left out unless update is so much code that there should be one copy of it only
//   Result peek(double ...) const noexcept     left out unless update writes more than ring.hpp allows; two inputs at most
// and comes from a function State make(const double* p).

namespace pyhft::kernels {
namespace {

PYHFT_SIMD int64_t whole(double parameter) { return static_cast<int64_t>(parameter); }

template <typename State, typename F>
PYHFT_SIMD void each_ring_of(State& state, F f) {
  if constexpr (requires { state.each_ring(f); }) state.each_ring(f);
}

template <typename State>
PYHFT_SIMD void bind_rings(State& state, double* memory) {
  each_ring_of(state, [&memory](ring& r) __attribute__((always_inline)) {
    r.bind(memory);
    memory += r.size();
  });
}

template <auto Make, typename State, typename Result, typename... Inputs>
struct code_of {
  static constexpr size_t inputs = sizeof...(Inputs);
  static_assert(inputs >= 1 && inputs <= 4);
  static constexpr size_t outputs = sizeof(Result) / sizeof(double);

  PYHFT_SIMD Result apply(State& state, const double* in) {
    if constexpr (requires { State::is_large; })
      return apply_by_call(state, in);
    else
      return apply_in_place(state, in);
  }
  [[gnu::noinline]] static Result apply_by_call(State& state, const double* in) { return apply_in_place(state, in); }
  PYHFT_SIMD Result apply_in_place(State& state, const double* in) {
    if constexpr (sizeof...(Inputs) == 1)
      return state.update(in[0]);
    else if constexpr (sizeof...(Inputs) == 2)
      return state.update(in[0], in[1]);
    else if constexpr (sizeof...(Inputs) == 3)
      return state.update(in[0], in[1], in[2]);
    else
      return state.update(in[0], in[1], in[2], in[3]);
  }

  // What update would return.
  PYHFT_SIMD Result next(const State& state, const double* in) {
    if constexpr (requires { state.peek(in[0]); }) {
      return state.peek(in[0]);
    } else if constexpr (requires { state.peek(in[0], in[0]); }) {
      return state.peek(in[0], in[1]);
    } else {
      State copy = state;
      each_ring_of(copy, [](ring& r) __attribute__((always_inline)) { r.forget_write(); });
      const Result result = apply(copy, in);
      each_ring_of(copy, [](ring& r) __attribute__((always_inline)) { r.undo_write(); });
      return result;
    }
  }

  static size_t ring_doubles(const double* p) {
    State state = Make(p);
    size_t total = 0;
    each_ring_of(state, [&total](ring& r) __attribute__((always_inline)) { total += r.size(); });
    return total;
  }
  static void open(void* at, double* memory, const double* p) {
    State state = Make(p);
    bind_rings(state, memory);
    memcpy(at, &state, sizeof state);
  }
  static void rebind(void* at, double* memory) { bind_rings(*static_cast<State*>(at), memory); }
  static void update(void* at, const double* in, double* out) {
    const Result result = apply(*static_cast<State*>(at), in);
    memcpy(out, &result, sizeof result);
  }
  static void peek(const void* at, const double* in, double* out) {
    const Result result = next(*static_cast<const State*>(at), in);
    memcpy(out, &result, sizeof result);
  }
  static void update_all(void* at, size_t stride, size_t series, const double* const* in, double* const* out) {
    void* place = at;
    for (size_t s = 0; s < series; ++s, place = static_cast<char*>(place) + stride) {
      double prices[inputs];
      for (size_t i = 0; i < inputs; ++i) prices[i] = in[i][s];
      const Result result = apply(*static_cast<State*>(place), prices);
      double values[outputs];
      memcpy(values, &result, sizeof result);
      for (size_t i = 0; i < outputs; ++i) out[i][s] = values[i];
    }
  }
  static void run(void* at, const double* const* in, size_t bars, double* const* out) {
    State state = *static_cast<State*>(at);
    for (size_t bar = 0; bar < bars; ++bar) {
      double prices[inputs];
      for (size_t i = 0; i < inputs; ++i) prices[i] = in[i][bar];
      const Result result = apply(state, prices);
      double values[outputs];
      memcpy(values, &result, sizeof result);
      for (size_t i = 0; i < outputs; ++i) out[i][bar] = values[i];
    }
    *static_cast<State*>(at) = state;
  }

  static constexpr state_code value{sizeof(State), inputs, outputs, ring_doubles, open,
                                    rebind,        update, peek,    update_all,   run};
};

// Takes the type of State::update apart without naming the function itself, which would make the compiler emit it.
template <auto Make, typename Update>
struct update_of;
template <auto Make, typename State, typename Result, typename... Inputs>
struct update_of<Make, Result (State::*)(Inputs...) noexcept> {
  static_assert(__is_trivially_copyable(State));
  using code = code_of<Make, State, Result, Inputs...>;
};

// Of the state that Make returns.
template <auto Make>
constexpr state_code state_of() {
  using State = decltype(Make(static_cast<const double*>(nullptr)));
  return update_of<Make, decltype(&State::update)>::code::value;
}

}  // namespace
}  // namespace pyhft::kernels
