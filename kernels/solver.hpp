// The solver: bounded, damped, robust, lanes at once, each lane a fit of its own.
//
// One round for a lane: evaluate the trial point; take it if the objective falls; choose damping lambda and
// blend mu; solve (M + lambda*D) s = -g on the parameters that are not held by a bound; cap the step; bend it
// along the form's valley; put it into the box. Three things make it quick and sure on scaling laws:
//
// - Damping in centred coordinates. In exp(a - alpha*ln N) the level a and the slope alpha are nearly collinear
//   because ln N is far from 0; D is diagonal in the coordinates where ln N is centred. The bounds stay in
//   the user's coordinates.
// - A cap: no exponent changes by more than 1 in a step at any point, because longer steps land on plateaus
//   where a term has vanished.
// - A curved update. Along the valley alpha-A-E the loss is nearly constant but the valley bends; the step is
//   taken so that each term's slope and the sum of the terms at the centre change as the linear model says
//   (level and offset follow from slope and exponent) instead of along a straight line.
//
// Everything here is arithmetic on lanes without branches: the same text is one thread's work on a GPU.
#pragma once
#include "linear.hpp"
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
  static constexpr int many_points = 512, coarse_points = 96;
  static constexpr double first_lambda_near = 1e-5;
  static constexpr double cap = 1.0;             // of the change of an exponent
  static constexpr double scale_memory = 0.1;    // share of the last D that D keeps, where a form has no cap
  static constexpr double damping_floor = 1e-4;  // of D, relative to its largest element
  // Newton's matrix is tried when a step was taken, gained little, and the model promised far too little:
  static constexpr double newton_gain = 1e-3, newton_ratio = 1.3, newton_slow = 0.3;
  static constexpr double mu_fall = 0.1, mu_zero = 0.005, mu_rise = 4, mu_back = 0.1, poor_ratio = 0.25;
  static constexpr double quiet_gain = 1e-13;          // a taken step that gained less is a quiet one
  static constexpr double quiet_rounds = 3;
  static constexpr double small_gradient = 1e-10;      // squared, relative to the objective: a stalled fit is at its end
  static constexpr double settled = 1e-12;             // relative differences of the objective that rounding can make
};

// Damping of the first step: next to none where a cap bounds the step, else enough to make it short.
template <class Form>
LF_INLINE constexpr double first_lambda() {
  return Form::terms > 0 ? Settings::first_lambda_capped : Settings::first_lambda_free;
}

template <class Form>
struct Fit {
  static constexpr int P = Form::parameters;
  Lanes p[P], trial[P];
  Quadratic<Form> at;      // at p
  Lanes scale[P];          // D of the last step
  Lanes lambda, rise, mu;  // damping, its factor after a rejected step, blend
  Lanes young;             // 1: the start has been evaluated, no step was made yet
  Lanes again;             // 1: the trial is p itself, to be evaluated with another blend
  Lanes predicted;         // fall of the objective that the model promised for the trial
  Lanes wary;              // 1: a step was rejected before, so damping falls slowly
  Lanes gain;              // relative fall of the last taken step
  Lanes quiet;             // quiet steps in a row
  Lanes gradient_norm;     // squared, scaled, projected
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
LF_INLINE Lanes projected_gradient(const Problem<Form>& problem, const Lanes* p, const Quadratic<Form>& at) {
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
  bool linear_first;  // whether the first step moves the linear parameters alone, where the form has any
};

// Makes a fit ready to be evaluated at its start, which stands in p and trial.
template <class Form>
LF_INLINE void begin(const Manner& manner, Fit<Form>& fit) {
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
LF_INLINE Ending judge(const Problem<Form>& problem, const Quadratic<Form>& trial, const Manner& manner, Fit<Form>& fit) {
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
  const Lanes factor = select(exact, Lanes(Settings::exact_fall), usual);
  const Lanes eased = max(fit.lambda * factor, Lanes(Settings::least_lambda));
  fit.lambda = select(first | again, fit.lambda, select(taken, eased, fit.lambda * fit.rise));
  fit.rise = select(taken, Lanes(2.0), fit.rise + fit.rise);
  LF_UNROLL for (int i = 0; i < P; ++i) fit.scale[i] = select(first, Lanes(0.0), fit.scale[i]);
  fit.wary = select(first, Lanes(0.0), select(taken | (fit.gain > Lanes(Settings::exact_gain)), fit.wary, Lanes(1.0)));

  const Mask stepped = taken & !first & !again;
  // Gauss-Newton on the squared loss promises rightly, so the ratio says nothing: there, Newton's matrix is
  // tried where the gains do not fall off by themselves.
  const Mask promising = problem.delta < squared_loss ? ratio > Lanes(Settings::newton_ratio) : gain > Lanes(Settings::newton_slow) * fit.gain;
  const Mask enter = stepped & (gain < Lanes(Settings::newton_gain)) & promising;
  const Mask poor = (!taken) | again | (ratio < Lanes(Settings::poor_ratio));
  const Mask closer = enter | (stepped & (fit.mu < Lanes(0.999)));
  const Lanes less = select(fit.mu < Lanes(Settings::mu_zero), Lanes(0.0), fit.mu * Lanes(Settings::mu_fall));
  const Lanes more = min(Lanes(1.0), max(fit.mu * Lanes(Settings::mu_rise), Lanes(Settings::mu_back)));
  fit.mu = select(first, Lanes(manner.mu), select(poor, more, select(closer, less, fit.mu)));
  const Mask quiet = stepped & (gain < Lanes(Settings::quiet_gain));
  fit.quiet = select(taken, select(quiet, fit.quiet + Lanes(1.0), select(again, fit.quiet, Lanes(0.0))), fit.quiet);
  fit.gain = select(stepped, gain, fit.gain);
  fit.young = select(first, Lanes(manner.linear_first ? 1.0 : 0.0), Lanes(0.0));

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
  ending.objective = fit.quiet >= Lanes(manner.exact ? 1e300 : Settings::quiet_rounds);
  ending.stalled = fit.lambda > Lanes(Settings::last_lambda);
  return ending;
}

// Whether term t centres its level: the first term with that level, and the level is no slope of any.
template <class Form>
LF_INLINE constexpr bool centres(int t) {
  for (int s = 0; s < t; ++s)
    if (Form::term_level(s) == Form::term_level(t)) return false;
  for (int s = 0; s < Form::terms; ++s)
    if (is_slope<Form>(s, Form::term_level(t))) return false;
  return true;
}

// The only slope parameter of term t, or -1: the curved update needs exactly one, on one column.
template <class Form>
LF_INLINE constexpr int only_slope(int t) {
  int found = -1, count = 0;
  for (int p = 0; p < Form::parameters; ++p)
    for (int c = 0; c < Form::columns; ++c)
      if (Form::term_slope(t, p, c) != 0) {
        found = p;
        ++count;
      }
  return count == 1 ? found : -1;
}

// Whether the curved update applies: an offset, and every term with it has one slope and a centred level.
template <class Form>
LF_INLINE constexpr bool bends() {
  if (Form::offset < 0 || Form::terms == 0) return false;
  for (int t = 0; t < Form::terms; ++t)
    if (only_slope<Form>(t) < 0 || !centres<Form>(t)) return false;
  return true;
}

// Adds lambda*D to A, D diagonal in the centred coordinates q (q_level = p_level + sum of slopes * centre).
template <class Form>
LF_INLINE void damp(const Problem<Form>& problem, Fit<Form>& fit, Lanes* A) {
  constexpr int P = Form::parameters;
  Lanes d[P], largest(0.0);
  LF_UNROLL for (int j = 0; j < P; ++j) {
    // column j of p = p(q): e_j minus, for each level that j feeds, its coefficient there
    Lanes v = A[triangle(j, j)];
    LF_UNROLL for (int t = 0; t < Form::terms; ++t)
      if (centres<Form>(t) && is_slope<Form>(t, j)) {
        const int l = Form::term_level(t);
        const Lanes c(-Form::term_level_sign(t) * exponent_at_centre(problem, t, j));
        v = fma(c, fma(c, A[triangle(l, l)], A[triangle(j, l)] + A[triangle(j, l)]), v);
      }
    d[j] = abs(v);
    largest = max(largest, d[j]);
  }
  const Lanes floor = Form::terms > 0 ? largest * Lanes(Settings::damping_floor) : Lanes(1e-290);
  LF_UNROLL for (int j = 0; j < P; ++j) {
    if (Form::terms == 0) fit.scale[j] = d[j] = max(d[j], fit.scale[j] * Lanes(Settings::scale_memory));
    d[j] = fit.lambda * max(d[j], floor);
  }
  LF_UNROLL for (int j = 0; j < P; ++j) A[triangle(j, j)] = A[triangle(j, j)] + d[j];
  LF_UNROLL for (int t = 0; t < Form::terms; ++t)
    if (centres<Form>(t)) {
      const int l = Form::term_level(t);
      LF_UNROLL for (int i = 0; i < P; ++i)
        if (is_slope<Form>(t, i)) {
          const Lanes ci(Form::term_level_sign(t) * exponent_at_centre(problem, t, i));
          A[triangle(i, l)] = fma(ci, d[l], A[triangle(i, l)]);
          LF_UNROLL for (int j = 0; j <= i; ++j)
            if (is_slope<Form>(t, j)) {
              const Lanes cj(Form::term_level_sign(t) * exponent_at_centre(problem, t, j));
              A[triangle(i, j)] = fma(ci * cj, d[l], A[triangle(i, j)]);
            }
        }
    }
}

// The factor that keeps every exponent's change within the cap, at most 1.
template <class Form>
LF_INLINE Lanes cap_factor(const Problem<Form>& problem, const Lanes* s) {
  constexpr int P = Form::parameters;
  if (Form::terms == 0) return Lanes(1.0);
  Lanes largest(1e-30);
  LF_UNROLL for (int t = 0; t < Form::terms; ++t) {
    Lanes middle(0.0), spread(0.0);
    LF_UNROLL for (int p = 0; p < P; ++p)
      if (p == Form::term_level(t) || is_slope<Form>(t, p))
        middle = fma(Lanes(exponent_at_centre(problem, t, p)), s[p], middle);
    LF_UNROLL for (int c = 0; c < Form::columns; ++c) {
      Lanes slope(0.0);
      bool used = false;
      LF_UNROLL for (int p = 0; p < P; ++p)
        if (Form::term_slope(t, p, c) != 0) {
          slope = fma(Lanes(double(Form::term_slope(t, p, c))), s[p], slope);
          used = true;
        }
      if (used) spread = fma(abs(slope), Lanes(problem.half_range[c]), spread);
    }
    largest = max(largest, abs(middle) + spread);
  }
  return min(Lanes(1.0), Lanes(Settings::cap) * rough_reciprocal(largest));
}

LF_INLINE Lanes into_box(Lanes x, double lower, double upper) { return max(Lanes(lower), min(Lanes(upper), x)); }

// Bends the step p -> trial. Term t is T = exp(u) at the centre, its slope there S = sigma*alpha*T. With alpha
// new, the linear model's S + dS fixes T new = T*(1 + (alpha/alpha new)*du), and the offset takes up what
// the terms then lack: E + dE + sum of T*du*dalpha/alpha new.
template <class Form>
LF_INLINE void bend(const Problem<Form>& problem, const Fit<Form>& fit, const Lanes* s, Lanes* trial) {
  constexpr int P = Form::parameters, E = Form::offset;
  Lanes level[Form::terms > 0 ? Form::terms : 1], offset = trial[E];
  Mask usable = !held(problem, fit, E);
  LF_UNROLL for (int t = 0; t < Form::terms; ++t) {
    const int l = Form::term_level(t), k = only_slope<Form>(t);
    const Lanes sigma(double(Form::term_level_sign(t))), centre(exponent_at_centre(problem, t, k));
    const Lanes before = fit.p[k], after = trial[k];
    const Lanes u = fma(centre, before, sigma * fit.p[l]);
    const Lanes du = fma(centre, s[k], sigma * s[l]);
    const Lanes inverse = reciprocal(max(after, Lanes(1e-30)));
    const Lanes growth = fma(before * inverse, du, Lanes(1.0));
    usable = usable & (before > Lanes(0.0)) & (after > Lanes(1e-3)) & (after > Lanes(0.25) * before) & (growth > Lanes(0.2));
    Lanes unused;
    const Lanes moved = u + log_and_reciprocal(max(growth, Lanes(0.1)), unused);
    level[t] = sigma * fnma(centre, after, moved);
    offset = fma(exp(u) * du, s[k] * inverse, offset);
  }
  LF_UNROLL for (int t = 0; t < Form::terms; ++t) {
    const int l = Form::term_level(t);
    trial[l] = select(usable, into_box(level[t], problem.lower[l], problem.upper[l]), trial[l]);
  }
  trial[E] = select(usable, into_box(offset, problem.lower[E], problem.upper[E]), trial[E]);
  (void)P;
}

// Whether the form is linear in parameter i, and in it and the linear ones before it together.
template <class Form>
constexpr bool linear_in(int i) {
  if (Form::curved(i, i)) return false;
  for (int j = 0; j < i; ++j)
    if (linear_in<Form>(j) && Form::curved(i, j)) return false;
  return true;
}

// Whether a fit's first step moves the linear parameters alone. A random start has scales and offsets that fit
// nothing; with them put right at once the other parameters' steps begin to mean something. Forms whose
// exponents are capped need no such help.
template <class Form>
LF_INLINE constexpr bool linear_first() {
  if (Form::terms > 0) return false;
  int linear = 0;
  for (int i = 0; i < Form::parameters; ++i) linear += linear_in<Form>(i);
  return linear > 0 && linear < Form::parameters;
}

// Solves (M + lambda*D) s = -g on the parameters that are not fixed; fixed ones move by what s holds for them.
// The mask is set in lanes where the matrix is not positive definite.
template <class Form>
LF_INLINE Mask solve_step(const Fit<Form>& fit, const Lanes* damped, const Mask* fixed, Lanes* s) {
  constexpr int P = Form::parameters, T = Quadratic<Form>::T;
  Lanes A[T], moved[P];
  LF_UNROLL for (int i = 0; i < P; ++i) {
    moved[i] = select(fixed[i], s[i], Lanes(0.0));
    s[i] = -fit.at.gradient[i];
  }
  LF_UNROLL for (int i = 0; i < P; ++i)
    LF_UNROLL for (int j = 0; j < P; ++j)
      if (i != j) s[i] = fnma(damped[triangle(i, j)], moved[j], s[i]);
  LF_UNROLL for (int i = 0; i < P; ++i) {
    LF_UNROLL for (int j = 0; j < i; ++j) A[triangle(i, j)] = select(fixed[i] | fixed[j], Lanes(0.0), damped[triangle(i, j)]);
    A[triangle(i, i)] = select(fixed[i], Lanes(1.0), damped[triangle(i, i)]);
    s[i] = select(fixed[i], moved[i], s[i]);
  }
  return solve_positive_definite<P>(A, s);
}

// Makes the next trial from what is known at p.
template <class Form>
LF_INLINE void propose(const Problem<Form>& problem, Fit<Form>& fit) {
  constexpr int P = Form::parameters, T = Quadratic<Form>::T;
  Lanes damped[T], s[P];
  Mask fixed[P];
  LF_UNROLL for (int i = 0; i < T; ++i) damped[i] = fit.at.matrix[i];
  damp(problem, fit, damped);
  LF_UNROLL for (int i = 0; i < P; ++i) {
    fixed[i] = held(problem, fit, i);
    if (linear_first<Form>() && !linear_in<Form>(i)) fixed[i] = fixed[i] | (fit.young > Lanes(0.5));
    s[i] = Lanes(0.0);
  }
  const Mask indefinite = solve_step<Form>(fit, damped, fixed, s);
  Lanes factor = cap_factor(problem, s);
  // Where the step leaves the box, go to the wall and let the other parameters answer to that.
  Mask outside = Lanes(1.0) < Lanes(0.0);
  Lanes wall[P];
  LF_UNROLL for (int i = 0; i < P; ++i) {
    const Lanes to = fma(s[i], factor, fit.p[i]);
    const Mask beyond = ((to < Lanes(problem.lower[i])) | (to > Lanes(problem.upper[i]))) & !fixed[i];
    wall[i] = select(fixed[i], Lanes(0.0), into_box(to, problem.lower[i], problem.upper[i]) - fit.p[i]);
    fixed[i] = fixed[i] | beyond;
    outside = outside | beyond;
  }
  if (any(outside)) {
    LF_UNROLL for (int i = 0; i < P; ++i) wall[i] = select(fixed[i], wall[i], Lanes(0.0));
    solve_step<Form>(fit, damped, fixed, wall);
    LF_UNROLL for (int i = 0; i < P; ++i) s[i] = select(outside, wall[i], s[i]);
    factor = select(outside, cap_factor(problem, s), factor);
  }
  LF_UNROLL for (int i = 0; i < P; ++i) {
    fit.trial[i] = into_box(fma(s[i], factor, fit.p[i]), problem.lower[i], problem.upper[i]);
    s[i] = fit.trial[i] - fit.p[i];
  }
  // fall of the model: -(g's + s'Ms/2)
  Lanes linear(0.0), quadratic(0.0);
  LF_UNROLL for (int i = 0; i < P; ++i) {
    linear = fma(fit.at.gradient[i], s[i], linear);
    Lanes row = fit.at.matrix[triangle(i, i)] * s[i] * Lanes(0.5);
    LF_UNROLL for (int j = 0; j < i; ++j) row = fma(fit.at.matrix[triangle(i, j)], s[j], row);
    quadratic = fma(row, s[i], quadratic);
  }
  fit.predicted = max(Lanes(1e-290), -(linear + quadratic));
  if constexpr (bends<Form>()) bend(problem, fit, s, fit.trial);
  // No step from an indefinite matrix: go back to the safe blend at the same point, or damp more.
  const Mask back = indefinite & (fit.mu < Lanes(0.999));
  fit.again = select(back, Lanes(1.0), Lanes(0.0));
  fit.mu = select(back, Lanes(1.0), fit.mu);
  fit.lambda = select(indefinite & !back, fit.lambda * Lanes(10.0), fit.lambda);
  LF_UNROLL for (int i = 0; i < P; ++i) fit.trial[i] = select(indefinite, fit.p[i], fit.trial[i]);
}

}  // namespace lf
