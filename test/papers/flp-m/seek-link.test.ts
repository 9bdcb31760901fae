import { expect, test } from "vitest";
import { indexRuns } from "../../../src/methods/runs.ts";
import { planSweep } from "../../../src/plan/plan-sweep.ts";
import { resolveSweep } from "../../../src/spec/resolve.ts";
import { checkSpec } from "../../../src/spec/spec.ts";
import { posed } from "../../methods/plan-task.ts";
import { tableOfRows } from "../../methods/tables.ts";
import { linearSolver } from "../../search-laws/linear-solver.ts";
import { changeRows, mixedRows, trueLoss } from "./made-up.ts";

/** By the losses of programs and web. */
const scoreOf = (programs: number, web: number) => 0.9 - 0.3 * Math.log(programs) - 0.4 * Math.log(web);

test("link search: step 2 has the form that predicts larger runs best, sought once for all laws", async () => {
  const rows = changeRows(
    mixedRows(),
    ({ subject }) => subject === undefined,
    ({ c, mix }) => {
      const accuracy = scoreOf(trueLoss("programs", c!, mix!.code!), trueLoss("web", c!, mix!.code!));
      return { metrics: { accuracy, chance: 0.1 } };
    },
  );
  const spec = {
    table: "hand.csv",
    method: "flp-m",
    tasks: ["t"],
    axes: { link: "search", law: ["m1", "m4"] },
  };
  const sweep = { ...resolveSweep(checkSpec(spec, "test"), "test"), solver: linearSolver };
  const { cells, searches } = await planSweep(indexRuns(tableOfRows(rows)), sweep);
  expect(searches).toBe(1);
  expect(cells).toHaveLength(2);
  for (const { plan } of cells) {
    const { problem } = posed(plan.stages.find(({ name }) => name === "step2"));
    const [result] = await linearSolver([{ ...problem, key: "step2" }], {});
    if (result === undefined || !("solution" in result)) throw new Error("no solution");
    const { parameters } = result.solution;
    expect(Array.from(parameters).map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0.9, -0.3, -0.4]);
  }
});
