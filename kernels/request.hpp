// What a caller asks of the solver, and the parts of an answer that all devices share: where a start begins, how
// a run of fits goes about it, and what its end is called.
#pragma once
#include "random.hpp"
#include "solver.hpp"

namespace lf {

// Some starts of one problem.
//   data     [columns*points | response points | weight points]
//   scalars  [delta | lower P | upper P | start low P | start high P | centre columns | half range columns]
//   given    starts [given x P] that come before the random ones
struct Request {
  int points, flags;  // flags: request_log, request_exact
  RandomKey key;
  int first_start, count, limit, given;
  double tolerance;  // of the squared scaled gradient, relative to the objective
  const double *data, *scalars, *given_starts;
};

// Residuals of logarithms; starts that are solutions, to be made exact.
enum : int { request_log = 1, request_exact = 2 };

// Answer to a request, by start.
//   real   [objective count | squared scaled gradient count | parameters count*P]
//   whole  [iterations count | termination count]
struct Answer {
  double *objective, *gradient_norm, *parameters;
  int32_t *iterations, *termination;
  LF_INLINE Answer(double* real, int32_t* whole, int count)
      : objective(real), gradient_norm(real + count), parameters(real + 2 * count), iterations(whole), termination(whole + count) {}
};

template <class Form>
LF_INLINE void read_problem(const Request& request, Problem<Form>& problem) {
  constexpr int P = Form::parameters, C = Form::columns;
  problem.total = problem.points = request.points;
  problem.first = 0;
  problem.step = 1;
  problem.columns = request.data;
  problem.response = request.data + C * request.points;
  problem.weight = request.data + (C + 1) * request.points;
  problem.delta = request.scalars[0];
  for (int i = 0; i < P; ++i) {
    problem.lower[i] = request.scalars[1 + i];
    problem.upper[i] = request.scalars[1 + P + i];
  }
  for (int c = 0; c < C; ++c) {
    problem.centre[c] = request.scalars[1 + 4 * P + c];
    problem.half_range[c] = request.scalars[1 + 4 * P + C + c];
  }
}

// Initial parameters of the index-th start of the request, in the box.
template <class Form>
LF_INLINE void initial(const Problem<Form>& problem, const Request& request, int index, double* p) {
  constexpr int P = Form::parameters;
  const double *low = request.scalars + 1 + 2 * P, *high = low + P;
  const int start = request.first_start + index;
  for (int i = 0; i < P; ++i) {
    const double x = start < request.given
                         ? request.given_starts[start * P + i]
                         : start_coordinate(request.key, uint32_t(start - request.given), 0, i, low[i], high[i]);
    p[i] = x < problem.lower[i] ? problem.lower[i] : x > problem.upper[i] ? problem.upper[i] : x;
  }
}

// Fits of many points are solved on every so many-th of them first.
LF_INLINE bool starts_coarse(const Request& request) {
  return request.points >= Settings::many_points && !(request.flags & request_exact);
}

template <class Form>
LF_INLINE void make_coarse(Problem<Form>& problem) {
  problem.step = problem.total / Settings::coarse_points;
  problem.first = (problem.total - 1) % problem.step;
  problem.points = (problem.total - 1) / problem.step + 1;
}

template <class Form>
LF_INLINE void make_whole(Problem<Form>& problem) {
  problem.step = 1;
  problem.first = 0;
  problem.points = problem.total;
}

// near: the fit goes on from where the coarser problem left it.
template <class Form>
LF_INLINE Manner manner_of(const Request& request, bool near) {
  const bool exact = (request.flags & request_exact) != 0;
  Manner manner;
  manner.tolerance = request.tolerance;
  manner.lambda = exact ? Settings::least_lambda : near ? Settings::first_lambda_near : first_lambda<Form>();
  manner.mu = exact ? 0 : 1;
  manner.exact = exact;
  manner.linear_first = !exact && !near;
  return manner;
}

// Name of the end of one lane's fit. Where nothing lower is in reach, that is the end if the gradient is small,
// else a stall.
LF_INLINE int ending_of(const Ending& ending, int l, double objective, double gradient_norm) {
  if (lane(ending.undefined, l)) return ended_undefined;
  if (lane(ending.gradient, l)) return ended_gradient;
  if (lane(ending.objective, l)) return ended_objective;
  if (!lane(ending.stalled, l)) return ended_iterations;
  return gradient_norm <= Settings::small_gradient * objective ? ended_objective : ended_stalled;
}

}  // namespace lf
