// What the blocks of a GPU work on: the requests of a batch, the ends of their fits, and who takes which fit.
#pragma once
#include "resample.hpp"

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

constexpr int P = LawfitForm::parameters;
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
__device__ LF_APART void draw_resample(const Work& work, int fit) {
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

}  // namespace
