// What of a fit waits in a GPU's shared memory while others of its numbers are in registers.
#pragma once
#include "cuda/work.hpp"

namespace {

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
    keep_apart(this);
  }
  __device__ __forceinline__ void put_model(const Fit<LawfitForm>& fit) {
    LF_UNROLL for (int i = 0; i < many; ++i) model[i][threadIdx.x] = (i < P ? fit.at.gradient[i] : fit.at.matrix[i - P]).v;
    keep_apart(this);
  }
  __device__ __forceinline__ Lanes threshold() const { return Lanes(judged[few - 1][threadIdx.x]); }
  __device__ __forceinline__ void take_judged(Fit<LawfitForm>& fit) {
    keep_apart(this);
    Lanes* const to[few] = {&fit.rise, &fit.wary, &fit.gain, &fit.quiet, &fit.gradient_norm, &fit.at.objective, &fit.threshold};
    LF_UNROLL for (int i = 0; i < few; ++i) to[i]->v = judged[i][threadIdx.x];
  }
  __device__ __forceinline__ void take(Fit<LawfitForm>& fit) {
    take_judged(fit);
    LF_UNROLL for (int i = 0; i < many; ++i) (i < P ? fit.at.gradient[i] : fit.at.matrix[i - P]).v = model[i][threadIdx.x];
  }
};

}  // namespace
