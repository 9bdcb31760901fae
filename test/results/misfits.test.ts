import { expect, test } from "vitest";
import { besideNumbers } from "../../src/cli/sweep-summary.ts";
import { getForm } from "../../src/forms/registry.ts";
import type { ProblemUse } from "../../src/plan/shared-problems.ts";
import { countDiscoveries, misfitLines } from "../../src/results/misfits.ts";
import type { Problem } from "../../src/solve/problem.ts";

test("of many p-values as many are discoveries as leaves a tenth of them false", () => {
  expect(countDiscoveries([])).toBe(0);
  expect(countDiscoveries([0.06, 0.9])).toBe(0);
  expect(countDiscoveries([0.05, 0.9])).toBe(1);
  // 0.06 is a discovery because 0.07 is one: three of four have at most 0.075.
  expect(countDiscoveries([0.02, 0.06, 0.07, 0.5])).toBe(3);
});

test("the fits that miss their points are named once each, beside the numbers", () => {
  const problem = { form: getForm("sigmoid") } as Partial<Problem> as Problem;
  const use = (key: string): ProblemUse =>
    ({ key, stage: "step2", tasks: new Set([key]), problem }) as Partial<ProblemUse> as ProblemUse;
  const studies = new Map([
    ["arc", { misfit: { p: 0.004, along: "L" } }],
    ["boolq", { misfit: { p: 0.4, along: "flops" } }],
    ["piqa", { misfit: { reason: "fewer than two runs" } }],
  ]);
  const lines = misfitLines(["arc", "boolq", "arc", "piqa", "unknown"].map(use), studies);
  expect(lines).toEqual([
    "fits: residuals follow a pattern that the form leaves: 1 of 2 fits: step2 of arc (sigmoid, along L, p = 0.004). " +
      "Intervals that take the form for true are too narrow there, the more so beyond the runs",
  ]);
  expect(besideNumbers(lines[0]!)).toMatchObject({
    heading: "misfit",
    text: expect.stringMatching(/^1 of 2 fits: step2 of arc/),
  });
  expect(misfitLines([use("boolq")], studies)).toEqual([]);
});
