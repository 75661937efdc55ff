// SPDX-License-Identifier: MIT
// Compiled once per instruction set that has a fused multiply-add, after its simd_<isa>.hpp: the C library's elementary
// functions, a vector at a time. Every instruction set gives the same bits. The largest errors found over 2 million
// arguments of every range, in units in the last place of the exact result (tests/python/test_pointwise.py holds all
// below 1):
//   exp 0.78  log 0.63  log10 0.68  sin 0.77  cos 0.77  tan 0.90  asin 0.61  acos 0.61  atan 0.71
//   sinh 0.82  cosh 0.69  tanh 0.67
// NaN, infinities, zeros of both signs, subnormals and arguments outside the domain give what the C library gives.
//
// The argument is reduced to a small interval without error (Cody and Waite's constants in two or three parts, exact
// with a fused multiply-add), a minimax polynomial gives the correction to the leading term there, and the leading
// terms are added with their rounding errors kept. The polynomials were fitted by Remez's exchange in 240 bits, to a
// relative error of the result below 2^-56; each list starts with the constant term.
//
// Angles beyond `largest_angle`, which would need more of pi, go to the C library lane by lane.

namespace pyhft::kernels {
namespace {

constexpr double infinity = __builtin_inf();
constexpr double not_a_number = __builtin_nan("");
// Added to a number below 2^51, it leaves the nearest integer in the last bits.
constexpr double round_by_adding = 0x1.8p52;

// c[0] + c[1] * x + c[2] * x^2 + ...
template <size_t N>
PYHFT_SIMD f64v polynomial(f64v x, const double (&c)[N]) {
  f64v sum = broadcast(c[N - 1]);
#pragma GCC unroll 16
  for (size_t i = 1; i < N; ++i) sum = fused(sum, x, broadcast(c[N - 1 - i]));
  return sum;
}

PYHFT_SIMD f64v negative(f64v x) { return doubles_of(bits_of(x) ^ bits_of(broadcast(-0.0))); }
PYHFT_SIMD i64v sign_of(f64v x) { return bits_of(x) & bits_of(broadcast(-0.0)); }
PYHFT_SIMD f64v with_sign(f64v magnitude, i64v sign) { return doubles_of(bits_of(magnitude) | sign); }

// high + low, where |low| is at most half a unit in the last place of high.
struct two_f64v {
  f64v high;
  f64v low;
};

// a + b without error, where a is 0 or |a| >= |b|.
PYHFT_SIMD two_f64v exact_sum(f64v a, f64v b) {
  const f64v sum = a + b;
  return {sum, (a - sum) + b};
}

// (a.high + a.low) / (b.high + b.low)
PYHFT_SIMD f64v quotient(two_f64v a, two_f64v b) {
  const f64v inverse = broadcast(1.0) / b.high;
  const f64v first = a.high * inverse;
  const f64v rest = fused(negative(first), b.high, a.high) + fused(negative(first), b.low, a.low);
  return fused(rest, inverse, first);
}

// ---- exp, sinh, cosh, tanh

constexpr double ln2_high = 0x1.62e42fefa39efp-1;
constexpr double ln2_low = 0x1.abc9e3b39803fp-56;

// (cosh(r) - 1) / r^2 and (sinh(r) / r - 1) / r^2 as functions of r^2, |r| <= ln(2) / 2.
constexpr double cosh_terms[] = {0x1.0000000000000p-1,  0x1.555555555555bp-5,  0x1.6c16c16c14077p-10,
                                 0x1.a01a01b19fdcap-16, 0x1.27e4c40cef12bp-22, 0x1.1f97715fa9710p-29};
constexpr double sinh_terms[] = {0x1.5555555555558p-3, 0x1.111111110f803p-7, 0x1.a01a01b00c2c6p-13,
                                 0x1.71ddf6b3f10d1p-19, 0x1.af632ad6abeb4p-26};

// x = k * ln(2) + r + r_low
struct reduced_power {
  f64v k;
  f64v r;
  f64v r_low;
  f64v cosh_less_1;  // cosh(r) - 1
  f64v sinh_less_r;  // sinh(r) - r
};

PYHFT_SIMD reduced_power reduce_power(f64v x) {
  const f64v to_integer = broadcast(round_by_adding);
  const f64v k = fused(x, broadcast(0x1.71547652b82fep+0), to_integer) - to_integer;
  const f64v first = fused(k, broadcast(-ln2_high), x);
  const f64v r = fused(k, broadcast(-ln2_low), first);
  const f64v square = r * r;
  return {k, r, fused(k, broadcast(-ln2_low), first - r), square * polynomial(square, cosh_terms),
          r * square * polynomial(square, sinh_terms)};
}

// Nothing overflows or underflows later than here.
constexpr double largest_power = 800.0;

PYHFT_SIMD f64v vector_exp(f64v x) {
  // The order of the arguments lets NaN through.
  const reduced_power at = reduce_power(larger(broadcast(-largest_power), smaller(broadcast(largest_power), x)));
  const two_f64v leading = exact_sum(broadcast(1.0), at.r);
  return scaled(leading.high + (leading.low + (at.r_low + (at.cosh_less_1 + at.sinh_less_r))), at.k);
}

// sinh(|x|) and cosh(|x|), both divided by 2^(k - 1), from those of r by the theorems of addition: with
// c = 1 + 2^-2k and s = 1 - 2^-2k, sinh(|x|) = s * cosh(r) + c * sinh(r) and cosh(|x|) = c * cosh(r) + s * sinh(r).
// Each is a sum of two parts that is still to be added.
struct hyperbolic {
  two_f64v sine;
  two_f64v cosine;
  f64v k;
};

PYHFT_SIMD hyperbolic hyperbolic_of(f64v magnitude) {
  const reduced_power at = reduce_power(magnitude);
  const f64v small = power_of_two(smaller(at.k, broadcast(60.0)) * broadcast(-2.0));
  const f64v c = broadcast(1.0) + small;
  const f64v s = broadcast(1.0) - small;
  // From k = 27 on c and s are both 1, short of 2^-2k: by 2^-2k * exp(-r) in the results.
  const f64v lost = small - (c - broadcast(1.0));
  const f64v lost_part = fused(negative(lost), at.r, lost);
  const f64v sinh_rest = at.sinh_less_r + at.r_low;
  const f64v s_r = s * at.r;
  const f64v c_r = c * at.r;
  const two_f64v sine = exact_sum(s, c_r);
  const two_f64v cosine = exact_sum(c, s_r);
  const f64v s_r_low = fused(s, at.r, negative(s_r));
  const f64v c_r_low = fused(c, at.r, negative(c_r));
  return {{sine.high, (sine.low - lost_part) + (c_r_low + fused(s, at.cosh_less_1, c * sinh_rest))},
          {cosine.high, (cosine.low + lost_part) + (s_r_low + fused(c, at.cosh_less_1, s * sinh_rest))},
          at.k};
}

PYHFT_SIMD f64v vector_sinh(f64v x) {
  const hyperbolic h = hyperbolic_of(smaller(broadcast(largest_power), absolute(x)));
  return with_sign(scaled(h.sine.high + h.sine.low, h.k - broadcast(1.0)), sign_of(x));
}

PYHFT_SIMD f64v vector_cosh(f64v x) {
  const hyperbolic h = hyperbolic_of(smaller(broadcast(largest_power), absolute(x)));
  return scaled(h.cosine.high + h.cosine.low, h.k - broadcast(1.0));
}

PYHFT_SIMD f64v vector_tanh(f64v x) {
  const f64v magnitude = absolute(x);
  const f64v from_here_1 = broadcast(22.0);
  if (every(magnitude > from_here_1)) return with_sign(broadcast(1.0), sign_of(x));
  const hyperbolic h = hyperbolic_of(smaller(from_here_1, magnitude));
  return with_sign(quotient(exact_sum(h.sine.high, h.sine.low), exact_sum(h.cosine.high, h.cosine.low)), sign_of(x));
}

// ---- log, log10

// (ln((1 + s) / (1 - s)) / s - 2) / s^2 as a function of s^2, for (1 + s) / (1 - s) from sqrt(1/2) to sqrt(2).
constexpr double log_terms[] = {0x1.555555555557cp-1, 0x1.9999999984780p-2, 0x1.2492493fb46bap-2, 0x1.c71c52b7fc931p-3,
                                0x1.746649520a83ap-3, 0x1.399d014da6d29p-3, 0x1.2f529aa748639p-3};

// ln(x) = k * ln(2) + high + low
struct reduced_log {
  f64v k;
  two_f64v mantissa;
};

// Of a positive normal number times 2^exponent.
PYHFT_SIMD reduced_log reduce_log(f64v x, f64v exponent) {
  constexpr long long root_of_half = 0x3fe6a09e00000000;
  constexpr long long one = 0x3ff0000000000000;
  constexpr long long mantissa_bits = 0x000fffffffffffff;
  const i64v bits = bits_of(x) + broadcast_bits(one - root_of_half);
  // The exponent as the last digits of 2^52 + exponent.
  const f64v biased = doubles_of(shifted_right<52>(bits) | broadcast_bits(0x4330000000000000));
  const f64v k = biased - broadcast(0x1p52 + 1023.0) + exponent;
  const f64v f = doubles_of((bits & broadcast_bits(mantissa_bits)) + broadcast_bits(root_of_half)) - broadcast(1.0);
  const f64v s = f / (broadcast(2.0) + f);
  const f64v square = s * s;
  // ln(1 + f) = f - f^2 / 2 + s * (f^2 / 2 + s^2 * p(s^2))
  const f64v half_f = broadcast(0.5) * f;
  const f64v half = half_f * f;
  const f64v half_low = fused(half_f, f, negative(half));
  const f64v high = f - half;
  const f64v low = ((f - high) - half) - half_low;
  return {k, {high, fused(s, fused(square, polynomial(square, log_terms), half), low)}};
}

PYHFT_SIMD f64v natural(reduced_log at) {
  // Short enough that its product with any exponent is exact.
  const two_f64v sum = exact_sum(at.k * broadcast(0x1.62e42fefa3000p-1), at.mantissa.high);
  return sum.high + (sum.low + fused(at.k, broadcast(0x1.3de6af278ece6p-42), at.mantissa.low));
}

PYHFT_SIMD f64v decimal(reduced_log at) {
  const f64v scale = broadcast(0x1.bcb7b1526e50ep-2);  // 1 / ln(10)
  const f64v high = at.mantissa.high * scale;
  const f64v low = fused(at.mantissa.high, scale, negative(high)) +
                   fused(at.mantissa.high, broadcast(0x1.95355baaafad3p-57), at.mantissa.low * scale);
  const two_f64v sum = exact_sum(at.k * broadcast(0x1.34413509f7000p-2), high);
  return sum.high + (sum.low + fused(at.k, broadcast(0x1.3fde623e2566bp-43), low));
}

template <f64v (*Of)(reduced_log)>
PYHFT_SIMD f64v logarithm(f64v x) {
  constexpr double least_normal = 0x1p-1022;
  const mask64v ordinary = (x > broadcast(0x0.fffffffffffffp-1022)) & (broadcast(infinity) > x);
  if (every(ordinary)) [[likely]]
    return Of(reduce_log(x, broadcast(0.0)));
  const mask64v tiny = broadcast(least_normal) > x;
  const f64v y = Of(reduce_log(choose(tiny, x * broadcast(0x1p54), x), only(tiny, broadcast(-54.0))));
  const f64v positive = choose(x == broadcast(infinity), x, y);
  const f64v domain = choose(x == broadcast(0.0), broadcast(-infinity), positive);
  return choose(x > broadcast(-0x1p-1074), domain, broadcast(not_a_number));
}

PYHFT_SIMD f64v vector_log(f64v x) { return logarithm<natural>(x); }
PYHFT_SIMD f64v vector_log10(f64v x) { return logarithm<decimal>(x); }

// ---- sin, cos, tan

constexpr double half_pi[] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110};
constexpr double largest_angle = 0x1p28;

// (sin(r) / r - 1) / r^2 and (cos(r) - 1 + r^2 / 2) / r^4 as functions of r^2, |r| <= pi / 4.
constexpr double sin_terms[] = {-0x1.555555555554dp-3, 0x1.111111110fb4fp-7,   -0x1.a01a019c30a29p-13,
                                0x1.71de356f5dd9bp-19, -0x1.ae5e4c465ac0cp-26, 0x1.5d876e770c885p-33};
constexpr double cos_terms[] = {0x1.5555555555553p-5,   -0x1.6c16c16c16133p-10, 0x1.a01a019e24e58p-16,
                                -0x1.27e4f904021a1p-22, 0x1.1eea8955492bdp-29,  -0x1.8ff9d80290e6fp-37};

// |x| = n * pi / 2 + r + r_low; the sine and the cosine of the rest as sums of two parts that are still to be added.
struct reduced_angle {
  i64v quadrant;  // n in the last bits
  two_f64v sine;
  two_f64v cosine;
};

PYHFT_SIMD reduced_angle reduce_angle(f64v magnitude) {
  const f64v shifted = fused(magnitude, broadcast(0x1.45f306dc9c883p-1), broadcast(round_by_adding));
  const f64v n = shifted - broadcast(round_by_adding);
  const f64v first = fused(n, broadcast(-half_pi[0]), magnitude);  // exact
  // first - n * half_pi[1], where either may be the larger.
  const f64v second = n * broadcast(half_pi[1]);
  const f64v second_low = fused(n, broadcast(half_pi[1]), negative(second));
  const f64v r = first - second;
  const f64v part = r - first;
  const f64v lost = (first - (r - part)) - (second + part);
  const f64v r_low = fused(n, broadcast(-half_pi[2]), lost - second_low);

  const f64v square = r * r;
  const f64v half = broadcast(0.5) * square;
  const f64v high = broadcast(1.0) - half;
  const f64v sine_rest = fused(r * square, polynomial(square, sin_terms), fused(negative(half), r_low, r_low));
  const f64v square_low = fused(r, r, negative(square));
  const f64v cosine_rest = fused(square * square, polynomial(square, cos_terms),
                                 ((broadcast(1.0) - high) - half) - fused(r, r_low, broadcast(0.5) * square_low));
  return {bits_of(shifted), {r, sine_rest}, {high, cosine_rest}};
}

PYHFT_SIMD mask64v odd(i64v quadrant) { return highest_bits(shifted_left<63>(quadrant)); }
// In the place of the sign.
PYHFT_SIMD i64v second_bit(i64v quadrant) { return shifted_left<62>(quadrant) & bits_of(broadcast(-0.0)); }

PYHFT_SIMD f64v vector_sin_of(f64v x) {
  const reduced_angle at = reduce_angle(absolute(x));
  const mask64v swap = odd(at.quadrant);
  const f64v y = choose(swap, at.cosine.high, at.sine.high) + choose(swap, at.cosine.low, at.sine.low);
  return doubles_of(bits_of(y) ^ second_bit(at.quadrant) ^ sign_of(x));
}

PYHFT_SIMD f64v vector_cos_of(f64v x) {
  const reduced_angle at = reduce_angle(absolute(x));
  const mask64v swap = odd(at.quadrant);
  const f64v y = choose(swap, at.sine.high, at.cosine.high) + choose(swap, at.sine.low, at.cosine.low);
  return doubles_of(bits_of(y) ^ second_bit(at.quadrant + broadcast_bits(1)));
}

PYHFT_SIMD f64v vector_tan_of(f64v x) {
  const reduced_angle at = reduce_angle(absolute(x));
  const mask64v swap = odd(at.quadrant);
  const two_f64v sine = exact_sum(at.sine.high, at.sine.low);
  const two_f64v cosine = exact_sum(at.cosine.high, at.cosine.low);
  const f64v y = quotient({choose(swap, cosine.high, sine.high), choose(swap, cosine.low, sine.low)},
                          {choose(swap, sine.high, cosine.high), choose(swap, sine.low, cosine.low)});
  return doubles_of(bits_of(y) ^ shifted_left<63>(at.quadrant) ^ sign_of(x));
}

template <f64v (*Of)(f64v), double (*Library)(double)>
PYHFT_SIMD f64v of_angle(f64v x) {
  const mask64v ordinary = broadcast(largest_angle) > absolute(x);
  const f64v y = Of(x);
  if (every(ordinary)) [[likely]]
    return y;
  double arguments[f64v::width];
  double results[f64v::width];
  store(arguments, x);
  store(results, y);
  for (size_t i = 0; i < f64v::width; ++i)
    if (!(__builtin_fabs(arguments[i]) < largest_angle)) results[i] = Library(arguments[i]);
  return load(results);
}

PYHFT_SIMD double library_sin(double x) { return __builtin_sin(x); }
PYHFT_SIMD double library_cos(double x) { return __builtin_cos(x); }
PYHFT_SIMD double library_tan(double x) { return __builtin_tan(x); }

PYHFT_SIMD f64v vector_sin(f64v x) { return of_angle<vector_sin_of, library_sin>(x); }
PYHFT_SIMD f64v vector_cos(f64v x) { return of_angle<vector_cos_of, library_cos>(x); }
PYHFT_SIMD f64v vector_tan(f64v x) { return of_angle<vector_tan_of, library_tan>(x); }

// ---- asin, acos, atan

constexpr double pi_high = 0x1.921fb54442d18p+1;
constexpr double pi_low = 0x1.1a62633145c07p-53;

// (asin(t) / t - 1) / t^2 and (atan(t) / t - 1) / t^2 as functions of t^2, |t| <= 1/2.
constexpr double asin_terms[] = {
    0x1.5555555555562p-3, 0x1.333333333079ap-4,  0x1.6db6db7091f23p-5, 0x1.f1c71b0c79121p-6, 0x1.6e8bd421b6ea5p-6,
    0x1.1c4a8acf9d0d3p-6, 0x1.ca144d74a77eap-7,  0x1.75ca249b85bedp-7, 0x1.603149b926deep-7, 0x1.ef8ae762f08a1p-9,
    0x1.62626843f9406p-6, -0x1.5866d54f07d8ap-6, 0x1.0c02a5099fd6ep-5};
constexpr double atan_terms[] = {
    -0x1.5555555555554p-2, 0x1.99999999993f3p-3,  -0x1.2492492462735p-3, 0x1.c71c71af5da3ap-4,  -0x1.745d13ed60b5ep-4,
    0x1.3b13656021c4bp-4,  -0x1.110c9505079c6p-4, 0x1.e183fda144b8bp-5,  -0x1.ac73755e62e11p-5, 0x1.77ec1ade98ef8p-5,
    -0x1.2fcd37b35e28fp-5, 0x1.825f50d310854p-6,  -0x1.102d6d0938ad0p-7};

// asin(t) for |x| <= 1/2, where t is |x|, and for larger |x| with t = sqrt((1 - |x|) / 2), where asin(|x|) =
// pi / 2 - 2 * asin(t).
struct reduced_ratio {
  mask64v large;
  f64v t;
  f64v rest;  // asin(t) - t
};

PYHFT_SIMD reduced_ratio reduce_ratio(f64v magnitude) {
  const mask64v large = magnitude > broadcast(0.5);
  const f64v half = fused(magnitude, broadcast(-0.5), broadcast(0.5));  // exact where it is used
  const f64v square = choose(large, half, magnitude * magnitude);
  const f64v root = square_root(half);
  const f64v root_low = fused(negative(root), root, half) * (broadcast(0.5) / larger(broadcast(0x1p-60), root));
  const f64v t = choose(large, root, magnitude);
  return {large, t, fused(t * square, polynomial(square, asin_terms), only(large, root_low))};
}

// base + factor * asin(t), for base = (1 or 0) * pi_high and its rest; the factor a power of two or its negative.
PYHFT_SIMD f64v composed(f64v base, f64v base_low, f64v factor, const reduced_ratio& at) {
  const two_f64v sum = exact_sum(base, factor * at.t);
  return sum.high + (sum.low + fused(factor, at.rest, base_low));
}

PYHFT_SIMD f64v vector_asin(f64v x) {
  const reduced_ratio at = reduce_ratio(absolute(x));
  const f64v y = composed(only(at.large, broadcast(pi_high / 2)), only(at.large, broadcast(pi_low / 2)),
                          choose(at.large, broadcast(-2.0), broadcast(1.0)), at);
  return with_sign(y, sign_of(x));
}

PYHFT_SIMD f64v vector_acos(f64v x) {
  const reduced_ratio at = reduce_ratio(absolute(x));
  // pi / 2 - asin(x), 2 * asin(t) or pi - 2 * asin(t)
  const mask64v below = broadcast(-0.5) > x;
  const f64v multiple = choose(at.large, only(below, broadcast(1.0)), broadcast(0.5));
  const f64v size = choose(at.large, broadcast(-2.0), broadcast(1.0));
  return composed(multiple * broadcast(pi_high), multiple * broadcast(pi_low),
                  doubles_of(bits_of(negative(size)) ^ sign_of(x)), at);
}

PYHFT_SIMD f64v vector_atan(f64v x) {
  // atan(|x|) = base + atan(t), with t = |x|, (|x| - 1) / (|x| + 1) or -1 / |x|; beyond 2^60 it is pi / 2.
  const f64v magnitude = smaller(broadcast(0x1p60), absolute(x));
  const mask64v middle = magnitude > broadcast(0.5);
  const mask64v large = magnitude > broadcast(2.0);
  const f64v one = broadcast(1.0);
  const f64v base = choose(large, broadcast(pi_high / 2), only(middle, broadcast(pi_high / 4)));
  const f64v base_low = choose(large, broadcast(pi_low / 2), only(middle, broadcast(pi_low / 4)));
  const f64v numerator = choose(large, negative(one), choose(middle, magnitude - one, magnitude));
  const f64v sum = magnitude + one;
  const f64v denominator = choose(large, magnitude, choose(middle, sum, one));
  const f64v denominator_low = choose(large, broadcast(0.0), only(middle, magnitude - (sum - one)));
  const f64v inverse = one / denominator;
  const f64v t = numerator * inverse;
  const f64v t_low = fused(negative(t), denominator_low, fused(negative(t), denominator, numerator)) * inverse;
  const f64v square = t * t;
  const two_f64v leading = exact_sum(base, t);
  const f64v rest = fused(t * square, polynomial(square, atan_terms), base_low + t_low);
  return with_sign(leading.high + (leading.low + rest), sign_of(x));
}

}  // namespace
}  // namespace pyhft::kernels
