// Training by Adam (Kingma and Ba 2015, algorithm 1) on all points at every step, lanes at once, each lane a fit of its
// own. All lanes take the same number of steps, so there is nothing to decide lane by lane.
//
// The loss is the weighted mean of the squared residuals, sum w*r^2 / sum w. Decay times the parameters is added to its
// gradient (as the weight_decay of torch.optim.Adam, not of AdamW); the rate falls linearly, to 0 after the last step.
#pragma once
#include "request.hpp"

namespace lf {

// Part of the interface (src/solve/problem.ts), beside the ends of judge.hpp.
enum : int { ended_trained = 5 };

struct Training {
  static constexpr double memory = 0.9, square_memory = 0.999, epsilon = 1e-8;
  double rate, decay;
  int steps;
};

// Behind what every problem has among a request's scalars: [rate | decay]. The steps are the request's limit.
template <class Form>
LF_INLINE Training training_of(const Request& request) {
  const double* numbers = request.scalars + loss_numbers + 4 * Form::parameters + 2 * Form::columns;
  return {numbers[0], numbers[1], request.limit};
}

// Calls take(point, columns of it) for the points that fall to this member of the team.
template <class Form, class Team, class Take>
LF_INLINE void each_point(const Problem<Form>& problem, const Take& take) {
  LF_LOOP for (int q = Team::member(); q < problem.points; q += Team::members) {
    Lanes x[Form::columns > 0 ? Form::columns : 1];
    LF_UNROLL for (int c = 0; c < Form::columns; ++c) x[c] = Lanes(problem.columns[c * problem.total + q]);
    take(q, x);
  }
}

// Structs, not lambdas, as in resample.hpp.
struct WeightedResidual {
  Lanes response, weight;
  LF_INLINE Lanes operator()(Lanes value) const { return (value - response) * weight; }
};

// Adds the gradient of half of sum w*r^2.
template <class Form, class Draw>
struct AddGradient {
  const Problem<Form>& problem;
  const Draw& draw;
  const Lanes *p, *shared;
  Lanes* gradient;
  LF_INLINE void operator()(int q, const Lanes* x) const {
    Form::descend(p, shared, x, WeightedResidual{draw.response(problem, q), draw.weight(problem, q)}, gradient);
  }
};

struct KeepValue {
  Lanes& value;
  LF_INLINE Lanes operator()(Lanes found) const {
    value = found;
    return Lanes(1.0);
  }
};

// Adds to the objective, its gradient, and the diagonal of Gauss and Newton's matrix.
template <class Form, class Draw>
struct AddEnd {
  const Problem<Form>& problem;
  const Draw& draw;
  const Lanes *p, *shared;
  Lanes &objective, *gradient, *diagonal;
  LF_INLINE void operator()(int q, const Lanes* x) const {
    Lanes value, slope[Form::parameters];
    LF_UNROLL for (int i = 0; i < Form::parameters; ++i) slope[i] = Lanes(0.0);
    Form::descend(p, shared, x, KeepValue{value}, slope);
    const Lanes w = draw.weight(problem, q), r = value - draw.response(problem, q), wr = r * w;
    objective = fma(wr * Lanes(0.5), r, objective);
    LF_UNROLL for (int i = 0; i < Form::parameters; ++i) {
      gradient[i] = fma(wr, slope[i], gradient[i]);
      diagonal[i] = fma(w * slope[i], slope[i], diagonal[i]);
    }
  }
};

template <class Form, class Draw>
struct AddWeight {
  const Problem<Form>& problem;
  const Draw& draw;
  Lanes& sum;
  LF_INLINE void operator()(int q, const Lanes*) const { sum = sum + draw.weight(problem, q); }
};

// On a GPU, keeps what is used once a step out of the registers that the loop over the points needs.
LF_INLINE void rest_in_memory([[maybe_unused]] const Lanes* numbers) {
#if defined(__CUDA_ARCH__)
  asm volatile("" ::"l"(numbers) : "memory");
#endif
}

// Trains from the parameters that stand in p, and leaves there where it came to.
template <class Form, class Team = Alone, class Draw>
LF_INLINE void train(const Problem<Form>& problem, const Training& training, const Draw& draw, Lanes* p) {
  constexpr int P = Form::parameters;
  Lanes mean[P], square[P], gradient[P], shared[Form::shared > 0 ? Form::shared : 1];
  Lanes weights(0.0), forgotten(1.0), square_forgotten(1.0);  // the memories to the power of the steps made
  LF_UNROLL for (int i = 0; i < P; ++i) mean[i] = square[i] = Lanes(0.0);
  each_point<Form, Team>(problem, AddWeight<Form, Draw>{problem, draw, weights});
  const Lanes per_weight = Lanes(2.0) / Team::sum(weights);
  LF_LOOP for (int step = 0; step < training.steps; ++step) {
    Form::prepare(p, shared);
    rest_in_memory(mean);
    rest_in_memory(square);
    LF_UNROLL for (int i = 0; i < P; ++i) gradient[i] = Lanes(0.0);
    each_point<Form, Team>(problem, AddGradient<Form, Draw>{problem, draw, p, shared, gradient});
    forgotten = forgotten * Lanes(Training::memory);
    square_forgotten = square_forgotten * Lanes(Training::square_memory);
    const double rate = training.rate * (1.0 - double(step) / double(training.steps));
    const Lanes length = Lanes(rate) / (Lanes(1.0) - forgotten);
    const Lanes correction = Lanes(1.0) / sqrt(Lanes(1.0) - square_forgotten);
    LF_UNROLL for (int i = 0; i < P; ++i) {
      const Lanes slope = fma(Team::sum(gradient[i]), per_weight, Lanes(training.decay) * p[i]);
      mean[i] = fma(mean[i], Lanes(Training::memory), slope * Lanes(1.0 - Training::memory));
      square[i] = fma(square[i], Lanes(Training::square_memory), slope * slope * Lanes(1.0 - Training::square_memory));
      const Lanes size = fma(sqrt(square[i]), correction, Lanes(Training::epsilon));
      p[i] = into_box(fnma(length * mean[i], reciprocal(size), p[i]), problem.lower[i], problem.upper[i]);
    }
  }
}

// The objective where a fit has ended, undefined_objective where it is not finite, and the squared scaled projected
// gradient of it: of the least squares, without the decay.
template <class Form, class Team = Alone, class Draw>
LF_INLINE void end_of_training(const Problem<Form>& problem, const Draw& draw, const Lanes* p, Lanes& objective, Lanes& norm) {
  constexpr int P = Form::parameters;
  Lanes gradient[P], diagonal[P], shared[Form::shared > 0 ? Form::shared : 1];
  objective = norm = Lanes(0.0);
  LF_UNROLL for (int i = 0; i < P; ++i) gradient[i] = diagonal[i] = Lanes(0.0);
  Form::prepare(p, shared);
  each_point<Form, Team>(problem, AddEnd<Form, Draw>{problem, draw, p, shared, objective, gradient, diagonal});
  objective = Team::sum(objective);
  objective = select(objective < Lanes(undefined_objective), objective, Lanes(undefined_objective));
  LF_UNROLL for (int i = 0; i < P; ++i) {
    const Lanes g = Team::sum(gradient[i]);
    const Lanes scaled = g * g * rough_reciprocal(max(Team::sum(diagonal[i]), Lanes(1e-290)));
    norm = max(norm, select(held_at(p[i], g, problem.lower[i], problem.upper[i]), Lanes(0.0), scaled));
  }
}

}  // namespace lf
