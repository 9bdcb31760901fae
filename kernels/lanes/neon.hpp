// Two float64 lanes in one NEON register (64-bit Arm).
#pragma once
#include <arm_neon.h>

namespace lf {

struct Mask {
  uint64x2_t m;
};

struct Lanes {
  static constexpr int width = 2;
  float64x2_t v;
  Lanes() = default;
  LF_INLINE Lanes(float64x2_t raw) : v(raw) {}
  LF_INLINE explicit Lanes(double x) : v(vdupq_n_f64(x)) {}
};

LF_INLINE uint64x2_t bits_of(Lanes a) { return vreinterpretq_u64_f64(a.v); }
LF_INLINE Lanes float_of(uint64x2_t b) { return vreinterpretq_f64_u64(b); }

LF_INLINE Lanes operator+(Lanes a, Lanes b) { return vaddq_f64(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a, Lanes b) { return vsubq_f64(a.v, b.v); }
LF_INLINE Lanes operator*(Lanes a, Lanes b) { return vmulq_f64(a.v, b.v); }
LF_INLINE Lanes operator/(Lanes a, Lanes b) { return vdivq_f64(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a) { return vnegq_f64(a.v); }
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return vfmaq_f64(c.v, a.v, b.v); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return vfmsq_f64(c.v, a.v, b.v); }
LF_INLINE Lanes sqrt(Lanes a) { return vsqrtq_f64(a.v); }
LF_INLINE Lanes abs(Lanes a) { return vabsq_f64(a.v); }
// The second operand is the answer where either is NaN, on every instruction set.
LF_INLINE Lanes min(Lanes a, Lanes b) { return vbslq_f64(vcltq_f64(a.v, b.v), a.v, b.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return vbslq_f64(vcgtq_f64(a.v, b.v), a.v, b.v); }

LF_INLINE Mask operator<(Lanes a, Lanes b) { return {vcltq_f64(a.v, b.v)}; }
LF_INLINE Mask operator<=(Lanes a, Lanes b) { return {vcleq_f64(a.v, b.v)}; }
LF_INLINE Mask operator>(Lanes a, Lanes b) { return {vcgtq_f64(a.v, b.v)}; }
LF_INLINE Mask operator>=(Lanes a, Lanes b) { return {vcgeq_f64(a.v, b.v)}; }
LF_INLINE Mask operator&(Mask a, Mask b) { return {vandq_u64(a.m, b.m)}; }
LF_INLINE Mask operator|(Mask a, Mask b) { return {vorrq_u64(a.m, b.m)}; }
LF_INLINE Mask operator!(Mask a) { return {veorq_u64(a.m, vdupq_n_u64(~uint64_t(0)))}; }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return vbslq_f64(m.m, a.v, b.v); }
LF_INLINE bool lane(Mask m, int i) { return (i == 0 ? vgetq_lane_u64(m.m, 0) : vgetq_lane_u64(m.m, 1)) != 0; }
LF_INLINE bool any(Mask m) { return lane(m, 0) || lane(m, 1); }

LF_INLINE Lanes load(const double* p) { return vld1q_f64(p); }
LF_INLINE void store(double* p, Lanes a) { vst1q_f64(p, a.v); }

// The 64 bits of a lane as an integer, for splitting and making exponents.
LF_INLINE Lanes add_bits(Lanes a, Lanes b) { return float_of(vaddq_u64(bits_of(a), bits_of(b))); }
LF_INLINE Lanes subtract_bits(Lanes a, Lanes b) { return float_of(vsubq_u64(bits_of(a), bits_of(b))); }
LF_INLINE Lanes and_bits(Lanes a, Lanes b) { return float_of(vandq_u64(bits_of(a), bits_of(b))); }
LF_INLINE Lanes or_bits(Lanes a, Lanes b) { return float_of(vorrq_u64(bits_of(a), bits_of(b))); }
LF_INLINE Lanes shift_left_52(Lanes a) { return float_of(vshlq_n_u64(bits_of(a), 52)); }
LF_INLINE Lanes shift_right_52(Lanes a) { return float_of(vshrq_n_u64(bits_of(a), 52)); }

}  // namespace lf
