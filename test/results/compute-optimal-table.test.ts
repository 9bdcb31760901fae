import { expect, test } from "vitest";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";
import { computeOptimalTable } from "../../src/results/fit-tables.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import { cell, findColumn } from "../../src/tables/table.ts";
import { smallLadder, TRUE_LAW } from "../methods/tables.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { planRows } from "../run/plan.ts";

async function tableOf(spec: Parameters<typeof planRows>[0] = {}, rows = smallLadder(["t"])) {
  const plan = await planRows(spec, rows);
  const { problems } = plan.shared;
  const solved = await fakeSolver().solver(problems, {});
  const results = new Map<string, SolveResult>(problems.map(({ key }, i) => [key, solved[i]!]));
  return computeOptimalTable(plan, results);
}

test("each law of parameters and tokens says how it would spend a target's FLOPs", async () => {
  const table = (await tableOf())!;
  expect(table.rows).toBe(1);
  const value = (name: string) => cell(findColumn(table, name)!, 0);
  const c = Number(value("c"));
  const best = computeOptimal(getForm("chinchilla"), Float64Array.from(TRUE_LAW), c);
  expect(value("target")).toBe("big");
  expect([value("exponent"), value("n"), value("d"), value("loss")]).toEqual([
    best.exponent,
    best.n,
    best.d,
    best.loss,
  ]);
  expect(6 * Number(value("n")) * Number(value("d"))).toBeCloseTo(c, -12);
});

test("a sweep of laws of compute alone has none", async () => {
  expect(await tableOf({ axes: { input: "c" } })).toBeUndefined();
});
