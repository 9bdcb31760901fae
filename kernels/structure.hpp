// Starts from the form's structure. Where a form is linear in some parameters (or in exp(p) or exp(-p)) once the others are
// given, a grid is laid over the others, the linear ones are found by bounded least squares at each of its cells, and the
// cells of lowest objective are the starts. A cell takes about as long as one evaluation of a fit, and from cells next to a
// minimum a few fits find what hundreds of random starts find. Lanes are cells of one resample.
#pragma once
#include "linear.hpp"
#include "request.hpp"

namespace lf {

struct Cells {
  static constexpr int most_axes = 5, most = 625, most_starts = 16;
  // Cells along each of so many axes.
  LF_INLINE static constexpr int along(int axes) { return axes == 0 ? 1 : axes == 1 ? 48 : axes == 2 ? 16 : axes == 3 ? 8 : axes == 4 ? 5 : 3; }
  static constexpr int points = 384;        // at least so many of many points are what cells are compared on
  static constexpr int most_linear = 8;     // more take long to compile
  static constexpr double scales = 30;      // an interval whose ends are so many times apart is one over scales
  static constexpr double ridge = 1e-10;    // relative to the diagonal, where two terms can hardly be told apart
  static constexpr double least_term = 1e-3;  // of a term that least squares puts to 0, relative to the response
};

template <class Form>
LF_INLINE constexpr int linear_parameters() {
  int count = 0;
  for (int i = 0; i < Form::parameters; ++i) count += Form::linear(i) != 0;
  return count;
}

// Index of the linear parameter number j, from a constant with four bits a number, so that no device computes it.
template <class Form>
struct LinearList {
  static constexpr uint64_t find() {
    uint64_t list = 0;
    for (int i = 0, j = 0; i < Form::parameters; ++i)
      if (Form::linear(i) != 0) list |= uint64_t(i) << (4 * j++);
    return list;
  }
  static constexpr uint64_t list = find();
};
template <class Form>
LF_INLINE constexpr int linear_parameter(int j) {
  if constexpr (is_interpreted<Form>)
    return int(Form::program().linear_list >> (4 * j) & 15);
  else
    return int(LinearList<Form>::list >> (4 * j) & 15);
}

// Room for so many linear parameters.
template <class Form>
LF_INLINE constexpr int most_linear() {
  if constexpr (is_interpreted<Form>)
    return Form::parameters;
  else
    return linear_parameters<Form>();
}

// Whether starts are taken from the form's structure (src/solve/search/structure.ts).
template <class Form>
LF_INLINE constexpr bool has_structure() {
  const int linear = linear_parameters<Form>();
  return linear > 0 && linear <= Cells::most_linear && Form::parameters - linear <= Cells::most_axes;
}

LF_INLINE double natural_logarithm(double x) {
  Lanes unused;
  return first_lane(log_and_reciprocal(Lanes(x), unused));
}

// The grid of a problem: of each parameter that it goes over the first cell's middle and the distance to the next.
// Parameters with one value only are no axes.
template <class Form>
struct Grid {
  int along, cells;
  int stride[Form::parameters];  // between cells that are neighbours along the parameter's axis; 0: no axis
  double first[Form::parameters], width[Form::parameters];
  bool ratios[Form::parameters];  // whether both are logarithms: cells of an interval over scales are of equal ratio

  LF_INLINE Grid(const Problem<Form>& problem, const double* low, const double* high) {
    int axes = 0;
    double ends[2][Form::parameters];
    LF_LOOP for (int i = 0; i < Form::parameters; ++i) {
      ends[0][i] = low[i] > problem.lower[i] ? low[i] : problem.lower[i];
      ends[1][i] = high[i] < problem.upper[i] ? high[i] : problem.upper[i];
      axes += Form::linear(i) == 0 && ends[0][i] < ends[1][i];
    }
    along = Cells::along(axes);
    cells = 1;
    LF_LOOP for (int i = 0; i < Form::parameters; ++i) {
      const bool axis = Form::linear(i) == 0 && ends[0][i] < ends[1][i];
      ratios[i] = axis && ends[0][i] > 0 && ends[1][i] >= Cells::scales * ends[0][i];
      const double from = ratios[i] ? natural_logarithm(ends[0][i]) : ends[0][i], to = ratios[i] ? natural_logarithm(ends[1][i]) : ends[1][i];
      width[i] = axis ? (to - from) / along : 0.0;
      first[i] = axis ? from + 0.5 * width[i] : Form::linear(i) == 0 ? from : 0.5 * (low[i] + high[i]);
      stride[i] = axis ? cells : 0;
      if (axis) cells *= along;
    }
  }
  LF_INLINE int place(int cell, int i) const { return stride[i] == 0 ? 0 : cell / stride[i] % along; }
  LF_INLINE double value(int cell, int i) const {
    const double at = first[i] + place(cell, i) * width[i];
    return ratios[i] ? first_lane(exp(Lanes(at))) : at;
  }
};

// Finds the linear parameters of a cell, of which p holds the others and a value about which the levels are sought. Residuals
// of logarithms and a loss that is not squared are replaced by the squares of relative ones, which is good enough for a start.
template <class Form, class Draw>
LF_ONCE void fit_cell(const Problem<Form>& problem, const Draw& draw, Lanes* p) {
  constexpr int P = Form::parameters, most = most_linear<Form>();
  const int m = linear_parameters<Form>(), terms = terms_of<Form>();
  // Levels are sought about the one that makes a log-term 1 at the centre of its columns.
  LF_UNROLL for (int i = 0; i < P; ++i)
    if (Form::linear(i) == 1) p[i] = Lanes(0.0);
  LF_EACH for (int t = 0; t < terms; ++t)
    if (Form::linear(Form::term_level(t)) != 0) {
      Lanes exponent(0.0);
      LF_UNROLL for (int k = 0; k < P; ++k)
        if (is_slope<Form>(t, k)) exponent = fma(Lanes(exponent_at_centre(problem, t, k)), p[k], exponent);
      p[Form::term_level(t)] = Lanes(double(-Form::term_level_sign(t))) * exponent;
    }
  Points<Form> points(problem, p, problem.first, problem.step, problem.points);
  const bool relative = takes_logarithms(problem) || problem.relative;
  constexpr int T = most * (most + 1) / 2;
  Lanes A[T], b[most], size(0.0);
  LF_UNROLL for (int i = 0; i < T; ++i) A[i] = Lanes(0.0);
  LF_UNROLL for (int j = 0; j < most; ++j) b[j] = Lanes(0.0);
  LF_LOOP for (int k = 0, q = problem.first; k < problem.points; ++k, q += problem.step) {
    Lanes slope[P], term[most];
    Lanes rest = points.linear_slopes(k, slope);
    const Lanes y = draw.response(problem, q);
    const Lanes unit = relative ? exp(-y) : Lanes(1.0);
    LF_EACH for (int j = 0; j < m; ++j) {
      const int i = linear_parameter<Form>(j);
      term[j] = Form::linear(i) < 0 ? -slope[i] : slope[i];
      if (Form::linear(i) != 1) rest = rest - term[j];
      term[j] = term[j] * unit;
    }
    const Lanes target = relative ? fnma(rest, unit, Lanes(1.0)) : y - rest;
    Lanes w = draw.weight(problem, q);
    if (problem.divides) w = w * reciprocal(sigma_of(problem, q) * sigma_of(problem, q));
    const Lanes weighed = w * target;
    size = fma(weighed, target, size);
    LF_EACH for (int j = 0; j < m; ++j) {
      b[j] = fma(weighed, term[j], b[j]);
      const Lanes wt = w * term[j];
      LF_EACH for (int k = 0; k <= j; ++k) A[triangle(j, k)] = fma(wt, term[k], A[triangle(j, k)]);
    }
  }
  // Coefficients: the parameter itself, or exp of it over that of the level about which it is sought.
  Lanes coefficient[most], low[most], high[most];
  Mask fixed[most];
  LF_LOOP for (int j = 0; j < m; ++j) {
    const int i = linear_parameter<Form>(j), how = Form::linear(i);
    const Lanes lower(problem.lower[i]), upper(problem.upper[i]);
    if (how == 1) {
      low[j] = lower;
      high[j] = upper;
    } else {
      const Lanes least = Lanes(Cells::least_term) * sqrt(size * reciprocal(max(A[triangle(j, j)], Lanes(1e-290))));
      high[j] = exp(how > 0 ? upper - p[i] : p[i] - lower);
      low[j] = min(high[j], max(exp(how > 0 ? lower - p[i] : p[i] - upper), least));
    }
    // Of a coefficient that is the parameter itself; the levels' priors have their part in which cells are chosen.
    if (problem.prior != nullptr && how == 1 && !is_prior_of_logarithm(problem, i)) {
      const Lanes weight(prior_weight(problem, i));
      A[triangle(j, j)] = A[triangle(j, j)] + weight;
      b[j] = fma(weight, prior_centre(problem, draw, i), b[j]);
    }
    A[triangle(j, j)] = A[triangle(j, j)] * Lanes(1.0 + Cells::ridge);
    coefficient[j] = low[j];
    fixed[j] = low[j] >= high[j];
  }
  // What leaves its bounds is put to them, and the others answer to that, until none does.
  LF_LOOP for (int pass = 0; pass <= m; ++pass) {
    Lanes matrix[T], solved[most];
    LF_EACH for (int j = 0; j < m; ++j) {
      solved[j] = b[j];
      LF_EACH for (int k = 0; k < m; ++k)
        if (k != j) solved[j] = fnma(select(fixed[k], A[triangle(j, k)], Lanes(0.0)), coefficient[k], solved[j]);
      solved[j] = select(fixed[j], coefficient[j], solved[j]);
      LF_EACH for (int k = 0; k < j; ++k) matrix[triangle(j, k)] = select(fixed[j] | fixed[k], Lanes(0.0), A[triangle(j, k)]);
      matrix[triangle(j, j)] = select(fixed[j], Lanes(1.0), A[triangle(j, j)]);
    }
    LF_EACH for (int j = m; j < most; ++j) {
      // An equation for itself, which changes nothing of the others.
      LF_EACH for (int k = 0; k < j; ++k) matrix[triangle(j, k)] = Lanes(0.0);
      matrix[triangle(j, j)] = Lanes(1.0);
      solved[j] = Lanes(0.0);
    }
    solve_positive_definite<most>(matrix, solved);
    Mask changed = Lanes(1.0) < Lanes(0.0);
    LF_EACH for (int j = 0; j < m; ++j) {
      const Mask beyond = ((solved[j] < low[j]) | (solved[j] > high[j])) & !fixed[j];
      coefficient[j] = select(fixed[j], coefficient[j], max(low[j], min(high[j], solved[j])));
      fixed[j] = fixed[j] | beyond;
      changed = changed | beyond;
    }
    if (!any(changed)) break;
  }
  LF_LOOP for (int j = 0; j < m; ++j) {
    const int i = linear_parameter<Form>(j), how = Form::linear(i);
    Lanes unused;
    const Lanes value = how == 1 ? coefficient[j] : fma(Lanes(how > 0 ? 1.0 : -1.0), log_and_reciprocal(max(coefficient[j], Lanes(1e-290)), unused), p[i]);
    p[i] = max(Lanes(problem.lower[i]), min(Lanes(problem.upper[i]), value));
  }
}

// The objective at parameters, as evaluate (objective.hpp) defines it; an absolute loss at its sharpest.
template <class Form, class Draw>
LF_ONCE Lanes objective_at(const Problem<Form>& problem, const Draw& draw, const Lanes* p) {
  Points<Form> points(problem, p, problem.first, problem.step, problem.points);
  const double threshold = problem.mass > 0.0 ? least_threshold * problem.delta : problem.delta;
  const bool usual = is_usual(problem), logs = takes_logarithms(problem);
  Lanes objective(0.0), smallest(1.0), largest(1.0);
  LF_LOOP for (int k = 0, q = problem.first; k < problem.points; ++k, q += problem.step) {
    const Lanes f = points.value(k), y = draw.response(problem, q);
    Lanes w = draw.weight(problem, q), unused, r = usual_residual(logs, f, y, unused);
    if (!usual) make_unusual(problem, q, f, y, r, unused, w);
    if (logs) {
      smallest = min(f, smallest);
      largest = max(f, largest);
    }
    const Lanes clamped = is_robust ? max(Lanes(-threshold), min(Lanes(threshold), r)) : r;
    objective = fma(clamped * w, fnma(clamped, Lanes(0.5), r), objective);
  }
  if (problem.mass > 0.0) objective = objective * Lanes(1.0 / threshold);
  if (problem.prior != nullptr) objective = with_priors(problem, draw, p, objective);
  Mask usable = objective < Lanes(undefined_objective);
  if (logs) usable = usable & (smallest > Lanes(1e-150)) & (largest < Lanes(1e150));
  return select(usable, objective, Lanes(undefined_objective));
}

// Chooses the cells to start from, in order: minima of the grid (no neighbour along an axis is lower), then cells that are not
// next to a chosen one, then the others; of each kind the lowest, of equal ones the first. A longer list begins with a shorter
// one. marks: room for one number a cell.
template <class Form>
LF_ONCE void choose_cells(const Grid<Form>& grid, const double* objective, unsigned char* marks, int count, int* chosen) {
  constexpr int P = Form::parameters;
  enum : unsigned char { near = 1, taken = 2, minimum = 4 };
  LF_LOOP for (int cell = 0; cell < grid.cells; ++cell) {
    bool lowest = objective[cell] < undefined_objective;
    LF_LOOP for (int i = 0; i < P; ++i) {
      if (grid.stride[i] == 0) continue;
      const int place = grid.place(cell, i), stride = grid.stride[i];
      if (place > 0) lowest = lowest && objective[cell] < objective[cell - stride];
      if (place + 1 < grid.along) lowest = lowest && objective[cell] <= objective[cell + stride];
    }
    marks[cell] = lowest ? minimum : 0;
  }
  LF_LOOP for (int n = 0; n < count; ++n) {
    int best = -1, least = 3;
    LF_LOOP for (int cell = 0; cell < grid.cells; ++cell) {
      if (marks[cell] & taken) continue;
      const int kind = marks[cell] & minimum ? 0 : marks[cell] & near ? 2 : 1;
      if (kind < least || (kind == least && objective[cell] < objective[best])) {
        best = cell;
        least = kind;
      }
    }
    chosen[n] = best;
    marks[best] |= taken;
    // Its neighbours, diagonal ones too: along one axis after the other.
    int around[243], found = 1;
    around[0] = best;
    LF_LOOP for (int i = 0; i < P; ++i) {
      if (grid.stride[i] == 0) continue;
      const int place = grid.place(best, i), stride = grid.stride[i];
      LF_LOOP for (int k = 0, all = found; k < all; ++k) {
        if (place > 0) around[found++] = around[k] - stride;
        if (place + 1 < grid.along) around[found++] = around[k] + stride;
      }
    }
    LF_LOOP for (int k = 1; k < found; ++k) marks[around[k]] |= near;
  }
}

}  // namespace lf
