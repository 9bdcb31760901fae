// The solver of one form as a GPU runs it: one thread a start, one problem a launch. For the test that the kernels
// are CUDA C++ too; nothing runs it.
#include "random.hpp"
#include "solver.hpp"

namespace {
using namespace lf;
#include "form.hpp"
}  // namespace

constexpr int P = LawfitForm::parameters;

template <bool Log, bool Robust>
__device__ void run(const Problem<LawfitForm>& problem, const Manner& manner, int limit, RandomKey key, const double* low, const double* high,
                    int start, double* out) {
  Fit<LawfitForm> fit;
  Quadratic<LawfitForm> trial;
  for (int i = 0; i < P; ++i) {
    const double x = start_coordinate(key, uint32_t(start), 0, i, low[i], high[i]);
    fit.p[i] = fit.trial[i] = into_box(Lanes(x), problem.lower[i], problem.upper[i]);
    fit.at.gradient[i] = fit.scale[i] = Lanes(0.0);
  }
  for (int i = 0; i < Quadratic<LawfitForm>::T; ++i) fit.at.matrix[i] = Lanes(0.0);
  fit.at.objective = Lanes(undefined_objective);
  fit.lambda = Lanes(manner.lambda);
  fit.rise = Lanes(2.0);
  fit.mu = Lanes(manner.mu);
  fit.again = fit.young = fit.wary = fit.quiet = fit.gradient_norm = Lanes(0.0);
  fit.predicted = fit.gain = Lanes(1.0);
  for (int round = 0; round < limit; ++round) {
    evaluate<LawfitForm, Log, Robust, true>(problem, fit.trial, fit.mu, trial);
    if (any(judge(problem, trial, manner, fit).any_reason())) break;
    propose(problem, fit);
  }
  out[0] = fit.at.objective.v;
  for (int i = 0; i < P; ++i) out[1 + i] = fit.p[i].v;
}

extern "C" __global__ void __launch_bounds__(128)
    solve(const Problem<LawfitForm>* problem, const Manner* manner, int limit, RandomKey key, const double* low, const double* high, int starts,
          double* out) {
  const int start = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (start < starts) run<true, true>(*problem, *manner, limit, key, low, high, start, out + start * (1 + P));
}
