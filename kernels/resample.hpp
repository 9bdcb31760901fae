// Resamples. What is drawn depends on the seed, the population and the number of the resample alone, so it is the same
// for every problem on the population, every start, device and batch. A resample is some numbers a fit:
//   draw_groups      how often each group of points was drawn: whole groups (training runs) with replacement, stratum by
//                    stratum, as many as there are
//   draw_blocks      how often each point was drawn: runs as above, and in each draw of a run blocks of neighbouring points
//   draw_signs       what moves each response: its residual times a factor drawn for its run (the wild cluster bootstrap;
//                    Webb's six points, of mean 0 and variance 1, for few runs)
//   draw_residuals   likewise: another point's residual in place of its own
//   draw_normal      likewise: normal noise, of the run and of the point, in place of its residual
#pragma once
#include "math.hpp"
#include "request.hpp"

namespace lf {

enum : int { draw_groups = 0, draw_blocks = 1, draw_signs = 2, draw_residuals = 3, draw_normal = 4 };

// The thread that fills in the numbers, or one of some that share them out; number i stands at out[i * stride].
struct Filler {
  double* out;
  int stride, member, members;
  LF_INLINE bool owns(int i) const { return i % members == member; }
  LF_INLINE void set(int i, double value) const {
    if (owns(i)) out[i * stride] = value;
  }
  LF_INLINE void add_one(int i) const {
    if (owns(i)) out[i * stride] += 1;
  }
};

// Calls take(group, number of the draw) for every draw from every stratum. sizes: groups of each stratum, which are
// numbered stratum by stratum.
template <class Take>
LF_INLINE void each_draw(RandomKey key, uint32_t resample, const double* sizes, int strata, const Take& take) {
  for (int s = 0, first = 0; s < strata; ++s) {
    const int size = int(sizes[s]);
    RandomBlock block{};
    LF_LOOP for (int draw = 0; draw < size; ++draw) {
      const int place = draw % 4;
      if (place == 0) block = philox(key, uint32_t(draw / 4), resample, uint32_t(s), purpose_draw);
      const uint32_t word = place < 2 ? (place == 0 ? block.word[0] : block.word[1]) : (place == 2 ? block.word[2] : block.word[3]);
      take(first + drawn_member(word, size), first + draw);
    }
    first += size;
  }
}

// What a draw adds. Structs, not lambdas: a GPU's compiler may call those, and a call costs it the fit's registers.
struct AddGroup {
  const Filler& filler;
  LF_INLINE void operator()(int group, int) const { filler.add_one(group); }
};

// scheme: [strata | groups of each stratum]
LF_INLINE void fill_groups(const Request& request, RandomKey key, uint32_t resample, const Filler& filler) {
  for (int g = filler.member; g < request.points_drawn(); g += filler.members) filler.set(g, 0);
  each_draw(key, resample, request.scheme + 1, int(request.scheme[0]), AddGroup{filler});
}

// A draw of a run of m points: m points again, in blocks of so many that begin anywhere in it and go on at its begin where
// they pass its end.
struct AddBlocks {
  const Filler& filler;
  RandomKey key;
  uint32_t resample;
  int length;
  const double* first_point;
  LF_INLINE void operator()(int run, int draw) const {
    const int first = int(first_point[run]), points = int(first_point[run + 1]) - first;
    LF_LOOP for (int done = 0, block = 0; done < points; done += length, ++block) {
      const int begin = drawn_member(philox(key, uint32_t(block), resample, uint32_t(draw), purpose_block).word[0], points);
      for (int i = 0; i < length && done + i < points; ++i) filler.add_one(first + (begin + i) % points);
    }
  }
};

// scheme: [strata | runs of each stratum | points of a block | first point of each run, and the point after the last].
// Points beyond are drawn once.
LF_INLINE void fill_blocks(const Request& request, RandomKey key, uint32_t resample, const Filler& filler) {
  const int strata = int(request.scheme[0]);
  const double *sizes = request.scheme + 1, *rest = sizes + strata;
  const double* first_point = rest + 1;
  int runs = 0;
  for (int s = 0; s < strata; ++s) runs += int(sizes[s]);
  const int resampled = int(first_point[runs]);
  for (int q = filler.member; q < request.points_drawn(); q += filler.members) filler.set(q, q < resampled ? 0 : 1);
  each_draw(key, resample, sizes, strata, AddBlocks{filler, key, resample, int(rest[0]), first_point});
}

// What a residual is times to move its point's response.
LF_INLINE double sigma_of(const Request& request, int q) { return request.sigma ? request.sigma[q] : 1.0; }

// Webb's factors: +-sqrt(1/2), +-1, +-sqrt(3/2), each with the same chance.
LF_INLINE double webb(uint32_t word) {
  const int which = drawn_member(word, 6);
  const double size = which % 3 == 0 ? 0.70710678118654752440 : which % 3 == 1 ? 1.0 : 1.22474487139158904910;
  return which < 3 ? -size : size;
}

// scheme: nothing. Points of no run have no residual.
LF_INLINE void fill_signs(const Request& request, RandomKey key, uint32_t resample, const Filler& filler) {
  for (int q = filler.member; q < request.points_drawn(); q += filler.members) {
    const uint32_t word = philox(key, uint32_t(request.group[q]), resample, 0, purpose_sign).word[0];
    filler.set(q, (webb(word) - 1) * request.residual[q] * sigma_of(request, q));
  }
}

// scheme: [points that are resampled], the first ones
LF_INLINE void fill_residuals(const Request& request, RandomKey key, uint32_t resample, const Filler& filler) {
  const int resampled = int(request.scheme[0]);
  for (int q = filler.member; q < request.points_drawn(); q += filler.members) {
    const uint32_t word = philox(key, uint32_t(q), resample, 0, purpose_residual).word[0];
    filler.set(q, q < resampled ? (request.residual[drawn_member(word, resampled)] - request.residual[q]) * sigma_of(request, q) : 0);
  }
}

// A standard normal number, by Marsaglia's polar method: pairs in the square until one falls into the circle.
LF_INLINE double normal(RandomKey key, uint32_t index, uint32_t resample, uint32_t purpose) {
  for (uint32_t attempt = 0;; ++attempt) {
    const RandomBlock block = philox(key, index, resample, attempt, purpose);
    const double u = 2 * uniform(block.word[0], block.word[1]) - 1, v = 2 * uniform(block.word[2], block.word[3]) - 1;
    const double s = u * u + v * v;
    if (!(s > 0 && s < 1)) continue;
    Lanes inverse;
    const Lanes logarithm = log_and_reciprocal(Lanes(s), inverse);
    return u * first_lane(sqrt(Lanes(-2.0) * logarithm * inverse));
  }
}

// scheme: [points that are resampled | deviation between runs | deviation within]
LF_INLINE void fill_normal(const Request& request, RandomKey key, uint32_t resample, const Filler& filler) {
  const int resampled = int(request.scheme[0]);
  const double between = request.scheme[1], within = request.scheme[2];
  for (int q = filler.member; q < request.points_drawn(); q += filler.members) {
    if (q >= resampled) {
      filler.set(q, 0);
      continue;
    }
    const double run = between * normal(key, uint32_t(request.group[q]), resample, purpose_run);
    filler.set(q, (run + within * normal(key, uint32_t(q), resample, purpose_point) - request.residual[q]) * sigma_of(request, q));
  }
}

// The centres of priors are measurements with an error: each resample has its own. A law and a link of one population have other numbers.
LF_INLINE void fill_priors(const Request& request, RandomKey key, uint32_t resample, const Filler& filler) {
  const double *deviation = request.prior + 2 * request.priors, *number = request.prior + 4 * request.priors;
  for (int i = 0; i < request.priors; ++i) {
    const int at = request.points_drawn() + i;
    if (!filler.owns(at)) continue;
    filler.set(at, deviation[i] == 0 ? 0.0 : deviation[i] * normal(key, uint32_t(number[i]), resample, purpose_prior));
  }
}

// Writes a resample's numbers.
LF_INLINE void fill(const Request& request, uint32_t resample, const Filler& filler) {
  const RandomKey key{request.key.seed, request.population};
  fill_priors(request, key, resample, filler);
  switch (scheme_of(request)) {
    case draw_groups: return fill_groups(request, key, resample, filler);
    case draw_blocks: return fill_blocks(request, key, resample, filler);
    case draw_signs: return fill_signs(request, key, resample, filler);
    case draw_residuals: return fill_residuals(request, key, resample, filler);
    default: return fill_normal(request, key, resample, filler);
  }
}

}  // namespace lf
