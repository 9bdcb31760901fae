// A form at the points of a problem, at some parameters. Of a form that was compiled with the solver each point by itself; an
// interpreted form (interpreter.hpp) has points of its own, which it takes in blocks.
#pragma once
#include "problem.hpp"

namespace lf {

// Points are taken in blocks: first residuals and derivatives of a whole block, then its sums. One pass over
// single points would wait for its own results (exp, then ln, then weights: 300 cycles, of which a
// processor overlaps less than three points); and the sums alone fit the registers. A GPU overlaps threads
// instead and keeps a single point in registers.
#if defined(__CUDACC__) || defined(__CUDACC_RTC__)
constexpr int block_points = 1;
#else
constexpr int block_points = 16;  // for one lane too: the order of the sums, and so their bits, must be the same
#endif

// The points first, first + stride, ...: number k is first + k * stride, of `count`.
template <class Form>
struct Points {
  static constexpr int P = Form::parameters, T = P * (P + 1) / 2;
  const Problem<Form>& problem;
  const Lanes* p;
  int first, stride;
  Lanes shared[Form::shared > 0 ? Form::shared : 1];

  LF_INLINE Points(const Problem<Form>& of, const Lanes* at, int from, int apart, int) : problem(of), p(at), first(from), stride(apart) {
    Form::prepare(p, shared);
  }
  LF_INLINE void read(int k, Lanes* x) const {
    const int q = first + k * stride;
    LF_UNROLL for (int c = 0; c < Form::columns; ++c) x[c] = Lanes(problem.columns[c * problem.total + q]);
  }
  // The form's value.
  LF_INLINE Lanes value(int k) const {
    Lanes x[Form::columns > 0 ? Form::columns : 1];
    read(k, x);
    return Form::value(p, shared, x);
  }
  // Its value and its slopes along the linear parameters (Form::linear) at least.
  LF_INLINE Lanes linear_slopes(int k, Lanes* g) const {
    Lanes x[Form::columns > 0 ? Form::columns : 1];
    read(k, x);
    return Form::gradient(p, shared, x, g);
  }
  // What is known of the points of a block: values, gradients, and where Curved second derivatives.
  template <bool Curved>
  struct Block {
    Lanes values[block_points], slopes[block_points][P], bends[Curved ? block_points : 1][T];
    LF_INLINE Lanes value(int b) const { return values[b]; }
    static constexpr int apart = 1;  // places between those of one point
    LF_INLINE const Lanes* slopes_of(int b) const { return slopes[b]; }
    LF_INLINE const Lanes* bends_of(int b) const { return bends[Curved ? b : 0]; }
  };
  // Finds them of the points from, ..., from + n - 1, at most block_points.
  template <bool Curved>
  LF_INLINE void find(int from, int n, Block<Curved>& block) const {
    LF_LOOP for (int b = 0; b < n; ++b) {
      Lanes x[Form::columns > 0 ? Form::columns : 1];
      read(from + b, x);
      block.values[b] = Curved ? Form::hessian(p, shared, x, block.slopes[b], block.bends[Curved ? b : 0])
                               : Form::gradient(p, shared, x, block.slopes[b]);
    }
  }
};

}  // namespace lf
