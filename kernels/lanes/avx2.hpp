// Four float64 lanes in one AVX2 register, with FMA; comparisons give lanes of all ones or all zeros.
#pragma once
#include "x86.hpp"

namespace lf {

struct Mask {
  __m256d m;
};

struct Lanes {
  static constexpr int width = 4;
  __m256d v;
  Lanes() = default;
  LF_INLINE Lanes(__m256d raw) : v(raw) {}
  LF_INLINE explicit Lanes(double x) : v(_mm256_set1_pd(x)) {}
};

LF_INLINE Lanes operator+(Lanes a, Lanes b) { return _mm256_add_pd(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a, Lanes b) { return _mm256_sub_pd(a.v, b.v); }
LF_INLINE Lanes operator*(Lanes a, Lanes b) { return _mm256_mul_pd(a.v, b.v); }
LF_INLINE Lanes operator/(Lanes a, Lanes b) { return _mm256_div_pd(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a) { return _mm256_xor_pd(a.v, _mm256_set1_pd(-0.0)); }
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm256_fmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return _mm256_fnmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes sqrt(Lanes a) { return _mm256_sqrt_pd(a.v); }
LF_INLINE Lanes abs(Lanes a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a.v); }
// The second operand is the answer where either is NaN, on every instruction set.
LF_INLINE Lanes min(Lanes a, Lanes b) { return _mm256_min_pd(a.v, b.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return _mm256_max_pd(a.v, b.v); }

LF_INLINE Mask operator<(Lanes a, Lanes b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LT_OQ)}; }
LF_INLINE Mask operator<=(Lanes a, Lanes b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LE_OQ)}; }
LF_INLINE Mask operator>(Lanes a, Lanes b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_GT_OQ)}; }
LF_INLINE Mask operator>=(Lanes a, Lanes b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_GE_OQ)}; }
LF_INLINE Mask operator&(Mask a, Mask b) { return {_mm256_and_pd(a.m, b.m)}; }
LF_INLINE Mask operator|(Mask a, Mask b) { return {_mm256_or_pd(a.m, b.m)}; }
LF_INLINE Mask operator!(Mask a) { return {_mm256_xor_pd(a.m, _mm256_castsi256_pd(_mm256_set1_epi64x(-1)))}; }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return _mm256_blendv_pd(b.v, a.v, m.m); }
LF_INLINE bool any(Mask m) { return _mm256_movemask_pd(m.m) != 0; }
LF_INLINE bool lane(Mask m, int i) { return (_mm256_movemask_pd(m.m) >> i) & 1; }

LF_INLINE Lanes load(const double* p) { return _mm256_loadu_pd(p); }
LF_INLINE void store(double* p, Lanes a) { _mm256_storeu_pd(p, a.v); }

// The 64 bits of a lane as an integer, for splitting and making exponents.
LF_INLINE Lanes add_bits(Lanes a, Lanes b) {
  return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(a.v), _mm256_castpd_si256(b.v)));
}
LF_INLINE Lanes subtract_bits(Lanes a, Lanes b) {
  return _mm256_castsi256_pd(_mm256_sub_epi64(_mm256_castpd_si256(a.v), _mm256_castpd_si256(b.v)));
}
LF_INLINE Lanes and_bits(Lanes a, Lanes b) { return _mm256_and_pd(a.v, b.v); }
LF_INLINE Lanes or_bits(Lanes a, Lanes b) { return _mm256_or_pd(a.v, b.v); }
LF_INLINE Lanes shift_left_52(Lanes a) { return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(a.v), 52)); }
LF_INLINE Lanes shift_right_52(Lanes a) { return _mm256_castsi256_pd(_mm256_srli_epi64(_mm256_castpd_si256(a.v), 52)); }

}  // namespace lf
