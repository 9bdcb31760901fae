// Two float64 lanes in one WebAssembly SIMD register. WebAssembly has no fused multiply-add: a product and
// a sum round twice here, so its answers differ from the other instruction sets' in the last digits.
#pragma once
#include <wasm_simd128.h>

namespace lf {

struct Mask {
  v128_t m;
};

struct Lanes {
  static constexpr int width = 2;
  v128_t v;
  Lanes() = default;
  LF_INLINE Lanes(v128_t raw) : v(raw) {}
  LF_INLINE explicit Lanes(double x) : v(wasm_f64x2_splat(x)) {}
};

LF_INLINE Lanes operator+(Lanes a, Lanes b) { return wasm_f64x2_add(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a, Lanes b) { return wasm_f64x2_sub(a.v, b.v); }
LF_INLINE Lanes operator*(Lanes a, Lanes b) { return wasm_f64x2_mul(a.v, b.v); }
LF_INLINE Lanes operator/(Lanes a, Lanes b) { return wasm_f64x2_div(a.v, b.v); }
LF_INLINE Lanes operator-(Lanes a) { return wasm_f64x2_neg(a.v); }
LF_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) { return a * b + c; }
LF_INLINE Lanes fnma(Lanes a, Lanes b, Lanes c) { return c - a * b; }
LF_INLINE Lanes sqrt(Lanes a) { return wasm_f64x2_sqrt(a.v); }
LF_INLINE Lanes abs(Lanes a) { return wasm_f64x2_abs(a.v); }
// The second operand is the answer where either is NaN, on every instruction set.
LF_INLINE Lanes min(Lanes a, Lanes b) { return wasm_f64x2_pmin(b.v, a.v); }
LF_INLINE Lanes max(Lanes a, Lanes b) { return wasm_f64x2_pmax(b.v, a.v); }

LF_INLINE Mask operator<(Lanes a, Lanes b) { return {wasm_f64x2_lt(a.v, b.v)}; }
LF_INLINE Mask operator<=(Lanes a, Lanes b) { return {wasm_f64x2_le(a.v, b.v)}; }
LF_INLINE Mask operator>(Lanes a, Lanes b) { return {wasm_f64x2_gt(a.v, b.v)}; }
LF_INLINE Mask operator>=(Lanes a, Lanes b) { return {wasm_f64x2_ge(a.v, b.v)}; }
LF_INLINE Mask operator&(Mask a, Mask b) { return {wasm_v128_and(a.m, b.m)}; }
LF_INLINE Mask operator|(Mask a, Mask b) { return {wasm_v128_or(a.m, b.m)}; }
LF_INLINE Mask operator!(Mask a) { return {wasm_v128_not(a.m)}; }
LF_INLINE Lanes select(Mask m, Lanes a, Lanes b) { return wasm_v128_bitselect(a.v, b.v, m.m); }
LF_INLINE bool any(Mask m) { return wasm_v128_any_true(m.m); }
LF_INLINE bool lane(Mask m, int i) { return (wasm_i64x2_bitmask(m.m) >> i) & 1; }

LF_INLINE Lanes load(const double* p) { return wasm_v128_load(p); }
LF_INLINE void store(double* p, Lanes a) { wasm_v128_store(p, a.v); }

// The 64 bits of a lane as an integer, for splitting and making exponents.
LF_INLINE Lanes add_bits(Lanes a, Lanes b) { return wasm_i64x2_add(a.v, b.v); }
LF_INLINE Lanes subtract_bits(Lanes a, Lanes b) { return wasm_i64x2_sub(a.v, b.v); }
LF_INLINE Lanes and_bits(Lanes a, Lanes b) { return wasm_v128_and(a.v, b.v); }
LF_INLINE Lanes or_bits(Lanes a, Lanes b) { return wasm_v128_or(a.v, b.v); }
LF_INLINE Lanes shift_left_52(Lanes a) { return wasm_i64x2_shl(a.v, 52); }
LF_INLINE Lanes shift_right_52(Lanes a) { return wasm_u64x2_shr(a.v, 52); }

}  // namespace lf
