// Training (train.hpp) on a GPU: a thread or a warp a network, of which nothing waits, because one step is like the next.
#pragma once
#include "train.hpp"
#include "cuda/work.hpp"

namespace {

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

}  // namespace
