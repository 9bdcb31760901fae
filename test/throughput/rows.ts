import type { BenchRow } from "../../src/throughput/score.ts";

/** A search of a made-up run. */
export const search = { starts: 8, isGood: true, problemsPerSecond: 5000, wallProblemsPerSecond: 2500 };

/** A row of a made-up run. */
export function row(series: string, program: string, change: Partial<BenchRow> = {}): BenchRow {
  return {
    series,
    kind: "loss",
    points: 16,
    program,
    threads: 1,
    starts: 2000,
    fitsPerSecond: 120000,
    wallFitsPerSecond: 60000,
    goodShare: 1,
    goodFitsPerSecond: 120000,
    startsNeeded: 2,
    problemsPerSecond: 60000,
    search: program.startsWith("lawfit") ? search : null,
    iterations: 45.5,
    pointsPerSecond: 87360000,
    lawfitRatio: 1,
    lawfitShareOfSameStarts: 1,
    ...change,
  };
}
