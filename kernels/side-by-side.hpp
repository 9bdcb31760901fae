// Fits that are few beside the lanes, on a processor: one after the other, its points side by side in the lanes. What takes long, the
// form and the residual at a point, is done for as many points at once; the sums are then made point by point in the order of evaluate
// (objective.hpp), so that they have the same bits.
#pragma once
#include "objective.hpp"

namespace lf {

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

// Whether that can pay: of many parameters the sums take as long as the form.
template <class Form>
LF_INLINE constexpr bool goes_side_by_side() {
  return Lanes::width >= 4 && Form::parameters <= 5 && !is_interpreted<Form>;
}

// A lane of a vector in memory, in all lanes.
LF_INLINE Lanes one_lane(const Lanes& a, int l) {
  typedef double Number __attribute__((may_alias));
  return Lanes(reinterpret_cast<const Number*>(&a)[l]);
}

// Fits that are in the lanes.
struct Live {
  int count, lane[Lanes::width];
};

// Evaluates the fit of lane l, whose numbers are in all lanes of p, threshold and mu; lane l of the answer is its own. The problem is a
// usual one (is_usual).
template <class Form, class Draw>
LF_ONCE void evaluate_one(const Problem<Form>& problem, const Draw& draw, int l, const Lanes* p, Lanes threshold, Lanes mu, Quadratic<Form>& out) {
  constexpr int P = Form::parameters, B = block_points, W = Lanes::width;
  using Known = typename Points<Form>::Known;
  Sums<Form> sums;
  const bool logs = takes_logarithms(problem), curved = any(mu < Lanes(0.999));
  const Points<Form> points(problem, p, problem.first, problem.step, problem.points);
  LF_LOOP for (int from = 0; from < problem.points; from += B) {
    const int n = problem.points - from < B ? problem.points - from : B;
    Known known[B];
    Weighed weighed[B];
    points.find_curved(from, n, true, known);
    LF_LOOP for (int b = 0; b < n; b += W) {
      const Place place(problem.first + (from + b) * problem.step, problem.step, n - b);
      const Lanes y = responses_of(draw, problem, place, l), w = weights_of(draw, problem, place, l);
      weighed[b] = weigh(problem, place.q[0], true, true, known[b].value, y, w, threshold, mu);
    }
    // Point b is lane b % W of what stands at the first of its lanes' points.
    LF_LOOP for (int b = 0; b < n; ++b) {
      const int at = b / W * W;
      const Weighed& point = weighed[at];
      const Known& form = known[at];
      const auto of = [b](const Lanes& a) { return one_lane(a, b % W); };
      if (logs) {
        sums.smallest = min(of(form.value), sums.smallest);
        sums.largest = max(of(form.value), sums.largest);
      }
      sums.objective = fma(of(point.cost[0]), of(point.cost[1]), sums.objective);
      Lanes d[P];
      LF_UNROLL for (int i = 0; i < P; ++i) d[i] = of(form.slopes[i]);
      add_slopes<Form>(of(point.step), of(point.curvature), d, sums.g, sums.H);
    }
    if (curved)
      LF_LOOP for (int b = 0; b < n; ++b) {
        const int at = b / W * W;
        const auto of = [b](const Lanes& a) { return one_lane(a, b % W); };
        Lanes bends[Known::bends_room];
        LF_UNROLL for (int i = 0; i < Known::bends_room; ++i) bends[i] = of(known[at].bends[i]);
        add_bends<Form>((Lanes(1.0) - mu) * of(weighed[at].step), bends, sums.H);
      }
  }
  sums.put(problem, draw, p, threshold, mu, out);
}

// Evaluates the trials of the fits in the lanes, one after the other.
template <class Form, class Draw>
LF_INLINE void evaluate_few(const Problem<Form>& problem, const Draw& draw, const Lanes* at, Lanes threshold, Lanes mu, const Live& live,
                            Quadratic<Form>& out) {
  constexpr int P = Form::parameters, T = Quadratic<Form>::T, W = Lanes::width;
  LF_LOOP for (int k = 0; k < live.count; ++k) {
    const int l = live.lane[k];
    const auto own = [l](Lanes a) {
      double all[W];
      store(all, a);
      return Lanes(all[l]);
    };
    double one_lane[W] = {};
    one_lane[l] = 1;
    const Mask mine = load(one_lane) > Lanes(0.5);
    Lanes p[P];
    LF_LOOP for (int i = 0; i < P; ++i) p[i] = own(at[i]);
    Quadratic<Form> one;
    evaluate_one(problem, draw, l, p, own(threshold), own(mu), one);
    out.objective = select(mine, one.objective, out.objective);
    LF_LOOP for (int i = 0; i < P; ++i) out.gradient[i] = select(mine, one.gradient[i], out.gradient[i]);
    LF_LOOP for (int i = 0; i < T; ++i) out.matrix[i] = select(mine, one.matrix[i], out.matrix[i]);
  }
}

// Evaluates the trials of the fits that are in the lanes; of the other lanes the answer means nothing.
template <class Form, class Draw>
LF_ONCE void evaluate_live(const Problem<Form>& problem, const Draw& draw, const Lanes* at, Lanes threshold, Lanes mu, const Live& live,
                           Quadratic<Form>& out) {
  if constexpr (goes_side_by_side<Form>())
    if (4 * live.count <= Lanes::width && is_usual(problem)) return evaluate_few(problem, draw, at, threshold, mu, live, out);
  evaluate<Form>(problem, draw, at, threshold, mu, any(mu < Lanes(0.999)), out);
}

}  // namespace lf
