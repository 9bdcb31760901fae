// Eight float64 lanes in one AVX-512 register; comparisons give mask registers.
#pragma once
#include "x86.hpp"

namespace lf {

struct Mask {
  __mmask8 m;
};

struct Lanes {
  static constexpr int width = 8;
  __m512d v;
  Lanes() = default;
  LF_INLINE Lanes(__m512d raw) : v(raw) {}
  LF_INLINE explicit Lanes(double x) : v(_mm512_set1_pd(x)) {}
};

LF_INLINE Lanes operator+(Lanes a, Lanes b) { return _mm512_add_pd(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a, Lanes b) { return _mm512_sub_pd(a.v, b.v); }
LF_INLINE Lanes operator*(Lanes a, Lanes b) { return _mm512_mul_pd(a.v, b.v); }
LF_INLINE Lanes operator/(Lanes a, Lanes b) { return _mm512_div_pd(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a) { return _mm512_castsi512_pd(_mm512_xor_epi64(_mm512_castpd_si512(a.v), _mm512_set1_epi64(INT64_MIN))); }
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm512_fmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return _mm512_fnmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes sqrt(Lanes a) { return _mm512_sqrt_pd(a.v); }
LF_INLINE Lanes abs(Lanes a) { return _mm512_abs_pd(a.v); }
// The second operand is the answer where either is NaN, on every instruction set.
LF_INLINE Lanes min(Lanes a, Lanes b) { return _mm512_min_pd(a.v, b.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return _mm512_max_pd(a.v, b.v); }

LF_INLINE Mask operator<(Lanes a, Lanes b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ)}; }
LF_INLINE Mask operator<=(Lanes a, Lanes b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ)}; }
LF_INLINE Mask operator>(Lanes a, Lanes b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_GT_OQ)}; }
LF_INLINE Mask operator>=(Lanes a, Lanes b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_GE_OQ)}; }
LF_INLINE Mask operator&(Mask a, Mask b) { return {static_cast<__mmask8>(a.m & b.m)}; }
LF_INLINE Mask operator|(Mask a, Mask b) { return {static_cast<__mmask8>(a.m | b.m)}; }
LF_INLINE Mask operator!(Mask a) { return {static_cast<__mmask8>(~a.m)}; }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return _mm512_mask_blend_pd(m.m, b.v, a.v); }
LF_INLINE bool any(Mask m) { return m.m != 0; }
LF_INLINE bool lane(Mask m, int i) { return (m.m >> i) & 1; }

LF_INLINE Lanes load(const double* p) { return _mm512_loadu_pd(p); }
LF_INLINE void store(double* p, Lanes a) { _mm512_storeu_pd(p, a.v); }

// The 64 bits of a lane as an integer, for splitting and making exponents.
LF_INLINE Lanes subtract_bits(Lanes a, Lanes b) {
  return _mm512_castsi512_pd(_mm512_sub_epi64(_mm512_castpd_si512(a.v), _mm512_castpd_si512(b.v)));
}
LF_INLINE Lanes add_bits(Lanes a, Lanes b) {
  return _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(a.v), _mm512_castpd_si512(b.v)));
}
LF_INLINE Lanes and_bits(Lanes a, Lanes b) { return _mm512_and_pd(a.v, b.v); }
LF_INLINE Lanes or_bits(Lanes a, Lanes b) { return _mm512_or_pd(a.v, b.v); }
LF_INLINE Lanes shift_left_52(Lanes a) { return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(a.v), 52)); }
LF_INLINE Lanes shift_right_52(Lanes a) { return _mm512_castsi512_pd(_mm512_srli_epi64(_mm512_castpd_si512(a.v), 52)); }

}  // namespace lf
