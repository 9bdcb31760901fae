import { expect, test } from "vitest";
import type { CoverageRow, RankRow } from "../../bench/coverage/coverage-row.ts";
import { poolRows } from "../../bench/coverage/pool.ts";
import { studyMarkdown } from "../../bench/coverage/report.ts";
import { studyFile, studyJson } from "../../bench/coverage/result-json.ts";

const row = (given: Partial<CoverageRow>): CoverageRow => {
  const one: Omit<CoverageRow, "coverage" | "coverageLow" | "coverageHigh"> = {
    ...{ runs: 16, autocorrelation: 0, scenario: "normal", loss1: "huber", quantity: "link", target: "2x" },
    ...{ scheme: "run", interval: "percentile", level: 0.9, trials: 100, skipped: 0, hits: 90 },
    ...{ missesLeft: 4, missesRight: 6, meanWidth: 0.1, meanScore: 0.2, ...given },
  };
  return { ...one, coverage: one.hits / one.trials, coverageLow: 0, coverageHigh: 1 };
};

const rows = [
  row({}),
  row({ autocorrelation: 0.9, hits: 80, missesLeft: 8, missesRight: 12, trials: 100, meanWidth: 0.3 }),
  row({ scheme: "row", hits: 40, missesLeft: 20, missesRight: 40, meanWidth: 0.05, meanScore: 0.6 }),
];
const ranks: RankRow[] = [
  {
    ...{ runs: 16, autocorrelation: 0, scenario: "normal", loss1: "huber", quantity: "link", target: "2x" },
    ...{ scheme: "run", tenths: [20, 10, 10, 10, 10, 10, 10, 10, 10, 0], p: 0.1 },
  },
];

test("rows of different autocorrelations are pooled", () => {
  const [pooled, other] = poolRows(rows);
  expect(pooled).toMatchObject({ trials: 200, hits: 170, missesLeft: 12, missesRight: 18 });
  expect(pooled).toMatchObject({ coverage: 0.85, least: 0.8, most: 0.9 });
  expect(pooled!.meanWidth).toBeCloseTo(0.2, 12);
  // scipy.stats.binomtest(170, 200).proportion_ci(0.95, "exact")
  expect(pooled!.coverageLow).toBeCloseTo(0.7928, 3);
  expect(pooled!.coverageHigh).toBeCloseTo(0.8965, 3);
  expect(other).toMatchObject({ scheme: "row", least: 0.4, most: 0.4 });
});

test("the tables that a reader sees", () => {
  expect(studyMarkdown({ rows, ranks })).toBe(`### Score from loss; normal

Coverage in per cent (smallest and largest among the autocorrelations).

| scheme | interval | 16 runs, 2x |
| --- | --- | --- |
| run | percentile | 85.0 (80-90) |
| row | percentile | 40.0 |

Misses below and above in per cent; width and interval score over those of the first row.

| scheme | interval | 16 runs, 2x |
| --- | --- | --- |
| run | percentile | 6 + 9; 1.00, 1.00 |
| row | percentile | 20 + 40; 0.25, 3.00 |

Data sets whose truth lies in each tenth of the draws, from the low end, in per cent; 10 each is right.

| scheme | interval | 16 runs, 2x |
| --- | --- | --- |
| run | draws | 20 10 10 10 10 10 10 10 10 0 |
`);
});

test("the file holds every row, numbers to six digits", () => {
  const study = { conditions: [], arms: [], losses: [], replications: 100, resamples: 399 } as const;
  const settings = { freshStarts: 1, level: 0.9, seed: 1 };
  const long = [row({ meanWidth: 0.123456789, meanScore: Number.NaN })];
  const file = JSON.parse(studyJson(studyFile({ ...study, ...settings }, { rows: long, ranks })));
  expect(file).toMatchObject({ replications: 100, resamples: 399, ...settings });
  const at = (name: string): number => file.coverage.columns.indexOf(name);
  expect(file.coverage.rows[0][at("meanWidth")]).toBe(0.123457);
  expect(file.coverage.rows[0][at("meanScore")]).toBeNull();
  expect(file.coverage.rows[0][at("quantity")]).toBe("link");
  expect(file.ranks.rows[0]).toContainEqual([20, 10, 10, 10, 10, 10, 10, 10, 10, 0]);
});
