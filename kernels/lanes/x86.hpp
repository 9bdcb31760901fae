// Eight float64 lanes in one AVX-512 register, where comparisons give mask registers, or four in one AVX2 register, where they give
// lanes of all ones or all zeros. What the compilers' own vectors lack is, of GCC, the functions that <immintrin.h> is made of: reading
// that header takes a second, and each of its functions is one more to inline at every operation.
#pragma once
#if defined(__has_builtin) && defined(__GNUC__) && __GNUC__ < 16 && !defined(__clang__) && !defined(__INTEL_COMPILER)
#if defined(LF_AVX512) ? __has_builtin(__builtin_ia32_vfnmaddpd512_mask) : __has_builtin(__builtin_ia32_vfnmaddpd256)
#define LF_BUILTINS
#endif
#endif
#if !defined(LF_BUILTINS)
#include <immintrin.h>
#endif

namespace lf {

#if defined(LF_AVX512)
constexpr int vector_bytes = 64;
#else
constexpr int vector_bytes = 32;
#endif
typedef double Vector __attribute__((vector_size(vector_bytes)));
typedef long long Bits __attribute__((vector_size(vector_bytes)));
typedef unsigned long long UnsignedBits __attribute__((vector_size(vector_bytes)));
typedef double InMemory __attribute__((vector_size(vector_bytes), aligned(8), may_alias));  // at any place

#if defined(LF_AVX512)
using MaskBits = unsigned char;
#else
using MaskBits = Vector;
#endif

struct Mask {
  MaskBits m;
};

struct Lanes {
  static constexpr int width = vector_bytes / 8;
  Vector v;
  Lanes() = default;
  LF_INLINE Lanes(Vector raw) : v(raw) {}
#if defined(LF_AVX512)
  LF_INLINE explicit Lanes(double x) : v(Vector{x, x, x, x, x, x, x, x}) {}
#else
  LF_INLINE explicit Lanes(double x) : v(Vector{x, x, x, x}) {}
#endif
};

LF_INLINE Lanes operator+(Lanes a, Lanes b) { return a.v + b.v; }
LF_INLINE Lanes operator-(Lanes a, Lanes b) { return a.v - b.v; }
LF_INLINE Lanes operator*(Lanes a, Lanes b) { return a.v * b.v; }
LF_INLINE Lanes operator/(Lanes a, Lanes b) { return a.v / b.v; }
LF_INLINE Lanes operator-(Lanes a) { return -a.v; }
LF_INLINE Lanes abs(Lanes a) { return Vector(Bits(a.v) & INT64_MAX); }

// min, max: the second operand is the answer where either is NaN, on every instruction set.
#if defined(LF_BUILTINS) && defined(LF_AVX512)
// -1, 4: in all lanes, rounded as everything is.
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return __builtin_ia32_vfmaddpd512_mask(a.v, b.v, c.v, -1, 4); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return __builtin_ia32_vfnmaddpd512_mask(a.v, b.v, c.v, -1, 4); }
LF_INLINE Lanes sqrt(Lanes a) { return __builtin_ia32_sqrtpd512_mask(a.v, a.v, -1, 4); }
LF_INLINE Lanes min(Lanes a, Lanes b) { return __builtin_ia32_minpd512_mask(a.v, b.v, a.v, -1, 4); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return __builtin_ia32_maxpd512_mask(a.v, b.v, a.v, -1, 4); }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return __builtin_ia32_blendmpd_512_mask(b.v, a.v, m.m); }
#define LF_COMPARE(a, b, how) {MaskBits(__builtin_ia32_cmppd512_mask(a.v, b.v, how, -1, 4))}
#elif defined(LF_BUILTINS)
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return __builtin_ia32_vfmaddpd256(a.v, b.v, c.v); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return __builtin_ia32_vfnmaddpd256(a.v, b.v, c.v); }
LF_INLINE Lanes sqrt(Lanes a) { return __builtin_ia32_sqrtpd256(a.v); }
LF_INLINE Lanes min(Lanes a, Lanes b) { return __builtin_ia32_minpd256(a.v, b.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return __builtin_ia32_maxpd256(a.v, b.v); }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return __builtin_ia32_blendvpd256(b.v, a.v, m.m); }
LF_INLINE int signs(Mask m) { return __builtin_ia32_movmskpd256(m.m); }
#define LF_COMPARE(a, b, how) {__builtin_ia32_cmppd256(a.v, b.v, how)}
#elif defined(LF_AVX512)
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm512_fmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return _mm512_fnmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes sqrt(Lanes a) { return _mm512_sqrt_pd(a.v); }
LF_INLINE Lanes min(Lanes a, Lanes b) { return _mm512_min_pd(a.v, b.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return _mm512_max_pd(a.v, b.v); }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return _mm512_mask_blend_pd(m.m, b.v, a.v); }
#define LF_COMPARE(a, b, how) {_mm512_cmp_pd_mask(a.v, b.v, how)}
#else
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm256_fmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return _mm256_fnmadd_pd(a.v, b.v, c.v); }
LF_INLINE Lanes sqrt(Lanes a) { return _mm256_sqrt_pd(a.v); }
LF_INLINE Lanes min(Lanes a, Lanes b) { return _mm256_min_pd(a.v, b.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return _mm256_max_pd(a.v, b.v); }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return _mm256_blendv_pd(b.v, a.v, m.m); }
LF_INLINE int signs(Mask m) { return _mm256_movemask_pd(m.m); }
#define LF_COMPARE(a, b, how) {_mm256_cmp_pd(a.v, b.v, how)}
#endif

// False where either is NaN.
LF_INLINE Mask operator<(Lanes a, Lanes b) { return LF_COMPARE(a, b, 17); }
LF_INLINE Mask operator<=(Lanes a, Lanes b) { return LF_COMPARE(a, b, 18); }
LF_INLINE Mask operator>(Lanes a, Lanes b) { return LF_COMPARE(a, b, 30); }
LF_INLINE Mask operator>=(Lanes a, Lanes b) { return LF_COMPARE(a, b, 29); }
#undef LF_COMPARE
#if defined(LF_AVX512)
LF_INLINE Mask operator&(Mask a, Mask b) { return {MaskBits(a.m & b.m)}; }
LF_INLINE Mask operator|(Mask a, Mask b) { return {MaskBits(a.m | b.m)}; }
LF_INLINE Mask operator!(Mask a) { return {MaskBits(~a.m)}; }
LF_INLINE bool any(Mask m) { return m.m != 0; }
LF_INLINE bool lane(Mask m, int i) { return m.m >> i & 1; }
#else
LF_INLINE Mask operator&(Mask a, Mask b) { return {Vector(Bits(a.m) & Bits(b.m))}; }
LF_INLINE Mask operator|(Mask a, Mask b) { return {Vector(Bits(a.m) | Bits(b.m))}; }
LF_INLINE Mask operator!(Mask a) { return {Vector(~Bits(a.m))}; }
LF_INLINE bool any(Mask m) { return signs(m) != 0; }
LF_INLINE bool lane(Mask m, int i) { return signs(m) >> i & 1; }
#endif

LF_INLINE Lanes load(const double* p) { return Vector(*reinterpret_cast<const InMemory*>(p)); }
LF_INLINE void store(double* p, Lanes a) { *reinterpret_cast<InMemory*>(p) = a.v; }

// The 64 bits of a lane as an integer, for splitting and making exponents.
LF_INLINE Lanes add_bits(Lanes a, Lanes b) { return Vector(Bits(a.v) + Bits(b.v)); }
LF_INLINE Lanes subtract_bits(Lanes a, Lanes b) { return Vector(Bits(a.v) - Bits(b.v)); }
LF_INLINE Lanes and_bits(Lanes a, Lanes b) { return Vector(Bits(a.v) & Bits(b.v)); }
LF_INLINE Lanes or_bits(Lanes a, Lanes b) { return Vector(Bits(a.v) | Bits(b.v)); }
LF_INLINE Lanes shift_left_52(Lanes a) { return Vector(UnsignedBits(a.v) << 52); }
LF_INLINE Lanes shift_right_52(Lanes a) { return Vector(UnsignedBits(a.v) >> 52); }

}  // namespace lf
