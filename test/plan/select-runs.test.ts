import { expect, test } from "vitest";
import { selectRuns } from "../../src/plan/selection.ts";
import { tableOfRows } from "../methods/tables.ts";
import { messageOf } from "../tables/temporary.ts";

const table = tableOfRows(
  [1e8, 4e8].flatMap((n) =>
    [1, 2, 5].map((multiple) => ({ run: `${n / 1e6}M-${multiple}xC`, n, d: 20 * n * multiple, metrics: {} })),
  ),
);

test.each([
  ["n <= 1e8", ["100M-1xC", "100M-2xC", "100M-5xC"]],
  ["n_rank >= 2", ["400M-1xC", "400M-2xC", "400M-5xC"]],
  ["n_rank < (SELECT max(n_rank) FROM runs)", ["100M-1xC", "100M-2xC", "100M-5xC"]],
  ["xc <= 1", ["100M-1xC", "400M-1xC"]],
  ["flops_rank <= 2", ["100M-1xC", "100M-2xC"]],
  ["run LIKE '400M%' AND d > 2e10 -- the long ones", ["400M-5xC"]],
  ["family = 'x'", []],
])("%s", async (predicate, runs) => {
  const selections = await selectRuns(table, ["all", predicate, predicate], "f.yaml");
  expect([...selections].map(([asked, selected]) => [asked, [...selected]])).toEqual([[predicate, runs]]);
});

test("all needs no database", async () => {
  expect(await selectRuns(table, ["all"], "f.yaml")).toEqual(new Map());
});

test.each([
  ["sizes <= 1e8", '"sizes <= 1e8": Referenced column "sizes" not found'],
  ["n <=", '"n <=": syntax error'],
  ["run < 5", "Cannot compare values of type VARCHAR"],
])("%s is refused", async (predicate, message) => {
  const said = await messageOf(selectRuns(table, [predicate], "f.yaml"));
  expect(said).toContain("UserError: f.yaml: axes.runs: ");
  expect(said).toContain(message);
  expect(said).toMatch(
    /allowed: all, or an SQL predicate on the columns run, family, n, d, c, xc, n_rank, flops_rank$/,
  );
});
