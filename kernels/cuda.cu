// The GPU's entry points. A batch is many requests at once; blocks take requests from a queue, and within a request
// each thread (or each warp, where a fit has many points) takes fit after fit, so that one whose fit has ended goes on
// with the next at once. When all fits of a request have ended, its block finds the best of each resample: only those
// leave the device. Compiled once per form, residual, loss and resampling (LF_LOG, LF_ROBUST, LF_RESAMPLING), to PTX; or
// to train the form (LF_TRAINING), a thread or a warp a fit as well.
#include "resample.hpp"
#if !LF_TRAINING
#include "sharpen.hpp"
#include "structure.hpp"
#endif
#include "train.hpp"

namespace {
using namespace lf;
#include LAWFIT_FORM
}  // namespace

// A request of a batch: as lf::Request, with offsets into the batch's arrays in place of pointers. The layout is
// written by the host (src/solve/cuda/batch.ts): 8-byte fields first.
struct BatchRequest {
  int64_t data, scalars, given_starts;  // offsets into `numbers`
  int64_t real, whole;                  // offsets of the answer
  int64_t fits;                         // fits of the batch before this request's
  double tolerance;
  int32_t points, flags;
  uint32_t seed, problem;
  int32_t first_start, first_resample, count, starts, limit, given;
  uint32_t population;
  int32_t drawn, structured, unused;
};

// Every fit that has ended, until its block has found the best of each resample.
struct Ended {
  double gradient_norm;
  int32_t iterations, termination;
  double parameters[LawfitForm::parameters];
};

namespace {

constexpr int P = LawfitForm::parameters, C = LawfitForm::columns;
constexpr int warp = 32;

// The threads of a warp on one fit: each has every 32nd point, all have the same sums and take the same steps.
struct Warp {
  static constexpr int members = warp;
  __device__ __forceinline__ static int member() { return threadIdx.x % warp; }
  __device__ __forceinline__ static void wait() { __syncwarp(); }
  __device__ __forceinline__ static Lanes sum(Lanes a) {
    LF_UNROLL for (int far = warp / 2; far > 0; far /= 2) a.v += __shfl_xor_sync(0xFFFFFFFFu, a.v, far);
    return a;
  }
  __device__ __forceinline__ static Lanes least(Lanes a) {
    LF_UNROLL for (int far = warp / 2; far > 0; far /= 2) a = min(Lanes(__shfl_xor_sync(0xFFFFFFFFu, a.v, far)), a);
    return a;
  }
  __device__ __forceinline__ static Lanes most(Lanes a) {
    LF_UNROLL for (int far = warp / 2; far > 0; far /= 2) a = max(Lanes(__shfl_xor_sync(0xFFFFFFFFu, a.v, far)), a);
    return a;
  }
};

__device__ __forceinline__ Mask as_mask(bool is) { return is ? Lanes(0.0) < Lanes(1.0) : Lanes(1.0) < Lanes(0.0); }

// Threads of a block, at most: as many as the host launches.
constexpr int block = 128;

// Blocks that a multiprocessor is to hold: three share its 65,536 registers if a thread has at most 168. Forms of more
// parameters, and training, would spill at that.
constexpr int blocks = !is_training && P <= 5 ? 3 : 2;

// What the threads of a block share of the request they are at. In shared memory rather than in the registers of
// every thread: bounds and settings are the same for all.
struct Work {
  Request request;
  Problem<LawfitForm> problem, coarse;  // of all points; of some, where fits of many points begin
  Manner manner, near;                  // from an initial vector; from where the coarse problem left a fit
  double* real;
  int32_t* whole;
  int numbers;      // of the request's data
  Ended* ended;     // of the request's fits
  double* drawn;    // the resamples' numbers, [numbers x fits that the device works on at one time]
  int which, next;  // index of the request in the batch; next fit of it

  __device__ __forceinline__ Answer answer() const { return Answer(real, whole, request.count, rows(), P); }
  __device__ __forceinline__ int rows() const { return request.count / fits_a_row(request); }
};

// The points of a fit in its resample, whose numbers stand in the device's memory, a column a fit in work: neighbouring
// threads read neighbouring numbers.
#if LF_RESAMPLING
#if LF_RESAMPLING == 1
using Draw = Reweighted;
#else
using Draw = Moved;
#endif
template <class Team>
__device__ __forceinline__ Draw draw_of(const Work& work) {
  const int at_work = gridDim.x * blockDim.x / Team::members, mine = (blockIdx.x * blockDim.x + threadIdx.x) / Team::members;
  return {work.drawn + mine, at_work};
}
template <class Team>
__device__ __forceinline__ void draw_resample(const Work& work, int fit) {
  const Draw draw = draw_of<Team>(work);
  // The members of a team share the numbers out, then wait to see each other's.
  fill(work.request, work.request.resample_of(fit), Filler{draw.drawn, draw.stride, Team::member(), Team::members});
  Team::wait();
}
#else
using Draw = Undrawn;
template <class Team>
__device__ __forceinline__ Draw draw_of(const Work&) {
  return {};
}
template <class Team>
__device__ __forceinline__ void draw_resample(const Work&, int) {}
#endif

__device__ __forceinline__ void put_end(const Work& work, int index, double objective, double norm, int rounds, int termination) {
  Ended& ended = work.ended[index];
  work.real[index] = objective;
  ended.gradient_norm = objective > 0 ? norm / objective : norm;
  ended.iterations = rounds;
  ended.termination = termination;
}

#if !LF_TRAINING
// Registers limit how many warps a multiprocessor holds, and the summing over the points is where most are in use.
// What of a fit's state is not needed there waits in shared memory meanwhile, and what of it the search for a step
// does not need waits from the judgement of one trial to that of the next. 168 registers for the ladder's
// 5-parameter form instead of 214: three blocks a multiprocessor instead of two.
//
// At most 43 kB, so that 5 kB of points still fit where a block may have no more than 48: with more than 7
// parameters the matrix stays in registers.
struct Waiting {
  static constexpr int T = Quadratic<LawfitForm>::T, few = 7, many = P <= 7 ? P + T : 0;
  // A column a thread: no two threads of a half warp meet in a bank.
  double judged[few][block], model[many > 0 ? many : 1][block];
  // Which fit it is, its rounds, and those of the coarse problem before.
  int index[block], round[block], before[block];

  __device__ __forceinline__ void put_judged(const Fit<LawfitForm>& fit) {
    const Lanes from[few] = {fit.rise, fit.wary, fit.gain, fit.quiet, fit.gradient_norm, fit.at.objective, fit.threshold};
    LF_UNROLL for (int i = 0; i < few; ++i) judged[i][threadIdx.x] = from[i].v;
    keep_apart();
  }
  __device__ __forceinline__ void put_model(const Fit<LawfitForm>& fit) {
    LF_UNROLL for (int i = 0; i < many; ++i) model[i][threadIdx.x] = (i < P ? fit.at.gradient[i] : fit.at.matrix[i - P]).v;
    keep_apart();
  }
  __device__ __forceinline__ Lanes threshold() const { return Lanes(judged[few - 1][threadIdx.x]); }
  __device__ __forceinline__ void take_judged(Fit<LawfitForm>& fit) {
    keep_apart();
    Lanes* const to[few] = {&fit.rise, &fit.wary, &fit.gain, &fit.quiet, &fit.gradient_norm, &fit.at.objective, &fit.threshold};
    LF_UNROLL for (int i = 0; i < few; ++i) to[i]->v = judged[i][threadIdx.x];
  }
  __device__ __forceinline__ void take(Fit<LawfitForm>& fit) {
    take_judged(fit);
    LF_UNROLL for (int i = 0; i < many; ++i) (i < P ? fit.at.gradient[i] : fit.at.matrix[i - P]).v = model[i][threadIdx.x];
  }
  // The compiler may not carry values past this in registers.
  __device__ __forceinline__ void keep_apart() { asm volatile("" ::"l"(this) : "memory"); }
};

// Evaluates the trial and judges it; the fit's judged part waits in shared memory.
//
// Threads always sum second derivatives. Fits turn to Newton's matrix one by one, and a warp would go both ways as soon
// as one of its 32 has, so a second path would hardly be taken; they cost about 10 operations in 120 a point. A warp on
// one fit takes one path, and its form of few parameters (the sigmoid: 20 operations in 80) goes without them
// where Newton's matrix is not wanted. Two paths cost registers, so forms of more parameters have one.
template <class Team>
__device__ __forceinline__ Ending advance(const Work& work, const Problem<LawfitForm>& problem, const Manner& manner, Waiting& waiting,
                                          Fit<LawfitForm>& fit) {
  constexpr bool two_paths = Team::members > 1 && P <= 4;
  Quadratic<LawfitForm> trial;
  waiting.put_model(fit);
  const Draw draw = draw_of<Team>(work);  // found anew each time: kept, it would take registers
  if (two_paths && fit.mu.v >= 0.999)
    evaluate<LawfitForm, !two_paths, Team>(problem, draw, fit.trial, waiting.threshold(), fit.mu, trial);
  else
    evaluate<LawfitForm, true, Team>(problem, draw, fit.trial, waiting.threshold(), fit.mu, trial);
  waiting.take(fit);
  return judge(problem, trial, manner, fit);
}

__device__ __forceinline__ void write(const Work& work, int index, int termination, int rounds, const Fit<LawfitForm>& fit) {
  put_end(work, index, fit.at.objective.v, fit.gradient_norm.v, rounds, termination);
  LF_UNROLL for (int i = 0; i < P; ++i) work.ended[index].parameters[i] = fit.p[i].v;
}
#endif

// Finds the best fit of each row of the answer: the one of lowest objective, the first of equals. All fits of the
// request have ended; the threads take row after row.
__device__ __forceinline__ void reduce(const Work& work) {
  const Answer answer = work.answer();
  const int fits = fits_a_row(work.request), rows = work.rows();
  for (int row = threadIdx.x; row < rows; row += blockDim.x) {
    const double* objective = work.real + row * fits;
    const Ended* ended = work.ended + row * fits;
    int best = 0, iterations = 0;
    bool structured = false;
    for (int place = 0; place < fits; ++place) {
      iterations += ended[place].iterations;
      structured = structured || work.request.structured_of(row * fits + place) >= 0;
      if (objective[place] < objective[best]) best = place;
    }
    answer.best[row] = best;
    if (!structured) answer.lowest_cell[row] = undefined_objective;
    answer.all_iterations[row] = iterations;
    answer.gradient_norm[row] = ended[best].gradient_norm;
    answer.iterations[row] = ended[best].iterations;
    answer.termination[row] = ended[best].termination;
    LF_UNROLL for (int i = 0; i < P; ++i) answer.parameters[row * P + i] = ended[best].parameters[i];
  }
}

#if !LF_TRAINING
// Writes the lowest objective of the cells to the rows of a resample: of many points that of the cells that the row's fits start from.
// first: the resample's first fit; objective: of all cells, or null where `lowest` is known
__device__ __forceinline__ void put_lowest(const Work& work, int first, const double* objective, const int* chosen, double lowest) {
  const Request& request = work.request;
  int row = -1;
  LF_LOOP for (int fit = first; fit < first + request.starts; ++fit) {
    const int place = request.structured_of(fit);
    if (place < 0) continue;
    const double found = objective == nullptr ? lowest : objective[chosen[place]];
    double& least = work.answer().lowest_cell[fit / fits_a_row(request)];
    if (row != fit / fits_a_row(request) || found < least) least = found;
    row = fit / fits_a_row(request);
  }
}

// Finds the starts from the form's structure and the lowest objective of the cells, for all resamples of the request: a thread
// a cell. A start waits where its fit's end will be put. The block's threads share one column of the resamples' numbers, and
// what they find of the cells lies where the fits' judged parts will wait. members: threads of a fit.
__device__ LF_APART void find_starts([[maybe_unused]] const Work& work, [[maybe_unused]] Waiting& waiting,
                                     [[maybe_unused]] int members) {
  if constexpr (has_structure<LawfitForm>()) {
    const Request& request = work.request;
    const int count = request.structured_needed();
    if (count == 0) return;
    struct Found {
      double objective[Cells::most], lowest;
      int chosen[Cells::most_starts];
      unsigned char marks[Cells::most];
    };
    static_assert(sizeof(Found) <= sizeof(waiting.judged), "the cells of a resample fit into what waits");
    Found& found = *reinterpret_cast<Found*>(&waiting.judged[0][0]);
    const double* low = start_ranges<LawfitForm>(request);
    const Grid<LawfitForm> grid(work.problem, low, low + P);
    const bool coarse = starts_coarse(request);
    Problem<LawfitForm> some = work.problem;
    if (coarse) make_coarse(some, Cells::points);
#if LF_RESAMPLING
    const Draw draw{work.drawn + blockIdx.x * (blockDim.x / members), int(gridDim.x * blockDim.x) / members};
#else
    const Draw draw{};
#endif
    const int thread = threadIdx.x, threads = blockDim.x;
    LF_LOOP for (int first = 0; first < request.count; first += request.starts) {
#if LF_RESAMPLING
      fill(request, request.resample_of(first), Filler{draw.drawn, draw.stride, thread, threads});
#endif
      __syncthreads();
      // All cells, then the chosen ones once more, for their parameters.
      LF_LOOP for (int again = 0; again < 2; ++again) {
        const int cells = again ? count : grid.cells;
        LF_LOOP for (int at = thread; at < cells; at += threads) {
          Lanes p[P];
          LF_UNROLL for (int i = 0; i < P; ++i) p[i] = Lanes(grid.value(again ? found.chosen[at] : at, i));
          const Problem<LawfitForm>& problem = again ? work.problem : some;
          fit_cell(problem, draw, p);
          if (!again || coarse) found.objective[again ? found.chosen[at] : at] = objective_at(problem, draw, p).v;
          if (!again) continue;
          const int place = request.given + at - request.first_start, fit = first + place;
          if (place < 0 || place >= request.starts) continue;
          LF_UNROLL for (int i = 0; i < P; ++i) work.ended[fit].parameters[i] = p[i].v;
        }
        __syncthreads();
        if (again == 1 && thread == 0) put_lowest(work, first, coarse ? found.objective : nullptr, found.chosen, found.lowest);
        if (again == 0 && thread == 0) {
          choose_cells(grid, found.objective, found.marks, count, found.chosen);
          found.lowest = undefined_objective;
          LF_LOOP for (int cell = 0; cell < grid.cells; ++cell)
            if (found.objective[cell] < found.lowest) found.lowest = found.objective[cell];
        }
        __syncthreads();
      }
    }
  }
}

__device__ __forceinline__ void put_start(const Work& work, int index, Fit<LawfitForm>& fit) {
  if (work.request.structured_of(index) >= 0) {
    LF_UNROLL for (int i = 0; i < P; ++i) fit.p[i] = Lanes(work.ended[index].parameters[i]);
    return;
  }
  double start[P];
  initial(work.problem, work.request, index, start);
  LF_UNROLL for (int i = 0; i < P; ++i) fit.p[i] = Lanes(start[i]);
}

__device__ __forceinline__ void begin_at_p(const Manner& manner, double lambda, double threshold, Waiting& waiting, Fit<LawfitForm>& fit) {
  begin(manner, threshold, fit);
  fit.lambda = Lanes(lambda);
  LF_UNROLL for (int i = 0; i < P; ++i) fit.trial[i] = fit.p[i];
  waiting.put_judged(fit);
}

// Puts a fit that has ended to its next stage, where it has one (sharpen.hpp). Where a stage began waits where the fit's end will
// be put.
template <class Team>
__device__ __forceinline__ bool go_on(const Work& work, const Problem<LawfitForm>& problem, int index, Ending& ending, bool late,
                               Waiting& waiting, Fit<LawfitForm>& fit) {
  Ended& stage = work.ended[index];
  EarlierStage<LawfitForm> earlier;
  LF_UNROLL for (int i = 0; i < P; ++i) earlier.p[i] = Lanes(stage.parameters[i]);
  // At the first stage there was none before.
  earlier.threshold = Lanes(fit.threshold.v < problem.delta ? stage.gradient_norm : 0.0);
  Team::wait();
  if (!any(sharpen(problem, ending, as_mask(late), earlier, fit))) return false;
  if (Team::member() == 0) {
    LF_UNROLL for (int i = 0; i < P; ++i) stage.parameters[i] = earlier.p[i].v;
    stage.gradient_norm = earlier.threshold.v;
  }
  Team::wait();
  const double mu = earlier.mu.v;
  begin_at_p({0, 0, mu, false, 0, work.manner.resampled}, mu > 0.5 ? Settings::first_lambda_near : Settings::least_lambda, fit.threshold.v, waiting, fit);
  return true;
}

__device__ __forceinline__ void step(const Problem<LawfitForm>& problem, Waiting& waiting, Fit<LawfitForm>& fit) {
  waiting.put_judged(fit);
  propose(problem, fit);
}

// Whether the fit has ended with the step that was proposed; then it is put down.
template <class Team>
__device__ __forceinline__ bool ends_foreseen(const Work& work, const Problem<LawfitForm>& problem, const Manner& manner, int index, int rounds,
                                              Waiting& waiting, Fit<LawfitForm>& fit) {
  if (!LF_RESAMPLING || !foresees(problem, manner)) return false;
  waiting.take_judged(fit);
  if (!any(foresee(as_mask(true), fit))) return false;
  if (Team::member() == 0) write(work, index, ended_objective, rounds, fit);
  return true;
}

// Threads of the block, a fit each.
__device__ __forceinline__ void solve_alone(Work& work, Waiting& waiting) {
  int& index = waiting.index[threadIdx.x];
  int& round = waiting.round[threadIdx.x];
  Fit<LawfitForm> fit;
  index = -1;
  for (;;) {
    if (index < 0) {
      const int next = atomicAdd(&work.next, 1);
      if (next >= work.request.count) return;
      put_start(work, next, fit);
      draw_resample<Alone>(work, next);
      begin_at_p(work.manner, first_lambda_of<LawfitForm>(work.request, work.manner, next), work.problem.delta, waiting, fit);
      index = next;
      round = 0;
    }
    Ending ending = advance<Alone>(work, work.problem, work.manner, waiting, fit);
    if (is_robust && sharpens(work.problem, work.manner) &&
        go_on<Alone>(work, work.problem, index, ending, round + 1 >= work.request.limit, waiting, fit)) {
      ++round;
      continue;
    }
    if (++round >= work.request.limit || any(ending.any_reason())) {
      write(work, index, ending_of(ending, 0, fit.at.objective.v, fit.gradient_norm.v), round, fit);
      index = -1;
      continue;
    }
    step(work.problem, waiting, fit);
    if (ends_foreseen<Alone>(work, work.problem, work.manner, index, round, waiting, fit)) index = -1;
  }
}

// Warps of the block, a fit each.
__device__ __forceinline__ void solve_together(Work& work, Waiting& waiting) {
  int& fit_at = waiting.index[threadIdx.x];
  int& round = waiting.round[threadIdx.x];
  int& before = waiting.before[threadIdx.x];
  Fit<LawfitForm> fit;
  for (;;) {
    int index = 0;
    if (Warp::member() == 0) index = atomicAdd(&work.next, 1);
    index = __shfl_sync(0xFFFFFFFFu, index, 0);
    if (index >= work.request.count) return;
    put_start(work, index, fit);
    draw_resample<Warp>(work, index);
    fit_at = index;
    round = 0;
    before = work.request.starts_whole(index) ? -1 : 0;
    begin_at_p(before < 0 ? work.near : work.manner, first_lambda_of<LawfitForm>(work.request, before < 0 ? work.near : work.manner, index),
               work.problem.delta, waiting, fit);
    for (;;) {
      const bool coarse = before == 0 && starts_coarse(work.request);
      const Problem<LawfitForm>& problem = coarse ? work.coarse : work.problem;
      const Manner& manner = before != 0 ? work.near : work.manner;
      Ending ending = advance<Warp>(work, problem, manner, waiting, fit);
      if (is_robust && sharpens(problem, manner) && go_on<Warp>(work, problem, fit_at, ending, round + 1 >= work.request.limit, waiting, fit)) {
        ++round;
        continue;
      }
      if (++round < work.request.limit && !any(ending.any_reason())) {
        step(problem, waiting, fit);
        if (ends_foreseen<Warp>(work, problem, manner, fit_at, (before < 0 ? 0 : before) + round, waiting, fit)) break;
        continue;
      }
      if (!coarse) {
        if (Warp::member() == 0)
          write(work, fit_at, ending_of(ending, 0, fit.at.objective.v, fit.gradient_norm.v), (before < 0 ? 0 : before) + round, fit);
        break;
      }
      before = round;
      round = 0;
      begin_at_p(work.near, work.near.lambda, work.problem.delta, waiting, fit);
    }
  }
}

#else
// Nothing of a fit in training waits: one step is like the next.
struct Waiting {};
__device__ LF_APART void find_starts(const Work&, Waiting&, int) {}

// Trains one fit of the request, by a thread or by the threads of a warp.
template <class Team>
__device__ __forceinline__ void train_fit(const Work& work, int index) {
  double start[P];
  Lanes p[P], objective, norm;
  initial(work.problem, work.request, index, start);
  LF_UNROLL for (int i = 0; i < P; ++i) p[i] = Lanes(start[i]);
  draw_resample<Team>(work, index);
  const Draw draw = draw_of<Team>(work);
  const Training training = training_of<LawfitForm>(work.request);
  train<LawfitForm, Team>(work.problem, training, draw, p);
  end_of_training<LawfitForm, Team>(work.problem, draw, p, objective, norm);
  if (Team::member() != 0) return;
  const int termination = objective.v < undefined_objective ? int(ended_trained) : int(ended_undefined);
  put_end(work, index, objective.v, norm.v, training.steps, termination);
  LF_UNROLL for (int i = 0; i < P; ++i) work.ended[index].parameters[i] = p[i].v;
}

__device__ __forceinline__ void solve_alone(Work& work, Waiting&) {
  for (;;) {
    const int index = atomicAdd(&work.next, 1);
    if (index >= work.request.count) return;
    train_fit<Alone>(work, index);
  }
}

__device__ __forceinline__ void solve_together(Work& work, Waiting&) {
  for (;;) {
    int index = 0;
    if (Warp::member() == 0) index = atomicAdd(&work.next, 1);
    index = __shfl_sync(0xFFFFFFFFu, index, 0);
    if (index >= work.request.count) return;
    train_fit<Warp>(work, index);
  }
}
#endif

// Takes request after request of the batch for a block and lets `solve` work on its starts.
template <class Solve>
__device__ __forceinline__ void serve(const BatchRequest* requests, int count, int* queue, const double* numbers, double* real,
                                      int32_t* whole, Ended* ended, double* drawn, int shared_numbers, Solve solve) {
  extern __shared__ double points[];
  __shared__ Work work;
  __shared__ Waiting waiting;
  for (;;) {
    __syncthreads();
    if (threadIdx.x == 0) {
      work.which = atomicAdd(queue, 1);
      work.next = 0;
      if (work.which < count) {
        const BatchRequest& wanted = requests[work.which];
        Request& request = work.request;
        request.points = wanted.points;
        request.flags = wanted.flags;
        request.key = {wanted.seed, wanted.problem};
        request.first_start = wanted.first_start;
        request.first_resample = wanted.first_resample;
        request.count = wanted.count;
        request.starts = wanted.starts;
        request.population = wanted.population;
        request.drawn = wanted.drawn;
        request.limit = wanted.limit;
        request.given = wanted.given;
        request.structured = wanted.structured;
        request.tolerance = wanted.tolerance;
        request.scalars = numbers + wanted.scalars;
        request.given_starts = numbers + wanted.given_starts;
        // A problem that fits is copied to shared memory, another stays where it is.
        work.numbers = (C + 2 + LF_RESAMPLING + (wanted.flags & request_sigma ? 1 : 0)) * wanted.points;
        const bool fits = work.numbers <= shared_numbers;
        request.data = fits ? points : numbers + wanted.data;
        find_scheme<LawfitForm>(request);
        read_problem(request, work.problem);
        read_problem(request, work.coarse);
        if (starts_coarse(request)) make_coarse(work.coarse);
        work.manner = manner_of<LawfitForm>(request, false);
        work.near = manner_of<LawfitForm>(request, true);
        work.real = real + wanted.real;
        work.whole = whole + wanted.whole;
        work.ended = ended + wanted.fits;
        work.drawn = drawn;
      }
    }
    __syncthreads();
    if (work.which >= count) return;
    if (work.request.data == points) {
      const double* from = numbers + requests[work.which].data;
      for (int i = threadIdx.x; i < work.numbers; i += blockDim.x) points[i] = from[i];
      __syncthreads();
    }
    solve(work, waiting);
    __syncthreads();
    reduce(work);
  }
}

}  // namespace

// Solve a batch, a thread or a warp a fit. queue: one counter, 0 at launch. real and whole hold the answers of the
// requests one after the other, each laid out as lf::Answer. ended: a place for each fit of the batch; drawn: one for
// each number of the resample of each fit that is worked on at one time. Both are the kernels' own. shared_numbers: float64 numbers of dynamic shared memory,
// which the host takes from what the function's own shared memory leaves.
#define LF_BATCH_ARGUMENTS                                                                                    \
  const BatchRequest *requests, int count, int *queue, const double *numbers, double *real, int32_t *whole, \
      Ended *ended, double *drawn, int shared_numbers

extern "C" __global__ void __launch_bounds__(block, blocks) lawfit_threads(LF_BATCH_ARGUMENTS) {
  serve(requests, count, queue, numbers, real, whole, ended, drawn, shared_numbers,
        [](Work& work, Waiting& waiting) {
          find_starts(work, waiting, Alone::members);
          solve_alone(work, waiting);
        });
}

extern "C" __global__ void __launch_bounds__(block, blocks) lawfit_warps(LF_BATCH_ARGUMENTS) {
  serve(requests, count, queue, numbers, real, whole, ended, drawn, shared_numbers,
        [](Work& work, Waiting& waiting) {
          find_starts(work, waiting, Warp::members);
          solve_together(work, waiting);
        });
}

// Writes the initial vectors of starts first .. first+count-1, [count x parameters], before they are put into the box.
// range: low then high, one a parameter. As lawfit_starts of the host.
extern "C" __global__ void lawfit_starts(uint32_t seed, uint32_t problem, int first, int count, const double* range, double* out) {
  const int s = blockIdx.x * blockDim.x + threadIdx.x;
  if (s >= count) return;
  for (int i = 0; i < P; ++i) out[s * P + i] = start_coordinate({seed, problem}, uint32_t(first + s), 0, i, range[i], range[P + i]);
}
