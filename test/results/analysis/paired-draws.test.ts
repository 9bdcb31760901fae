import { expect, test } from "vitest";
import { PairedDraws } from "../../../src/results/analysis/paired-draws.ts";
import { cellDraws } from "./draws-made.ts";
import { configurationOf } from "./hand-made.ts";

const reference = configurationOf({ link: "a" });
const other = configurationOf({ link: "b" });
const count = 101;
const spread = Array.from({ length: count }, (_, i) => (i - 50) / 100);

test("what a draw does to both cancels: a constant gain has an interval without width", () => {
  const pairs = new PairedDraws(reference, [0.9]);
  // The reference is off by 1 + noise, the other by 0.2 less on every replicate; the noise is far larger.
  const errors = spread.map((noise) => 1 + noise);
  pairs.add(...cellDraws(other, "t", { big: { error: 0.8, errors: errors.map((e) => e - 0.2) } }));
  pairs.add(...cellDraws(reference, "t", { big: { error: 1, errors } }));
  const [overall, own] = pairs.finish();
  for (const row of [overall!, own!]) {
    expect(row.configuration).toBe(other);
    // Of an actual value of 2.
    expect(row.diffAbsRelError).toBeCloseTo(-0.1, 12);
    expect(row.interval.lower).toBeCloseTo(-0.1, 12);
    expect(row.interval.upper).toBeCloseTo(-0.1, 12);
    expect(row.wins).toMatchObject({ wins: count, losses: 0, ties: 0, winRate: 1 });
  }
  expect([overall!.task, overall!.target, own!.task, own!.target]).toEqual([null, null, "t", "big"]);
});

test("over tasks and targets it is the mean of the pairs that both have; a degenerate replicate is dropped", () => {
  const pairs = new PairedDraws(reference, [0.8, 0.9]);
  const flat = spread.map(() => 0.4);
  const gap = flat.map((error, i) => (i === 7 ? Number.NaN : error));
  pairs.add(...cellDraws(reference, "t", { big: { error: 0.4, errors: flat } }));
  pairs.add(
    ...cellDraws(other, "t", { big: { error: 0.6, errors: spread.map((noise) => 0.6 + noise / 10) } }),
  );
  pairs.add(...cellDraws(reference, "u", { big: { error: 0.4, errors: gap } }));
  pairs.add(...cellDraws(other, "u", { big: { error: 0.2, errors: flat.map(() => 0.2) } }));
  // A target that the reference does not predict has no pair.
  pairs.add(...cellDraws(other, "v", { big: { error: 0.1, errors: flat } }));
  const rows = pairs.finish();
  expect(rows.map(({ task, level }) => [task, level])).toEqual([
    [null, 0.8],
    [null, 0.9],
    ["t", 0.8],
    ["t", 0.9],
    ["u", 0.8],
    ["u", 0.9],
  ]);
  const overall = rows[1]!;
  expect(overall.predictions).toBe(2);
  expect(overall.diffAbsRelError).toBeCloseTo(0, 12);
  expect(overall.wins.dropped).toBe(1);
  // Half of the noise of one of two: from -0.05 to 0.05 over 10 by 2, 90 % of it.
  expect(overall.interval.upper).toBeCloseTo((0.9 * 0.05) / 4, 3);
  expect(overall.interval.lower).toBeCloseTo(-(0.9 * 0.05) / 4, 3);
  expect(rows[3]!.wins.winRate).toBe(0);
});
