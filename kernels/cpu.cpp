// The host's entry points: fits in lanes, a lane refilled as its fit ends. Compiled once per form and
// instruction set, with LAWFIT_FORM naming the file that holds the form's generated struct.
#include "lane-draws.hpp"
#if !LF_TRAINING
#include "group-sums.hpp"
#include "sharpen.hpp"
#include "side-by-side.hpp"
#include "structure.hpp"
#endif
#include "train.hpp"
#if defined(LF_INTERPRETED)
#include "interpreter.hpp"
#endif

namespace {
using namespace lf;
#include LAWFIT_FORM
}  // namespace

#if defined(LF_INTERPRETED) && LF_PART
// Carrying out operations is compiled with the part that is compiled sooner.
namespace lf {
#if LF_PART == 1
extern
#endif
    template void Points<LawfitForm>::carry_out(int, int, int);
}  // namespace lf
#endif

#if defined(LF_WASM)
#define LF_EXPORT extern "C" __attribute__((visibility("default"), used))
#elif defined(_WIN32)
#define LF_EXPORT extern "C" __declspec(dllexport)
#else
#define LF_EXPORT extern "C" __attribute__((visibility("default")))
#endif

// A library is compiled as one, or as two parts on two cores: LF_PART 1 is all but the starts from the form's structure, 2 these alone.
#if LF_PART
extern "C" __attribute__((visibility("hidden"))) void lawfit_find_starts(const void* problem, const void* request, const void* draw,
                                                                         void* draws, const void* scratch, const void* answer);
#endif

namespace {

constexpr int P = LawfitForm::parameters;
constexpr int W = Lanes::width;

// Denormal numbers count as zero while this lives: on a plateau of a form nearly all products are denormal,
// and processors take a hundred times longer for those. Set on every instruction set, for the same bits.
class FlushDenormals {
#if defined(__SSE2__)
  const unsigned before = __builtin_ia32_stmxcsr();

 public:
  FlushDenormals() { __builtin_ia32_ldmxcsr(before | 0x8040); }
  ~FlushDenormals() { __builtin_ia32_ldmxcsr(before); }
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

// Memory that the caller lends: the starts from the form's structure, then where the coarser problem left each fit
// [parameters count*P], [iterations count], and the numbers of the resamples that are in the lanes [drawn x lanes], then of what their
// groups add (group-sums.hpp).
struct Scratch {
  double *parameters, *drawn;
  int32_t* iterations;
};

// Takes down a fit that has ended: its objective, and its row where it is the best of its resample so far. Which that
// is does not depend on the order in which fits end.
void take_down(const Request& request, const Answer& answer, int fit, double objective, double gradient_norm, int iterations,
               int termination, const Row* p, int l) {
  answer.objective[fit] = objective;
  const int row = fit / fits_a_row(request), place = fit % fits_a_row(request), best = answer.best[row];
  answer.all_iterations[row] += iterations;
  const double least = best < 0 ? 0 : answer.objective[row * fits_a_row(request) + best];
  if (best >= 0 && !(objective < least || (objective == least && place < best))) return;
  answer.best[row] = place;
  answer.gradient_norm[row] = objective > 0 ? gradient_norm / objective : gradient_norm;
  answer.iterations[row] = iterations;
  answer.termination[row] = termination;
  for (int i = 0; i < P; ++i) answer.parameters[row * P + i] = p[i].lane[l];
}

// Which of the two problems of a fit of many points is being solved: the coarse one, or from there all points.
enum class Stage { only, coarse, near };

#if !LF_TRAINING
// Finds the starts from the form's structure, of each resample its own, and the lowest objective of its cells: of many points
// that of the cells that are starts, because the others are compared on some points.
template <class Draw>
void find_starts(const Problem<LawfitForm>& problem, const Request& request, const Draw& draw, LaneDraws& draws, const Scratch& scratch,
                 const Answer& answer) {
#if LF_PART == 1
  if (request.structured_needed() > 0) lawfit_find_starts(&problem, &request, &draw, &draws, &scratch, &answer);
#else
  if constexpr (is_interpreted<LawfitForm> || has_structure<LawfitForm>()) {
    const int count = request.structured_needed();
    if (count == 0) return;
    const double* low = start_ranges<LawfitForm>(request);
    const Grid<LawfitForm> grid(problem, low, low + P);
    Problem<LawfitForm> whole = problem;
    make_whole(whole);
    const bool coarse = starts_coarse(request);
    Problem<LawfitForm> some = whole;
    if (coarse) make_coarse(some, Cells::points);
    double objective[Cells::most + W];
    unsigned char marks[Cells::most];
    int chosen[Cells::most_starts];
    double lowest = undefined_objective;
    LF_LOOP for (int first = 0; first < request.count; first += request.starts) {
      if (draw.resamples)
        LF_LOOP for (int l = 0; l < W; ++l) draws.put(request, request.resample_of(first), l);
      // All cells, then the chosen ones once more, for their parameters; lanes too many take the last.
      LF_LOOP for (int again = 0; again < 2; ++again) {
        const int cells = again ? count : grid.cells;
        LF_LOOP for (int from = 0; from < cells; from += W) {
          Row rows[P];
          Lanes p[P];
          LF_LOOP for (int l = 0; l < W; ++l) {
            const int at = from + l < cells ? from + l : cells - 1;
            LF_LOOP for (int i = 0; i < P; ++i) rows[i].lane[l] = grid.value(again ? chosen[at] : at, i);
          }
          LF_LOOP for (int i = 0; i < P; ++i) p[i] = load(rows[i].lane);
          const Problem<LawfitForm>& on = again ? whole : some;
          fit_cell(on, draw, p);
          const Row value = spread(objective_at(on, draw, p));
          if (!again) {
            LF_LOOP for (int l = 0; l < W; ++l) objective[from + l] = value.lane[l];
            continue;
          }
          LF_LOOP for (int i = 0; i < P; ++i) rows[i] = spread(p[i]);
          LF_LOOP for (int fit = first; fit < first + request.starts; ++fit) {
            const int place = request.structured_of(fit) - from;
            if (place < 0 || place >= W) continue;
            LF_LOOP for (int i = 0; i < P; ++i) scratch.parameters[fit * P + i] = rows[i].lane[place];
            double& least = answer.lowest_cell[fit / fits_a_row(request)];
            const double found = coarse ? value.lane[place] : lowest;
            least = found < least ? found : least;
          }
        }
        if (again) continue;
        choose_cells(grid, objective, marks, count, chosen);
        lowest = undefined_objective;
        LF_LOOP for (int cell = 0; cell < grid.cells; ++cell) lowest = objective[cell] < lowest ? objective[cell] : lowest;
      }
    }
  }
#endif
}

// Solves the request's fits on the problem.
template <class Draw>
void run(const Problem<LawfitForm>& problem, const Request& request, Stage stage, const Draw& draw, const Scratch& scratch, const Answer& answer) {
  const bool near = stage == Stage::near;
  const Manner manner = manner_of<LawfitForm>(request, near);
  Fit<LawfitForm> fit;
  Quadratic<LawfitForm> trial{};
  int fit_of[W], rounds[W], next = 0, live = 0;
  [[maybe_unused]] const GroupSums<LawfitForm> sums(problem, request, draw, scratch.drawn);
  [[maybe_unused]] LaneDraws draws(scratch.drawn);
  Row p[P], lambda{}, summed{};  // the last: whether the first evaluation of a lane's fit is known
  const auto refill = [&](int l) {
    rounds[l] = 0;
    while (stage == Stage::coarse && next < request.count && request.starts_whole(next)) {
      if (request.structured_of(next) < 0) initial(problem, request, next, scratch.parameters + next * P);
      scratch.iterations[next++] = 0;
    }
    fit_of[l] = next < request.count ? next++ : -1;
    if (fit_of[l] < 0) return;
    ++live;
    if constexpr (Draw::weighs) summed.lane[l] = sums.know(request, fit_of[l]);
    lambda.lane[l] = first_lambda_of<LawfitForm>(request, manner, fit_of[l]);
    double q[P];
    const bool found = near || request.structured_of(fit_of[l]) >= 0;
    if (!found) initial(problem, request, fit_of[l], q);
    for (int i = 0; i < P; ++i) p[i].lane[l] = found ? scratch.parameters[fit_of[l] * P + i] : q[i];
    if (draw.resamples) draws.put(request, request.resample_of(fit_of[l]), l);
  };
  if (!near) find_starts(problem, request, draw, draws, scratch, answer);
  for (int i = 0; i < P; ++i) p[i] = Row{};
  LF_LOOP for (int l = 0; l < W; ++l) refill(l);
  begin(manner, problem.delta, fit);
  fit.lambda = load(lambda.lane);
  EarlierStage<LawfitForm> earlier;
  earlier.threshold = Lanes(0.0);
  LF_LOOP for (int i = 0; i < P; ++i) earlier.p[i] = Lanes(0.0);
  for (int i = 0; i < P; ++i) fit.p[i] = fit.trial[i] = load(p[i].lane);

  while (live > 0) {
    // Where first evaluations are known, these fits alone go on in this round.
    const Mask first = load(summed.lane) > Lanes(0.5);
    const bool by_sums = Draw::weighs && any(first);
    [[maybe_unused]] Fit<LawfitForm> others;
    Live lanes{};
    for (int l = 0; l < W; ++l)
      if (fit_of[l] >= 0 && (!by_sums || summed.lane[l] > 0.5)) lanes.lane[lanes.count++] = l;
    if (by_sums) {
      others = fit;
      sums.put(draws.numbers, trial);
    } else
      evaluate_live(problem, draw, fit.trial, fit.threshold, fit.mu, lanes, trial);
    Ending ending = judge(problem, trial, manner, fit);
    Mask sharper = Lanes(1.0) < Lanes(0.0);
    if (is_robust && sharpens(problem, manner)) {
      Row late{};
      for (int l = 0; l < W; ++l) late.lane[l] = rounds[l] + 1 >= request.limit;
      sharper = sharpen(problem, ending, load(late.lane) > Lanes(0.5), earlier, fit);
    }
    Mask ended = ending.any_reason() & !sharper;
    propose(problem, fit);
    if (draw.resamples && foresees(problem, manner)) {
      const Mask sure = foresee(!ended & !sharper, fit);
      ending.objective = ending.objective | sure;
      ended = ended | sure;
    }
    if (by_sums) {
      restore(!first, others, fit);
      ended = ended & first;
    }
    bool over = false;
    for (int k = 0; k < lanes.count; ++k) {
      const int l = lanes.lane[k];
      if ((++rounds[l] >= request.limit && !lane(sharper, l)) || lane(ended, l)) over = true;
    }
    summed = Row{};
    Row fresh{};
    if (over) {
      Row objective = spread(fit.at.objective);
      const Row norm = spread(fit.gradient_norm);
      for (int i = 0; i < P; ++i) p[i] = spread(fit.p[i]);
      LF_LOOP for (int l = 0; l < W; ++l) {
        const int done = fit_of[l];
        if (done < 0 || !((rounds[l] >= request.limit && !lane(sharper, l)) || lane(ended, l))) continue;
        const double value = objective.lane[l];
        if (stage == Stage::coarse) {
          scratch.iterations[done] = rounds[l];
          for (int i = 0; i < P; ++i) scratch.parameters[done * P + i] = p[i].lane[l];
        } else {
          const int iterations = rounds[l] + (near ? scratch.iterations[done] : 0);
          take_down(request, answer, done, value, norm.lane[l], iterations, ending_of(ending, l, value, norm.lane[l]), p, l);
        }
        --live;
        refill(l);
        objective.lane[l] = undefined_objective;
        fresh.lane[l] = 1;
      }
      // A renewed lane's other values are set when its start has been judged (judge, where an objective is
      // undefined before); damping and blend are below.
      fit.at.objective = load(objective.lane);
      for (int i = 0; i < P; ++i) fit.p[i] = load(p[i].lane);
    }
    if (live == 0) break;
    if (over || any(sharper)) {
      const Mask renewed = load(fresh.lane) > Lanes(0.5), begun = renewed | sharper;
      for (int i = 0; i < P; ++i) fit.trial[i] = select(begun, fit.p[i], fit.trial[i]);
      fit.again = select(begun, Lanes(0.0), fit.again);
      fit.quiet = select(begun, Lanes(0.0), fit.quiet);
      fit.rise = select(begun, Lanes(2.0), fit.rise);
      fit.gain = select(begun, Lanes(1.0), fit.gain);
      fit.mu = select(renewed, Lanes(manner.mu), select(sharper, earlier.mu, fit.mu));
      fit.lambda = select(renewed, load(lambda.lane), select(sharper, select(earlier.mu > Lanes(0.5), Lanes(Settings::first_lambda_near), Lanes(Settings::least_lambda)), fit.lambda));
      fit.threshold = select(renewed, Lanes(problem.delta), fit.threshold);
      earlier.threshold = select(renewed, Lanes(0.0), earlier.threshold);
    }
  }
}

#else
// Trains the request's fits on the problem, as many at once as there are lanes; lanes too many do the last fit again.
// Residuals are plain and the loss is squared.
template <class Draw>
void run(const Problem<LawfitForm>& problem, const Request& request, Stage, const Draw& draw, const Scratch& scratch, const Answer& answer) {
  const Training training = training_of<LawfitForm>(request);
  [[maybe_unused]] LaneDraws draws(scratch.drawn);
  for (int first = 0; first < request.count; first += W) {
    Row rows[P];
    for (int l = 0; l < W; ++l) {
      const int fit = first + l < request.count ? first + l : request.count - 1;
      double start[P];
      initial(problem, request, fit, start);
      for (int i = 0; i < P; ++i) rows[i].lane[l] = start[i];
      if (draw.resamples) draws.put(request, request.resample_of(fit), l);
    }
    Lanes p[P], objective, norm;
    for (int i = 0; i < P; ++i) p[i] = load(rows[i].lane);
    train(problem, training, draw, p);
    end_of_training(problem, draw, p, objective, norm);
    const Row objectives = spread(objective), norms = spread(norm);
    for (int i = 0; i < P; ++i) rows[i] = spread(p[i]);
    for (int l = 0; l < W && first + l < request.count; ++l) {
      const double value = objectives.lane[l];
      const int termination = value < undefined_objective ? int(ended_trained) : int(ended_undefined);
      take_down(request, answer, first + l, value, norms.lane[l], training.steps, termination, rows, l);
    }
  }
}
#endif

// One library holds one combination of residual, loss and resampling (problem.hpp; LF_RESAMPLING is 0: none, 1: points are weighed
// anew, 2: their responses are moved), quick to compile when needed, or all of them, told apart while it runs.
#if !defined(LF_RESAMPLING)
using Draw = Resampled;
#elif LF_RESAMPLING == 0
using Draw = Undrawn;
#elif LF_RESAMPLING == 1
using Draw = Reweighted;
#else
using Draw = Moved;
#endif

#if LF_PART != 2
void run_variant(const Problem<LawfitForm>& problem, const Request& request, Stage stage, const Scratch& scratch, const Answer& answer) {
#if !defined(LF_RESAMPLING)
  const Draw draw(scratch.drawn, W, (request.flags & request_resampled) != 0, scheme_of(request) > draw_blocks);
#elif LF_RESAMPLING == 0
  const Draw draw{};
#else
  const Draw draw(scratch.drawn, W);
#endif
  run(problem, request, stage, draw, scratch, answer);
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

// Solves `count` fits of one problem. See request.hpp for the layouts. After the answer, real and whole have room for
// what is needed meanwhile: real [parameters count*P | (drawn + 1) * 8], whole [iterations count].
LF_EXPORT void lawfit_solve(int32_t points, int32_t flags, uint32_t seed, uint32_t problem_key, int32_t first_start,
                            int32_t first_resample, int32_t count, int32_t starts, int32_t limit, int32_t given, int32_t structured,
                            uint32_t population, int32_t drawn, double tolerance, const double* data, const double* scalars, const double* given_starts,
                            double* real, int32_t* whole) {
  Request request{points, flags, {seed, problem_key}, first_start, first_resample, count, starts, limit, given, structured, tolerance, data, scalars, given_starts};
  request.population = population;
  request.drawn = drawn;
  take_form<LawfitForm>(request);
  find_scheme<LawfitForm>(request);
  const int rows = count / fits_a_row(request);
  const Answer answer(real, whole, count, rows, P);
  for (int row = 0; row < rows; ++row) {
    answer.best[row] = -1;
    answer.all_iterations[row] = 0;
    answer.lowest_cell[row] = undefined_objective;
  }
  double* const parameters = answer.lowest_cell + rows;
  // Drawn numbers are read a vector at a time: on whole cache lines.
  double* const drawn_at = reinterpret_cast<double*>((reinterpret_cast<uintptr_t>(parameters + count * P) + 63) / 64 * 64);
  const Scratch scratch{parameters, drawn_at, whole + 4 * rows};
  Problem<LawfitForm> problem;
  read_problem(request, problem);
  const FlushDenormals flush;
  if (!starts_coarse(request)) {
    run_variant(problem, request, Stage::only, scratch, answer);
    return;
  }
  make_coarse(problem);
  run_variant(problem, request, Stage::coarse, scratch, answer);
  make_whole(problem);
  run_variant(problem, request, Stage::near, scratch, answer);
}

#if !defined(LF_WASM)
#include "many.hpp"
#endif

#else
}  // namespace

void lawfit_find_starts(const void* problem, const void* request, const void* draw, void* draws, const void* scratch, const void* answer) {
  find_starts(*static_cast<const Problem<LawfitForm>*>(problem), *static_cast<const Request*>(request), *static_cast<const Draw*>(draw),
              *static_cast<LaneDraws*>(draws), *static_cast<const Scratch*>(scratch), *static_cast<const Answer*>(answer));
}
#endif
