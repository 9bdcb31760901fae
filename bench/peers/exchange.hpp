// What the C++ peers share: the exchange format of bench/README.md, the two forms and the residuals.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace peer {

using nlohmann::json;

constexpr int kMaxParameters = 5;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// exp(a - alpha*ln N) + exp(b - beta*ln D) + E; parameters (a, b, alpha, beta, E).
struct Chinchilla {
  static constexpr int parameters = 5;
  static constexpr int columns = 2;
  static double gradient(const double* p, const double* x, double* g) {
    const double first = std::exp(p[0] - p[2] * x[0]);
    const double second = std::exp(p[1] - p[3] * x[1]);
    g[0] = first;
    g[1] = second;
    g[2] = -x[0] * first;
    g[3] = -x[1] * second;
    g[4] = 1.0;
    return first + second + p[4];
  }
};

// a / (1 + exp(-k*(x - L0))) + b; parameters (a, L0, k, b).
struct Sigmoid {
  static constexpr int parameters = 4;
  static constexpr int columns = 1;
  static double gradient(const double* p, const double* x, double* g) {
    const double shifted = x[0] - p[1];
    const double s = 1.0 / (1.0 + std::exp(-p[2] * shifted));
    const double slope = p[0] * s * (1.0 - s);
    g[0] = s;
    g[1] = -p[2] * slope;
    g[2] = slope * shifted;
    g[3] = 1.0;
    return p[0] * s + p[3];
  }
};

struct Problem {
  std::string name;
  std::string form;
  bool log = false;          // residual of logarithms
  double delta = kInfinity;  // Huber's delta; infinite: squared loss
  std::vector<double> x;     // points x columns, row-major
  std::vector<double> observed;
  std::vector<double> lower, upper;
  std::vector<std::vector<double>> starts;

  int points() const { return static_cast<int>(observed.size()); }
  int parameters() const { return static_cast<int>(lower.size()); }
};

// Residual of point i; g becomes its gradient.
template <class Form>
double residual(const Problem& problem, int i, const double* p, double* g) {
  const double value = Form::gradient(p, &problem.x[i * Form::columns], g);
  if (!problem.log) return value - problem.observed[i];
  const double inverse = 1.0 / value;
  for (int j = 0; j < Form::parameters; ++j) g[j] *= inverse;
  return std::log(value) - problem.observed[i];
}

// 0.5 r^2 within delta, delta*(|r| - delta/2) beyond.
inline double loss(const Problem& problem, double r) {
  const double size = std::fabs(r);
  return size <= problem.delta ? 0.5 * r * r : problem.delta * (size - 0.5 * problem.delta);
}

// sign(r)*sqrt(2*loss(r)) of point i, whose half sum of squares is the objective; g becomes its gradient.
template <class Form>
double root_loss(const Problem& problem, int i, const double* p, double* g) {
  const double r = residual<Form>(problem, i, p, g);
  if (std::fabs(r) <= problem.delta) return r;
  const double root = std::copysign(std::sqrt(2 * loss(problem, r)), r);
  const double slope = problem.delta / std::fabs(root);
  for (int j = 0; j < Form::parameters; ++j) g[j] *= slope;
  return root;
}

// The sum of losses, apart from any solver: what the results are reported in.
template <class Form>
double objective(const Problem& problem, const double* p) {
  double g[kMaxParameters], sum = 0;
  for (int i = 0; i < problem.points(); ++i) sum += loss(problem, residual<Form>(problem, i, p, g));
  return sum;
}

inline std::vector<double> bounds(const json& values, double missing) {
  std::vector<double> out;
  for (const auto& v : values) out.push_back(v.is_null() ? missing : v.get<double>());
  return out;
}

inline Problem parse(const json& j) {
  Problem problem;
  problem.name = j.at("name");
  problem.form = j.at("form");
  problem.log = j.at("residual") == "log";
  if (j.at("loss").at("kind") == "huber") problem.delta = j.at("loss").at("delta");
  problem.observed = j.at("response").get<std::vector<double>>();
  if (problem.log)
    for (double& y : problem.observed) y = std::log(y);
  const auto columns = j.at("columns").get<std::vector<std::vector<double>>>();
  for (int i = 0; i < problem.points(); ++i)
    for (const auto& column : columns) problem.x.push_back(column.at(i));
  problem.lower = bounds(j.at("lower"), -kInfinity);
  problem.upper = bounds(j.at("upper"), kInfinity);
  problem.starts = j.at("starts").get<std::vector<std::vector<double>>>();
  return problem;
}

// Processor time of this process, user and system.
inline double processor_seconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Solver<Form> gives: Solver(problem), int solve(double* p) (in: start, out: solution; returns iterations),
// double evaluate(const double* p, double* gradient).
template <template <class> class Solver, class Form>
json run(const Problem& problem, double seconds, bool evaluate) {
  Solver<Form> solver(problem);
  json objectives = json::array(), gradients = json::array(), iterations = json::array();
  std::vector<std::vector<double>> found;
  double elapsed = 0, processor = 0;
  if (evaluate) {
    for (const auto& start : problem.starts) {
      std::vector<double> gradient(Form::parameters);
      objectives.push_back(solver.evaluate(start.data(), gradient.data()));
      gradients.push_back(gradient);
      iterations.push_back(0);
    }
  } else {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    const double before = processor_seconds();
    for (const auto& start : problem.starts) {
      found.push_back(start);
      iterations.push_back(solver.solve(found.back().data()));
      elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
      processor = processor_seconds() - before;
      if (processor >= seconds) break;
    }
    // A value that is not finite is written as null by the library.
    for (const auto& p : found) objectives.push_back(objective<Form>(problem, p.data()));
  }
  json result = {{"name", problem.name},
                 {"starts", objectives.size()},
                 {"seconds", elapsed},
                 {"processorSeconds", processor},
                 {"objective", objectives},
                 {"iterations", iterations}};
  if (evaluate) {
    result["gradient"] = gradients;
  } else {
    result["parameters"] = found;
  }
  return result;
}

// The program: `peer INPUT.json OUTPUT.json`, or `peer --version`.
template <template <class> class Solver>
int program(int argc, char** argv, const char* name, const std::string& version) {
  if (argc == 2 && std::string(argv[1]) == "--version") {
    std::printf("%s\n", version.c_str());
    return 0;
  }
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s INPUT.json OUTPUT.json | --version\n", argv[0]);
    return 2;
  }
  std::ifstream input(argv[1]);
  const json request = json::parse(input);
  const bool evaluate = request.value("evaluate", false);
  json results = json::array();
  for (const auto& j : request.at("problems")) {
    const Problem problem = parse(j);
    const double seconds = request.at("seconds");
    if (problem.form == "chinchilla") {
      results.push_back(run<Solver, Chinchilla>(problem, seconds, evaluate));
    } else if (problem.form == "sigmoid") {
      results.push_back(run<Solver, Sigmoid>(problem, seconds, evaluate));
    } else {
      std::fprintf(stderr, "unknown form %s; allowed: chinchilla, sigmoid\n", problem.form.c_str());
      return 2;
    }
  }
  std::ofstream(argv[2]) << json{{"program", name}, {"version", version}, {"results", results}};
  return 0;
}

}  // namespace peer
