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

// Points that are side by side in the lanes, of an array that has a number a point; where they are fewer than the lanes, the last is
// there again.
struct Place {
  int q[Lanes::width];
  bool adjacent;
  LF_INLINE Place(int first, int step, int points) : adjacent(step == 1 && points >= Lanes::width) {
    LF_LOOP for (int j = 0; j < Lanes::width; ++j) q[j] = first + (j < points ? j : points - 1) * step;
  }
  LF_INLINE Lanes of(const double* array) const {
    if (adjacent) return load(array + q[0]);
    double some[Lanes::width];
    LF_LOOP for (int j = 0; j < Lanes::width; ++j) some[j] = array[q[j]];
    return load(some);
  }
};

// How many second derivatives of a form are not 0 everywhere.
template <class Form>
LF_INLINE constexpr int bends_of() {
  int count = 0;
  for (int i = 0; i < Form::parameters; ++i)
    for (int j = 0; j <= i; ++j) count += Form::curved(i, j);
  return count;
}

// The points first, first + stride, ...: number k is first + k * stride, of `count`.
template <class Form>
struct Points {
  static constexpr int P = Form::parameters;
  const Problem<Form>* problem;
  const Lanes* p;
  int first, stride;
  Lanes shared[Form::shared > 0 ? Form::shared : 1];

  Points() = default;
  LF_INLINE Points(const Problem<Form>& of, const Lanes* at, int from, int apart, int) : problem(&of), p(at), first(from), stride(apart) {
    Form::prepare(p, shared);
  }
  LF_INLINE void read(int k, Lanes* x) const {
    const int q = first + k * stride;
    LF_UNROLL for (int c = 0; c < Form::columns; ++c) x[c] = Lanes(problem->columns[c * problem->total + q]);
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
  // What is known of a point: value, gradient, and where asked for the second derivatives that are not 0 everywhere, in order.
  struct Known {
    static constexpr int bends_room = bends_of<Form>() > 0 ? bends_of<Form>() : 1;
    Lanes value, slopes[P], bends[bends_room];
  };
  struct Block {
    Known known[block_points];
    LF_INLINE Lanes value(int b) const { return known[b].value; }
    static constexpr int apart = 1;  // places between those of one point
    LF_INLINE const Lanes* slopes_of(int b) const { return known[b].slopes; }
    LF_INLINE const Lanes* bends_of(int b) const { return known[b].bends; }
  };
  // Finds it of the points from, ..., from + n - 1, at most block_points.
  LF_INLINE void find(int from, int n, bool curved, Block& block) const {
    if (curved)
      find_curved(from, n, false, block.known);
    else
      find_sloped(from, n, block.known);
  }
  // beside: Lanes::width points at a time, side by side in the place of the first of them.
  LF_ONCE void find_curved(int from, int n, bool beside, Known* known) const {
    LF_LOOP for (int b = 0; b < n; b += beside ? Lanes::width : 1) {
      Lanes x[Form::columns > 0 ? Form::columns : 1];
      if (Lanes::width > 1 && beside) {
        const Place place(first + (from + b) * stride, stride, n - b);
        LF_UNROLL for (int c = 0; c < Form::columns; ++c) x[c] = place.of(problem->columns + c * problem->total);
      } else
        read(from + b, x);
      known[b].value = Form::hessian(p, shared, x, known[b].slopes, known[b].bends);
    }
  }

 private:
  LF_ONCE void find_sloped(int from, int n, Known* known) const {
    LF_LOOP for (int b = 0; b < n; ++b) {
      Lanes x[Form::columns > 0 ? Form::columns : 1];
      read(from + b, x);
      known[b].value = Form::gradient(p, shared, x, known[b].slopes);
    }
  }
};

}  // namespace lf
