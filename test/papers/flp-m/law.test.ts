import { describe, expect, test } from "vitest";
import { getForm } from "../../../src/forms/registry.ts";
import { readUserForms } from "../../../src/forms/user-form.ts";
import { indexRuns } from "../../../src/methods/runs.ts";
import { flpM } from "../../../src/papers/flp-m/flp-m.ts";
import { planTask, posed, reasonOf } from "../../methods/plan-task.ts";
import { tableOfRows } from "../../methods/tables.ts";
import { FIT_RUNS, flopsBySource, mixedRows, trueLoss } from "./made-up.ts";

/** Step 1 of the domain web under a law. */
const web = (law: string) => posed(planTask(flpM, mixedRows(), { law, link: "linear" }).stages[1]);

describe("step 1: the final loss of each domain against the FLOPs of each source", () => {
  test.each(["m2", "m3", "m4"])("law %s", (law) => {
    const { problem, subject, name } = web(law);
    expect([name, subject]).toEqual(["step1", "web"]);
    expect(problem.form.name).toBe(`mix-${law}-2`);
    expect(problem).toMatchObject({ residual: "log", loss: { kind: "squared" } });
    expect([...problem.response]).toEqual(FIT_RUNS.map(({ c, code }) => trueLoss("web", c, code)));
    FIT_RUNS.forEach(({ c, code }, i) => {
      const [general, programs] = flopsBySource(c, code);
      expect(problem.variables[0]![i]! / general).toBeCloseTo(1, 12);
      expect(problem.variables[1]![i]! / programs).toBeCloseTo(1, 12);
    });
  });

  test("law m1 takes their sum, and no mixture", () => {
    const { problem } = web("m1");
    expect(problem.form.name).toBe("compute-power-law");
    expect(problem.variables).toEqual([Float64Array.from(FIT_RUNS, ({ c }) => c)]);
    const bare = mixedRows().map(({ mix: _, ...row }) => row);
    expect(posed(planTask(flpM, bare, { law: "m1" }).stages[0]).problem.response).toHaveLength(9);
  });

  test("each domain has a law of its own", () => {
    const { stages } = planTask(flpM, mixedRows());
    expect(stages.map(({ name, subject }) => [name, subject])).toEqual([
      ["step1", "programs"],
      ["step1", "web"],
      ["step2", undefined],
    ]);
  });
});

describe("a form of the user's own as the law", () => {
  const parameters = { a: { start: [0, 1] }, b: { start: [0, 1] } };
  const records = readUserForms(
    {
      two: { expression: "y = a*x1^(-b) + x2", parameters, variables: { x1: "FLOPs", x2: "FLOPs" } },
      three: {
        expression: "y = a*x1^(-b) + x2*x3",
        parameters,
        variables: { x1: "FLOPs", x2: "FLOPs", x3: "FLOPs" },
      },
    },
    "sweep.yaml",
  );
  const context = { form: (name: string) => getForm(name, records) };
  const stagesOf = (law: string) => {
    const index = indexRuns(tableOfRows(mixedRows()));
    const [configuration] = flpM.configurations({ law }, context, "axes");
    return configuration!.plan({ index, task: "t", targets: index.targets }).stages;
  };

  test("takes the FLOPs of the sources in the order of the table", () => {
    const { problem } = posed(stagesOf("two")[0]);
    expect(problem.form.name).toBe("two");
    expect(problem.variables[1]![0]! / flopsBySource(1e18, 0)[1]).toBeCloseTo(1, 12);
  });

  test("of another number of variables is skipped, with both", () => {
    expect(reasonOf(stagesOf("three")[0])).toBe(
      "form three takes 3 variables (x1, x2, x3); the table has 2 sources (general, code)",
    );
  });

  test("that is unknown is refused with all names", () => {
    expect(() => flpM.configurations({ law: "m5" }, context, "axes")).toThrow(
      /^axes\.law: unknown form "m5"/,
    );
  });
});

test("a table without mixtures or with one source has no law but m1", () => {
  const reason = (rows: ReturnType<typeof mixedRows>) => {
    const { stages, predict } = planTask(flpM, rows);
    expect(predict([undefined])).toEqual([]);
    return reasonOf(stages[0]);
  };
  expect(reason(mixedRows().map(({ mix: _, ...row }) => row))).toBe(
    "law m4 takes the FLOPs of two sources or more and the table has no column mix.<source>; law m1 takes their sum",
  );
  expect(reason(mixedRows().map((row) => ({ ...row, mix: { web: 1 } })))).toBe(
    "law m4 takes the FLOPs of two sources or more and the table has web alone; law m1 takes their sum",
  );
});
