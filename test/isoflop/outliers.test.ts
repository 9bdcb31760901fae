import { describe, expect, test } from "vitest";
import { analyseBudgets } from "../../src/isoflop/analyse.ts";
import { planIsoflop, withDefaults } from "../../src/isoflop/spec.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import type { Row } from "../methods/tables.ts";
import { noisyRows, tableOf } from "./surface.ts";

function statuses(rows: readonly Row[]): string[] {
  const index = indexRuns(tableOf(rows));
  const plan = planIsoflop(withDefaults({ draws: 40 }), index, { seed: 0 }, "test");
  return analyseBudgets(index, plan).budgets.map(({ status, reason }) => `${status} ${reason ?? ""}`);
}

describe("a loss far off the curve of its budget", () => {
  test.each([0.9, 0.97, 1.1])("times %d is named where the best size follows it", (factor) => {
    const rows = noisyRows(0.002, 3, 9, 1.4);
    const middle = 9 * 2 + 4;
    const off = rows.map((row, i) =>
      i === middle ? { ...row, metrics: { loss: row.metrics.loss! * factor } } : row,
    );
    const found = statuses(off);
    expect(found[2]).toMatch(
      /^(outlier the loss of .* times the spread of the others off the curve|edge|not-convex)/,
    );
    expect(found.filter((status) => status.startsWith("outlier")).length).toBeLessThanOrEqual(1);
  });

  test("is not found in data that have normal noise alone", () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const found = seeds.flatMap((seed) => [
      ...statuses(noisyRows(0.002, seed)),
      ...statuses(noisyRows(0.0005, seed, 7, 1.5)),
    ]);
    expect(found.filter((status) => status.startsWith("outlier"))).toEqual([]);
  });
});
