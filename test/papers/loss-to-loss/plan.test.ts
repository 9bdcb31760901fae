import { describe, expect, test } from "vitest";
import { getForm } from "../../../src/forms/registry.ts";
import { isWaiting, type Plan, type Posed, type Stage } from "../../../src/methods/method.ts";
import { lossToLoss } from "../../../src/papers/loss-to-loss/loss-to-loss.ts";
import { planTask, reasonOf } from "../../methods/plan-task.ts";
import type { Row } from "../../methods/tables.ts";

/** Parameters of chinchilla with an E; the others do not matter. */
const lawWith = (E: number) => Float64Array.of(0, 0, 0.3, 0.3, E);

/** Eight runs on each of two corpora, of the same sizes, and a larger one on each. */
function rows({ runs = 8 }: { runs?: number } = {}): Row[] {
  const all = [...Array.from({ length: runs }, (_, i) => i), 20];
  return ["web", "code"].flatMap((family) =>
    all.flatMap((i): Row[] => {
      const run = { run: `${family}-${i}`, family, role: i === 20 ? ("target" as const) : ("fit" as const) };
      const size = { n: 1e8 * (i + 1), d: 2e9 * (i + 1) };
      const train = (family === "web" ? 3 : 2) - 0.05 * i;
      return [
        { ...run, ...size, subject: "own_corpus", metrics: { loss: train } },
        { ...run, ...size, subject: "quiz", metrics: { loss: 2 * train, accuracy: 1 - train / 4 } },
      ];
    }),
  );
}

const BETWEEN = { source: "web", destination: "code" };
const planned = (axes: Record<string, unknown>, of: readonly Row[] = rows(), task = "own_corpus"): Plan =>
  planTask(lossToLoss, of, { ...BETWEEN, ...axes }, { task });

/** The translation of a plan, posed with laws of these E. */
function posedWith({ stages }: Plan, ...E: readonly number[]): Posed {
  const stage = stages.find(({ name }) => name === "translation")!;
  if (!isWaiting(stage)) throw new Error("the translation does not wait");
  return stage.posing.pose(E.map(lawWith));
}

function problemOf(posed: Posed) {
  if (!("problem" in posed)) throw new Error(JSON.stringify(posed));
  return posed.problem;
}

const reasonsOf = (posed: Posed) => posed.leftOut?.map(({ reason, points }) => `${points} ${reason}`);

describe("a translation", () => {
  test("waits for the laws of both sides and is of the losses above their E", () => {
    const plan = planned({});
    expect(plan.stages.map(({ name, subject }) => `${name}: ${subject}`)).toEqual([
      "law_source: own_corpus on web",
      "law_destination: own_corpus on code",
      "translation: own_corpus on web to own_corpus on code",
    ]);
    const problem = problemOf(posedWith(plan, 1.5, 0.5));
    expect(problem.residual).toBe("log");
    expect([...problem.response]).toEqual(Array.from({ length: 8 }, (_, i) => 2 - 0.05 * i - 0.5));
    // E0 is counted from the smallest loss: ln(2.65 - 1.5).
    const [, , g, E] = problem.lower!;
    expect(g).toBeCloseTo(Math.log(1.15), 12);
    expect([problem.upper![2], E, problem.upper![3]]).toEqual([g, 0, 0]);
    const form = getForm("shifted-power-law");
    const value = form.value([0, 1, g!, 0], [problem.variables[0]![0]!]);
    expect(value).toBeCloseTo(3 - 1.5, 12);
  });

  test("leaves out losses that are not above E, and says how many and which", () => {
    const posed = posedWith(planned({}), 2.72, 1.72);
    // Web losses 2.7 and 2.65 are below 2.72; code losses 1.7 and 1.65, of the same pairs.
    expect(problemOf(posed).response).toHaveLength(6);
    expect(reasonsOf(posed)).toEqual(["2 whose source loss is not above E0 = 2.72 (web-6, web-7)"]);
    const other = posedWith(planned({}), 0, 1.72);
    expect(reasonsOf(other)).toEqual(["2 whose loss is not above E1 = 1.72 (code-6, code-7)"]);
  });

  test("of which too little is left is skipped with the reason", () => {
    expect(posedWith(planned({}), 2.92, 0)).toMatchObject({
      skipped: {
        reason:
          "2 of 8 pairs of own_corpus on web and own_corpus on code can be used, a translation of 2 free parameters " +
          "needs at least 3: 6 whose source loss is not above E0 = 2.92 (web-2, web-3, web-4, ...)",
      },
    });
  });

  test("whose runs do not join is skipped, with how many there are", () => {
    const other = rows().map((row) => (row.family === "code" ? { ...row, d: row.d * 1.5 } : row));
    expect(posedWith(planned({}, other), 0, 0)).toMatchObject({
      skipped: {
        reason:
          "no run of own_corpus on web is a pair with one of own_corpus on code: 8 of the source without a pair " +
          "(parameters and tokens), 8 of the destination without a pair (parameters and tokens)",
      },
    });
  });

  test("with residuals of the loss keeps E1 in the form", () => {
    const problem = problemOf(posedWith(planned({ residual: "log" }), 1.5, 0.5));
    expect([...problem.response].slice(0, 2)).toEqual([2, 1.95]);
    expect([problem.lower![3], problem.upper![3], problem.residual]).toEqual([0.5, 0.5, "log"]);
    expect(problemOf(posedWith(planned({ residual: "plain" }), 1.5, 0.5)).residual).toBe("plain");
  });

  test("may fit E1, and E0 too, without laws", () => {
    const plan = planned({ offsets: "destination-free" });
    expect(plan.stages.map(({ name }) => name)).toEqual(["law_source", "translation"]);
    const problem = problemOf(posedWith(plan, 1.5));
    expect([problem.lower![3], problem.upper![3]]).toEqual([0, Number.POSITIVE_INFINITY]);
    const [both, ...others] = planned({ offsets: "free" }).stages;
    expect(others).toEqual([]);
    expect(isWaiting(both!)).toBe(false);
  });
});

describe("a corpus with few runs", () => {
  const few = planned({}, rows({ runs: 5 }));

  test("has no law, and the reason says how many there are", () => {
    expect(reasonOf(few.stages[0])).toBe(
      "5 fit runs on web have loss of own_corpus; chinchilla has 5 free parameters and needs at least 6",
    );
  });

  test("is still translated where no law is needed", () => {
    const [stage] = planned({ offsets: "free" }, rows({ runs: 5 })).stages as [Stage];
    expect("problem" in stage && stage.problem.response.length).toBe(5);
  });
});

describe("predictions", () => {
  const translation = (k: number, kappa: number) => Float64Array.of(k, kappa, 0, 0);

  test("are of the destination's targets, from the measured loss of the source's pair", () => {
    const [prediction, ...others] = planned({}).predict([
      lawWith(1),
      lawWith(0.5),
      translation(Math.log(0.5), 2),
    ]);
    expect(others).toEqual([]);
    // The web run's loss is 3 - 1 = 2, so that 0.5 (2 - 1)^2 + 0.5.
    expect(prediction).toMatchObject({ target: "code-20", featureActual: 2, actual: 1 });
    expect(prediction!.predicted).toBeCloseTo(1, 12);
    expect(prediction!.linkPredicted).toBeCloseTo(1, 12);
  });

  test("from the law of the source need no run of it", () => {
    const without = rows().filter(({ run }) => run !== "web-20");
    const plan = planned({ source_loss: "law" }, without);
    const law = Float64Array.of(Math.log(1), Math.log(1), 0, 0, 1);
    // By this law every loss is 1 + 1 + 1.
    const [prediction] = plan.predict([law, lawWith(0.5), translation(0, 1)]);
    expect(prediction!.predicted).toBeCloseTo(3 - 1 + 0.5, 12);
    expect(prediction!.linkPredicted).toBeNaN();
    const measured = planned({}, without);
    expect(measured.predict([law, lawWith(0.5), translation(0, 1)])).toEqual([]);
    expect(reasonOf(measured.stages.at(-1))).toBe(
      "code-20 is not predicted: no target on web of the same parameters and tokens has loss of own_corpus; " +
        "source_loss law takes what the law of the source gives",
    );
  });

  test("of a loss that is not above E0 are none, and the reason is told", () => {
    const parameters = [lawWith(2.1), lawWith(0.5), translation(0, 1)];
    const plan = planned({});
    expect(plan.predict(parameters)).toEqual([]);
    expect(plan.unpredicted!(parameters)).toEqual([
      {
        stage: "translation",
        target: "code-20",
        reason: "code-20 is not predicted: its loss own_corpus on web, 2, is not above E0 = 2.1",
      },
    ]);
  });

  test("composed of two translations go through the train loss of the destination", () => {
    const plan = planned({ relation: "composed" }, rows(), "quiz");
    expect(plan.stages.map(({ name }) => name)).toEqual([
      "law_source",
      "law_between",
      "law_destination",
      "bridge",
      "translation",
    ]);
    const laws = [lawWith(1), lawWith(0.5), lawWith(0.25)];
    const [prediction] = plan.predict([...laws, translation(Math.log(0.5), 1), translation(Math.log(2), 1)]);
    // 2 -> 0.5 (2 - 1) + 0.5 = 1 -> 2 (1 - 0.5) + 0.25.
    expect(prediction!.predicted).toBeCloseTo(1.25, 12);
    expect(prediction!.actual).toBeCloseTo(2, 12);
  });

  test("of errors are 1 less the accuracy, with E1 fitted", () => {
    const plan = planned({ relation: "loss-to-error", source: "web", destination: "web" }, rows(), "quiz");
    expect(plan.stages.map(({ name }) => name)).toEqual(["law_source", "translation"]);
    const problem = problemOf(posedWith(plan, 1));
    expect(problem.response[0]).toBeCloseTo(0.75, 12);
    const [prediction] = plan.predict([lawWith(1), Float64Array.of(Math.log(0.25), 1, 0, 0.25)]);
    expect(prediction).toMatchObject({ target: "web-20", actual: 0.5 });
    expect(prediction!.predicted).toBeCloseTo(0.25 * (2 - 1) + 0.25, 12);
  });

  test("noise is added in the unit of the residuals", () => {
    const parameters = [lawWith(1), lawWith(0.5), translation(0, 1)];
    const moved = (axes: Record<string, unknown>) =>
      planned(axes).predict(parameters, [0, 0, 0.1])[0]!.predicted;
    expect(moved({})).toBeCloseTo(Math.exp(0.1) + 0.5, 12);
    expect(moved({ residual: "log" })).toBeCloseTo(1.5 * Math.exp(0.1), 12);
    expect(moved({ residual: "plain" })).toBeCloseTo(1.6, 12);
  });
});

test("runs of one size on both corpora are drawn together", () => {
  const plan = planned({});
  const names = Array.from({ length: 8 }, (_, i) => `code-${i}`);
  expect(plan.fitRuns).toEqual(names);
  const posed = posedWith(plan, 0, 0);
  expect("runs" in posed && posed.runs).toEqual(names);
  const law = plan.stages[1]!;
  expect("runs" in law && law.runs).toEqual(names);
});

test("two runs of one size and corpus are one draw of two points", () => {
  const twin = rows()
    .filter(({ run }) => run === "code-3")
    .map((row) => ({ ...row, run: "code-3b" }));
  const law = planned({}, [...rows(), ...twin]).stages[1]!;
  if (!("problem" in law)) throw new Error("no law");
  expect(law.runs).toHaveLength(8);
  expect(law.runLengths[3]).toBe(2);
  expect(law.problem.response).toHaveLength(9);
});
