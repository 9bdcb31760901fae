// Starts from the form's structure (structure.hpp) on a GPU: the threads of a block share the cells of a resample.
#pragma once
#include "structure.hpp"
#include "cuda/waiting.hpp"

namespace {

// Writes the lowest objective of the cells to the rows of a resample: of many points that of the cells that the row's fits start from.
// first: the resample's first fit; objective: of all cells, or null where `lowest` is known
__device__ __forceinline__ void put_lowest(const Work& work, int first, const double* objective, const int* chosen, double lowest) {
  const Request& request = work.request;
  int row = -1;
  LF_LOOP for (int fit = first; fit < first + request.starts; ++fit) {
    const int place = request.structured_of(fit);
    if (place < 0) continue;
    const double found = objective == nullptr ? lowest : objective[chosen[place]];
    double& least = work.answer().lowest_cell[fit / fits_a_row(request)];
    if (row != fit / fits_a_row(request) || found < least) least = found;
    row = fit / fits_a_row(request);
  }
}

// Finds the starts from the form's structure and the lowest objective of the cells, for all resamples of the request: a thread
// a cell. A start waits where its fit's end will be put. The block's threads share one column of the resamples' numbers, and
// what they find of the cells lies where the fits' judged parts will wait. members: threads of a fit.
__device__ LF_APART void find_starts([[maybe_unused]] const Work& work, [[maybe_unused]] Waiting& waiting,
                                     [[maybe_unused]] int members) {
  if constexpr (is_interpreted<LawfitForm> || has_structure<LawfitForm>()) {
    const Request& request = work.request;
    const int count = request.structured_needed();
    if (count == 0) return;
    struct Found {
      double objective[Cells::most], lowest;
      int chosen[Cells::most_starts];
      unsigned char marks[Cells::most];
    };
    static_assert(sizeof(Found) <= sizeof(waiting.judged), "the cells of a resample fit into what waits");
    Found& found = *reinterpret_cast<Found*>(&waiting.judged[0][0]);
    const double* low = start_ranges<LawfitForm>(request);
    const Grid<LawfitForm> grid(work.problem, low, low + P);
    const bool coarse = starts_coarse(request);
    Problem<LawfitForm> some = work.problem;
    if (coarse) make_coarse(some, Cells::points);
#if LF_RESAMPLING
    const Draw draw{work.drawn + blockIdx.x * (blockDim.x / members), int(gridDim.x * blockDim.x) / members};
#else
    const Draw draw{};
#endif
    const int thread = threadIdx.x, threads = blockDim.x;
    LF_LOOP for (int first = 0; first < request.count; first += request.starts) {
#if LF_RESAMPLING
      fill(request, request.resample_of(first), Filler{draw.drawn, draw.stride, thread, threads});
#endif
      __syncthreads();
      // All cells, then the chosen ones once more, for their parameters.
      LF_LOOP for (int again = 0; again < 2; ++again) {
        const int cells = again ? count : grid.cells;
        LF_LOOP for (int at = thread; at < cells; at += threads) {
          Lanes p[P];
          LF_UNROLL for (int i = 0; i < P; ++i) p[i] = Lanes(grid.value(again ? found.chosen[at] : at, i));
          const Problem<LawfitForm>& problem = again ? work.problem : some;
          fit_cell(problem, draw, p);
          if (!again || coarse) found.objective[again ? found.chosen[at] : at] = objective_at(problem, draw, p).v;
          if (!again) continue;
          const int place = request.given + at - request.first_start, fit = first + place;
          if (place < 0 || place >= request.starts) continue;
          LF_UNROLL for (int i = 0; i < P; ++i) work.ended[fit].parameters[i] = p[i].v;
        }
        __syncthreads();
        if (again == 1 && thread == 0) put_lowest(work, first, coarse ? found.objective : nullptr, found.chosen, found.lowest);
        if (again == 0 && thread == 0) {
          choose_cells(grid, found.objective, found.marks, count, found.chosen);
          found.lowest = undefined_objective;
          LF_LOOP for (int cell = 0; cell < grid.cells; ++cell)
            if (found.objective[cell] < found.lowest) found.lowest = found.objective[cell];
        }
        __syncthreads();
      }
    }
  }
}

}  // namespace
