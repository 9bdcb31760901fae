// What a caller asks of the solver, and the parts of an answer that all devices share: where a start begins, how
// a run of fits goes about it, and what its end is called.
#pragma once
#include "random.hpp"
#include "solver.hpp"

namespace lf {

// Some fits of one problem: `starts` of each of count/starts resamples, the starts of a resample side by side. The fits
// of the data as they are count as one resample, number 0.
//   data     [columns*points | response points | weight points], then, where residuals are divided by one, [sigma points], then,
//            with resamples, [group points], then, where they move responses, [residual points, over sigma]
//   scalars  [delta | over | under | mass | lower P | upper P | start low P | start high P | centre columns | half range columns], then, where
//            parameters have priors, [centre P | weight P: 0 for none | standard deviation P | 1 of the logarithm, else 0 P | number of its own
//            P], then, where fits are trained, [rate | decay] (train.hpp), then, with resamples, what they are drawn by (resample.hpp)
//   given    starts [given x P] that come first; then those from the form's structure (structure.hpp), of each resample its
//            own; then the random ones
struct Request {
  int points, flags;  // flags: request_log, ...
  RandomKey key;
  int first_start, first_resample, count, starts, limit, given, structured;
  double tolerance;  // of the squared scaled gradient, relative to the objective
  const double *data, *scalars, *given_starts;
  // Of resamples: the number that names what is drawn from, how many numbers a resample is, of which the last move priors, and what
  // they are drawn by.
  uint32_t population;
  int drawn, priors;
  const double *scheme, *group, *residual, *sigma, *prior;

  LF_INLINE uint32_t start_of(int fit) const { return uint32_t(first_start + fit % starts); }
  // Which of the starts from the form's structure a fit has, or -1.
  LF_INLINE int structured_of(int fit) const {
    const int place = first_start + fit % starts - given;
    return place >= 0 && place < structured ? place : -1;
  }
  // Whether a fit of many points is solved on all of them from its start: given starts and the best cells are near an end that
  // some of the points may not show.
  LF_INLINE bool starts_whole(int fit) const {
    const int place = structured_of(fit);
    return int(start_of(fit)) < given || (place >= 0 && place < Settings::whole_starts);
  }
  // How many of those starts must be known: all up to the last that a fit has.
  LF_INLINE int structured_needed() const {
    const int from = first_start - given, to = from + starts;
    return to <= 0 || from >= structured ? 0 : to < structured ? to : structured;
  }
  // How many of a resample's numbers are of its points.
  LF_INLINE int points_drawn() const { return drawn - priors; }
  LF_INLINE uint32_t resample_of(int fit) const { return uint32_t(first_resample + fit / starts); }
};

// Residuals of logarithms; starts that are solutions, to be made exact; every fit is wanted, not only the best of each
// resample; points are resampled; and, times request_scheme, by which of at most 8 schemes (resample.hpp); residuals are
// relative; they are divided by sigma; parameters have priors.
enum : int {
  request_log = 1, request_exact = 2, request_each = 4, request_resampled = 8, request_scheme = 16, request_relative = 128, request_sigma = 256,
  request_priors = 512
};

LF_INLINE int scheme_of(const Request& request) { return request.flags / request_scheme % 8; }

// What a loss is told by: [delta | over | under | mass], at the head of the scalars.
constexpr int loss_numbers = 4;

// How many numbers tell the prior of a parameter.
constexpr int prior_numbers = 5;

// Fits of which one row of the answer is wanted.
LF_INLINE int fits_a_row(const Request& request) { return request.flags & request_each ? 1 : request.starts; }

// Answer to a request: the objective of every fit, and a row for the best fit of each resample (or for every fit): the
// one of lowest objective, the first of equals.
//   real   [objective count | squared scaled gradient rows | parameters rows*P | lowest cell rows: the lowest objective of the
//          cells where one of the row's fits starts from a cell, else undefined_objective]
//   whole  [iterations rows | termination rows | best rows: its place in the resample | iterations of all its fits rows]
struct Answer {
  double *objective, *gradient_norm, *parameters, *lowest_cell;
  int32_t *iterations, *termination, *best, *all_iterations;
  LF_INLINE Answer(double* real, int32_t* whole, int count, int rows, int width)
      : objective(real), gradient_norm(real + count), parameters(real + count + rows), lowest_cell(parameters + rows * width),
        iterations(whole), termination(whole + rows), best(whole + 2 * rows), all_iterations(whole + 3 * rows) {}
};

// Reads a form that is interpreted, which stands before the request's scalars: before all else.
template <class Form>
LF_INLINE void take_form([[maybe_unused]] Request& request) {
  if constexpr (is_interpreted<Form>) request.scalars = Form::take_program(request.scalars);
}

// Sets what of a request lies behind the arrays that every request has.
template <class Form>
LF_INLINE void find_scheme(Request& request) {
  constexpr int P = Form::parameters;
  const int C = columns_of<Form>();
  const bool priors = (request.flags & request_priors) != 0;
  request.priors = priors ? P : 0;
  request.prior = priors ? request.scalars + loss_numbers + 4 * P + 2 * C : nullptr;
  request.scheme = request.scalars + loss_numbers + 4 * P + 2 * C + prior_numbers * request.priors + (is_training ? 2 : 0);
  const bool divides = (request.flags & request_sigma) != 0;
  request.sigma = divides ? request.data + (C + 2) * request.points : nullptr;
  request.group = request.data + (C + 2 + divides) * request.points;
  request.residual = request.group + request.points;
}

template <class Form>
LF_INLINE void read_problem(const Request& request, Problem<Form>& problem) {
  constexpr int P = Form::parameters;
  const int C = columns_of<Form>();
  problem.total = problem.points = request.points;
  problem.first = 0;
  problem.step = 1;
  problem.columns = request.data;
  problem.response = request.data + C * request.points;
  problem.weight = request.data + (C + 1) * request.points;
  problem.divides = (request.flags & request_sigma) != 0;
  problem.group = request.group;
  problem.logs = (request.flags & request_log) != 0;
  problem.relative = (request.flags & request_relative) != 0;
  problem.delta = request.scalars[0];
  problem.over = request.scalars[1];
  problem.under = request.scalars[2];
  problem.even = problem.over == 1.0 && problem.under == 1.0;
  problem.mass = request.scalars[3];
  const double* numbers = request.scalars + loss_numbers;
  problem.starts = numbers + 2 * P;
  for (int i = 0; i < P; ++i) {
    problem.lower[i] = numbers[i];
    problem.upper[i] = numbers[P + i];
  }
  problem.prior = request.prior;
  problem.prior_moves = request.drawn - request.priors;
  for (int c = 0; c < C; ++c) {
    problem.centre[c] = numbers[4 * P + c];
    problem.half_range[c] = numbers[4 * P + C + c];
  }
  if constexpr (is_interpreted<Form>) Form::centre_terms(problem);
}

// Lower ends of the intervals of random starts, then upper ends.
template <class Form>
LF_INLINE const double* start_ranges(const Request& request) {
  return request.scalars + loss_numbers + 2 * Form::parameters;
}

// Initial parameters of a fit of the request, in the box; not of one that starts from the form's structure.
template <class Form>
LF_INLINE void initial(const Problem<Form>& problem, const Request& request, int fit, double* p) {
  constexpr int P = Form::parameters;
  const double *low = start_ranges<Form>(request), *high = low + P;
  const int start = int(request.start_of(fit));
  const uint32_t resample = request.resample_of(fit);
  for (int i = 0; i < P; ++i) {
    const double x = start < request.given
                         ? request.given_starts[start * P + i]
                         : start_coordinate(request.key, uint32_t(start - request.given - request.structured), resample, i, low[i], high[i]);
    p[i] = x < problem.lower[i] ? problem.lower[i] : x > problem.upper[i] ? problem.upper[i] : x;
  }
}

// Fits of many points are solved on every so many-th of them first.
LF_INLINE bool starts_coarse(const Request& request) {
  return !is_training && request.points >= Settings::many_points && !(request.flags & request_exact);
}

// least: of the points that are left.
template <class Form>
LF_INLINE void make_coarse(Problem<Form>& problem, int least = Settings::coarse_points) {
  problem.step = problem.total / least;
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
  const bool coarse = !near && starts_coarse(request);
  manner.tolerance = coarse ? Settings::coarse_tolerance : request.tolerance;
  manner.quiet_gain = coarse ? Settings::coarse_gain : Settings::quiet_gain;
  manner.lambda = exact ? Settings::least_lambda : near ? Settings::first_lambda_near : first_lambda<Form>();
  manner.mu = exact ? 0 : 1;
  manner.exact = exact;
  manner.resampled = (request.flags & request_resampled) && request.scalars[0] >= squared_loss;
  return manner;
}

// Damping of the first step of a fit of the request.
template <class Form>
LF_INLINE double first_lambda_of(const Request& request, const Manner& manner, int fit) {
  return terms_of<Form>() == 0 && manner.resampled && int(request.start_of(fit)) < request.given ? Settings::first_lambda_warm : manner.lambda;
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
