// Reads float64 numbers from standard input (a multiple of eight of them) and writes every elementary function
// of the kernels at each: all numbers for the first function, then all for the second, and so on.
#include <cstdio>
#include <vector>
#include "math.hpp"

namespace lf {
using Function = Lanes (*)(Lanes);
const Function functions[] = {
    exp, log, [](Lanes x) { return reciprocal(x); }, [](Lanes x) { return rough_reciprocal(x); },
    sqrt, sin, cos, atan, tanh, sigmoid, softplus, log_sigmoid,
};
}  // namespace lf

int main() {
  using namespace lf;
  std::vector<double> x;
  for (double one; std::fread(&one, sizeof one, 1, stdin) == 1;) x.push_back(one);
  std::vector<double> y(x.size());
  for (const Function f : functions) {
    for (size_t i = 0; i + Lanes::width <= x.size(); i += Lanes::width) store(&y[i], f(load(&x[i])));
    std::fwrite(y.data(), sizeof(double), y.size(), stdout);
  }
}
