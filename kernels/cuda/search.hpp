// The search of a GPU: a thread or a warp a fit, one after the other until the request has none left.
#pragma once
#include "sharpen.hpp"
#include "cuda/waiting.hpp"

namespace {

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
    evaluate<LawfitForm, Team>(problem, draw, fit.trial, waiting.threshold(), fit.mu, !two_paths, trial);
  else
    evaluate<LawfitForm, Team>(problem, draw, fit.trial, waiting.threshold(), fit.mu, true, trial);
  waiting.take(fit);
  return judge(problem, trial, manner, fit);
}

__device__ __forceinline__ void write(const Work& work, int index, int termination, int rounds, const Fit<LawfitForm>& fit) {
  put_end(work, index, fit.at.objective.v, fit.gradient_norm.v, rounds, termination);
  LF_UNROLL for (int i = 0; i < P; ++i) work.ended[index].parameters[i] = fit.p[i].v;
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

}  // namespace
