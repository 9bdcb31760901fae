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

// Whether that pays: of many parameters the sums take as long as the form.
template <class Form>
LF_INLINE constexpr bool goes_side_by_side() {
  return Lanes::width > 1 && Form::parameters <= 5 && !is_interpreted<Form>;
}

// Fits that are in the lanes.
struct Live {
  int count, lane[Lanes::width];
};

// Points that are side by side in the lanes of `from` are put each into its place of `to`, in lane l. What: some lanes a point.
template <class What>
LF_INLINE void put_apart(const What& from, int points, What* to, int l) {
  typedef double Number __attribute__((may_alias));
  constexpr int W = Lanes::width, numbers = sizeof(What) / sizeof(Lanes);
  const Number* const all = reinterpret_cast<const Number*>(&from);
  LF_LOOP for (int j = 0; j < W && j < points; ++j) {
    Number* const one = reinterpret_cast<Number*>(to + j) + l;
    LF_LOOP for (int i = 0; i < numbers; ++i) one[i * W] = all[i * W + j];
  }
}

// The fits that are in the lanes, at most half as many as these. The problem is a usual one (is_usual).
template <class Form, class Draw>
struct FewFits {
  static constexpr int P = Form::parameters, W = Lanes::width, most = W / 2 > 0 ? W / 2 : 1;
  using Known = typename Points<Form>::Known;
  const Problem<Form>& problem;
  const Draw& draw;
  const Live& live;
  const int count;
  // Of each its numbers, in all lanes.
  Lanes p[most][P], threshold[most], mu[most];
  Points<Form> points[most];

  LF_INLINE FewFits(const Problem<Form>& of, const Draw& how, const Live& lanes, bool few, const Lanes* at, Lanes thresholds, Lanes mus)
      : problem(of), draw(how), live(lanes), count(few ? lanes.count : 0) {
    LF_LOOP for (int k = 0; k < count; ++k) {
      const auto own = [l = live.lane[k]](Lanes a) {
        double all[W];
        store(all, a);
        return Lanes(all[l]);
      };
      LF_LOOP for (int i = 0; i < P; ++i) p[k][i] = own(at[i]);
      threshold[k] = own(thresholds);
      mu[k] = own(mus);
      points[k] = Points<Form>(problem, p[k], problem.first, problem.step, problem.points);
    }
  }
  // Finds what is known of a block of points, and what they give the sums; of the other lanes that means nothing.
  LF_ONCE void find(int from, int n, typename Points<Form>::Block& block, Weighed* weighed) const {
    if (from == 0)
      LF_LOOP for (int b = 0; b < n; ++b) {
        block.known[b] = Known{};
        weighed[b] = Weighed{};
      }
    LF_LOOP for (int k = 0; k < count; ++k) {
      const int l = live.lane[k];
      Known known[block_points];
      points[k].find_curved(from, n, true, known);
      LF_LOOP for (int b = 0; b < n; b += W) {
        const Place place(problem.first + (from + b) * problem.step, problem.step, n - b);
        put_apart(known[b], n - b, block.known + b, l);
        put_apart(weigh(problem, 0, true, true, known[b].value, responses_of(draw, problem, place, l), weights_of(draw, problem, place, l), threshold[k], mu[k]),
                  n - b, weighed + b, l);
      }
    }
  }
};

// Evaluates the trials of the fits that are in the lanes; of the other lanes the answer means nothing.
template <class Form, class Draw>
LF_ONCE void evaluate_live(const Problem<Form>& problem, const Draw& draw, const Lanes* at, Lanes threshold, Lanes mu, const Live& live,
                           Quadratic<Form>& out) {
  const bool curved = any(mu < Lanes(0.999));
  if constexpr (goes_side_by_side<Form>())
    evaluate<Form>(problem, draw, at, threshold, mu, curved, out,
                   FewFits<Form, Draw>(problem, draw, live, 2 * live.count <= Lanes::width && is_usual(problem), at, threshold, mu));
  else
    evaluate<Form>(problem, draw, at, threshold, mu, curved, out);
}

}  // namespace lf
