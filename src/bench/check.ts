import type { BenchRow } from "./score.ts";

/** One requirement, and whether a run of the benchmark met it. */
export interface Check {
  series: string;
  requirement: string;
  /** NaN where the run has not measured it. */
  measured: number;
  required: number;
  verdict: "pass" | "FAIL" | "not measured";
}

/** Good fits/s that lawfit must reach on one core, by series and program. */
const speeds: readonly { series: string; program: string; required: number }[] = [
  ["hellaswag_val", 100_000] as const,
  ["hellaswag_val_sigmoid", 30_000] as const,
].flatMap(([series, speed]) => [
  { series, program: "lawfit-avx512", required: speed },
  { series, program: "lawfit-avx2", required: speed / 2 },
  { series, program: "lawfit-wasm", required: speed / 6 },
]);

const timesScipy = 150;
const timesCeres = 50;

/**
 * Holds a run of the benchmark against what lawfit is to reach. On every loss series: good fits/s against SciPy's
 * L-BFGS-B, and Ceres's where one of its starts was good; the share of good fits not below that of L-BFGS-B from the
 * same starts. On HellaSwag's loss and on its sigmoid: good fits/s of each backend.
 */
export function checkRows(rows: readonly BenchRow[]): Check[] {
  const series = [...new Set(rows.filter(({ kind }) => kind === "loss").map(({ series }) => series))];
  const find = (name: string, program: string) =>
    rows.find((row) => row.series === name && row.program === program);
  return [
    ...series.flatMap((name) => {
      const scipy = find(name, "scipy-lbfgsb");
      const ceres = find(name, "ceres");
      return [
        check(name, "times the good fits/s of scipy-lbfgsb", scipy?.lawfitRatio, timesScipy),
        check(
          name,
          "share of good fits, at least that of scipy-lbfgsb from the same starts",
          scipy?.lawfitShareOfSameStarts,
          scipy?.goodShare ?? Number.NaN,
        ),
        ...(ceres?.goodShare === 0
          ? []
          : [check(name, "times the good fits/s of ceres", ceres?.lawfitRatio, timesCeres)]),
      ];
    }),
    ...speeds.map(({ series: name, program, required }) =>
      check(name, `good fits/s of ${program}`, find(name, program)?.goodFitsPerSecond, required),
    ),
  ];
}

function check(series: string, requirement: string, measured = Number.NaN, required: number): Check {
  const verdict = Number.isNaN(measured) ? "not measured" : measured >= required ? "pass" : "FAIL";
  return { series, requirement, measured, required, verdict };
}
