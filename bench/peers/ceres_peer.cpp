// Ceres Solver as a peer: Levenberg-Marquardt with bounds, analytic Jacobian, one thread.
//
//     ceres_peer [--block] INPUT.json OUTPUT.json
//
// By default each point is a residual block with Ceres' HuberLoss. With --block all points are one block whose
// residuals are the signed square roots of twice the loss: less work a step, less reliable a start.
#include <cstring>

#include <ceres/ceres.h>
#include <glog/logging.h>

#include "exchange.hpp"

namespace {

using peer::Problem;

template <class Form>
class Point final : public ceres::SizedCostFunction<1, Form::parameters> {
 public:
  Point(const Problem& problem, int point) : problem_(problem), point_(point) {}

  bool Evaluate(double const* const* p, double* r, double** jacobians) const override {
    double unwanted[Form::parameters];
    const bool wanted = jacobians != nullptr && jacobians[0] != nullptr;
    r[0] = peer::residual<Form>(problem_, point_, p[0], wanted ? jacobians[0] : unwanted);
    return std::isfinite(r[0]);
  }

 private:
  const Problem& problem_;
  int point_;
};

template <class Form>
class Points final : public ceres::CostFunction {
 public:
  explicit Points(const Problem& problem) : problem_(problem) {
    set_num_residuals(problem.points());
    mutable_parameter_block_sizes()->push_back(Form::parameters);
  }

  bool Evaluate(double const* const* p, double* r, double** jacobians) const override {
    double unwanted[Form::parameters];
    const bool wanted = jacobians != nullptr && jacobians[0] != nullptr;
    for (int i = 0; i < problem_.points(); ++i) {
      double* row = wanted ? jacobians[0] + i * Form::parameters : unwanted;
      r[i] = peer::root_loss<Form>(problem_, i, p[0], row);
      if (!std::isfinite(r[i])) return false;
    }
    return true;
  }

 private:
  const Problem& problem_;
};

template <class Form, bool one_block>
class CeresSolver {
 public:
  explicit CeresSolver(const Problem& problem) : ceres_(problem_options()) {
    const bool squared = problem.delta == peer::kInfinity;
    if (squared || one_block) {
      ceres_.AddResidualBlock(new Points<Form>(problem), nullptr, p_);
    } else {
      auto* huber = new ceres::HuberLoss(problem.delta);  // shared by the blocks; the problem owns it
      for (int i = 0; i < problem.points(); ++i)
        ceres_.AddResidualBlock(new Point<Form>(problem, i), huber, p_);
    }
    for (int j = 0; j < Form::parameters; ++j) {
      if (std::isfinite(problem.lower[j])) ceres_.SetParameterLowerBound(p_, j, problem.lower[j]);
      if (std::isfinite(problem.upper[j])) ceres_.SetParameterUpperBound(p_, j, problem.upper[j]);
    }
    // Each choice is the fastest to a good fit of those tried; bench/README.md has the numbers.
    options_.linear_solver_type = ceres::DENSE_NORMAL_CHOLESKY;
    if (squared) options_.initial_trust_region_radius = 3.0;
    options_.max_num_iterations = 500;
    options_.function_tolerance = 1e-12;
    options_.parameter_tolerance = 1e-10;
    options_.gradient_tolerance = 1e-16;
    options_.num_threads = 1;
    options_.logging_type = ceres::SILENT;
  }

  int solve(double* p) {
    std::copy(p, p + Form::parameters, p_);
    ceres::Solver::Summary summary;
    ceres::Solve(options_, &ceres_, &summary);
    std::copy(p_, p_ + Form::parameters, p);
    return summary.num_successful_steps + summary.num_unsuccessful_steps;
  }

  double evaluate(const double* p, double* gradient) {
    std::copy(p, p + Form::parameters, p_);
    double cost = 0;
    std::vector<double> g;
    ceres_.Evaluate({}, &cost, nullptr, &g, nullptr);
    std::copy(g.begin(), g.end(), gradient);
    return cost;
  }

 private:
  static ceres::Problem::Options problem_options() {
    ceres::Problem::Options options;
    options.disable_all_safety_checks = true;
    return options;
  }

  double p_[Form::parameters] = {};
  ceres::Problem ceres_;  // made once: only the parameter values change between starts
  ceres::Solver::Options options_;
};

template <class Form>
using ByPoint = CeresSolver<Form, false>;
template <class Form>
using InOneBlock = CeresSolver<Form, true>;

}  // namespace

int main(int argc, char** argv) {
  FLAGS_minloglevel = 3;  // a start that fails is a result, not a message
  google::InitGoogleLogging(argv[0]);
  if (argc > 1 && std::strcmp(argv[1], "--block") == 0)
    return peer::program<InOneBlock>(argc - 1, argv + 1, "ceres-block", CERES_VERSION_STRING);
  return peer::program<ByPoint>(argc, argv, "ceres", CERES_VERSION_STRING);
}
