// Fits that are few beside the lanes, on a processor: one after the other, its points side by side in the lanes. What takes long, the
// form and the residual at a point, is done for as many points at once; the sums are then made point by point in the order of evaluate
// (objective.hpp), so that they have the same bits.
#pragma once
#include "objective.hpp"

namespace lf {

// Points of a problem that are next to each other in the lanes; where the last ones are fewer, the last is there again.
struct Place {
  int q[Lanes::width];
  bool adjacent;
  LF_INLINE Place(int first, int step, int points) : adjacent(step == 1 && points >= Lanes::width) {
    for (int j = 0; j < Lanes::width; ++j) q[j] = first + (j < points ? j : points - 1) * step;
  }
  LF_INLINE Lanes of(const double* array) const {
    if (adjacent) return load(array + q[0]);
    double some[Lanes::width];
    for (int j = 0; j < Lanes::width; ++j) some[j] = array[q[j]];
    return load(some);
  }
};

// Weights and responses of points in the resample of lane l.
template <class Form>
LF_INLINE Lanes weights_of(const Undrawn&, const Problem<Form>& problem, const Place& place, int) {
  return place.of(problem.weight);
}
template <class Form>
LF_INLINE Lanes weights_of(const Reweighted& draw, const Problem<Form>& problem, const Place& place, int l) {
  double some[Lanes::width];
  for (int j = 0; j < Lanes::width; ++j) some[j] = draw.drawn[int(problem.group[place.q[j]]) * draw.stride + l];
  return place.of(problem.weight) * load(some);
}
template <class Form>
LF_INLINE Lanes weights_of(const Resampled& draw, const Problem<Form>& problem, const Place& place, int l) {
  return draw.resamples && !draw.moves ? weights_of(draw.reweighted, problem, place, l) : place.of(problem.weight);
}
template <class Form>
LF_INLINE Lanes responses_of(const Undrawn&, const Problem<Form>& problem, const Place& place, int) {
  return place.of(problem.response);
}
template <class Form>
LF_INLINE Lanes responses_of(const Moved& draw, const Problem<Form>& problem, const Place& place, int l) {
  double some[Lanes::width];
  for (int j = 0; j < Lanes::width; ++j) some[j] = draw.drawn[place.q[j] * draw.stride + l];
  return place.of(problem.response) + load(some);
}
template <class Form>
LF_INLINE Lanes responses_of(const Resampled& draw, const Problem<Form>& problem, const Place& place, int l) {
  return draw.resamples && draw.moves ? responses_of(draw.moved, problem, place, l) : place.of(problem.response);
}

// Evaluates the fit of lane l, whose numbers are in all lanes of p, threshold and mu; lane l of the answer is its own. The problem is a
// usual one (is_usual).
template <class Form, class Draw>
void evaluate_one(const Problem<Form>& problem, const Draw& draw, int l, const Lanes* p, Lanes threshold, Lanes mu, Quadratic<Form>& out) {
  constexpr int P = Form::parameters, T = Quadratic<Form>::T, B = block_points, W = Lanes::width;
  Lanes shared[Form::shared > 0 ? Form::shared : 1];
  Form::prepare(p, shared);
  Sums<Form> sums;
  const bool logs = takes_logarithms(problem), curved = any(mu < Lanes(0.999));
  double costs[2][B], steps[B], curvatures[B], values[B], slopes[P][B], second[T][B];
  LF_LOOP for (int from = 0; from < problem.points; from += B) {
    const int n = problem.points - from < B ? problem.points - from : B;
    LF_LOOP for (int b = 0; b < n; b += W) {
      const Place place(problem.first + (from + b) * problem.step, problem.step, n - b);
      Lanes x[Form::columns > 0 ? Form::columns : 1], d[P], dd[T];
      LF_UNROLL for (int c = 0; c < Form::columns; ++c) x[c] = place.of(problem.columns + c * problem.total);
      const Lanes f = Form::hessian(p, shared, x, d, dd);
      const Lanes y = responses_of(draw, problem, place, l), w = weights_of(draw, problem, place, l);
      const Weighed point = weigh<Form, true>(problem, place.q[0], true, f, y, w, threshold, mu);
      store(values + b, f);
      store(costs[0] + b, point.cost[0]);
      store(costs[1] + b, point.cost[1]);
      store(steps + b, point.step);
      store(curvatures + b, point.curvature);
      LF_UNROLL for (int i = 0; i < P; ++i) store(slopes[i] + b, d[i]);
      LF_UNROLL for (int i = 0; i < P; ++i)
        LF_UNROLL for (int j = 0; j <= i; ++j)
          if (Form::curved(i, j)) store(second[triangle(i, j)] + b, dd[triangle(i, j)]);
    }
    LF_LOOP for (int b = 0; b < n; ++b) {
      if (logs) {
        sums.smallest = min(Lanes(values[b]), sums.smallest);
        sums.largest = max(Lanes(values[b]), sums.largest);
      }
      sums.objective = fma(Lanes(costs[0][b]), Lanes(costs[1][b]), sums.objective);
      Lanes d[P];
      LF_UNROLL for (int i = 0; i < P; ++i) d[i] = Lanes(slopes[i][b]);
      add_slopes<Form>(Lanes(steps[b]), Lanes(curvatures[b]), d, sums.g, sums.H);
    }
    if (curved)
      LF_LOOP for (int b = 0; b < n; ++b) {
        Lanes dd[T];
        LF_UNROLL for (int i = 0; i < P; ++i)
          LF_UNROLL for (int j = 0; j <= i; ++j)
            if (Form::curved(i, j)) dd[triangle(i, j)] = Lanes(second[triangle(i, j)][b]);
        add_bends<Form>((Lanes(1.0) - mu) * Lanes(steps[b]), dd, sums.H);
      }
  }
  if (problem.prior != nullptr) add_priors(problem, draw, p, Lanes(1.0) - mu, sums.objective, sums.g, sums.H);
  sums.put(problem, threshold, out);
}

// evaluate, compiled once a library.
template <class Form, bool Curved, class Draw>
void evaluate_all(const Problem<Form>& problem, const Draw& draw, const Lanes* p, Lanes threshold, Lanes mu, Quadratic<Form>& out) {
  evaluate<Form, Curved>(problem, draw, p, threshold, mu, out);
}

// Whether that pays: of many parameters the sums take as long as the form, and compilers as long again as for all lanes.
template <class Form>
LF_INLINE constexpr bool goes_side_by_side() {
  return Lanes::width > 1 && Form::parameters <= 5 && !is_interpreted<Form>;
}

// Fits that are in the lanes.
struct Live {
  int count, lane[Lanes::width];
};

// Evaluates the trials of the fits in the lanes, one after the other.
template <class Form, class Draw>
LF_INLINE void evaluate_few(const Problem<Form>& problem, const Draw& draw, const Lanes* at, Lanes threshold, Lanes mu, const Live& live,
                            Quadratic<Form>& out) {
  constexpr int P = Form::parameters, T = Quadratic<Form>::T, W = Lanes::width;
  const auto spread = [](Lanes a, int l) {
    double all[W];
    store(all, a);
    return Lanes(all[l]);
  };
  LF_LOOP for (int k = 0; k < live.count; ++k) {
    const int l = live.lane[k];
    double own[W] = {};
    own[l] = 1;
    const Mask mine = load(own) > Lanes(0.5);
    Lanes p[P];
    LF_UNROLL for (int i = 0; i < P; ++i) p[i] = spread(at[i], l);
    Quadratic<Form> one;
    evaluate_one(problem, draw, l, p, spread(threshold, l), spread(mu, l), one);
    out.objective = select(mine, one.objective, out.objective);
    LF_UNROLL for (int i = 0; i < P; ++i) out.gradient[i] = select(mine, one.gradient[i], out.gradient[i]);
    LF_UNROLL for (int i = 0; i < T; ++i) out.matrix[i] = select(mine, one.matrix[i], out.matrix[i]);
  }
}

// Evaluates the trials of the fits that are in the lanes; of the other lanes the answer means nothing.
template <class Form, class Draw>
LF_INLINE void evaluate_live(const Problem<Form>& problem, const Draw& draw, const Lanes* at, Lanes threshold, Lanes mu, const Live& live,
                             Quadratic<Form>& out) {
  if constexpr (goes_side_by_side<Form>())
    if (2 * live.count <= Lanes::width && is_usual(problem)) return evaluate_few(problem, draw, at, threshold, mu, live, out);
  if (any(mu < Lanes(0.999)))
    evaluate_all<Form, true>(problem, draw, at, threshold, mu, out);
  else
    evaluate_all<Form, false>(problem, draw, at, threshold, mu, out);
}

}  // namespace lf
