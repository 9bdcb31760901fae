// Residuals and what they cost. A residual is f - y, f/y - 1 or ln f - ln y, over sigma where the points have one. Its loss is
// Huber's (r^2/2 up to delta, linear beyond) times `over` above 0 and `under` below. An absolute loss (the absolute residual, a
// quantile's) is approached through such losses over delta, of ever smaller delta (sharpen.hpp).
#pragma once
#include "math.hpp"
#include "problem.hpp"

namespace lf {

// The least threshold of an absolute loss, of its first one.
constexpr double least_threshold = 1e-13;

// The weight of a point, on the side of the loss that its residual is on.
template <class Form>
LF_INLINE Lanes weigh(const Problem<Form>& problem, Lanes weight, Lanes r) {
  return problem.even ? weight : weight * select(r > Lanes(0.0), Lanes(problem.over), Lanes(problem.under));
}

// The residual of point q at prediction f, and the derivative of it by f. logarithm: of f, where Log.
template <bool Log, class Form>
LF_INLINE Lanes residual_of(const Problem<Form>& problem, int q, Lanes f, Lanes y, Lanes& slope) {
  Lanes r;
  slope = Lanes(1.0);
  if (Log) {
    r = log_and_reciprocal(f, slope) - y;
  } else if (problem.relative) {
    slope = exp(-y);
    r = fma(f, slope, Lanes(-1.0));
  } else {
    r = f - y;
  }
  if (problem.divides) {
    const Lanes inverse = reciprocal(sigma_of(problem, q));
    r = r * inverse;
    slope = slope * inverse;
  }
  return r;
}

}  // namespace lf
