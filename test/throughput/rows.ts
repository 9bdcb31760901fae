import type { BenchRow } from "../../src/throughput/score.ts";

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
    goodShare: 1,
    goodFitsPerSecond: 120000,
    startsNeeded: 2,
    problemsPerSecond: 60000,
    search: program.startsWith("lawfit") ? { starts: 8, isGood: true, problemsPerSecond: 5000 } : null,
    iterations: 45.5,
    pointsPerSecond: 87360000,
    lawfitRatio: 1,
    lawfitShareOfSameStarts: 1,
    ...change,
  };
}
