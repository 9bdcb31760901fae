// A fit's state, what its evaluated trial does to it, and when it has ended (see solver.hpp).
#pragma once
#include "objective.hpp"

namespace lf {

// Why a fit ended. The numbers are part of the interface (src/solve/problem.ts).
enum : int { ended_gradient = 0, ended_objective = 1, ended_iterations = 2, ended_stalled = 3, ended_undefined = 4 };

struct Settings {
  static constexpr double first_lambda_capped = 1e-5, first_lambda_free = 0.1, least_lambda = 1e-15, last_lambda = 1e12;
  static constexpr double lambda_fall = 1.0 / 3;  // after a good step; after a late one as the model foretold:
  static constexpr double exact_ratio = 0.1, exact_gain = 0.02, exact_fall = 0.02;
  // Fits of many points are first solved on every so many-th of them, at least coarse_points, from next to no
  // damping then on all.
  static constexpr int many_points = 512, coarse_points = 96, whole_starts = 4;
  static constexpr double first_lambda_near = 1e-5;
  // Resamples: damping of the first step from the end of the points as they are, where no cap bounds it; the fall, relative to the
  // objective, that a sure step makes without being evaluated; how much a sure step is damped, at most, and its fall beside the last;
  // how damping falls on the way there; and from where it rises after an early step that no cap has bounded.
  static constexpr double first_lambda_warm = 1e-12, foretold = 1e-10, sure_lambda = 1e-10, sure_fall = 0.1, sure_damping_fall = 1e-4;
  static constexpr double least_rejected = 1e-3;
  static constexpr double coarse_gain = 1e-4, coarse_tolerance = 1e-8;  // at which the coarse problem is left: quiet_gain, tolerance
  static constexpr double cap = 1.0;             // of the change of an exponent
  static constexpr double scale_memory = 0.1;    // share of the last D that D keeps, where a form has no cap
  static constexpr double damping_floor = 1e-4;  // of D, relative to its largest element
  // Newton's matrix is tried when a step was taken, gained little, and the model promised far too little or gains do not fall off (of resamples: at once):
  static constexpr double newton_gain = 1e-3, newton_ratio = 1.3, newton_slow = 0.3, newton_sooner = 0.01;
  static constexpr double mu_fall = 0.1, mu_zero = 0.005, mu_rise = 4, mu_back = 0.1, poor_ratio = 0.25;
  // An idle parameter: as much of the objective, at most, does a change by its own size bring, which near 0 is so much of its start range.
  static constexpr double idle_sway = 1e-16, idle_size = 1e-6;
  static constexpr double quiet_gain = 1e-13;
  static constexpr double quiet_rounds = 3;
  static constexpr double small_gradient = 1e-10;      // squared, relative to the objective: a stalled fit is at its end
  static constexpr double settled = 1e-12;             // relative differences of the objective that rounding can make
};

// Damping of the first step: next to none where a cap bounds the step, else enough to make it short.
template <class Form>
LF_INLINE constexpr double first_lambda() {
  return terms_of<Form>() > 0 ? Settings::first_lambda_capped : Settings::first_lambda_free;
}

template <class Form>
struct Fit {
  static constexpr int P = Form::parameters;
  Lanes p[P], trial[P];
  Quadratic<Form> at;      // at p
  Lanes scale[P];          // D of the last step
  Lanes lambda, rise, mu;  // damping, its factor after a rejected step, blend
  Lanes young;             // 1: the start, far from any end, has been evaluated, no step was made yet
  Lanes again;             // 1: the trial is p itself, to be evaluated with another blend
  Lanes predicted;         // fall of the objective that the model promised for the trial
  Lanes wary;              // 1: a step was rejected before, so damping falls slowly
  Lanes gain;              // relative fall of the last taken step
  Lanes quiet;             // quiet steps in a row
  Lanes gradient_norm;     // squared, scaled, projected
  Lanes threshold;         // of the loss: the problem's, and where an absolute loss is sharpened a smaller one
};

struct Ending {
  Mask gradient, objective, stalled, undefined;
  LF_INLINE Mask any_reason() const { return gradient | objective | stalled | undefined; }
};

// A parameter is held where it sits on a bound and the objective falls only beyond it.
LF_INLINE Mask held_at(Lanes p, Lanes gradient, double lower, double upper) {
  return ((p <= Lanes(lower)) & (gradient >= Lanes(0.0))) | ((p >= Lanes(upper)) & (gradient <= Lanes(0.0)));
}

template <class Form>
LF_INLINE Mask held(const Problem<Form>& problem, const Fit<Form>& fit, int i) {
  return held_at(fit.p[i], fit.at.gradient[i], problem.lower[i], problem.upper[i]);
}

// Largest g_i^2 / M_ii of the parameters that are not held: twice the fall that one alone could bring.
template <class Form>
LF_ONCE Lanes projected_gradient(const Problem<Form>& problem, const Lanes* p, const Quadratic<Form>& at) {
  Lanes norm(0.0);
  LF_UNROLL for (int i = 0; i < Form::parameters; ++i) {
    const Lanes g = at.gradient[i];
    const Lanes scaled = g * g * rough_reciprocal(max(at.matrix[triangle(i, i)], Lanes(1e-290)));
    norm = max(norm, select(held_at(p[i], g, problem.lower[i], problem.upper[i]), Lanes(0.0), scaled));
  }
  return norm;
}

// How a run of fits goes about it.
struct Manner {
  double tolerance;  // a fit ends when its squared scaled gradient is at most this times the objective
  double lambda;     // damping of the first step
  double mu;         // blend at the start
  // The starts are solutions to be made exact. Where the objective has settled to its last bits the gradient still
  // tells steps apart: they are judged by it.
  bool exact;
  double quiet_gain;  // a taken step that gained less is a quiet one
  // Least squares of resamples, which are many, most of them near their ends, and need not be exact to the last bit. Other losses
  // have bends beside which a fit may go on to a lower end.
  bool resampled;
};

// Makes a fit ready to be evaluated at its start, which stands in p and trial.
template <class Form>
LF_INLINE void begin(const Manner& manner, double threshold, Fit<Form>& fit) {
  fit.threshold = Lanes(threshold);
  fit.at.objective = Lanes(undefined_objective);
  LF_UNROLL for (int i = 0; i < Form::parameters; ++i) fit.at.gradient[i] = fit.scale[i] = Lanes(0.0);
  LF_UNROLL for (int i = 0; i < Quadratic<Form>::T; ++i) fit.at.matrix[i] = Lanes(0.0);
  fit.lambda = Lanes(manner.lambda);
  fit.mu = Lanes(manner.mu);
  fit.rise = Lanes(2.0);
  fit.predicted = fit.gain = Lanes(1.0);
  fit.young = fit.again = fit.wary = fit.quiet = fit.gradient_norm = Lanes(0.0);
}

// Judges the evaluated trial: takes it or not, sets damping and blend, and says which lanes have ended.
template <class Form>
LF_ONCE Ending judge(const Problem<Form>& problem, const Quadratic<Form>& trial, const Manner& manner, Fit<Form>& fit) {
  constexpr int P = Form::parameters, T = Quadratic<Form>::T;
  const Mask first = fit.at.objective >= Lanes(undefined_objective);
  const Mask again = fit.again > Lanes(0.5);
  Mask fell = trial.objective < fit.at.objective;
  if (manner.exact) {
    const Mask same = trial.objective <= fit.at.objective * Lanes(1.0 + Settings::settled);
    const Mask clearly = trial.objective < fit.at.objective * Lanes(1.0 - Settings::settled);
    fell = first | clearly | (same & (projected_gradient(problem, fit.trial, trial) < fit.gradient_norm));
  }
  const Mask taken = fell | again;
  const Lanes fall = fit.at.objective - trial.objective;
  const Lanes ratio = fall * rough_reciprocal(fit.predicted);

  const Lanes q = fma(Lanes(2.0), ratio, Lanes(-1.0));
  const Lanes gain = select(first | again, Lanes(1.0), select(taken, fall * rough_reciprocal(max(fit.at.objective, Lanes(1e-300))), Lanes(0.0)));
  const Lanes usual = max(Lanes(Settings::lambda_fall), min(Lanes(1.0), fnma(q * q, q, Lanes(1.0))));
  const Mask exact = (abs(ratio - Lanes(1.0)) < Lanes(Settings::exact_ratio)) & (gain < Lanes(Settings::exact_gain)) &
                     (fit.wary < Lanes(0.5));
  Lanes factor = select(exact, Lanes(Settings::exact_fall), usual);
  if (manner.resampled) factor = select(exact & (gain < Lanes(Settings::newton_gain)), Lanes(Settings::sure_damping_fall), factor);
  const Lanes eased = max(fit.lambda * factor, Lanes(Settings::least_lambda));
  Lanes rejected = fit.lambda;
  if (manner.resampled && terms_of<Form>() == 0)
    rejected = select(fit.gain > Lanes(Settings::exact_gain), max(rejected, Lanes(Settings::least_rejected)), rejected);
  fit.lambda = select(first | again, fit.lambda, select(taken, eased, rejected * fit.rise));
  fit.rise = select(taken, Lanes(2.0), fit.rise + fit.rise);
  LF_UNROLL for (int i = 0; i < P; ++i) fit.scale[i] = select(first, Lanes(0.0), fit.scale[i]);
  fit.wary = select(first, Lanes(0.0), select(taken | (fit.gain > Lanes(Settings::exact_gain)), fit.wary, Lanes(1.0)));

  const Mask stepped = taken & !first & !again;
  // Gauss-Newton on the squared loss promises rightly, so the ratio says nothing: there, Newton's matrix is
  // tried where the gains do not fall off by themselves.
  const Mask promising = problem.delta < squared_loss ? ratio > Lanes(Settings::newton_ratio) : gain > Lanes(manner.resampled ? Settings::newton_sooner : Settings::newton_slow) * fit.gain;
  const Mask enter = stepped & (gain < Lanes(Settings::newton_gain)) & promising;
  Mask poor = (!taken) | again | (ratio < Lanes(Settings::poor_ratio));
  // Near the end a poor step by Gauss-Newton's matrix is a reason for Newton's, not against it.
  if (manner.resampled) poor = poor & !(enter & (fit.mu > Lanes(0.999)));
  const Mask closer = enter | (stepped & (fit.mu < Lanes(0.999)));
  const Lanes less = select(fit.mu < Lanes(Settings::mu_zero), Lanes(0.0), fit.mu * Lanes(Settings::mu_fall));
  const Lanes more = min(Lanes(1.0), max(fit.mu * Lanes(Settings::mu_rise), Lanes(Settings::mu_back)));
  fit.mu = select(first, fit.mu, select(poor, more, select(closer, less, fit.mu)));
  // A step that changes nothing beyond rounding is quiet too: on a plateau none does, whatever the damping.
  const Mask same = !taken & (abs(fall) <= Lanes(Settings::quiet_gain) * fit.at.objective);
  const Mask quiet = same | (stepped & (gain < Lanes(manner.quiet_gain)));
  fit.quiet = select(quiet, fit.quiet + Lanes(1.0), select(stepped | first, Lanes(0.0), fit.quiet));
  fit.gain = select(stepped, gain, fit.gain);
  const Mask at_start = first & (fit.threshold >= Lanes(problem.delta));
  fit.young = select(at_start & (fit.lambda >= Lanes(Settings::first_lambda_free)), Lanes(1.0), Lanes(0.0));

  LF_UNROLL for (int i = 0; i < P; ++i) {
    fit.p[i] = select(taken, fit.trial[i], fit.p[i]);
    fit.at.gradient[i] = select(taken, trial.gradient[i], fit.at.gradient[i]);
  }
  LF_UNROLL for (int i = 0; i < T; ++i) fit.at.matrix[i] = select(taken, trial.matrix[i], fit.at.matrix[i]);
  fit.at.objective = select(taken, trial.objective, fit.at.objective);

  const Lanes norm = projected_gradient(problem, fit.p, fit.at);
  fit.gradient_norm = norm;
  Ending ending;
  ending.undefined = fit.at.objective >= Lanes(undefined_objective);
  ending.gradient = (norm <= Lanes(manner.tolerance) * fit.at.objective) & !ending.undefined;
  const Mask silent = fit.quiet >= Lanes(manner.exact ? 1e300 : Settings::quiet_rounds);
  ending.objective = silent & !same;
  ending.stalled = (silent & same) | (fit.lambda > Lanes(Settings::last_lambda));
  return ending;
}

}  // namespace lf
