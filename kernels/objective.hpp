// The objective F(p) = sum_i w_i * rho(r_i), its gradient, and the matrix of the next step, in one pass over
// the points. rho is the squared loss or Huber's, r the residual (loss.hpp).
//
// The matrix is a blend, set lane by lane with mu in [0, 1]:
//   mu = 1  reweighted Gauss-Newton: sum w*min(1, delta/|r|)*J J'. It lies above the loss everywhere, so its steps
//           are safe from afar but short: near the optimum of a nearly-L1 problem the error shrinks by only
//           a few per cent an iteration.
//   mu = 0  Newton's: sum w*([|r| < delta]*J J' + rho'(r) * second derivatives of r). Quadratic convergence once
//           the residuals are on their final side of delta, useless before.
#pragma once
#include "loss.hpp"
#include "points.hpp"
#include "prior.hpp"

namespace lf {

template <class Form>
struct Quadratic {
  static constexpr int P = Form::parameters;
  static constexpr int T = P * (P + 1) / 2;
  Lanes objective;
  Lanes gradient[P];
  Lanes matrix[T];
};

// Who works on one fit together: alone (each lane of a processor, each thread of a GPU where points are few), or the
// threads of a GPU's warp, which share the points. sum, least and most join what the members found; every member
// gets the same bits.
struct Alone {
  static constexpr int members = 1;
  LF_INLINE static int member() { return 0; }
  LF_INLINE static void wait() {}
  LF_INLINE static Lanes sum(Lanes a) { return a; }
  LF_INLINE static Lanes least(Lanes a) { return a; }
  LF_INLINE static Lanes most(Lanes a) { return a; }
};

// The points as they are.
struct Undrawn {
  static constexpr bool resamples = false, weighs = false;
  template <class Form>
  LF_INLINE Lanes weight(const Problem<Form>& problem, int q) const {
    return Lanes(problem.weight[q]);
  }
  template <class Form>
  LF_INLINE Lanes response(const Problem<Form>& problem, int q) const {
    return Lanes(problem.response[q]);
  }
  // By how much the centre of a parameter's prior is moved.
  template <class Form>
  LF_INLINE Lanes prior_move(const Problem<Form>&, int) const {
    return Lanes(0.0);
  }
};

// The points of a resample that weighs them anew: by how often a point's group was drawn, fit by fit (resample.hpp).
// Number g of these lanes stands at drawn[g * stride].
struct Reweighted : Undrawn {
  static constexpr bool resamples = true, weighs = true;  // whether points may be weighed anew
  double* drawn;
  int stride;
  LF_INLINE Reweighted(double* all, int apart) : drawn(all), stride(apart) {}
  template <class Form>
  LF_INLINE Lanes weight(const Problem<Form>& problem, int q) const {
    return Lanes(problem.weight[q]) * load(drawn + int(problem.group[q]) * stride);
  }
  template <class Form>
  LF_INLINE Lanes prior_move(const Problem<Form>& problem, int i) const {
    return load(drawn + (problem.prior_moves + i) * stride);
  }
};

// The points of a resample that moves their responses: point q's by number q.
struct Moved : Undrawn {
  static constexpr bool resamples = true;
  double* drawn;
  int stride;
  LF_INLINE Moved(double* all, int apart) : drawn(all), stride(apart) {}
  template <class Form>
  LF_INLINE Lanes response(const Problem<Form>& problem, int q) const {
    return Lanes(problem.response[q]) + load(drawn + q * stride);
  }
  template <class Form>
  LF_INLINE Lanes prior_move(const Problem<Form>& problem, int i) const {
    return load(drawn + (problem.prior_moves + i) * stride);
  }
};

// Any of the three, told while it runs: a third to compile where one library holds all of them.
struct Resampled : Undrawn {
  static constexpr bool weighs = true;
  bool resamples, moves;
  Reweighted reweighted;
  Moved moved;
  LF_INLINE Resampled(double* all, int apart, bool any, bool responses) : resamples(any), moves(responses), reweighted(all, apart), moved(all, apart) {}
  template <class Form>
  LF_INLINE Lanes weight(const Problem<Form>& problem, int q) const {
    return resamples && !moves ? reweighted.weight(problem, q) : Undrawn::weight(problem, q);
  }
  template <class Form>
  LF_INLINE Lanes response(const Problem<Form>& problem, int q) const {
    return resamples && moves ? moved.response(problem, q) : Undrawn::response(problem, q);
  }
  template <class Form>
  LF_INLINE Lanes prior_move(const Problem<Form>& problem, int i) const {
    return resamples ? moved.prior_move(problem, i) : Undrawn::prior_move(problem, i);
  }
};

// What a point gives the sums: the loss is cost[0] * cost[1], step the derivative of the loss by the prediction, curvature the weight of
// the products of the prediction's slopes.
struct Weighed {
  Lanes cost[2], step, curvature;
};

// f: the prediction at point q; y: its response; w: its weight; delta: Huber's threshold, lane by lane. usual: is_usual(problem), and
// then q is not read.
template <class Form>
LF_INLINE Weighed weigh(const Problem<Form>& problem, int q, bool usual, bool curved, Lanes f, Lanes y, Lanes w, Lanes delta, Lanes mu) {
  const bool logs = takes_logarithms(problem);
  Weighed point;
  Lanes inverse, r = usual_residual(logs, f, y, inverse);
  if (!usual) make_unusual(problem, q, f, y, r, inverse, w);
  Lanes slope, curvature;  // w * rho'(r), and the weight of J J'
  if (is_robust) {
    const Lanes size = abs(r), clamped = max(-delta, min(delta, r));
    slope = clamped * w;
    // rho = rho'*(r - rho'/2): inside r^2/2, outside delta*(|r| - delta/2)
    point.cost[0] = slope;
    point.cost[1] = fnma(clamped, Lanes(0.5), r);
    curvature = select(size <= delta, w, w * (mu * delta) * rough_reciprocal(max(size, Lanes(1e-300))));
  } else {
    slope = r * w;
    point.cost[0] = slope * Lanes(0.5);
    point.cost[1] = r;
    curvature = w;
  }
  if (logs || !usual) {
    // d ln f = df/f, d2 ln f = d2f/f - (df/f)(df/f)', both over sigma
    if (logs && curved) curvature = fnma(Lanes(1.0) - mu, !usual && problem.divides ? slope * sigma_of(problem, q) : slope, curvature);
    curvature = curvature * (inverse * inverse);
    slope = slope * inverse;
  }
  point.step = slope;
  point.curvature = curvature;
  return point;
}

// Adds a point to the sums: d, the slopes of its prediction, each so many places after the one before.
template <class Form>
LF_INLINE void add_slopes(Lanes step, Lanes curvature, const Lanes* d, Lanes* g, Lanes* H, int apart = 1) {
  LF_UNROLL for (int i = 0; i < Form::parameters; ++i) {
    g[i] = fma(step, d[i * apart], g[i]);
    const Lanes wd = curvature * d[i * apart];
    LF_UNROLL for (int j = 0; j <= i; ++j) H[triangle(i, j)] = fma(wd, d[j * apart], H[triangle(i, j)]);
  }
}

// The same of its prediction's second derivatives; of a form that is compiled those that are not 0 everywhere follow one another.
template <class Form>
LF_INLINE void add_bends(Lanes bend, const Lanes* second, Lanes* H, int apart = 1) {
  int k = 0;
  LF_UNROLL for (int i = 0; i < Form::parameters; ++i)
    LF_UNROLL for (int j = 0; j <= i; ++j)
      if (Form::curved(i, j)) H[triangle(i, j)] = fma(bend, second[(is_interpreted<Form> ? triangle(i, j) : k++) * apart], H[triangle(i, j)]);
}

// The sums over all points.
template <class Form>
struct Sums {
  static constexpr int P = Form::parameters, T = P * (P + 1) / 2;
  Lanes objective, smallest, largest;  // the last two: of the predictions, where their logarithms are taken
  Lanes g[P], H[T];
  LF_INLINE Sums() : objective(0.0), smallest(1.0), largest(1.0) {
    LF_UNROLL for (int i = 0; i < P; ++i) g[i] = Lanes(0.0);
    LF_UNROLL for (int i = 0; i < T; ++i) H[i] = Lanes(0.0);
  }
  // Makes of them, and of the priors, what a fit is judged by.
  template <class Team = Alone, class Draw>
  LF_INLINE void put(const Problem<Form>& problem, const Draw& draw, const Lanes* p, Lanes delta, Lanes mu, Quadratic<Form>& out) const {
    out.objective = Team::sum(objective);
    LF_UNROLL for (int i = 0; i < P; ++i) out.gradient[i] = Team::sum(g[i]);
    LF_UNROLL for (int i = 0; i < T; ++i) out.matrix[i] = Team::sum(H[i]);
    if (problem.prior != nullptr) add_priors(problem, draw, p, Lanes(1.0) - mu, out.objective, out.gradient, out.matrix);
    if (is_robust && problem.mass > 0.0) {
      // An absolute loss is Huber's over delta.
      const Lanes height = reciprocal(delta);
      out.objective = out.objective * height;
      LF_UNROLL for (int i = 0; i < P; ++i) out.gradient[i] = out.gradient[i] * height;
      LF_UNROLL for (int i = 0; i < T; ++i) out.matrix[i] = out.matrix[i] * height;
    }
    // A prediction that is not finite, or not positive where its logarithm is taken, is no step to take. NaN
    // anywhere makes the sum NaN, which no comparison accepts.
    Mask usable = out.objective < Lanes(undefined_objective);
    if (takes_logarithms(problem)) usable = usable & (Team::least(smallest) > Lanes(1e-150)) & (Team::most(largest) < Lanes(1e150));
    out.objective = select(usable, out.objective, Lanes(undefined_objective));
  }
};

// curved: whether any lane wants second derivatives; without, they cost nothing. threshold: Huber's, lane by lane.
template <class Form, class Team = Alone, class Draw>
LF_INLINE void evaluate(const Problem<Form>& problem, const Draw& draw, const Lanes* p, Lanes threshold, Lanes mu, bool curved, Quadratic<Form>& out) {
  constexpr int B = block_points;
  Sums<Form> sums;
  const bool usual = is_usual(problem), logs = takes_logarithms(problem);
  typename Points<Form>::Block block;
  Lanes steps[B], curvatures[B];
  const int stride = problem.step * Team::members, start = problem.first + Team::member() * problem.step;
  const int own = (problem.points - Team::member() + Team::members - 1) / Team::members;
  Points<Form> points(problem, p, start, stride, own);
  LF_LOOP for (int from = 0; from < own; from += B) {
    const int n = own - from < B ? own - from : B;
    points.find(from, n, curved, block);
    LF_LOOP for (int b = 0; b < n; ++b) {
      const int q = start + (from + b) * stride;
      const Lanes f = block.value(b);
      if (logs) {
        sums.smallest = min(f, sums.smallest);
        sums.largest = max(f, sums.largest);
      }
      const Weighed point = weigh(problem, q, usual, curved, f, draw.response(problem, q), draw.weight(problem, q), threshold, mu);
      sums.objective = fma(point.cost[0], point.cost[1], sums.objective);
      steps[b] = point.step;
      curvatures[b] = point.curvature;
    }
    LF_LOOP for (int b = 0; b < n; ++b) add_slopes<Form>(steps[b], curvatures[b], block.slopes_of(b), sums.g, sums.H, block.apart);
    if (curved)
      LF_LOOP for (int b = 0; b < n; ++b) add_bends<Form>((Lanes(1.0) - mu) * steps[b], block.bends_of(b), sums.H, block.apart);
  }
  sums.template put<Team>(problem, draw, p, threshold, mu, out);
}

}  // namespace lf
