// The cluster bootstrap: whole groups of points (training runs) are drawn with replacement, stratum by stratum, as many as
// there are; a point counts as often as its group was drawn. What is drawn depends on the seed, the population and the
// number of the resample alone, so it is the same for every problem, start, device and batch.
#pragma once
#include "request.hpp"

namespace lf {

// Writes how often each group was drawn in a resample to out[group * stride].
LF_INLINE void draw_groups(const Request& request, uint32_t resample, double* out, int stride) {
  const RandomKey key{request.key.seed, request.population};
  for (int g = 0; g < request.groups; ++g) out[g * stride] = 0;
  const int strata = int(request.strata[0]);
  for (int s = 0, first = 0; s < strata; ++s) {
    const int size = int(request.strata[1 + s]);
    LF_LOOP for (int draw = 0; draw < size; draw += 4) {
      const RandomBlock block = four_draws(key, resample, uint32_t(s), draw / 4);
      LF_UNROLL for (int i = 0; i < 4; ++i)
        if (draw + i < size) out[(first + drawn_member(block.word[i], size)) * stride] += 1;
    }
    first += size;
  }
}

}  // namespace lf
