// What every kernel file stands on: how functions are inlined, which lanes there are, and names for types.
// One source serves the host (GCC, Clang), WebAssembly (Clang) and CUDA (nvcc, NVRTC).
#pragma once
#if defined(__CUDACC_RTC__)
// NVRTC has no standard headers.
using int32_t = int;
using uint32_t = unsigned;
using int64_t = long long;
using uint64_t = unsigned long long;
#else
#include <stdint.h>
#endif

// Of a form of many parameters (LF_ROLLED) loops stay loops: their number grows with the cube, and unrolled they take
// minutes to compile.
#if defined(__CUDACC__) || defined(__CUDACC_RTC__)
#define LF_INLINE __host__ __device__ __forceinline__
#define LF_LOOP _Pragma("unroll 1")
#define LF_UNROLLED _Pragma("unroll")
#elif defined(__clang__)
#define LF_INLINE __attribute__((always_inline)) inline
#define LF_LOOP _Pragma("clang loop unroll(disable)")
#define LF_UNROLLED _Pragma("clang loop unroll(full)")
#else
#define LF_INLINE __attribute__((always_inline)) inline
#define LF_LOOP _Pragma("GCC unroll 1")
#define LF_UNROLLED _Pragma("GCC unroll 64")
#endif
// A function of a GPU's kernel that keeps its registers to itself.
#if defined(__CUDACC__) || defined(__CUDACC_RTC__)
#define LF_APART __noinline__
#else
#define LF_APART
#endif
// A function of which a processor's library has one copy: each more takes compilers as long again. A GPU's has as many as there are
// calls, because what is in registers there would have to leave them.
#if defined(__CUDACC__) || defined(__CUDACC_RTC__)
#define LF_ONCE LF_INLINE
#else
#define LF_ONCE __attribute__((noinline))
#endif
#if defined(LF_ROLLED)
#define LF_UNROLL LF_LOOP
#else
#define LF_UNROLL LF_UNROLLED
#endif
// Loops over what a form has of a kind (terms, columns, linear parameters): of an interpreted form that is not known here.
#if defined(LF_INTERPRETED)
#define LF_EACH LF_LOOP
#else
#define LF_EACH LF_UNROLL
#endif

// One instruction set a library: each is compiled and loaded by itself.
#if defined(LF_AVX512) || defined(LF_AVX2)
#include "lanes/x86.hpp"
#elif defined(LF_NEON)
#include "lanes/neon.hpp"
#elif defined(LF_WASM)
#include "lanes/wasm.hpp"
#else
#include "lanes/scalar.hpp"
#endif

namespace lf {

LF_INLINE double first_lane(Lanes a) {
  double all[Lanes::width];
  store(all, a);
  return all[0];
}

// Whether fits are trained (train.hpp) instead of solved: said when a library is compiled.
#if defined(LF_TRAINING)
constexpr bool is_training = LF_TRAINING != 0;
#else
constexpr bool is_training = false;
#endif

// A number that no objective of a usable step reaches: stands for "not finite" without being infinite.
constexpr double undefined_objective = 1e300;

// A Huber threshold from here on makes the loss squared.
constexpr double squared_loss = 1e200;

// Index of element (i, j) of a symmetric matrix stored as its lower triangle by rows.
LF_INLINE constexpr int triangle(int i, int j) { return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i; }

}  // namespace lf
