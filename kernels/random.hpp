// Counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as
// 1, 2, 3"). The key is (seed, problem), the counter (start, resample, block), so any number can be made
// anywhere, in any order, on any device.
#pragma once
#include "base.hpp"

namespace lf {

struct RandomKey {
  uint32_t seed, problem;
};

struct RandomBlock {
  uint32_t word[4];
};

LF_INLINE RandomBlock philox(RandomKey key, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3) {
  uint32_t k0 = key.seed, k1 = key.problem;
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t(0xD2511F53u) * c0, b = uint64_t(0xCD9E8D57u) * c2;
    c0 = uint32_t(b >> 32) ^ c1 ^ k0;
    c1 = uint32_t(b);
    c2 = uint32_t(a >> 32) ^ c3 ^ k1;
    c3 = uint32_t(a);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

// Uniform on (0, 1) with 53 bits.
LF_INLINE double uniform(uint32_t high, uint32_t low) {
  const uint64_t bits = ((uint64_t(high) << 32) | low) >> 11;
  return (double(bits) + 0.5) * (1.0 / 9007199254740992.0);
}

// What the numbers are for; a different purpose never sees the same numbers.
enum : uint32_t { purpose_start = 0, purpose_draw = 1, purpose_block = 2, purpose_sign = 3, purpose_residual = 4, purpose_run = 5, purpose_point = 6, purpose_prior = 7 };

// Coordinate i of random start `start`: uniform in [low, high].
LF_INLINE double start_coordinate(RandomKey key, uint32_t start, uint32_t resample, int i, double low, double high) {
  const RandomBlock block = philox(key, start, resample, uint32_t(i / 2), purpose_start);
  const double u = i % 2 == 0 ? uniform(block.word[0], block.word[1]) : uniform(block.word[2], block.word[3]);
  return low + u * (high - low);
}

// Which of `size` members a word draws: each has the same chance, to 2^-32.
LF_INLINE int drawn_member(uint32_t word, int size) { return int((uint64_t(word) * uint64_t(size)) >> 32); }

}  // namespace lf
