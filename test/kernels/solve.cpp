// Solves the problem on standard input as the native library does and writes the answer: for processors that this
// machine only emulates. Input, all float64: points, flags, starts, limit, tolerance, then data and scalars as in
// lawfit_solve; output: real, then whole.
#include "cpu.cpp"
#include <cstdio>
#include <vector>

int main() {
  std::vector<double> in;
  for (double one; std::fread(&one, sizeof one, 1, stdin) == 1;) in.push_back(one);
  const int points = int(in[0]), count = int(in[2]);
  const double* data = &in[5];
  const int flags = int(in[1]) | lf::request_each;
  const size_t reals = count * (3 + LawfitForm::parameters), wholes = 4 * count;
  std::vector<double> real(reals + count * LawfitForm::parameters);
  std::vector<int32_t> whole(wholes + count);
  lawfit_solve(points, flags, 7, 11, 0, 0, count, count, int(in[3]), 0, 0, 0, 0, in[4], data, data + (LawfitForm::columns + 2) * points, data,
               real.data(), whole.data());
  std::fwrite(real.data(), sizeof(double), reals, stdout);
  std::fwrite(whole.data(), sizeof(int32_t), wholes, stdout);
}
