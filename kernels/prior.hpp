// Gaussian priors of parameters, or of their logarithms: residuals of their own, of which the loss is squared whatever that of the points.
// A parameter's is weight * (p - centre)^2 / 2, the weight being the noise of the points' residuals over the prior's standard deviation,
// squared. A part of the points has its share of it.
#pragma once
#include "math.hpp"
#include "problem.hpp"

namespace lf {

template <class Form>
LF_INLINE double prior_weight(const Problem<Form>& problem, int i) {
  return problem.prior[Form::parameters + i] * (double(problem.points) / double(problem.total));
}

template <class Form>
LF_INLINE bool is_prior_of_logarithm(const Problem<Form>& problem, int i) {
  return problem.prior[3 * Form::parameters + i] != 0;
}

template <class Form, class Draw>
LF_INLINE Lanes prior_centre(const Problem<Form>& problem, const Draw& draw, int i) {
  return Lanes(problem.prior[i]) + draw.prior_move(problem, i);
}

// How far a parameter, or its logarithm, is from the centre of its prior, and the derivative of that: NaN and 1 where there is no logarithm.
template <class Form, class Draw>
LF_INLINE Lanes prior_deviation(const Problem<Form>& problem, const Draw& draw, const Lanes* p, int i, Lanes& slope) {
  slope = Lanes(1.0);
  Lanes at = p[i];
  if (is_prior_of_logarithm(problem, i)) {
    slope = reciprocal(max(p[i], Lanes(1e-300)));
    at = log(p[i]);
  }
  return at - prior_centre(problem, draw, i);
}

template <class Form, class Draw>
LF_INLINE Lanes with_priors(const Problem<Form>& problem, const Draw& draw, const Lanes* p, Lanes objective) {
  LF_LOOP for (int i = 0; i < Form::parameters; ++i) {
    const double weight = prior_weight(problem, i);
    if (weight == 0) continue;
    Lanes slope;
    const Lanes off = prior_deviation(problem, draw, p, i, slope);
    objective = fma(off * Lanes(0.5 * weight), off, objective);
  }
  return objective;
}

// Adds the priors to an objective, its gradient and its matrix. newton: share of second derivatives in the matrix.
template <class Form, class Draw>
LF_ONCE void add_priors(const Problem<Form>& problem, const Draw& draw, const Lanes* p, Lanes newton, Lanes& objective, Lanes* g, Lanes* H) {
  LF_UNROLL for (int i = 0; i < Form::parameters; ++i) {
    const double weight = prior_weight(problem, i);
    if (weight == 0) continue;
    Lanes slope;
    const Lanes off = prior_deviation(problem, draw, p, i, slope), pull = off * Lanes(weight);
    objective = fma(pull * Lanes(0.5), off, objective);
    g[i] = fma(pull, slope, g[i]);
    Lanes curvature(weight);
    // d2 ln p = -(d ln p)^2
    if (is_prior_of_logarithm(problem, i)) curvature = fnma(newton, pull, curvature);
    H[triangle(i, i)] = fma(curvature * slope, slope, H[triangle(i, i)]);
  }
}

}  // namespace lf
