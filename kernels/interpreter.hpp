// A form that is read while the kernel runs, in place of one that is compiled with it (form.md): one library serves all forms of so
// many parameters. The form's operations are those of its generated text, in the same order, so its fits have the same bits.
//
// An operation is carried out for a block of points in all lanes before the next one is looked at, which shares what reading it
// costs. Its operands are slots: the first ones hold what is the same at all points (parameters, numbers, what `prepare` makes of
// them), one pack of lanes each; the others are rows, one pack a point of the block, used again once nothing needs their values.
// src/solve/interpreted/layout.ts lays the form out.
#pragma once
#include "points.hpp"
#include "step.hpp"
#include "structure.hpp"

namespace lf {

// What an operation does, in the order of src/solve/interpreted/layout.ts.
enum class Does : unsigned char {
  column, copy, negate, add, subtract, multiply, fma, min, max, reciprocal, exp, log, sqrt, abs, sign, relu, step, sin, cos, atan, tanh, sigmoid,
  softplus, log_sigmoid, sigmoid_beside_softplus
};

// Eight bytes, in the place of one of the request's numbers: the last three are 0, so that no such number is NaN.
struct Operation {
  Does does;
  unsigned char out, a, b, c, unused[3];
};

struct Slots {
  static constexpr int fixed = 128, rows = 96;
  static constexpr int all = fixed + rows * block_points;
  LF_INLINE static int place(int slot) { return slot < fixed ? slot : fixed + (slot - fixed) * block_points; }
  LF_INLINE static int apart(int slot) { return slot < fixed ? 0 : 1; }
};

// The lists of a form's operations. What they find stands in the first rows: value, slopes, second derivatives (those that are not 0).
enum : int { list_prepare, list_same, list_value, list_linear, list_gradient, list_hessian, lists };

template <int P>
struct InterpretedProgram {
  static constexpr int most_terms = 6, most_columns = 12;
  int columns, terms, offset, constants;
  int linear[P], level[most_terms], level_sign[most_terms], only_slope[most_terms];
  unsigned slopes[most_terms];  // of each term: which parameters are slopes, as bits
  signed char slope[most_terms][P][most_columns];
  double at_centre[most_terms][P];
  uint64_t curved, linear_bits, linear_list;
  const double* constant;
  const Operation* operations[lists];
  int count[lists];
};

#if defined(__CUDACC__) || defined(__CUDACC_RTC__)
#define LF_ONE_COPY __noinline__ __host__ __device__
#define LF_HIDDEN
#else
#define LF_ONE_COPY __attribute__((noinline))
#if defined(_WIN32)
#define LF_HIDDEN
#else
#define LF_HIDDEN __attribute__((visibility("hidden")))
#endif
#endif
#if defined(__CUDACC__) || defined(__CUDACC_RTC__)
#define LF_FEW LF_LOOP
#elif defined(__clang__)
#define LF_FEW _Pragma("clang loop unroll_count(4)")
#else
#define LF_FEW _Pragma("GCC unroll 4")
#endif

template <int P>
struct Interpreted {
  static constexpr int parameters = P, shared = 0, offset = -1;
  static constexpr int columns = InterpretedProgram<P>::most_columns, terms = InterpretedProgram<P>::most_terms;

  // The form that this thread's fits are of; on a GPU that of the block.
#if defined(__CUDA_ARCH__)
  __device__ __forceinline__ static InterpretedProgram<P>& program() {
    __shared__ InterpretedProgram<P> now;
    return now;
  }
#elif defined(__CUDACC__) || defined(LF_WASM)
  LF_INLINE static InterpretedProgram<P>& program() {
    static InterpretedProgram<P> now;
    return now;
  }
#else
  // Of a thread it is always the same place, so that compilers need not find it again.
  LF_HIDDEN __attribute__((const, noinline)) static InterpretedProgram<P>& program() {
    static thread_local InterpretedProgram<P> now;
    return now;
  }
#endif
  LF_INLINE static int linear(int p) { return program().linear[p]; }
  LF_INLINE static bool curved(int i, int j) { return program().curved >> triangle(i, j) & 1; }
  LF_INLINE static int term_level(int t) { return program().level[t]; }
  LF_INLINE static int term_level_sign(int t) { return program().level_sign[t]; }
  LF_INLINE static int term_slope(int t, int p, int c) { return program().slope[t][p][c]; }

  // Reads the form that stands before a request's scalars, and returns where these begin:
  //   [length | columns | terms | offset | constants | operations of each list | linear P | curved, a bit a second derivative |
  //    of each term: level, its sign, slopes, and of each of these parameter, column, sign | constants | operations]
  static const double* take_program(const double* numbers) {
    InterpretedProgram<P>& form = program();
    const double* at = numbers + 1;
    form.columns = int(*at++);
    form.terms = int(*at++);
    form.offset = int(*at++);
    form.constants = int(*at++);
    for (int l = 0; l < lists; ++l) form.count[l] = int(*at++);
    for (int p = 0; p < P; ++p) form.linear[p] = int(*at++);
    form.curved = uint64_t(*at++);
    for (int t = 0; t < form.terms; ++t) {
      form.level[t] = int(*at++);
      form.level_sign[t] = int(*at++);
      const int slopes = int(*at++);
      form.slopes[t] = 0;
      form.only_slope[t] = slopes == 1 ? int(*at) : -1;
      for (int p = 0; p < P; ++p)
        for (int c = 0; c < form.columns; ++c) form.slope[t][p][c] = 0;
      for (int i = 0; i < slopes; ++i, at += 3) {
        form.slopes[t] |= 1u << int(at[0]);
        form.slope[t][int(at[0])][int(at[1])] = static_cast<signed char>(at[2]);
      }
    }
    form.constant = at;
    const Operation* operations = reinterpret_cast<const Operation*>(at + form.constants);
    for (int l = 0; l < lists; ++l) {
      form.operations[l] = operations;
      operations += form.count[l];
    }
    form.linear_bits = LinearParameters<Interpreted>::find();
    form.linear_list = LinearList<Interpreted>::find();
    return numbers + int(numbers[0]);
  }

  // Works out the terms' exponents at the centre of the columns, as exponent_at_centre does of other forms.
  static void centre_terms(const Problem<Interpreted>& problem) {
    InterpretedProgram<P>& form = program();
    for (int t = 0; t < form.terms; ++t)
      for (int p = 0; p < P; ++p) {
        double sum = 0;
        for (int c = 0; c < form.columns; ++c) sum += form.slope[t][p][c] * problem.centre[c];
        form.at_centre[t][p] = p == form.level[t] ? form.level_sign[t] : sum;
      }
  }
};

template <int P>
constexpr bool is_interpreted<Interpreted<P>> = true;

template <int P>
struct LF_HIDDEN Points<Interpreted<P>> {
  static constexpr int T = P * (P + 1) / 2, B = block_points;
  const Problem<Interpreted<P>>& problem;
  const InterpretedProgram<P>& form;
  const int first, stride, count;
  Lanes slots[Slots::all];

  LF_INLINE Points(const Problem<Interpreted<P>>& of, const Lanes* at, int from, int apart, int number)
      : problem(of), form(Interpreted<P>::program()), first(from), stride(apart), count(number) {
    LF_UNROLL for (int i = 0; i < P; ++i) slots[i] = at[i];
    LF_LOOP for (int i = 0; i < form.constants; ++i) slots[P + i] = Lanes(form.constant[i]);
    carry_out(list_prepare, 0, 1);
    // What is the same at all points is put into its row once.
    carry_out(list_same, 0, B);
  }
  LF_INLINE Lanes value(int k) {
    if (k % B == 0) carry_out(list_value, k, count - k < B ? count - k : B);
    return row(0)[k % B];
  }
  LF_INLINE Lanes linear_slopes(int k, Lanes* g) {
    if (k % B == 0) carry_out(list_linear, k, count - k < B ? count - k : B);
    LF_UNROLL for (int i = 0; i < P; ++i) g[i] = row(1 + i)[k % B];
    return row(0)[k % B];
  }
  struct Block {
    const Lanes* rows;
    LF_INLINE Lanes value(int b) const { return rows[b]; }
    static constexpr int apart = B;
    LF_INLINE const Lanes* slopes_of(int b) const { return rows + B + b; }
    LF_INLINE const Lanes* bends_of(int b) const { return rows + (1 + P) * B + b; }
  };
  LF_INLINE void find(int from, int n, bool curved, Block& block) {
    carry_out(curved ? list_hessian : list_gradient, from, n);
    block.rows = row(0);
  }

 private:
  LF_INLINE const Lanes* row(int r) const { return slots + Slots::fixed + r * B; }

  // Carries out a list for the points from, ..., from + n - 1.
  LF_ONE_COPY void carry_out(int list, int from, int n) {
    const Operation* operation = form.operations[list];
    const Operation* const end = operation + form.count[list];
    const double* const columns = problem.columns + first + from * stride;
    LF_LOOP for (; operation != end; ++operation) {
      Lanes* const out = slots + Slots::place(operation->out);
      const Lanes *a = slots + Slots::place(operation->a), *b, *c;
      const int to_a = Slots::apart(operation->a);
      int to_b, to_c;
// The expression of one point is that of the generated text.
#define LF_OF_ONE(loop, expression)                                \
  loop for (int k = 0; k < n; ++k, a += to_a) out[k] = expression; \
  break
#define LF_OF_TWO(expression)                                                      \
  b = slots + Slots::place(operation->b);                                          \
  to_b = Slots::apart(operation->b);                                               \
  LF_FEW for (int k = 0; k < n; ++k, a += to_a, b += to_b) out[k] = expression; \
  break
      switch (operation->does) {
        case Does::column: {
          const double* at = columns + operation->a * problem.total;
          LF_FEW for (int k = 0; k < n; ++k, at += stride) out[k] = Lanes(*at);
          break;
        }
        case Does::copy: LF_OF_ONE(LF_FEW, *a);
        case Does::negate: LF_OF_ONE(LF_FEW, -*a);
        case Does::add: LF_OF_TWO(*a + *b);
        case Does::subtract: LF_OF_TWO(*a - *b);
        case Does::multiply: LF_OF_TWO(*a * *b);
        case Does::fma:
          b = slots + Slots::place(operation->b);
          c = slots + Slots::place(operation->c);
          to_b = Slots::apart(operation->b);
          to_c = Slots::apart(operation->c);
          LF_FEW for (int k = 0; k < n; ++k, a += to_a, b += to_b, c += to_c) out[k] = lf::fma(*a, *b, *c);
          break;
        case Does::min: LF_OF_TWO(lf::min(*a, *b));
        case Does::max: LF_OF_TWO(lf::max(*a, *b));
        case Does::reciprocal: LF_OF_ONE(LF_LOOP, lf::reciprocal(*a));
        case Does::exp: LF_OF_ONE(LF_LOOP, lf::exp(*a));
        case Does::log: LF_OF_ONE(LF_LOOP, lf::log(*a));
        case Does::sqrt: LF_OF_ONE(LF_LOOP, lf::sqrt(*a));
        case Does::abs: LF_OF_ONE(LF_FEW, lf::abs(*a));
        case Does::sign: LF_OF_ONE(LF_LOOP, lf::sign(*a));
        case Does::relu: LF_OF_ONE(LF_LOOP, lf::relu(*a));
        case Does::step: LF_OF_ONE(LF_LOOP, lf::step(*a));
        case Does::sin: LF_OF_ONE(LF_LOOP, lf::sin(*a));
        case Does::cos: LF_OF_ONE(LF_LOOP, lf::cos(*a));
        case Does::atan: LF_OF_ONE(LF_LOOP, lf::atan(*a));
        case Does::tanh: LF_OF_ONE(LF_LOOP, lf::tanh(*a));
        case Does::sigmoid: LF_OF_ONE(LF_LOOP, lf::sigmoid(*a));
        case Does::softplus: LF_OF_ONE(LF_LOOP, lf::softplus(*a));
        case Does::log_sigmoid: LF_OF_ONE(LF_LOOP, lf::log_sigmoid(*a));
        case Does::sigmoid_beside_softplus: LF_OF_ONE(LF_LOOP, lf::sigmoid_beside_softplus(*a));
      }
#undef LF_OF_ONE
#undef LF_OF_TWO
    }
  }
};

}  // namespace lf
