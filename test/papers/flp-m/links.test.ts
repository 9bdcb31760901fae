import { describe, expect, test } from "vitest";
import { flp } from "../../../src/papers/flp/flp.ts";
import { flpM } from "../../../src/papers/flp-m/flp-m.ts";
import { planTask, posed, reasonOf } from "../../methods/plan-task.ts";
import type { Row } from "../../methods/tables.ts";
import {
  changeRows,
  FIT_RUNS,
  flopsBySource,
  LAWS,
  LINK,
  mixedRows,
  TARGET,
  trueLoss,
  trueScore,
} from "./made-up.ts";

/** In the order of the names of domains. */
const LAW_PARAMETERS = [LAWS.programs, LAWS.web].map((values) => Float64Array.from(values));
const step2 = (axes: Record<string, unknown>, rows = mixedRows()) =>
  planTask(flpM, rows, axes).stages.find(({ name }) => name === "step2");

test("link linear: the score against the loss of each domain, on the checkpoints that the rule keeps", () => {
  const { problem, leftOut } = posed(step2({ link: "linear" }));
  expect(problem.form.name).toBe("linear-2");
  expect(problem).toMatchObject({ residual: "plain", loss: { kind: "squared" } });
  expect(problem).not.toHaveProperty("training");
  problem.response.forEach((score, i) => {
    const [programs, web] = [problem.variables[0]![i]!, problem.variables[1]![i]!];
    expect(score).toBeGreaterThanOrEqual(0.3);
    expect(score).toBeCloseTo(LINK[0] + LINK[1] * web + LINK[2] * programs, 12);
  });
  const [{ points } = { points: 0 }] = leftOut ?? [];
  expect(leftOut).toEqual([{ reason: "at chance", points: expect.any(Number) }]);
  expect(problem.response.length + points).toBe(27);
});

test("the improvement is of the mean of the domain losses", () => {
  // The mean is the same at the last checkpoint as at the one before, though each domain's loss is another.
  const rows: Row[] = mixedRows().map((row) => {
    if (row.subject === undefined || row.d < 2e9) return row;
    const shift = row.d === 3e9 ? 0.2 : 0;
    return { ...row, metrics: { loss: row.subject === "web" ? 2 + shift : 2.5 - shift } };
  });
  const { leftOut } = posed(step2({ link: "linear", emerged: false }, rows));
  expect(leftOut).toEqual([{ reason: "not improved", points: expect.any(Number) }]);
  expect(leftOut![0]!.points).toBeGreaterThanOrEqual(9);
});

describe("link average: FLP on the mean of the domain losses, by the law of mixtures", () => {
  test("poses the mean's law and one line", () => {
    const plan = planTask(flpM, mixedRows(), { link: "average" });
    const [law, line] = plan.stages.map(posed);
    expect([law!.subject, law!.problem.form.name]).toEqual(["mean", "mix-m4-2"]);
    const means = FIT_RUNS.map(
      ({ c, code }) => (trueLoss("web", c, code) + trueLoss("programs", c, code)) / 2,
    );
    expect([...law!.problem.response]).toEqual(means);
    expect(line!.problem.form.name).toBe("linear");
    const [prediction] = plan.predict([LAW_PARAMETERS[1], Float64Array.of(1, -0.1)]);
    expect(prediction!.predicted).toBeCloseTo(1 - 0.1 * trueLoss("web", TARGET.c, TARGET.code), 12);
  });

  test("with law m1 it has the very points of method flp", () => {
    const average = planTask(flpM, mixedRows(), { link: "average", law: "m1" }).stages.map(posed);
    const plain = planTask(flp, mixedRows()).stages.map(posed);
    for (const s of [0, 1]) {
      expect(average[s]!.problem.variables).toEqual(plain[s]!.problem.variables);
      expect(average[s]!.problem.response).toEqual(plain[s]!.problem.response);
    }
  });
});

test("link flops: the final score straight from the FLOPs of each source", () => {
  const plan = planTask(flpM, mixedRows(), { link: "flops" });
  expect(plan.stages).toHaveLength(1);
  const { name, problem } = posed(plan.stages[0]);
  expect([name, problem.form.name, problem.residual]).toEqual(["single", "mix-m4-2", "plain"]);
  expect([...problem.response]).toEqual(FIT_RUNS.map(({ c, code }) => trueScore(c, code)));
  const [prediction] = plan.predict([LAW_PARAMETERS[1]]);
  expect(prediction!.predicted).toBeCloseTo(trueLoss("web", TARGET.c, TARGET.code), 12);
  expect(prediction!.actual).toBeCloseTo(trueScore(TARGET.c, TARGET.code), 12);
  expect(prediction!.featurePredicted).toBeNaN();
});

describe("link none: the law alone, for domains", () => {
  test("predicts the loss of a domain", () => {
    const plan = planTask(flpM, mixedRows(), { link: "none" }, { task: "programs" });
    const { name, problem } = posed(plan.stages[0]);
    expect([name, problem.residual]).toEqual(["single", "log"]);
    const [prediction] = plan.predict([LAW_PARAMETERS[0]]);
    expect(prediction!.predicted).toBeCloseTo(trueLoss("programs", TARGET.c, TARGET.code), 12);
    expect(prediction!.actual).toBeCloseTo(trueLoss("programs", TARGET.c, TARGET.code), 12);
  });

  test("is no answer for a task with an accuracy", () => {
    const plan = planTask(flpM, mixedRows(), { link: "none" });
    expect(reasonOf(plan.stages[0])).toBe(
      "t is no domain: it has an accuracy, or no loss; link none predicts the loss of domains",
    );
    expect(plan.predict([undefined])).toEqual([]);
  });

  test("makes the configuration one that predicts losses", () => {
    const context = { form: () => expect.unreachable() };
    const kinds = flpM
      .configurations({ link: ["linear", "none"] }, context as never, "axes")
      .map(({ predicts, needs }) => [predicts, needs]);
    expect(kinds).toEqual([
      ["score", [{ metric: "accuracy", on: "fit" }]],
      ["loss", [{ metric: "loss", on: "fit" }]],
    ]);
  });
});

test("a chained prediction has the mean of the domain losses as its feature", () => {
  const plan = planTask(flpM, mixedRows(), { link: "linear" });
  const [prediction] = plan.predict([...LAW_PARAMETERS, Float64Array.of(LINK[0], LINK[2], LINK[1])]);
  const mean = (trueLoss("web", TARGET.c, TARGET.code) + trueLoss("programs", TARGET.c, TARGET.code)) / 2;
  expect(prediction!.featurePredicted).toBeCloseTo(mean, 12);
  expect(prediction!.featureActual).toBeCloseTo(mean, 12);
  expect(prediction!.predicted).toBeCloseTo(trueScore(TARGET.c, TARGET.code), 12);
  expect(prediction!.linkPredicted).toBeCloseTo(trueScore(TARGET.c, TARGET.code), 12);
});

test("a single domain is enough, and is its own feature", () => {
  const plan = planTask(flpM, mixedRows(), { link: "linear", domains: "loss@programs" });
  const [law, line] = plan.stages.map(posed);
  expect(law!.subject).toBe("programs");
  expect(line!.problem.form.name).toBe("linear");
  const [prediction] = plan.predict([LAW_PARAMETERS[0], Float64Array.of(1, -0.2)]);
  const loss = trueLoss("programs", TARGET.c, TARGET.code);
  expect(prediction!.featurePredicted).toBeCloseTo(loss, 12);
  expect(prediction!.predicted).toBeCloseTo(1 - 0.2 * loss, 12);
});

describe("domains that cannot be told apart", () => {
  const third = (loss: (web: number) => number) => [
    ...mixedRows(),
    ...mixedRows()
      .filter(({ subject }) => subject === "web")
      .map((row) => ({ ...row, subject: "books", metrics: { loss: loss(row.metrics.loss!) } })),
  ];

  test.each(["linear", "network"])(
    "link %s: two of three that are linear in each other are named",
    (link) => {
      expect(
        reasonOf(
          step2(
            { link },
            third((web) => 3 - web / 2),
          ),
        ),
      ).toBe(
        "the losses of books, web are linear functions of each other over the checkpoints that are kept; leave one out of " +
          "axis domains, or take their mean: link average",
      );
    },
  );

  test("one that never changes is named", () => {
    expect(
      reasonOf(
        step2(
          { link: "linear" },
          third(() => 2.5),
        ),
      ),
    ).toBe("the loss of books is 2.5 at every checkpoint that is kept; leave it out of axis domains");
  });

  test("the mean takes them", () => {
    expect(
      posed(
        step2(
          { link: "average" },
          third((web) => 3 - web / 2),
        ),
      ).problem.form.name,
    ).toBe("linear");
  });
});

test("a target whose domains were not all measured has no link prediction", () => {
  const rows = changeRows(
    mixedRows(),
    ({ role, subject }) => role === "target" && subject === "web",
    () => ({ metrics: {} }),
  );
  const plan = planTask(flpM, rows, { link: "linear" });
  const [prediction] = plan.predict([...LAW_PARAMETERS, Float64Array.of(LINK[0], LINK[2], LINK[1])]);
  expect(prediction!.featureActual).toBeNaN();
  expect(prediction!.linkPredicted).toBeNaN();
  expect(prediction!.predicted).toBeCloseTo(trueScore(TARGET.c, TARGET.code), 12);
});

test("the FLOPs of sources may be shares of 6 n d in place of the table's FLOPs", () => {
  const { problem } = posed(planTask(flpM, mixedRows(), { link: "flops", flops: "6nd" }).stages[0]);
  const { n, d } = mixedRows().find(({ d }) => d === 3e9)!;
  expect(problem.variables[0]![0]! / flopsBySource(6 * n! * d, 0)[0]).toBeCloseTo(1, 12);
});
