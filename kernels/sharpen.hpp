// An absolute loss has a kink where its minimum is, so it is minimised through Huber's losses over delta (loss.hpp), whose minima
// come to its own as delta falls: within delta/2 times the weights, in the objective, and along a path that is piecewise linear in
// delta where the form is linear (Madsen & Nielsen, 1993). A fit that has ended goes on with a smaller delta, Newton's matrix first,
// from where the path leads.
#pragma once
#include "judge.hpp"

namespace lf {

struct Sharpening {
  static constexpr double fall = 0.1;       // of delta, at each other stage; where the path is known, squared
  static constexpr double last = 1e-10;     // delta at the end, of the size of the residuals
  // Squared scaled gradient at which a stage ends, relative to the objective, at a delta of the size of the residuals. It falls with
  // delta: the matrix is as large as 1/delta along the residuals that are 0, and what other directions could bring does not show.
  static constexpr double settled = 1e-10;
};

// Where the stage before ended, and its delta; 0: there was none. And the blend with which the next evaluation is made.
template <class Form>
struct EarlierStage {
  Lanes p[Form::parameters], threshold, mu;
};

// Whether fits of the problem are sharpened when they end.
template <class Form>
LF_INLINE bool sharpens(const Problem<Form>& problem, const Manner& manner) {
  return problem.mass > 0.0 && problem.step == 1 && !manner.exact;
}

// Puts the lanes that are to go on to their next stage: where the next evaluation is, in p, and its threshold. The caller begins
// them there. late: lanes that have no iterations left, whose next stage is the last, and a single evaluation.
template <class Form>
LF_ONCE Mask sharpen(const Problem<Form>& problem, Ending& ending, Mask late, EarlierStage<Form>& earlier, Fit<Form>& fit) {
  const Lanes delta = fit.threshold;
  // An extrapolated place may lie where the form is not finite: then from where the stage before ended.
  const Mask lost = ending.undefined & (delta < Lanes(problem.delta));
  const Lanes mean = fit.at.objective * Lanes(1.0 / problem.mass);
  const Lanes size = max(mean, min(delta, sqrt(Lanes(2.0) * delta * mean)));
  const Lanes last = max(Lanes(Sharpening::last) * size, Lanes(least_threshold * problem.delta));
  ending.gradient = !ending.undefined & (fit.gradient_norm * size <= Lanes(Sharpening::settled) * delta * fit.at.objective);
  const Mask over = ending.any_reason() | late;
  const Mask next = over & (delta > Lanes(2.0) * last) & !ending.undefined;
  // The matrix is Newton's, and the step was rejected: without the residuals that it takes for linear it may be of no use.
  const Mask stuck = !next & !ending.undefined & (fit.rise > Lanes(3.0)) & (fit.mu < Lanes(0.999)) & (delta < Lanes(problem.delta));
  const Mask follows = next & (earlier.threshold > delta) & !late;
  const Lanes fall = select(follows & (earlier.threshold < Lanes(problem.delta)), Lanes(Sharpening::fall * Sharpening::fall), Lanes(Sharpening::fall));
  const Lanes smaller = select(late, last, max(last, fall * min(delta, size)));
  const Lanes along = select(follows, (delta - smaller) / max(earlier.threshold - delta, Lanes(1e-290)), Lanes(0.0));
  LF_UNROLL for (int i = 0; i < Form::parameters; ++i) {
    const Lanes to = fma(fit.p[i] - earlier.p[i], along, fit.p[i]);
    const Lanes from = fit.p[i];
    fit.p[i] = select(lost, earlier.p[i], select(next, max(Lanes(problem.lower[i]), min(Lanes(problem.upper[i]), to)), from));
    earlier.p[i] = select(next, from, earlier.p[i]);
  }
  earlier.threshold = select(next, delta, earlier.threshold);
  fit.threshold = select(next, smaller, delta);
  earlier.mu = select(follows, Lanes(0.0), Lanes(1.0));
  const Mask moved = next | lost | stuck;
  fit.at.objective = select(moved, Lanes(undefined_objective), fit.at.objective);
  return moved;
}

}  // namespace lf
