// Elementary functions on lanes: the same operations in the same order on every instruction set, so that
// the number of lanes does not change a bit of the answer. The polynomials are minimax fits made for this
// file (Remez exchange in 50 digits); test/kernels/math.test.ts holds exp and ln to 2 ulp.
#pragma once
#include "base.hpp"

namespace lf {

// 1/x for normal x of either sign: a first guess from the exponent's bits (off by at most 12 %), two cubic
// steps and a quadratic one. Dividing eight lanes takes 16 cycles, this about 5. Without fused
// multiply-add the steps lose digits, and dividing is the better way.
LF_INLINE Lanes reciprocal(Lanes x) {
#if defined(LF_WASM)
  return Lanes(1.0) / x;
#else
  Lanes y = subtract_bits(Lanes(0x1.e623822fc16e6p+1022), x);
  Lanes e = fnma(x, y, Lanes(1.0));
  y = fma(fma(e, e, e), y, y);
  e = fnma(x, y, Lanes(1.0));
  y = fma(fma(e, e, e), y, y);
  e = fnma(x, y, Lanes(1.0));
  return fma(e, y, y);
#endif
}

// 1/x to six digits: for weights and step lengths, which need no more.
LF_INLINE Lanes rough_reciprocal(Lanes x) {
#if defined(LF_WASM)
  return Lanes(1.0) / x;
#else
  Lanes y = subtract_bits(Lanes(0x1.e623822fc16e6p+1022), x);
  Lanes e = fnma(x, y, Lanes(1.0));
  y = fma(fma(e, e, e), y, y);
  e = fnma(x, y, Lanes(1.0));
  return fma(e, y, y);
#endif
}

// e^x for -708 <= x <= 709, and the value at the nearer end outside; NaN stays NaN. The ends are far beyond
// any sensible exponent, and a finite value there keeps infinity minus infinity out of the sums.
LF_INLINE Lanes exp(Lanes x) {
  const Lanes magic(6755399441055744.0);  // 1.5 * 2^52: adding it leaves the rounded integer in the low bits
  const Lanes clamped = max(Lanes(-708.0), min(Lanes(709.0), x));
  const Lanes shifted = fma(clamped, Lanes(1.4426950408889634), magic);
  const Lanes k = shifted - magic;
  // ln 2 in two parts; the first has 20 zero bits at its end, so its product with k is exact without FMA too
  Lanes r = fma(k, Lanes(-0x1.62e42feep-1), clamped);
  r = fma(k, Lanes(-0x1.a39ef35793c76p-33), r);
  Lanes p(0x1.ad7f44a01e787p-26);
  p = fma(p, r, Lanes(0x1.28ad9b8387350p-22));
  p = fma(p, r, Lanes(0x1.71df25ae6b8eap-19));
  p = fma(p, r, Lanes(0x1.a01999e26baabp-16));
  p = fma(p, r, Lanes(0x1.a01a012a11caep-13));
  p = fma(p, r, Lanes(0x1.6c16c18438ab3p-10));
  p = fma(p, r, Lanes(0x1.1111111127d05p-7));
  p = fma(p, r, Lanes(0x1.555555555083fp-5));
  p = fma(p, r, Lanes(0x1.55555555554f9p-3));
  p = fma(p, r, Lanes(0x1.000000000000ap-1));
  p = fma(p, r, Lanes(1.0));
  p = fma(p, r, Lanes(1.0));
  return add_bits(p, shift_left_52(shifted));
}

// ln(x) for normal x > 0, and 1/x with it for a few operations more: one reciprocal, of x*(m + 1), serves
// both. Below 1e-300, above 1e300 and for NaN neither number means anything: callers look at x first.
LF_INLINE Lanes log_and_reciprocal(Lanes x, Lanes& inverse) {
  // x = m * 2^k with m in [sqrt(1/2), sqrt(2))
  const Lanes root_half(0x1.6a09e667f3bcdp-1);
  const Lanes offset = subtract_bits(x, root_half);
  const Lanes k_bits = shift_right_52(add_bits(offset, Lanes(2.0)));  // 2.0 is 1024 in the exponent's place
  const Lanes k = or_bits(k_bits, Lanes(0x1p52)) - Lanes(0x1p52 + 1024.0);
  const Lanes m = add_bits(and_bits(offset, Lanes(0x0.fffffffffffffp-1022)), root_half);
  const Lanes f = m - Lanes(1.0);
  const Lanes m1 = m + Lanes(1.0);
  const Lanes both = reciprocal(x * m1);
  inverse = both * m1;
  const Lanes s = f * (both * x);
  const Lanes z = s * s;
  Lanes q(0x1.2f0d94288c9c5p-3);
  q = fma(q, z, Lanes(0x1.39a0f46cebf35p-3));
  q = fma(q, z, Lanes(0x1.74664632d693bp-3));
  q = fma(q, z, Lanes(0x1.c71c51e7d4c9ap-3));
  q = fma(q, z, Lanes(0x1.2492494217d42p-2));
  q = fma(q, z, Lanes(0x1.999999997fb2dp-2));
  q = fma(q, z, Lanes(0x1.5555555555593p-1));
  // ln(1+f) = f - (f^2/2 - s*(f^2/2 + q*z)), the correction small against f
  const Lanes half_square = f * f * Lanes(0.5);
  const Lanes low = fma(k, Lanes(0x1.a39ef35793c76p-33), s * fma(q, z, half_square));
  return fma(k, Lanes(0x1.62e42feep-1), f - (half_square - low));
}

// ln(x); NaN where x <= 0 (a step that leads there is not taken).
LF_INLINE Lanes log(Lanes x) {
  Lanes inverse;
  const Lanes y = log_and_reciprocal(max(Lanes(1e-300), x), inverse);
  return select(x > Lanes(0.0), y, Lanes(0.0) / Lanes(0.0));
}

LF_INLINE Lanes sign(Lanes x) {
  return select(x > Lanes(0.0), Lanes(1.0), select(x < Lanes(0.0), Lanes(-1.0), x));
}

// max(x, 0), and its slope: 0 at 0, where there is none. NaN stays NaN in the first.
LF_INLINE Lanes relu(Lanes x) { return max(Lanes(0.0), x); }
LF_INLINE Lanes step(Lanes x) { return select(x > Lanes(0.0), Lanes(1.0), Lanes(0.0)); }

// 1 / (1 + e^-x), with full relative precision at both ends: e^-x may be huge, but not infinite.
LF_INLINE Lanes sigmoid(Lanes x) { return reciprocal(exp(-x) + Lanes(1.0)); }

// ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|); the second term is corrected for the rounding of 1 + e.
LF_INLINE Lanes softplus(Lanes x) {
  const Lanes e = exp(-abs(x));
  const Lanes w = e + Lanes(1.0);
  Lanes inverse;
  const Lanes l = log_and_reciprocal(w, inverse);
  const Lanes rest = e - (w - Lanes(1.0));
  return max(x, Lanes(0.0)) + fma(rest, inverse, l);
}

// sigmoid(x) where softplus(x) is wanted too: the compiler finds what both compute, an exponential and a reciprocal, once.
LF_INLINE Lanes sigmoid_beside_softplus(Lanes x) {
  const Lanes e = exp(-abs(x));
  Lanes inverse;
  log_and_reciprocal(e + Lanes(1.0), inverse);
  return select(x < Lanes(0.0), e * inverse, inverse);
}

LF_INLINE Lanes log_sigmoid(Lanes x) { return -softplus(-x); }

LF_INLINE Lanes tanh(Lanes x) {
  const Lanes e = exp(Lanes(-2.0) * abs(x));
  const Lanes t = (Lanes(1.0) - e) * reciprocal(e + Lanes(1.0));
  const Lanes near = fma(x * x, abs(x) * Lanes(-1.0 / 3.0), abs(x));
  const Lanes y = select(abs(x) < Lanes(1e-4), near, t);
  return select(x < Lanes(0.0), -y, y);
}

// sin and cos for |x| < 1e5: x = k*pi/2 + r with pi/2 in three parts, then the series of both up to
// |r| <= pi/4 (truncation below 1e-17), chosen by k modulo 4.
LF_INLINE void sin_cos_reduced(Lanes x, Lanes& sine, Lanes& cosine, Lanes& quarter) {
  const Lanes magic(6755399441055744.0);
  const Lanes k = fma(x, Lanes(0.6366197723675814), magic) - magic;
  Lanes r = fma(k, Lanes(-0x1.921fb5p+0), x);
  r = fma(k, Lanes(-0x1.110b46p-26), r);
  r = fma(k, Lanes(-0x1.1a62633145c07p-54), r);
  const Lanes z = r * r;
  Lanes s(1.0 / 355687428096000.0);
  s = fma(s, z, Lanes(-1.0 / 1307674368000.0));
  s = fma(s, z, Lanes(1.0 / 6227020800.0));
  s = fma(s, z, Lanes(-1.0 / 39916800.0));
  s = fma(s, z, Lanes(1.0 / 362880.0));
  s = fma(s, z, Lanes(-1.0 / 5040.0));
  s = fma(s, z, Lanes(1.0 / 120.0));
  s = fma(s, z, Lanes(-1.0 / 6.0));
  sine = fma(s * z, r, r);
  Lanes c(1.0 / 20922789888000.0);
  c = fma(c, z, Lanes(-1.0 / 87178291200.0));
  c = fma(c, z, Lanes(1.0 / 479001600.0));
  c = fma(c, z, Lanes(-1.0 / 3628800.0));
  c = fma(c, z, Lanes(1.0 / 40320.0));
  c = fma(c, z, Lanes(-1.0 / 720.0));
  c = fma(c, z, Lanes(1.0 / 24.0));
  c = fma(c, z, Lanes(-0.5));
  cosine = fma(c, z, Lanes(1.0));
  // k modulo 4, as 0, 1, 2 or 3
  const Lanes fours = fma(k, Lanes(0.25), Lanes(-0.375)) + magic - magic;
  quarter = fma(fours, Lanes(-4.0), k);
}

LF_INLINE Lanes quarter_turns(Lanes sine, Lanes cosine, Lanes quarter) {
  const Lanes first = select(quarter > Lanes(0.5), cosine, sine);
  const Lanes second = select(quarter > Lanes(2.5), -cosine, -sine);
  return select(quarter > Lanes(1.5), second, first);
}

LF_INLINE Lanes sin(Lanes x) {
  Lanes s, c, quarter;
  sin_cos_reduced(x, s, c, quarter);
  return quarter_turns(s, c, quarter);
}

LF_INLINE Lanes cos(Lanes x) {
  Lanes s, c, quarter;
  sin_cos_reduced(x, s, c, quarter);
  // cos(x) = sin(x + pi/2): one quarter turn further, modulo 4
  const Lanes next = quarter + Lanes(1.0);
  return quarter_turns(s, c, select(next > Lanes(3.5), Lanes(0.0), next));
}

// atan(x): |x| > 1 by pi/2 - atan(1/|x|), then halved angles twice (t -> t/(1 + sqrt(1 + t^2))) and the
// series up to |t| <= tan(pi/16), where its 12 terms reach 1e-18.
LF_INLINE Lanes atan(Lanes x) {
  const Lanes a = abs(x);
  const Mask far = a > Lanes(1.0);
  Lanes t = select(far, Lanes(1.0) / max(a, Lanes(1.0)), a);
  t = t / (Lanes(1.0) + sqrt(fma(t, t, Lanes(1.0))));
  t = t / (Lanes(1.0) + sqrt(fma(t, t, Lanes(1.0))));
  const Lanes z = t * t;
  Lanes p(-1.0 / 23.0);
  p = fma(p, z, Lanes(1.0 / 21.0));
  p = fma(p, z, Lanes(-1.0 / 19.0));
  p = fma(p, z, Lanes(1.0 / 17.0));
  p = fma(p, z, Lanes(-1.0 / 15.0));
  p = fma(p, z, Lanes(1.0 / 13.0));
  p = fma(p, z, Lanes(-1.0 / 11.0));
  p = fma(p, z, Lanes(1.0 / 9.0));
  p = fma(p, z, Lanes(-1.0 / 7.0));
  p = fma(p, z, Lanes(1.0 / 5.0));
  p = fma(p, z, Lanes(-1.0 / 3.0));
  const Lanes angle = Lanes(4.0) * fma(p * z, t, t);
  const Lanes y = select(far, Lanes(1.5707963267948966) - angle, angle);
  return select(x < Lanes(0.0), -y, y);
}

}  // namespace lf
