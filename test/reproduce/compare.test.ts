import { expect, test } from "vitest";
import { comparePaper, countVerdicts } from "../../src/reproduce/compare.ts";
import { cellOf, localOptimum, madeUpResults, paperOf } from "./made-up.ts";

const compare = (text: string, value: number, explanations = [localOptimum]) =>
  comparePaper(
    paperOf(cellOf(text), explanations),
    madeUpResults({ value, objective: 1 }, { value: 0.4, objective: 1.28 }),
    "ladder.parquet",
  );

test("a number that rounds to the printed one is reproduced", () => {
  const [table] = compare("0.61", 0.6149);
  const cell = table!.rows[0]!.cells[0]!;
  expect(cell).toMatchObject({ verdict: "reproduced", ours: 0.6149, reason: undefined });
  expect(cell.difference).toBeCloseTo(0.0049, 12);
});

test("a number with a reason that holds is explained", () => {
  expect(compare("0.4", 0.6)[0]!.rows[0]!.cells[0]).toMatchObject({
    verdict: "explained",
    reason: "local optimum",
  });
});

test("a damaged number is caught, also where there is an explanation of another", () => {
  for (const explanations of [[], [localOptimum]]) {
    const tables = compare("0.7", 0.6, explanations);
    expect(countVerdicts(tables)).toEqual({ reproduced: 0, explained: 0, "not reproduced": 1 });
  }
});

test("a number that the sweep cannot give is an error with its place", () => {
  expect(() => compare("0.4", Number.NaN)).toThrow(
    "ladder.parquet: no number to compare with table 1, t, score: the measured value of t is missing",
  );
});
