// Many small requests in one call: for a host whose call takes as long as a small fit. Included by cpu.cpp after lawfit_solve.
#pragma once

// Numbers that tell a request: those of lawfit_solve from points to drawn, then where its parts begin: data, scalars, given starts, real,
// whole.
constexpr int numbers_of_one = 13, places_of_one = 5;

// Solves requests one after the other, with the bits of a call each.
//   numbers  [requests x (numbers_of_one + places_of_one)]
//   in       [tolerance of each request | their data, scalars and given starts]
//   real, whole  the answers, each with the room that lawfit_solve needs
LF_EXPORT void lawfit_solve_many(int32_t requests, const int32_t* numbers, const double* in, double* real, int32_t* whole) {
  for (int r = 0; r < requests; ++r) {
    const int32_t* const n = numbers + r * (numbers_of_one + places_of_one);
    const int32_t* const place = n + numbers_of_one;
    lawfit_solve(n[0], n[1], uint32_t(n[2]), uint32_t(n[3]), n[4], n[5], n[6], n[7], n[8], n[9], n[10], uint32_t(n[11]), n[12], in[r],
                 in + place[0], in + place[1], in + place[2], real + place[3], whole + place[4]);
  }
}
