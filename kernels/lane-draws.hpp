// Of a processor: lanes as arrays, and the numbers of the resamples that are in the lanes.
#pragma once
#include "resample.hpp"

namespace lf {

// Lanes as an array, to look at one of them.
struct Row {
  alignas(64) double lane[Lanes::width];
};
LF_INLINE Row spread(Lanes a) {
  Row r;
  store(r.lane, a);
  return r;
}

// The numbers of the resamples that the lanes are at. The starts of a resample are taken up one after the other, so most
// often another lane has drawn already what this one needs.
class LaneDraws {
  static constexpr int W = Lanes::width;
  int64_t resample[Lanes::width];

 public:
  double* const numbers;
  explicit LaneDraws(double* all) : numbers(all) {
    for (int l = 0; l < W; ++l) resample[l] = -1;
  }
  void put(const Request& request, uint32_t wanted, int l) {
    if (resample[l] == wanted) return;
    int donor = -1;
    for (int m = 0; m < W; ++m)
      if (resample[m] == wanted) donor = m;
    resample[l] = wanted;
    if (donor < 0)
      fill(request, wanted, Filler{numbers + l, W, 0, 1});
    else
      for (int i = 0; i < request.drawn; ++i) numbers[i * W + l] = numbers[i * W + donor];
  }
};

}  // namespace lf
