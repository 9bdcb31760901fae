// One regression as the solver sees it: plain pointers and numbers, the same for every lane.
#pragma once
#include "base.hpp"

namespace lf {

template <class Form>
struct Problem {
  int total;               // points in the arrays
  int points, first, step;  // of those, the ones fitted: first, first + step, ...
  const double* columns;   // Form::columns x total: the host-computed functions of the variables
  const double* response;  // total: y, or ln y where residuals are of logarithms or relative
  const double* weight;    // total; then, where residuals are divided by one, as many sigmas
  const double* group;     // total: which of a resample's numbers is the point's weight; unset where there are none
  bool logs;               // whether residuals are of logarithms, for libraries that hold both (takes_logarithms)
  bool relative;           // whether a residual is f/y - 1; only where it is not of logarithms
  bool divides;            // whether residuals are divided by a sigma
  double delta;            // Huber's threshold, of an absolute loss the first one; squared_loss or more: the loss is squared
  double over, under;      // what the loss of residuals above 0 and below is multiplied by
  bool even;               // whether both are 1
  double mass;             // of an absolute loss the sum of the weights times the mean of over and under; else 0
  double lower[Form::parameters], upper[Form::parameters];
  const double* starts;    // lower ends of the intervals of random starts, then upper ends: they tell the size of a parameter near 0
  double centre[Form::columns], half_range[Form::columns];  // of each column over the points
  const double* prior;     // of each parameter, as request.hpp has them; null where no parameter has one
  int prior_moves;         // which of a resample's numbers is the first by which the priors' centres are moved
};

// Whether a form's structure is known only while the kernel runs (interpreter.hpp). Then its numbers of columns and of terms are the
// most that it may have, and these are what it has.
template <class Form>
constexpr bool is_interpreted = false;

template <class Form>
LF_INLINE constexpr int columns_of() {
  if constexpr (is_interpreted<Form>)
    return Form::program().columns;
  else
    return Form::columns;
}
template <class Form>
LF_INLINE constexpr int terms_of() {
  if constexpr (is_interpreted<Form>)
    return Form::program().terms;
  else
    return Form::terms;
}
template <class Form>
LF_INLINE constexpr int offset_of() {
  if constexpr (is_interpreted<Form>)
    return Form::program().offset;
  else
    return Form::offset;
}

// Whether residuals are of logarithms, and whether the loss may be another than the squared one. A library of one combination was
// compiled for it (LF_LOG and LF_ROBUST, 0 or 1). One of all takes the loss for Huber's, which is the squared one to the bit where no
// residual reaches the threshold.
#if defined(LF_LOG)
template <class Form>
LF_INLINE constexpr bool takes_logarithms(const Problem<Form>&) {
  return LF_LOG != 0;
}
constexpr bool is_robust = LF_ROBUST != 0;
#else
template <class Form>
LF_INLINE bool takes_logarithms(const Problem<Form>& problem) {
  return problem.logs;
}
constexpr bool is_robust = true;
#endif

// What the residual of point q is divided by.
template <class Form>
LF_INLINE Lanes sigma_of(const Problem<Form>& problem, int q) {
  return Lanes(problem.weight[problem.total + q]);
}

// Value of coefficient (term, parameter) in the exponent u = sum of coefficient * parameter, at the centre.
template <class Form>
LF_INLINE double exponent_at_centre(const Problem<Form>& problem, int t, int p) {
  if constexpr (is_interpreted<Form>) return Form::program().at_centre[t][p];
  if (p == Form::term_level(t)) return Form::term_level_sign(t);
  double sum = 0;
  LF_UNROLL for (int c = 0; c < Form::columns; ++c) sum += Form::term_slope(t, p, c) * problem.centre[c];
  return sum;
}

// Whether parameter p is a slope of term t.
template <class Form>
LF_INLINE constexpr bool is_slope(int t, int p) {
  if constexpr (is_interpreted<Form>) return Form::program().slopes[t] >> p & 1;
  for (int c = 0; c < Form::columns; ++c)
    if (Form::term_slope(t, p, c) != 0) return true;
  return false;
}

}  // namespace lf
