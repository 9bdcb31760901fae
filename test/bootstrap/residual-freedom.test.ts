import { beforeAll, expect, test } from "vitest";
import { drawDataSet } from "../../bench/coverage/data-set.ts";
import { planOf } from "../../bench/coverage/data-set-plan.ts";
import { getScenario } from "../../bench/coverage/scenarios.ts";
import { fitStage, resampleFitted } from "../../bench/coverage/study-stage.ts";
import { residualFreedom } from "../../src/bootstrap/interval-rows.ts";
import type { StageUse } from "../../src/bootstrap/plan-bootstrap.ts";
import { getScheme } from "../../src/bootstrap/schemes.ts";
import { openBackend } from "../../src/solve/backends.ts";

// The ladder's two steps on 16 runs: 5 parameters and 4.
let law: StageUse;
let link: StageUse;
beforeAll(async () => {
  const condition = { runs: 16, autocorrelation: 0, scenario: getScenario("normal"), ratios: [2] } as const;
  const plan = planOf(drawDataSet(condition, 0, 1), "huber");
  const backend = await openBackend("cpu", 1);
  const options = { leftOut: false, freshStarts: 0, resamples: 2, seed: 1 };
  const uses = await Promise.all(
    plan.stages.map(async (stage) => {
      const fitted = await fitStage(backend, stage, stage.name, options);
      return (await resampleFitted(backend, fitted, getScheme("run"), () => ({ place: 0, n: 1 }), options))
        .use;
    }),
  );
  [law, link] = [uses[0]!, uses[1]!];
  await backend.close();
});

test("runs less free parameters, of the stage with the fewest", () => {
  expect(residualFreedom([link])).toBe(12);
  expect(residualFreedom([law, link])).toBe(11);
  expect(residualFreedom([undefined, link])).toBe(12);
});

test("a parameter that equal bounds fix does not count", () => {
  const { lower, upper } = law.points.problem.form;
  const problem = { ...law.points.problem, lower: lower.with(4, 0.5), upper: upper.with(4, 0.5) };
  expect(residualFreedom([{ ...law, points: { ...law.points, problem } }])).toBe(12);
});

test("stages that are not resampled do not count; without any there is none", () => {
  expect(residualFreedom([{ ...law, isHeld: true }, link])).toBe(12);
  expect(residualFreedom([{ ...law, skipped: "too few runs" }, link])).toBe(12);
  expect(residualFreedom([{ ...law, isHeld: true }, undefined])).toBeUndefined();
});
