// Residuals and what they cost. A residual is f - y, f/y - 1 or ln f - ln y, over sigma where the points have one. Its loss is
// Huber's (r^2/2 up to delta, linear beyond) times `over` above 0 and `under` below. An absolute loss (the absolute residual, a
// quantile's) is approached through such losses over delta, of ever smaller delta (sharpen.hpp).
#pragma once
#include "math.hpp"
#include "problem.hpp"

namespace lf {

// The least threshold of an absolute loss, of its first one.
constexpr double least_threshold = 1e-13;

// Whether residuals are neither relative nor divided, and both sides of the loss alike: as they are most often.
template <class Form>
LF_INLINE bool is_usual(const Problem<Form>& problem) {
  return problem.even && !problem.relative && !problem.divides;
}

// The residual of point q at prediction f and the derivative of it by f, as they usually are.
LF_INLINE Lanes usual_residual(bool logs, Lanes f, Lanes y, Lanes& slope) {
  slope = Lanes(1.0);
  return logs ? log_and_reciprocal(f, slope) - y : f - y;
}

// Makes of them those of an unusual problem, and of the weight that of the side of the loss that the residual is on.
template <class Form>
LF_INLINE void make_unusual(const Problem<Form>& problem, int q, Lanes f, Lanes y, Lanes& r, Lanes& slope, Lanes& weight) {
  if (!takes_logarithms(problem) && problem.relative) {
    slope = exp(-y);
    r = fma(f, slope, Lanes(-1.0));
  }
  if (problem.divides) {
    const Lanes inverse = reciprocal(sigma_of(problem, q));
    r = r * inverse;
    slope = slope * inverse;
  }
  weight = weight * select(r > Lanes(0.0), Lanes(problem.over), Lanes(problem.under));
}

}  // namespace lf
