// One regression as the solver sees it: plain pointers and numbers, the same for every lane.
#pragma once
#include "base.hpp"

namespace lf {

template <class Form>
struct Problem {
  int total;               // points in the arrays
  int points, first, step;  // of those, the ones fitted: first, first + step, ...
  const double* columns;   // Form::columns x total: the host-computed functions of the variables
  const double* response;  // total: y, or ln y where residuals are of logarithms
  const double* weight;    // total
  const double* group;     // total: which of a resample's numbers is the point's weight; unset where there are none
  double delta;            // Huber's threshold; squared_loss or more: the loss is squared
  double lower[Form::parameters], upper[Form::parameters];
  double centre[Form::columns], half_range[Form::columns];  // of each column over the points
};

// Value of coefficient (term, parameter) in the exponent u = sum of coefficient * parameter, at the centre.
template <class Form>
LF_INLINE double exponent_at_centre(const Problem<Form>& problem, int t, int p) {
  if (p == Form::term_level(t)) return Form::term_level_sign(t);
  double sum = 0;
  LF_UNROLL for (int c = 0; c < Form::columns; ++c) sum += Form::term_slope(t, p, c) * problem.centre[c];
  return sum;
}

// Whether parameter p is a slope of term t.
template <class Form>
LF_INLINE constexpr bool is_slope(int t, int p) {
  for (int c = 0; c < Form::columns; ++c)
    if (Form::term_slope(t, p, c) != 0) return true;
  return false;
}

}  // namespace lf
