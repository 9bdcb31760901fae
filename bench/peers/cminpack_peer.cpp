// cminpack's lmder as a peer: MINPACK's Levenberg-Marquardt with an analytic Jacobian.
//
//     cminpack_peer INPUT.json OUTPUT.json
//
// lmder knows neither Huber's loss nor bounds. The residuals it gets are the signed square roots of twice the
// loss; a parameter with one bound is the bound plus or minus a square, one with two bounds runs over a sine.
#include <algorithm>

#include <cminpack.h>

#include "exchange.hpp"

namespace {

using peer::Problem;

// The user's parameter from lmder's, and the slope of the one in the other.
double outer(double q, double lower, double upper, double* slope) {
  const bool below = std::isfinite(lower), above = std::isfinite(upper);
  if (below && above) {
    *slope = 0.5 * (upper - lower) * std::cos(q);
    return lower + 0.5 * (upper - lower) * (std::sin(q) + 1);
  }
  *slope = below ? 2 * q : above ? -2 * q : 1;
  return below ? lower + q * q : above ? upper - q * q : q;
}

// lmder's parameter from the user's; a start on a bound is moved off it, where the slope would be 0.
double inner(double p, double lower, double upper) {
  constexpr double kOff = 1e-8;
  const bool below = std::isfinite(lower), above = std::isfinite(upper);
  if (below && above) {
    const double share = std::clamp((p - lower) / (upper - lower), kOff, 1 - kOff);
    return std::asin(2 * share - 1);
  }
  if (below) return std::sqrt(std::max(p - lower, kOff));
  if (above) return std::sqrt(std::max(upper - p, kOff));
  return p;
}

template <class Form>
class Lmder {
 public:
  explicit Lmder(const Problem& problem)
      : problem_(problem), points_(problem.points()), residuals_(points_), jacobian_(points_ * n_), work_(points_) {}

  int solve(double* p) {
    double q[n_], scale[n_], qtf[n_], work1[n_], work2[n_], work3[n_];
    int pivot[n_], evaluations = 0, jacobians = 0;
    for (int j = 0; j < n_; ++j) q[j] = inner(p[j], problem_.lower[j], problem_.upper[j]);
    // A fixed unit scale and a small first step bound: with MINPACK's own (the columns' norms, 100) a first long
    // step often lands where one of the two terms is gone (bench/README.md).
    std::fill(scale, scale + n_, 1.0);
    constexpr int kFixedScale = 2, kQuiet = 0, kMaxEvaluations = 2000;
    constexpr double kTolerance = 1e-12, kStepBound = 0.1;
    lmder(call, this, points_, n_, q, residuals_.data(), jacobian_.data(), points_, kTolerance, kTolerance, 0.0,
          kMaxEvaluations, scale, kFixedScale, kStepBound, kQuiet, &evaluations, &jacobians, pivot, qtf, work1, work2,
          work3, work_.data());
    double slope;
    for (int j = 0; j < n_; ++j) p[j] = outer(q[j], problem_.lower[j], problem_.upper[j], &slope);
    return evaluations;
  }

  double evaluate(const double* p, double* gradient) const {
    double sum = 0, row[n_];
    std::fill(gradient, gradient + n_, 0.0);
    for (int i = 0; i < points_; ++i) {
      const double f = peer::root_loss<Form>(problem_, i, p, row);
      sum += 0.5 * f * f;
      for (int j = 0; j < n_; ++j) gradient[j] += row[j] * f;
    }
    return sum;
  }

 private:
  static constexpr int n_ = Form::parameters;

  static int call(void* self, int, int, const double* q, double* residuals, double* jacobian, int stride, int flag) {
    const auto& problem = static_cast<const Lmder*>(self)->problem_;
    double p[n_], slope[n_], row[n_];
    for (int j = 0; j < n_; ++j) p[j] = outer(q[j], problem.lower[j], problem.upper[j], &slope[j]);
    for (int i = 0; i < problem.points(); ++i) {
      const double f = peer::root_loss<Form>(problem, i, p, row);
      if (flag == 1) {
        residuals[i] = f;
      } else {
        for (int j = 0; j < n_; ++j) jacobian[i + j * stride] = row[j] * slope[j];
      }
    }
    return 0;
  }

  const Problem& problem_;
  int points_;
  std::vector<double> residuals_, jacobian_, work_;
};

}  // namespace

int main(int argc, char** argv) { return peer::program<Lmder>(argc, argv, "cminpack", CMINPACK_VERSION); }
