// Solution of a small symmetric system, lanes at once, by L D L' without pivoting.
#pragma once
#include "math.hpp"

namespace lf {

// Solves A s = b in place (A: lower triangle by rows, overwritten; s holds b, then the solution). The mask is
// set in lanes where A is not safely positive definite; their solution means nothing.
template <int P>
LF_INLINE Mask solve_positive_definite(Lanes* A, Lanes* s) {
  Lanes inverse[P];
  Mask indefinite = Lanes(1.0) < Lanes(0.0);
  LF_UNROLL for (int j = 0; j < P; ++j) {
    const Lanes diagonal = A[triangle(j, j)];
    Lanes d = diagonal;
    // A[j][k] holds L[j][k] * D[k] for k < j, row[k] = L[j][k]
    Lanes row[P];
    LF_UNROLL for (int k = 0; k < j; ++k) {
      row[k] = A[triangle(j, k)] * inverse[k];
      d = fnma(A[triangle(j, k)], row[k], d);
    }
    const Mask positive = d > Lanes(1e-14) * diagonal;
    indefinite = indefinite | !positive;
    inverse[j] = reciprocal(select(positive & (d > Lanes(1e-290)), d, Lanes(1.0)));
    LF_UNROLL for (int i = j + 1; i < P; ++i) {
      Lanes v = A[triangle(i, j)];
      LF_UNROLL for (int k = 0; k < j; ++k) v = fnma(A[triangle(i, k)], row[k], v);
      A[triangle(i, j)] = v;
    }
    LF_UNROLL for (int k = 0; k < j; ++k) s[j] = fnma(row[k], s[k], s[j]);
  }
  LF_UNROLL for (int i = P - 1; i >= 0; --i) {
    Lanes v = s[i];
    LF_UNROLL for (int k = i + 1; k < P; ++k) v = fnma(A[triangle(k, i)], s[k], v);
    s[i] = v * inverse[i];
  }
  return indefinite;
}

}  // namespace lf
