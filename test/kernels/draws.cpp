// How often each group is drawn in some resamples. In, 32-bit words: seed, population, first resample, resamples, strata,
// then the groups of each stratum; out, float64: a row a resample, a number for each group.
#include "resample.hpp"
#include <cstdio>
#include <vector>

int main() {
  std::vector<uint32_t> in;
  for (uint32_t one; std::fread(&one, sizeof one, 1, stdin) == 1;) in.push_back(one);
  const std::vector<double> strata(in.begin() + 4, in.end());
  lf::Request request{};
  request.key.seed = in[0];
  request.population = in[1];
  request.strata = strata.data();
  for (size_t s = 1; s < strata.size(); ++s) request.groups += int(strata[s]);
  std::vector<double> out(request.groups);
  for (uint32_t i = 0; i < in[3]; ++i) {
    lf::draw_groups(request, in[2] + i, out.data(), 1);
    std::fwrite(out.data(), sizeof(double), out.size(), stdout);
  }
}
