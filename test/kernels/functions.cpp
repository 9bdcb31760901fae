// Every elementary function of the kernels at given numbers, for the tests of their precision and of the lanes'
// agreement. As a program it reads float64 numbers (a multiple of eight of them) from standard input and writes
// all values of the first function, then all of the second, and so on; as WebAssembly it fills y likewise.
#include "math.hpp"
#if !defined(LF_WASM)
#include <cstdio>
#include <vector>
#endif

namespace lf {
using Function = Lanes (*)(Lanes);
const Function functions[] = {
    [](Lanes x) { return exp(x); },
    [](Lanes x) { return log(x); },
    [](Lanes x) { Lanes inverse; log_and_reciprocal(x, inverse); return inverse; },
    [](Lanes x) { return reciprocal(x); },
    [](Lanes x) { return rough_reciprocal(x); },
    [](Lanes x) { return sqrt(x); },
    [](Lanes x) { return sin(x); },
    [](Lanes x) { return cos(x); },
    [](Lanes x) { return atan(x); },
    [](Lanes x) { return tanh(x); },
    [](Lanes x) { return sigmoid(x); },
    [](Lanes x) { return sigmoid_beside_softplus(x); },
    [](Lanes x) { return softplus(x); },
    [](Lanes x) { return log_sigmoid(x); },
};
constexpr int function_count = sizeof functions / sizeof *functions;

static void all_functions(int n, const double* x, double* y) {
  for (const Function f : functions)
    for (int i = 0; i < n; i += Lanes::width, y += Lanes::width) store(y, f(load(x + i)));
}
}  // namespace lf

#if defined(LF_WASM)
extern "C" __attribute__((visibility("default"), used)) void lawfit_functions(int n, const double* x, double* y) {
  lf::all_functions(n, x, y);
}
#else
int main() {
  std::vector<double> x;
  for (double one; std::fread(&one, sizeof one, 1, stdin) == 1;) x.push_back(one);
  std::vector<double> y(x.size() * lf::function_count);
  lf::all_functions(int(x.size()), x.data(), y.data());
  std::fwrite(y.data(), sizeof(double), y.size(), stdout);
}
#endif
