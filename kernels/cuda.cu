// The GPU's entry points. A batch is many requests at once; blocks take requests from a queue, and within a request
// each thread (or each warp, where a fit has many points) takes fit after fit, so that one whose fit has ended goes on
// with the next at once. When all fits of a request have ended, its block finds the best of each resample: only those
// leave the device. Compiled once per form, residual, loss and resampling (LF_LOG, LF_ROBUST, LF_RESAMPLING), to PTX; or
// to train the form (LF_TRAINING), a thread or a warp a fit as well.
#include "resample.hpp"
#if defined(LF_INTERPRETED)
#include "interpreter.hpp"
#endif

namespace {
using namespace lf;
#include LAWFIT_FORM

// The compiler may not carry values of shared memory past this in registers.
__device__ __forceinline__ void keep_apart(const void* shared) { asm volatile("" ::"l"(shared) : "memory"); }
}  // namespace

#include "cuda/work.hpp"
#if LF_TRAINING
#include "cuda/training.hpp"
#else
#include "cuda/search.hpp"
#include "cuda/starts.hpp"
#endif

namespace {

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
        take_form<LawfitForm>(request);
        work.numbers = (columns_of<LawfitForm>() + 2 + LF_RESAMPLING + (wanted.flags & request_sigma ? 1 : 0)) * wanted.points;
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
