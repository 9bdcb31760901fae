// The next trial of a fit: damping, walls, cap, and the curved update (see solver.hpp for why).
#pragma once
#include "judge.hpp"
#include "linear.hpp"

namespace lf {

// Whether term t centres its level: the first term with that level, and the level is no slope of any.
template <class Form>
LF_INLINE constexpr bool centres(int t) {
  for (int s = 0; s < t; ++s)
    if (Form::term_level(s) == Form::term_level(t)) return false;
  for (int s = 0; s < terms_of<Form>(); ++s)
    if (is_slope<Form>(s, Form::term_level(t))) return false;
  return true;
}

// The only slope parameter of term t, or -1: the curved update needs exactly one, on one column.
template <class Form>
LF_INLINE constexpr int only_slope(int t) {
  if constexpr (is_interpreted<Form>) return Form::program().only_slope[t];
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
  if (offset_of<Form>() < 0 || terms_of<Form>() == 0) return false;
  for (int t = 0; t < terms_of<Form>(); ++t)
    if (only_slope<Form>(t) < 0 || !centres<Form>(t)) return false;
  return true;
}

// Adds lambda*D to A, D diagonal in the centred coordinates q (q_level = p_level + sum of slopes * centre).
template <class Form>
LF_INLINE void damp(const Problem<Form>& problem, Fit<Form>& fit, Lanes* A) {
  constexpr int P = Form::parameters;
  const int terms = terms_of<Form>();
  Lanes d[P], largest(0.0);
  LF_UNROLL for (int j = 0; j < P; ++j) {
    // column j of p = p(q): e_j minus, for each level that j feeds, its coefficient there
    Lanes v = A[triangle(j, j)];
    LF_EACH for (int t = 0; t < terms; ++t)
      if (centres<Form>(t) && is_slope<Form>(t, j)) {
        const int l = Form::term_level(t);
        const Lanes c(-Form::term_level_sign(t) * exponent_at_centre(problem, t, j));
        v = fma(c, fma(c, A[triangle(l, l)], A[triangle(j, l)] + A[triangle(j, l)]), v);
      }
    d[j] = abs(v);
    largest = max(largest, d[j]);
  }
  const Lanes floor = terms > 0 ? largest * Lanes(Settings::damping_floor) : Lanes(1e-290);
  LF_UNROLL for (int j = 0; j < P; ++j) {
    if (terms == 0) fit.scale[j] = d[j] = max(d[j], fit.scale[j] * Lanes(Settings::scale_memory));
    d[j] = fit.lambda * max(d[j], floor);
  }
  LF_UNROLL for (int j = 0; j < P; ++j) A[triangle(j, j)] = A[triangle(j, j)] + d[j];
  LF_EACH for (int t = 0; t < terms; ++t)
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
LF_ONCE Lanes cap_factor(const Problem<Form>& problem, const Lanes* s) {
  constexpr int P = Form::parameters;
  const int terms = terms_of<Form>(), columns = columns_of<Form>();
  if (terms == 0) return Lanes(1.0);
  Lanes largest(1e-30);
  LF_EACH for (int t = 0; t < terms; ++t) {
    Lanes middle(0.0), spread(0.0);
    LF_UNROLL for (int p = 0; p < P; ++p)
      if (p == Form::term_level(t) || is_slope<Form>(t, p))
        middle = fma(Lanes(exponent_at_centre(problem, t, p)), s[p], middle);
    LF_EACH for (int c = 0; c < columns; ++c) {
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
  const int E = offset_of<Form>(), terms = terms_of<Form>();
  Lanes level[Form::terms > 0 ? Form::terms : 1], offset = trial[E];
  Mask usable = !held(problem, fit, E);
  LF_EACH for (int t = 0; t < terms; ++t) {
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
  LF_EACH for (int t = 0; t < terms; ++t) {
    const int l = Form::term_level(t);
    trial[l] = select(usable, into_box(level[t], problem.lower[l], problem.upper[l]), trial[l]);
  }
  trial[E] = select(usable, into_box(offset, problem.lower[E], problem.upper[E]), trial[E]);
}

// The parameters that the form is linear in, each and together with the linear ones before it, as bits: a constant, so that no
// device computes it.
template <class Form>
struct LinearParameters {
  static constexpr uint64_t find() {
    uint64_t found = 0;
    for (int i = 0; i < Form::parameters; ++i) {
      bool linear = !Form::curved(i, i);
      for (int j = 0; j < i; ++j) linear = linear && !((found >> j & 1) && Form::curved(i, j));
      if (linear) found |= uint64_t(1) << i;
    }
    return found;
  }
  static constexpr uint64_t bits = find();
};

template <class Form>
LF_INLINE constexpr bool linear_in(int i) {
  if constexpr (is_interpreted<Form>)
    return Form::program().linear_bits >> i & 1;
  else
    return LinearParameters<Form>::bits >> i & 1;
}

// Whether a fit's first step moves the linear parameters alone. A random start has scales and offsets that fit
// nothing; with them put right at once the other parameters' steps begin to mean something. Forms whose
// exponents are capped need no such help.
template <class Form>
LF_INLINE constexpr bool linear_first() {
  if (terms_of<Form>() > 0) return false;
  int linear = 0;
  for (int i = 0; i < Form::parameters; ++i) linear += linear_in<Form>(i);
  return linear > 0 && linear < Form::parameters;
}

// Solves (M + lambda*D) s = -g on the parameters that are not fixed; fixed ones move by what s holds for them.
// The mask is set in lanes where the matrix is not positive definite.
template <class Form>
LF_ONCE Mask solve_step(const Fit<Form>& fit, const Lanes* damped, const Mask* fixed, Lanes* s) {
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

// Holds the parameter that is idle, in lanes that have just one and had a step rejected: nothing depends on it (the width of a bend that
// has become a corner), its derivatives are rounding, and the step that they ask for, as long as they please, would spoil those of the
// others. Where two are idle (place and steepness of a step between two points) only a long step leads away, and where exponents are
// capped a step does no harm and brings back terms that have vanished.
template <class Form>
LF_INLINE void hold_idle(const Problem<Form>& problem, const Fit<Form>& fit, Mask* fixed) {
  constexpr int P = Form::parameters;
  const Lanes little = Lanes(Settings::idle_sway) * fit.at.objective;
  Lanes idle[P], count(0.0);
  LF_UNROLL for (int i = 0; i < P; ++i) {
    const Lanes size = max(abs(fit.p[i]), Lanes(Settings::idle_size * (problem.starts[P + i] - problem.starts[i])));
    idle[i] = select(fixed[i] | (fit.at.matrix[triangle(i, i)] * size * size > little), Lanes(0.0), Lanes(1.0));
    count = count + idle[i];
  }
  const Mask one = (count < Lanes(1.5)) & ((fit.wary > Lanes(0.5)) | (fit.rise > Lanes(3.0)));
  LF_UNROLL for (int i = 0; i < P; ++i) fixed[i] = fixed[i] | (one & (idle[i] > Lanes(0.5)));
}

// What stands for a fall that the model does not promise.
constexpr double least_fall = 1e-290;

// Makes the next trial from what is known at p.
template <class Form>
LF_ONCE void propose(const Problem<Form>& problem, Fit<Form>& fit) {
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
  if constexpr (is_interpreted<Form> || Form::terms == 0)
    if (terms_of<Form>() == 0) hold_idle(problem, fit, fixed);
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
  fit.predicted = select(indefinite, fit.at.objective, max(Lanes(least_fall), -(linear + quadratic)));
  if constexpr (is_interpreted<Form> || bends<Form>())
    if (bends<Form>()) bend(problem, fit, s, fit.trial);
  // No step from an indefinite matrix: go back to the safe blend at the same point, or damp more.
  const Mask back = indefinite & (fit.mu < Lanes(0.999));
  fit.again = select(back, Lanes(1.0), Lanes(0.0));
  fit.mu = select(back, Lanes(1.0), fit.mu);
  fit.lambda = select(indefinite & !back, fit.lambda * Lanes(10.0), fit.lambda);
  LF_UNROLL for (int i = 0; i < P; ++i) fit.trial[i] = select(indefinite, fit.p[i], fit.trial[i]);
}

// Whether fits of the problem may end by a step that is not evaluated.
template <class Form>
LF_INLINE bool foresees(const Problem<Form>& problem, const Manner& manner) {
  return manner.resampled && problem.step == 1;
}

// Ends the lanes' fits whose proposed step is sure and promises next to nothing: it is taken, and the objective is what the model says.
// A step is sure after one that was taken and brought much more, next to undamped, and as long as the gradient asks (no cap and no wall
// has cut it).
template <class Form>
LF_INLINE Mask foresee(Mask lanes, Fit<Form>& fit) {
  const Lanes fall = fit.predicted, little = Lanes(Settings::foretold) * fit.at.objective;
  const Mask sure = lanes & (fit.again < Lanes(0.5)) & (fit.rise < Lanes(3.0)) & (fit.lambda < Lanes(Settings::sure_lambda)) &
                    (fall > Lanes(least_fall)) & (fall <= little) & (fall <= Lanes(Settings::sure_fall) * fit.gain * fit.at.objective) &
                    (fit.gradient_norm <= Lanes(4.0) * little);
  LF_UNROLL for (int i = 0; i < Form::parameters; ++i) fit.p[i] = select(sure, fit.trial[i], fit.p[i]);
  fit.at.objective = select(sure, fit.at.objective - fall, fit.at.objective);
  return sure;
}

}  // namespace lf
