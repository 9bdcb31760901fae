// The host's entry points: fits in lanes, a lane refilled as its fit ends. Compiled once per form and
// instruction set, with LAWFIT_FORM naming the file that holds the form's generated struct.
#include "random.hpp"
#include "solver.hpp"
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace {
using namespace lf;
#include LAWFIT_FORM
}  // namespace

#if defined(LF_WASM)
#define LF_EXPORT extern "C" __attribute__((visibility("default"), used))
#elif defined(_WIN32)
#define LF_EXPORT extern "C" __declspec(dllexport)
#else
#define LF_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace {

constexpr int P = LawfitForm::parameters;
constexpr int W = Lanes::width;

// Denormal numbers count as zero while this lives: on a plateau of a form nearly all products are denormal,
// and processors take a hundred times longer for those. Set on every instruction set, for the same bits.
class FlushDenormals {
#if defined(__SSE2__)
  const unsigned before = _mm_getcsr();

 public:
  FlushDenormals() { _mm_setcsr(before | 0x8040); }
  ~FlushDenormals() { _mm_setcsr(before); }
#elif defined(__aarch64__)
  uint64_t before;

 public:
  FlushDenormals() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" ::"r"(before | (uint64_t(1) << 24)));
  }
  ~FlushDenormals() { __asm__ volatile("msr fpcr, %0" ::"r"(before)); }
#else
 public:
  FlushDenormals() {}
#endif
};

// What one call of lawfit_solve works on and writes; see there.
struct Work {
  RandomKey key;
  int first_start, count, given;
  const double* given_starts;
  const double *start_low, *start_high;
  bool near;  // go on from the parameters in the answer, which a coarser problem left there
  int limit;
  Manner manner;
  double *objective, *gradient_norm, *parameters;
  int32_t *iterations, *termination;
};

void initial(const Problem<LawfitForm>& problem, const Work& work, int index, double* p) {
  const int start = work.first_start + index;
  for (int i = 0; i < P; ++i) {
    const double x = work.near            ? work.parameters[index * P + i]
                     : start < work.given ? work.given_starts[start * P + i]
                                          : start_coordinate(work.key, uint32_t(start - work.given), 0, i, work.start_low[i], work.start_high[i]);
    p[i] = x < problem.lower[i] ? problem.lower[i] : x > problem.upper[i] ? problem.upper[i] : x;
  }
}

// Lanes as an array, to look at one of them.
struct Row {
  alignas(64) double lane[W];
};
LF_INLINE Row spread(Lanes a) {
  Row r;
  store(r.lane, a);
  return r;
}

template <bool Log, bool Robust>
void run(const Problem<LawfitForm>& problem, const Work& work) {
  Fit<LawfitForm> fit;
  Quadratic<LawfitForm> trial;
  int fit_of[W], rounds[W], next = 0, live = 0;
  Row start[P];
  for (int l = 0; l < W; ++l) {
    double p[P];
    fit_of[l] = next < work.count ? next++ : -1;
    if (fit_of[l] >= 0) ++live;
    initial(problem, work, fit_of[l] >= 0 ? fit_of[l] : 0, p);
    for (int i = 0; i < P; ++i) start[i].lane[l] = p[i];
    rounds[l] = 0;
  }
  for (int i = 0; i < P; ++i) fit.p[i] = fit.trial[i] = load(start[i].lane);
  fit.at.objective = Lanes(undefined_objective);
  for (int i = 0; i < P; ++i) fit.at.gradient[i] = fit.scale[i] = Lanes(0.0);
  for (int i = 0; i < Quadratic<LawfitForm>::T; ++i) fit.at.matrix[i] = Lanes(0.0);
  fit.lambda = Lanes(work.manner.lambda);
  fit.rise = Lanes(2.0);
  fit.mu = Lanes(work.manner.mu);
  fit.again = fit.young = fit.wary = fit.quiet = fit.gradient_norm = Lanes(0.0);
  fit.predicted = fit.gain = Lanes(1.0);

  while (live > 0) {
    if (any(fit.mu < Lanes(0.999)))
      evaluate<LawfitForm, Log, Robust, true>(problem, fit.trial, fit.mu, trial);
    else
      evaluate<LawfitForm, Log, Robust, false>(problem, fit.trial, fit.mu, trial);
    const Ending ending = judge(problem, trial, work.manner, fit);
    const Mask ended = ending.any_reason();
    bool refill = false;
    for (int l = 0; l < W; ++l)
      if (fit_of[l] >= 0 && (++rounds[l] >= work.limit || lane(ended, l))) refill = true;
    Row fresh{};
    if (refill) {
      Row objective = spread(fit.at.objective), norm = spread(fit.gradient_norm), lambda = spread(fit.lambda);
      Row rise = spread(fit.rise), mu = spread(fit.mu), quiet = spread(fit.quiet), gain = spread(fit.gain);
      Row p[P];
      for (int i = 0; i < P; ++i) p[i] = spread(fit.p[i]);
      for (int l = 0; l < W; ++l) {
        const int done = fit_of[l];
        if (done < 0 || !(rounds[l] >= work.limit || lane(ended, l))) continue;
        const double value = objective.lane[l];
        work.objective[done] = value;
        work.gradient_norm[done] = value > 0 ? norm.lane[l] / value : norm.lane[l];
        work.iterations[done] = rounds[l] + (work.near ? work.iterations[done] : 0);
        work.termination[done] = lane(ending.undefined, l)   ? ended_undefined
                                 : lane(ending.gradient, l)  ? ended_gradient
                                 : lane(ending.objective, l) ? ended_objective
                                 : lane(ending.stalled, l)
                                     // nothing lower in reach: the end where the gradient is small, else a stall
                                     ? (norm.lane[l] <= 1e-10 * value ? ended_objective : ended_stalled)
                                     : ended_iterations;
        for (int i = 0; i < P; ++i) work.parameters[done * P + i] = p[i].lane[l];
        fit_of[l] = next < work.count ? next++ : -1;
        if (fit_of[l] < 0) --live;
        double q[P];
        if (fit_of[l] >= 0) {
          initial(problem, work, fit_of[l], q);
          for (int i = 0; i < P; ++i) p[i].lane[l] = q[i];
        }
        objective.lane[l] = undefined_objective;
        lambda.lane[l] = work.manner.lambda;
        rise.lane[l] = 2;
        mu.lane[l] = work.manner.mu;
        gain.lane[l] = 1;
        quiet.lane[l] = 0;
        rounds[l] = 0;
        fresh.lane[l] = 1;
      }
      fit.at.objective = load(objective.lane);
      fit.lambda = load(lambda.lane);
      fit.rise = load(rise.lane);
      fit.mu = load(mu.lane);
      fit.quiet = load(quiet.lane);
      fit.gain = load(gain.lane);
      for (int i = 0; i < P; ++i) fit.p[i] = load(p[i].lane);
    }
    if (live == 0) break;
    propose(problem, fit);
    if (refill) {
      const Mask renewed = load(fresh.lane) > Lanes(0.5);
      for (int i = 0; i < P; ++i) fit.trial[i] = select(renewed, fit.p[i], fit.trial[i]);
      fit.again = select(renewed, Lanes(0.0), fit.again);
      fit.mu = select(renewed, Lanes(work.manner.mu), fit.mu);
      fit.lambda = select(renewed, Lanes(work.manner.lambda), fit.lambda);
    }
  }
}

// One library may hold one combination of residual and loss (LF_LOG and LF_ROBUST set to 0 or 1: quick to compile
// when needed), or all of them.
void run_variant(const Problem<LawfitForm>& problem, const Work& work) {
#if defined(LF_LOG) && defined(LF_ROBUST)
  run<LF_LOG != 0, LF_ROBUST != 0>(problem, work);
#else
  const bool robust = problem.delta < squared_loss;
  if (problem.log_residual)
    robust ? run<true, true>(problem, work) : run<true, false>(problem, work);
  else
    robust ? run<false, true>(problem, work) : run<false, false>(problem, work);
#endif
}

}  // namespace

// Parameters, columns and lanes of this library, for the caller to check: out[3].
LF_EXPORT void lawfit_shape(int32_t* out) {
  out[0] = LawfitForm::parameters;
  out[1] = LawfitForm::columns;
  out[2] = Lanes::width;
}

// Writes the initial vectors of starts first .. first+count-1, [count x parameters], as lawfit_solve uses them
// before it puts them into the box. range: low then high, one a parameter.
LF_EXPORT void lawfit_starts(uint32_t seed, uint32_t problem, int32_t first, int32_t count, const double* range, double* out) {
  for (int s = 0; s < count; ++s)
    for (int i = 0; i < P; ++i)
      out[s * P + i] = start_coordinate({seed, problem}, uint32_t(first + s), 0, i, range[i], range[P + i]);
}

// Solves one problem from `count` starts, first_start on.
//   data     [columns*points | response points | weight points]
//   scalars  [delta | lower P | upper P | start low P | start high P | centre columns | half range columns]
//   flags    bit 0: residuals of logarithms; bit 1: the starts are solutions to be made exact
//   given    starts [given x P] that come before the random ones
//   real     out: [objective count | squared scaled gradient count | parameters count*P]
//   whole    out: [iterations count | termination count]
LF_EXPORT void lawfit_solve(int32_t points, int32_t flags, uint32_t seed, uint32_t problem_key, int32_t first_start, int32_t count,
                            int32_t limit, int32_t given, double tolerance, const double* data, const double* scalars, const double* given_starts,
                            double* real, int32_t* whole) {
  constexpr int C = LawfitForm::columns;
  Problem<LawfitForm> problem;
  problem.total = problem.points = points;
  problem.first = 0;
  problem.step = 1;
  problem.columns = data;
  problem.response = data + C * points;
  problem.weight = data + (C + 1) * points;
  problem.delta = scalars[0];
  problem.log_residual = (flags & 1) != 0;
  for (int i = 0; i < P; ++i) {
    problem.lower[i] = scalars[1 + i];
    problem.upper[i] = scalars[1 + P + i];
  }
  for (int c = 0; c < C; ++c) {
    problem.centre[c] = scalars[1 + 4 * P + c];
    problem.half_range[c] = scalars[1 + 4 * P + C + c];
  }
  Work work;
  work.key = {seed, problem_key};
  work.first_start = first_start;
  work.count = count;
  work.given = given;
  work.given_starts = given_starts;
  work.start_low = scalars + 1 + 2 * P;
  work.start_high = scalars + 1 + 3 * P;
  work.limit = limit;
  work.objective = real;
  work.gradient_norm = real + count;
  work.parameters = real + 2 * count;
  work.iterations = whole;
  work.termination = whole + count;
  const bool exact = (flags & 2) != 0;
  work.near = false;
  work.manner.tolerance = tolerance;
  work.manner.exact = exact;
  work.manner.lambda = exact ? Settings::least_lambda : first_lambda<LawfitForm>();
  work.manner.mu = exact ? 0 : 1;
  work.manner.linear_first = !exact;
  const FlushDenormals flush;
  if (points >= Settings::many_points && !exact) {
    problem.step = points / Settings::coarse_points;
    problem.first = (points - 1) % problem.step;
    problem.points = (points - 1) / problem.step + 1;
    run_variant(problem, work);
    problem.points = points;
    problem.first = 0;
    problem.step = 1;
    work.near = true;
    work.manner.lambda = Settings::first_lambda_near;
    work.manner.linear_first = false;
  }
  run_variant(problem, work);
}
