// Philox blocks for the counters and keys on standard input: six 32-bit words in, four out.
#include "random.hpp"
#include <cstdio>

int main() {
  for (uint32_t w[6]; std::fread(w, sizeof w, 1, stdin) == 1;) {
    const lf::RandomBlock block = lf::philox({w[4], w[5]}, w[0], w[1], w[2], w[3]);
    std::fwrite(block.word, sizeof block.word, 1, stdout);
  }
}
