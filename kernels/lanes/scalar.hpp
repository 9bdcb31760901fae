// One float64 lane: plain C++ on a host without vectors, and one thread of a GPU.
#pragma once
#if !defined(__CUDACC_RTC__)
#include <cmath>
#include <cstdint>
#include <cstring>
#endif

namespace lf {

struct Mask {
  bool m;
};

struct Lanes {
  static constexpr int width = 1;
  double v;
  Lanes() = default;
  LF_INLINE explicit Lanes(double x) : v(x) {}
};

LF_INLINE int64_t bits_of(double a) {
#ifdef __CUDA_ARCH__
  return __double_as_longlong(a);
#else
  int64_t b;
  std::memcpy(&b, &a, sizeof b);
  return b;
#endif
}
LF_INLINE double float_of(int64_t b) {
#ifdef __CUDA_ARCH__
  return __longlong_as_double(b);
#else
  double a;
  std::memcpy(&a, &b, sizeof a);
  return a;
#endif
}

LF_INLINE Lanes operator+(Lanes a, Lanes b) { return Lanes(a.v + b.v); }
LF_INLINE Lanes operator-(Lanes a, Lanes b) { return Lanes(a.v - b.v); }
LF_INLINE Lanes operator*(Lanes a, Lanes b) { return Lanes(a.v * b.v); }
LF_INLINE Lanes operator/(Lanes a, Lanes b) { return Lanes(a.v / b.v); }
LF_INLINE Lanes operator-(Lanes a) { return Lanes(-a.v); }
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return Lanes(::fma(a.v, b.v, c.v)); }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return Lanes(::fma(-a.v, b.v, c.v)); }
LF_INLINE Lanes sqrt(Lanes a) { return Lanes(::sqrt(a.v)); }
LF_INLINE Lanes abs(Lanes a) { return Lanes(::fabs(a.v)); }
// The second operand is the answer where either is NaN, on every instruction set.
LF_INLINE Lanes min(Lanes a, Lanes b) { return Lanes(a.v < b.v ? a.v : b.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return Lanes(a.v > b.v ? a.v : b.v); }

LF_INLINE Mask operator<(Lanes a, Lanes b) { return {a.v < b.v}; }
LF_INLINE Mask operator<=(Lanes a, Lanes b) { return {a.v <= b.v}; }
LF_INLINE Mask operator>(Lanes a, Lanes b) { return {a.v > b.v}; }
LF_INLINE Mask operator>=(Lanes a, Lanes b) { return {a.v >= b.v}; }
LF_INLINE Mask operator&(Mask a, Mask b) { return {a.m && b.m}; }
LF_INLINE Mask operator|(Mask a, Mask b) { return {a.m || b.m}; }
LF_INLINE Mask operator!(Mask a) { return {!a.m}; }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return m.m ? a : b; }
LF_INLINE bool any(Mask m) { return m.m; }
LF_INLINE bool lane(Mask m, int) { return m.m; }

LF_INLINE Lanes load(const double* p) { return Lanes(*p); }
LF_INLINE void store(double* p, Lanes a) { *p = a.v; }

LF_INLINE Lanes add_bits(Lanes a, Lanes b) { return Lanes(float_of(int64_t(uint64_t(bits_of(a.v)) + uint64_t(bits_of(b.v))))); }
LF_INLINE Lanes subtract_bits(Lanes a, Lanes b) { return Lanes(float_of(int64_t(uint64_t(bits_of(a.v)) - uint64_t(bits_of(b.v))))); }
LF_INLINE Lanes and_bits(Lanes a, Lanes b) { return Lanes(float_of(bits_of(a.v) & bits_of(b.v))); }
LF_INLINE Lanes or_bits(Lanes a, Lanes b) { return Lanes(float_of(bits_of(a.v) | bits_of(b.v))); }
LF_INLINE Lanes shift_left_52(Lanes a) { return Lanes(float_of(int64_t(uint64_t(bits_of(a.v)) << 52))); }
LF_INLINE Lanes shift_right_52(Lanes a) { return Lanes(float_of(int64_t(uint64_t(bits_of(a.v)) >> 52))); }

}  // namespace lf
