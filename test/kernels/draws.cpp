// The numbers of some resamples. In, all float64: seed, population, first resample, resamples, number of the scheme,
// numbers of a resample, then how many numbers the scheme has and those, then group and residual of each point; out: a row a
// resample.
#include "resample.hpp"
#include <cstdio>
#include <vector>

int main() {
  std::vector<double> in;
  for (double one; std::fread(&one, sizeof one, 1, stdin) == 1;) in.push_back(one);
  lf::Request request{};
  request.key.seed = uint32_t(in[0]);
  request.population = uint32_t(in[1]);
  request.flags = int(in[4]) * lf::request_scheme;
  request.drawn = int(in[5]);
  request.scheme = &in[7];
  request.group = request.scheme + int(in[6]);
  request.residual = request.group + request.drawn;
  std::vector<double> out(request.drawn);
  for (int i = 0; i < int(in[3]); ++i) {
    lf::fill(request, uint32_t(in[2]) + i, lf::Filler{out.data(), 1, 0, 1});
    std::fwrite(out.data(), sizeof(double), out.size(), stdout);
  }
}
