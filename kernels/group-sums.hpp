// The first evaluation of resamples that weigh groups of points anew. All of them start from the fit of the data, where the loss, its slopes
// and the matrix are sums over groups, each times how often the group was drawn: what a group adds is found once a request, and a
// resample's first evaluation costs a few products instead of all points.
#pragma once
#include "resample.hpp"
#include "side-by-side.hpp"

namespace lf {

template <class Form>
class GroupSums {
  static constexpr int P = Form::parameters, T = Quadratic<Form>::T, width = 1 + P + T;
  // A group of fewer points on average is hardly less than its points.
  static constexpr int least_points = 4;
  double* sums = nullptr;
  int groups = 0;

 public:
  // Finds what the groups add. Lanes are groups: each has the resample that drew nothing but its own. drawn: room for the numbers of the
  // resamples in the lanes, which are lost, and behind them for `width` numbers a group.
  template <class Draw>
  GroupSums(const Problem<Form>& problem, const Request& request, const Draw& draw, double* drawn) {
    if constexpr (Draw::weighs) find(problem, request, draw, drawn, drawn + request.drawn * Lanes::width);
  }
  // Whether the first evaluation of a fit is known.
  bool know(const Request& request, int fit) const { return sums != nullptr && request.start_of(fit) == 0; }
  // The first evaluation of the fits in the lanes, by the numbers of their resamples.
  void put(const double* drawn, Quadratic<Form>& out) const {
    out.objective = Lanes(0.0);
    LF_UNROLL for (int i = 0; i < P; ++i) out.gradient[i] = Lanes(0.0);
    LF_UNROLL for (int i = 0; i < T; ++i) out.matrix[i] = Lanes(0.0);
    LF_LOOP for (int g = 0; g < groups; ++g) {
      const double* added = sums + g * width;
      const Lanes times = load(drawn + g * Lanes::width);
      out.objective = fma(times, Lanes(added[0]), out.objective);
      LF_UNROLL for (int i = 0; i < P; ++i) out.gradient[i] = fma(times, Lanes(added[1 + i]), out.gradient[i]);
      LF_UNROLL for (int i = 0; i < T; ++i) out.matrix[i] = fma(times, Lanes(added[1 + P + i]), out.matrix[i]);
    }
  }

 private:
  template <class Draw>
  void find(const Problem<Form>& problem, const Request& request, const Draw& draw, double* drawn, double* room) {
    const bool weighs = draw.resamples && scheme_of(request) == draw_groups && problem.prior == nullptr;
    if (!weighs || problem.step != 1 || request.given == 0 || request.drawn * least_points > request.points || problem.mass > 0.0) return;
    constexpr int W = Lanes::width;
    double start[P];
    Request first = request;
    first.first_start = 0;
    initial(problem, first, 0, start);
    Lanes p[P];
    for (int i = 0; i < P; ++i) p[i] = Lanes(start[i]);
    bool usable = true;
    LF_LOOP for (int from = 0; from < request.drawn; from += W) {
      for (int i = 0; i < request.drawn * W; ++i) drawn[i] = 0;
      for (int l = 0; l < W && from + l < request.drawn; ++l) drawn[(from + l) * W + l] = 1;
      Quadratic<Form> added;
      evaluate_live(problem, draw, p, Lanes(problem.delta), Lanes(1.0), Live{W, {}}, added);
      const auto put = [&](Lanes a, int k) {
        double all[W];
        store(all, a);
        for (int l = 0; l < W && from + l < request.drawn; ++l) room[(from + l) * width + k] = all[l];
      };
      put(added.objective, 0);
      for (int i = 0; i < P; ++i) put(added.gradient[i], 1 + i);
      for (int i = 0; i < T; ++i) put(added.matrix[i], 1 + P + i);
      usable = usable && !any(!(added.objective < Lanes(undefined_objective)));
    }
    if (!usable) return;
    sums = room;
    groups = request.drawn;
  }
};

// Puts the lanes' fits back to what they were.
template <class Form>
LF_INLINE void restore(Mask lanes, const Fit<Form>& before, Fit<Form>& fit) {
  constexpr int P = Form::parameters, T = Quadratic<Form>::T;
  const auto back = [lanes](Lanes earlier, Lanes& now) { now = select(lanes, earlier, now); };
  for (int i = 0; i < P; ++i) {
    back(before.p[i], fit.p[i]);
    back(before.trial[i], fit.trial[i]);
    back(before.at.gradient[i], fit.at.gradient[i]);
    back(before.scale[i], fit.scale[i]);
  }
  for (int i = 0; i < T; ++i) back(before.at.matrix[i], fit.at.matrix[i]);
  back(before.at.objective, fit.at.objective);
  back(before.lambda, fit.lambda);
  back(before.rise, fit.rise);
  back(before.mu, fit.mu);
  back(before.young, fit.young);
  back(before.again, fit.again);
  back(before.predicted, fit.predicted);
  back(before.wary, fit.wary);
  back(before.gain, fit.gain);
  back(before.quiet, fit.quiet);
  back(before.gradient_norm, fit.gradient_norm);
  back(before.threshold, fit.threshold);
}

}  // namespace lf
