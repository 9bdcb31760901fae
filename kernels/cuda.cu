// The GPU's entry points. A batch is many requests at once; blocks take requests from a queue, and within a request
// each thread (or each warp, where a fit has many points) takes start after start, so that one whose fit has
// ended goes on with the next at once. Compiled once per form, residual and loss (LF_LOG, LF_ROBUST), to PTX.
#include "request.hpp"

namespace {
using namespace lf;
#include LAWFIT_FORM
}  // namespace

// A request of a batch: as lf::Request, with offsets into the batch's arrays in place of pointers. The layout is
// written by the host (src/solve/cuda/batch.ts): 8-byte fields first.
struct BatchRequest {
  int64_t data, scalars, given_starts;  // offsets into `numbers`
  int64_t answer;                       // starts of the batch before this request
  double tolerance;
  int32_t points, flags;
  uint32_t seed, problem;
  int32_t first_start, count, limit, given;
};

namespace {

constexpr int P = LawfitForm::parameters, C = LawfitForm::columns;
constexpr int warp = 32;
constexpr bool log_residual = LF_LOG != 0, robust = LF_ROBUST != 0;

// The threads of a warp on one fit: each has every 32nd point, all have the same sums and take the same steps.
struct Warp {
  static constexpr int members = warp;
  __device__ __forceinline__ static int member() { return threadIdx.x % warp; }
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

template <class Team>
__device__ __forceinline__ Ending advance(const Problem<LawfitForm>& problem, const Manner& manner, Fit<LawfitForm>& fit) {
  Quadratic<LawfitForm> trial;
  // One path for a whole warp: second derivatives for all where one fit wants them.
  if (__any_sync(__activemask(), fit.mu.v < 0.999))
    evaluate<LawfitForm, log_residual, robust, true, Team>(problem, fit.trial, fit.mu, trial);
  else
    evaluate<LawfitForm, log_residual, robust, false, Team>(problem, fit.trial, fit.mu, trial);
  return judge(problem, trial, manner, fit);
}

__device__ __forceinline__ void write(const Answer& answer, int index, const Ending& ending, int rounds, const Fit<LawfitForm>& fit) {
  const double value = fit.at.objective.v, norm = fit.gradient_norm.v;
  answer.objective[index] = value;
  answer.gradient_norm[index] = value > 0 ? norm / value : norm;
  answer.iterations[index] = rounds;
  answer.termination[index] = ending_of(ending, 0, value, norm);
  LF_UNROLL for (int i = 0; i < P; ++i) answer.parameters[index * P + i] = fit.p[i].v;
}

// Threads of the block, a fit each.
__device__ void solve_alone(const Problem<LawfitForm>& problem, const Request& request, const Answer& answer, int* next) {
  const Manner manner = manner_of<LawfitForm>(request, false);
  Fit<LawfitForm> fit;
  int index = -1, rounds = 0;
  for (;;) {
    if (index < 0) {
      index = atomicAdd(next, 1);
      if (index >= request.count) return;
      double start[P];
      initial(problem, request, index, start);
      begin(manner, fit);
      LF_UNROLL for (int i = 0; i < P; ++i) fit.p[i] = fit.trial[i] = Lanes(start[i]);
      rounds = 0;
    }
    const Ending ending = advance<Alone>(problem, manner, fit);
    if (++rounds >= request.limit || any(ending.any_reason())) {
      write(answer, index, ending, rounds, fit);
      index = -1;
    } else {
      propose(problem, fit);
    }
  }
}

// Warps of the block, a fit each.
__device__ void solve_together(Problem<LawfitForm> problem, const Request& request, const Answer& answer, int* next) {
  const bool coarse = starts_coarse(request);
  Fit<LawfitForm> fit;
  for (;;) {
    int index = 0;
    if (Warp::member() == 0) index = atomicAdd(next, 1);
    index = __shfl_sync(0xFFFFFFFFu, index, 0);
    if (index >= request.count) return;
    double start[P];
    initial(problem, request, index, start);
    LF_UNROLL for (int i = 0; i < P; ++i) fit.p[i] = Lanes(start[i]);
    int rounds = 0;
    for (int stage = coarse ? 0 : 1; stage < 2; ++stage) {
      if (stage == 0) make_coarse(problem);
      else make_whole(problem);
      const Manner manner = manner_of<LawfitForm>(request, coarse && stage == 1);
      begin(manner, fit);
      LF_UNROLL for (int i = 0; i < P; ++i) fit.trial[i] = fit.p[i];
      for (int round = 1;; ++round) {
        const Ending ending = advance<Warp>(problem, manner, fit);
        if (round >= request.limit || any(ending.any_reason())) {
          rounds += round;
          if (stage == 1 && Warp::member() == 0) write(answer, index, ending, rounds, fit);
          break;
        }
        propose(problem, fit);
      }
    }
  }
}

}  // namespace

namespace {

// Takes request after request of the batch for a block and lets `solve` work on its starts.
template <class Solve>
__device__ __forceinline__ void serve(const BatchRequest* requests, int count, int* queue, const double* numbers, double* real,
                                      int32_t* whole, int shared_numbers, Solve solve) {
  extern __shared__ double points[];
  __shared__ Problem<LawfitForm> problem;
  __shared__ Request request;
  __shared__ int which, next;
  for (;;) {
    __syncthreads();
    if (threadIdx.x == 0) {
      which = atomicAdd(queue, 1);
      next = 0;
      if (which < count) {
        const BatchRequest& wanted = requests[which];
        request.points = wanted.points;
        request.flags = wanted.flags;
        request.key = {wanted.seed, wanted.problem};
        request.first_start = wanted.first_start;
        request.count = wanted.count;
        request.limit = wanted.limit;
        request.given = wanted.given;
        request.tolerance = wanted.tolerance;
        request.scalars = numbers + wanted.scalars;
        request.given_starts = numbers + wanted.given_starts;
        // A problem that fits is copied to shared memory, another stays where it is.
        const bool fits = (C + 2) * wanted.points <= shared_numbers;
        request.data = fits ? points : numbers + wanted.data;
        read_problem(request, problem);
      }
    }
    __syncthreads();
    if (which >= count) return;
    if (request.data == points) {
      const double* from = numbers + requests[which].data;
      for (int i = threadIdx.x; i < (C + 2) * request.points; i += blockDim.x) points[i] = from[i];
      __syncthreads();
    }
    const int64_t before = requests[which].answer;
    solve(problem, request, Answer(real + before * (2 + P), whole + before * 2, request.count), &next);
  }
}

}  // namespace

// Solve a batch, a thread or a warp a fit. queue: one counter, 0 at launch. real and whole hold the answers of the
// requests one after the other, each laid out as lf::Answer. shared_numbers: float64 numbers of dynamic shared memory.
#define LF_BATCH_ARGUMENTS                                                                                    \
  const BatchRequest *requests, int count, int *queue, const double *numbers, double *real, int32_t *whole, \
      int shared_numbers

extern "C" __global__ void __launch_bounds__(128) lawfit_threads(LF_BATCH_ARGUMENTS) {
  serve(requests, count, queue, numbers, real, whole, shared_numbers,
        [](const Problem<LawfitForm>& problem, const Request& request, const Answer& answer, int* next) {
          solve_alone(problem, request, answer, next);
        });
}

extern "C" __global__ void __launch_bounds__(128) lawfit_warps(LF_BATCH_ARGUMENTS) {
  serve(requests, count, queue, numbers, real, whole, shared_numbers,
        [](const Problem<LawfitForm>& problem, const Request& request, const Answer& answer, int* next) {
          solve_together(problem, request, answer, next);
        });
}

// Writes the initial vectors of starts first .. first+count-1, [count x parameters], before they are put into the box.
// range: low then high, one a parameter. As lawfit_starts of the host.
extern "C" __global__ void lawfit_starts(uint32_t seed, uint32_t problem, int first, int count, const double* range, double* out) {
  const int s = blockIdx.x * blockDim.x + threadIdx.x;
  if (s >= count) return;
  for (int i = 0; i < P; ++i) out[s * P + i] = start_coordinate({seed, problem}, uint32_t(first + s), 0, i, range[i], range[P + i]);
}
