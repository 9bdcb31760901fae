import type { Problem } from "../../src/solve/problem.ts";
import { packResampling, type Resampling } from "../../src/solve/resampling.ts";
import { runCpp } from "./cpp.ts";
import { cxx } from "./toolchains.ts";

/** The numbers of some resamples of a problem, one row a resample, by kernels/resample.hpp alone. */
export function drawsOf(
  problem: Pick<Problem, "response">,
  resampling: Resampling,
  { seed = 0, first = 1, count }: { seed?: number; first?: number; count: number },
): number[][] {
  const { key, scheme, drawn, rows, numbers } = packResampling(problem as Problem, resampling);
  const row = (r: number): Float64Array => rows[r] ?? new Float64Array(problem.response.length);
  const input = Float64Array.of(
    ...[seed, key, first, count, scheme, drawn, numbers.length, ...numbers],
    ...row(0).subarray(0, drawn),
    ...new Float64Array(Math.max(0, drawn - row(0).length)),
    ...row(1),
  );
  const bytes = runCpp("draws.cpp", { compiler: cxx!, flags: [] }, new Uint8Array(input.buffer));
  const all = new Float64Array(bytes.slice().buffer);
  return Array.from({ length: count }, (_, i) => [...all.subarray(i * drawn, (i + 1) * drawn)]);
}
