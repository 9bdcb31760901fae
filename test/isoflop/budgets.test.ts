import { describe, expect, test } from "vitest";
import { findBudgets } from "../../src/isoflop/budgets.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";
import { finalRow, tableOf } from "./surface.ts";

const budgetsOf = (rows: readonly Row[], tolerance = 0.01, subjects = ["t"]) =>
  findBudgets(indexRuns(tableOf(rows)), "loss", subjects, tolerance);

test("runs whose FLOPs agree are a budget, by size; its FLOPs are their median", () => {
  const rows = [
    finalRow(1.004e18, 3e8, 3.1),
    finalRow(5e18, 1e8, 2.5),
    finalRow(1e18, 1e8, 3),
    finalRow(1.009e18, 2e8, 2.9),
  ];
  const [group, ...none] = budgetsOf(rows);
  expect(none).toEqual([]);
  expect(group).toMatchObject({ family: null, subject: "t" });
  expect(group!.budgets.map(({ c, runs }) => [c, runs.map(({ n, loss }) => [n, loss])])).toEqual([
    [
      1.004e18,
      [
        [1e8, 3],
        [2e8, 2.9],
        [3e8, 3.1],
      ],
    ],
    [5e18, [[1e8, 2.5]]],
  ]);
  expect(budgetsOf(rows, 0.005)[0]!.budgets.map(({ c }) => c)).toEqual([1.002e18, 1.009e18, 5e18]);
});

test("families are apart, and so are runs without one", () => {
  const rows = ["a", undefined, "b"].map((family, i) => {
    return { ...finalRow(1e18, 1e8, i + 1), ...(family && { family }) };
  });
  const found = budgetsOf(rows).map(({ family, budgets }) => [family, budgets[0]!.runs[0]!.loss]);
  expect(found).toEqual([
    [null, 2],
    ["a", 1],
    ["b", 3],
  ]);
});

test("the last checkpoint alone counts; a run not measured there is left out and counted", () => {
  const { d } = finalRow(1e18, 1e8, 0);
  const early = finalRow(0.5e18, 1e8, 9, { run: "whole", d: d / 2 });
  const rows = [
    early,
    finalRow(1e18, 1e8, 3, { run: "whole" }),
    finalRow(0.5e18, 2e8, 1, { run: "unmeasured" }),
    finalRow(1e18, 2e8, Number.NaN, { run: "unmeasured" }),
    finalRow(1e18, 4e8, 2, { run: "target", role: "target" }),
    finalRow(1e18, 4e8, 1, { run: "other phase", phase: "early" }),
  ];
  const [{ budgets }] = budgetsOf(rows) as [ReturnType<typeof budgetsOf>[number]];
  expect(budgets).toHaveLength(1);
  expect(budgets[0]!.runs.map(({ run }) => run)).toEqual(["whole"]);
  expect(budgets[0]!.leftOut).toBe(1);
});

test("a subject that no run of a family has is no group", () => {
  const rows = [
    { ...finalRow(1e18, 1e8, 1), subject: "x", family: "a" },
    { ...finalRow(1e18, 1e8, 1), subject: "y", family: "b" },
  ];
  expect(budgetsOf(rows, 0.01, ["x", "y"]).map(({ family, subject }) => [family, subject])).toEqual([
    ["a", "x"],
    ["b", "y"],
  ]);
});

test("whether C = 6ND holds is told of every budget", () => {
  const rows = [finalRow(1e18, 1e8, 3), finalRow(2e18, 1e8, 3, { d: 3e9 })];
  expect(budgetsOf(rows)[0]!.budgets.map(({ spendsAll }) => spendsAll)).toEqual([true, false]);
});

test("a loss that is not above 0 is left out and counted with its place; where no other is left that is an error", () => {
  const index = indexRuns(
    tableOfRows([
      finalRow(1e18, 1e8, 3),
      finalRow(1e18, 2e8, 0),
      finalRow(1e18, 3e8, -1),
      finalRow(1e18, 4e8, 3),
    ]),
  );
  const [group] = findBudgets(index, "loss", ["t"], 0.01);
  expect(group!.budgets).toMatchObject([
    {
      runs: [{ loss: 3 }, { loss: 3 }],
      leftOut: 2,
      leftOutReason: '2 runs with a loss that is not above 0 (made by hand, row 2, column "loss": 0)',
    },
  ]);
  const none = indexRuns(tableOfRows([finalRow(1e18, 1e8, 0), finalRow(1e18, 2e8, -1)]));
  expect(() => findBudgets(none, "loss", ["t"], 0.01)).toThrow(
    'made by hand, row 1, column "loss": 0; allowed: a number > 0',
  );
});

describe("budgets whose FLOPs lie some per cent apart", () => {
  /** Sizes of a budget, each run with FLOPs of its own up to a share above. */
  const near = (c: number, above: number) =>
    [0, 1, 2, 3].map((i) => finalRow(c * (1 + (above * i) / 3), 1e8 * 2 ** i, 3));

  test("are told the tolerance that joins them, and it does", () => {
    const rows = [...near(1e18, 0.0595), ...near(1e19, 0.05)];
    const apart = budgetsOf(rows)[0]!.budgets;
    expect(apart).toHaveLength(8);
    expect(new Set(apart.map(({ joinedBy }) => joinedBy))).toEqual(new Set([0.06]));
    const joined = budgetsOf(rows, apart[0]!.joinedBy!)[0]!.budgets;
    expect(joined.map(({ runs, joinedBy }) => [runs.length, joinedBy])).toEqual([
      [4, null],
      [4, null],
    ]);
  });

  test("of a ladder, whose FLOPs are spread evenly, there is none", () => {
    const rows = Array.from({ length: 12 }, (_, i) => finalRow(1e18 * 1.2 ** i, 1e8 * 1.1 ** i, 3));
    expect(budgetsOf(rows)[0]!.budgets.every(({ joinedBy }) => joinedBy === null)).toBe(true);
  });
});
