import { runCpp } from "./cpp.ts";
import { cxx } from "./toolchains.ts";

/** How often each group is drawn in some resamples, one row a resample, by kernels/resample.hpp alone. */
export function drawsOf({
  seed = 0,
  population,
  first = 1,
  count,
  strata,
}: {
  seed?: number;
  population: number;
  first?: number;
  count: number;
  strata: readonly number[];
}): number[][] {
  const words = Uint32Array.of(seed, population, first, count, strata.length, ...strata);
  const bytes = runCpp("draws.cpp", { compiler: cxx!, flags: [] }, new Uint8Array(words.buffer));
  const all = [...new Float64Array(bytes.slice().buffer)];
  const groups = strata.reduce((sum, size) => sum + size, 0);
  return Array.from({ length: count }, (_, i) => all.slice(i * groups, (i + 1) * groups));
}
