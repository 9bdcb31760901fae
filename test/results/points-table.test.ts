import { expect, test } from "vitest";
import { referenceConfiguration } from "../../src/ranking/reference.ts";
import { solvedFits } from "../../src/results/fit-tables.ts";
import { pointsTable } from "../../src/results/runs-tables.ts";
import { cell, findColumn, type Table } from "../../src/tables/table.ts";
import { answersOf } from "../run/fake-solver.ts";
import { planRows } from "../run/plan.ts";

const values = (table: Table, name: string) =>
  Array.from({ length: table.rows }, (_, row) => cell(findColumn(table, name)!, row));

test("a row a point of each fit, run by run, an anchor of no run last, with what the fit gives there", async () => {
  const plan = await planRows({ axes: { smoothing_window: 1, drop_early: 0 } });
  const results = answersOf(plan.shared.problems);
  const table = pointsTable(plan, results, undefined);
  const [step1, step2] = ["step1", "step2"].map((stage) => {
    return plan.shared.uses.find((use) => use.stage === stage && use.tasks.has("t"))!;
  });
  const rows = (key: string) => values(table, "problem").flatMap((one, row) => (one === key ? [row] : []));
  const [laws, links] = [rows(step1!.key), rows(step2!.key)];
  expect(laws.map((row) => values(table, "variable_2")[row])).toEqual([...step1!.problem.variables[1]!]);
  expect(laws.map((row) => values(table, "response")[row])).toEqual([...step1!.problem.response]);
  const [fit] = solvedFits([step1!], results);
  const { form, variables } = step1!.problem;
  expect(values(table, "fitted")[laws[0]!]).toBe(
    form.value(fit!.solution.parameters, [variables[0]![0]!, variables[1]![0]!]),
  );
  expect(values(table, "variables")[laws[0]!]).toBe("N, D");
  expect(values(table, "variable_2")[links[0]!]).toBeNull();
  const runs = links.map((row) => values(table, "run")[row]);
  expect(runs.at(-1)).toBeNull();
  expect(new Set(runs.slice(0, -1)).size).toBe(laws.length);
});

test("a full table keeps whole fits, those of the reference configuration first", async () => {
  const plan = await planRows({ axes: { final_window: [1, 5] } });
  const results = answersOf(plan.shared.problems);
  const reference = referenceConfiguration(
    [{ name: "final_window", description: "", allowed: "", type: "int64", default: 5 }],
    plan.cells,
  );
  const own = plan.cells.filter(({ configuration }) => configuration === reference);
  const keys = new Set(own.flatMap((one) => one.keys));
  const points = plan.shared.problems
    .filter(({ key }) => keys.has(key))
    .reduce((sum, { response }) => sum + response.length, 0);
  const full = pointsTable(plan, results, reference, points);
  expect(full.rows).toBe(points);
  expect(new Set(values(full, "problem"))).toEqual(keys);
  expect(pointsTable(plan, results, reference, points + 1).rows).toBe(points);
});
