import { describe, expect, test } from "vitest";
import { flpM } from "../../../src/papers/flp-m/flp-m.ts";
import { planTask, posed } from "../../methods/plan-task.ts";
import { changeRows, LAWS, LINK, mixedRows, mixedRun, TARGET, trueScore } from "./made-up.ts";

const linear = { link: "linear" };
const truth = [LAWS.web, LAWS.programs, LINK].map((values) => Float64Array.from(values));
/** What names its targets: their names, and for those left out the reason. */
const outcomes = (plan: ReturnType<typeof planTask>) => ({
  predicted: plan.predict(truth).map(({ target }) => target),
  left: plan.stages.flatMap((stage) =>
    "skipped" in stage ? [[stage.name, stage.target, stage.skipped.reason]] : [],
  ),
});

describe("shares that are no mixture end the sweep with their row", () => {
  const withMix = (mix: Record<string, number>) =>
    planTask(
      flpM,
      changeRows(
        mixedRows(),
        ({ run }) => run === "1000000000000000000-0.2",
        () => ({ mix }),
      ),
    );

  test.each([
    [
      "a sum that is not 1",
      { general: 0.8, code: 0.3 },
      "mix.general + mix.code: 0.8 + 0.3 = 1.1; allowed: shares that sum to 1, within 0.005",
    ],
    [
      "a share that is missing beside others",
      { general: 0.8 },
      'column "mix.code": empty; allowed: a share in all columns mix.<source> of a row, or in none',
    ],
    [
      "percent",
      { general: 80, code: 20 },
      'column "mix.general": 80; allowed: a share, 0 to 1; percentages are not converted',
    ],
    ["a share below 0", { general: 1.2, code: -0.2 }, 'column "mix.general": 1.2; allowed: a share, 0 to 1'],
  ])("%s", (_, mix, message) => {
    expect(() => withMix(mix)).toThrow(`made by hand, row 10, ${message}`);
  });

  test("law m1 does not look at them", () => {
    const rows = mixedRows().map((row) => ({ ...row, mix: { general: 80, code: 20 } }));
    expect(posed(planTask(flpM, rows, { law: "m1" }).stages[0]).problem.response).toHaveLength(9);
  });
});

describe("a run without a mixture", () => {
  const unknown = "its mixture is not known (columns mix.<source>; of a target given by its size, mix)";

  test("is left out of step 1 and counted; its checkpoints are points of step 2", () => {
    const rows = mixedRows().map(({ mix, ...row }) =>
      row.run === "1000000000000000000-0" ? row : { ...row, ...(mix && { mix }) },
    );
    const [web, , step2] = planTask(flpM, rows, linear).stages.map(posed);
    expect(web!.runs).toHaveLength(8);
    expect(web!.leftOut).toEqual([{ reason: unknown, points: 1 }]);
    expect(step2!.runs).toContain("1000000000000000000-0");
  });

  test("every run without one: step 1 is skipped with the reason", () => {
    const rows = changeRows(
      mixedRows(),
      ({ role }) => role === "fit",
      () => ({ mix: {} }),
    );
    const [, web] = planTask(flpM, rows, linear).stages;
    expect(web).toMatchObject({ subject: "web", skipped: { reason: `every run is left out: ${unknown}` } });
  });

  test.each(["linear", "average", "flops"])(
    "link %s: as a target it has a stage that says so, and others are predicted",
    (link) => {
      const targets = [
        { name: "70B", n: 7e10, d: 2e12, c: 8.4e23 },
        {
          name: "mixed",
          n: 7e10,
          d: 2e12,
          c: 8.4e23,
          mix: new Map([
            ["general", 0.9],
            ["code", 0.1],
          ]),
        },
      ];
      const plan = planTask(flpM, mixedRows(), { link }, { targets });
      const { predicted, left } = outcomes(plan);
      expect(predicted).toEqual(["mixed"]);
      expect(left).toEqual([
        [link === "flops" ? "single" : "step1", "70B", `70B is not predicted: ${unknown}`],
      ]);
    },
  );
});

test("zero_share drop leaves out runs and targets without a source, and says which source", () => {
  const rows = [...mixedRows(), ...mixedRun("pure", 1e21, 0, "target")];
  const plan = planTask(flpM, rows, { ...linear, zero_share: "drop" });
  const reason = "it has nothing of code, and zero_share is drop";
  expect(posed(plan.stages[0]).leftOut).toEqual([{ reason, points: 3 }]);
  expect(posed(plan.stages[0]).runs).toHaveLength(6);
  expect(outcomes(plan)).toEqual({
    predicted: ["big"],
    left: [["step1", "pure", `pure is not predicted: ${reason}`]],
  });
});

test("a target is predicted at its own mixture, and at any other of the same size", () => {
  const plan = planTask(flpM, mixedRows(), linear);
  const [prediction] = plan.predict(truth);
  expect(prediction!.predicted).toBeCloseTo(trueScore(TARGET.c, TARGET.code), 12);
  const size = (code: number) => ({
    ...{ n: 1, d: 1, c: TARGET.c },
    mix: new Map([
      ["general", 1 - code],
      ["code", code],
    ]),
  });
  expect(plan.at!(truth, size(TARGET.code))).toBe(prediction!.predicted);
  expect(plan.at!(truth, size(0.45))).toBeCloseTo(trueScore(TARGET.c, 0.45), 12);
  expect(plan.at!(truth, { n: 1, d: 1, c: TARGET.c })).toBeNaN();
});
