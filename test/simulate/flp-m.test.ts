import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { type FlpMOptions, type SimulatedFlpM, simulateFlpM } from "../../src/simulate/flp-m.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { inspectTable } from "../../src/tables/inspect.ts";
import { toCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";

const NO_NOISE = { runEffect: 0, checkpointNoise: 0, questions: 0, excess: 0 };
const DOMAINS = ["math", "code", "arxiv", "wikipedia", "c4"];
const CHANCE: Record<string, number> = {
  arc: 0.25,
  bbh: 0,
  hellaswag: 0.25,
  humaneval: 0,
  race: 0.25,
  triviaqa: 0,
};
const TASKS = Object.keys(CHANCE);

type Truth = SimulatedFlpM["truth"];

/** Equation 5 and the FLOPs of a source, written out anew. */
function lawLosses(truth: Truth, c: number, code: number): Record<string, number> {
  const general = (c * (1 - code + 0.01)) / 1.02;
  const coding = (c * (code + 0.01)) / 1.02;
  return Object.fromEntries(
    truth.domains.map(({ subject, law }) => [
      subject,
      (Math.exp(law.a) / c ** law.alpha / general ** law.alpha1) * coding ** -law.alpha2,
    ]),
  );
}

const weighted = (weights: Readonly<Record<string, number>>, losses: Record<string, number>) =>
  Object.entries(weights).reduce((sum, [domain, weight]) => sum + weight * losses[domain]!, 0);

/** The score of a task from truth.json, written out anew. */
function lawScore(truth: Truth, task: string, losses: Record<string, number>): number {
  const { chance, score } = truth.tasks.find(({ subject }) => subject === task)!;
  let value = score.intercept;
  if (score.kind === "linear") value += weighted(score.weights, losses);
  else {
    for (const { output, intercept, weights } of score.units) {
      value += output * Math.max(0, intercept + weighted(weights, losses));
    }
  }
  return Math.max(chance, value);
}

const relative = (value: number, expected: number) => Math.abs(value / expected - 1);

interface Row {
  c: number;
  d: number;
  step: number;
  code: number;
  loss: number;
  accuracy: number;
}

/** Rows of one run and subject, in the order of training. */
function rowsOf({ table }: SimulatedFlpM, run: string, subject: string): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < table.rows; i++) {
    if (table.run[i] !== run || table.subject[i] !== subject) continue;
    rows.push({
      c: table.c[i]!,
      d: table.d[i]!,
      step: table.step[i]!,
      code: table.mixes.get("code")![i]!,
      loss: table.metrics.get("loss")![i]!,
      accuracy: table.metrics.get("accuracy")![i]!,
    });
  }
  return rows;
}

const exact = simulateFlpM(NO_NOISE);
const noisy = simulateFlpM({ checkpoints: 6 });

test("the runs are those of the paper: 6 sizes x 6 shares and 3B at 0.3; targets 3B at the others, 7B at 0.3", () => {
  const names = (role: string) => exact.truth.runs.filter((run) => run.role === role).map(({ run }) => run);
  expect(names("fit")).toHaveLength(37);
  expect(names("fit")).toEqual(
    expect.arrayContaining(["0.12B-code0", "0.32B-code0.1", "1B-code0.5", "3B-code0.3"]),
  );
  expect(names("target")).toEqual([
    ...["3B-code0", "3B-code0.1", "3B-code0.2", "3B-code0.4", "3B-code0.5", "7B-code0.3"],
  ]);
  const { n, d, c } = exact.truth.runs.find(({ run }) => run === "0.5B-code0.2")!;
  expect([n, d, c]).toEqual([341_508_096, 90_502_594_560, 2.05963e20]);
});

test("the table reads back as a checkpoint table in which nothing looks wrong", () => {
  const { table } = simulateFlpM({ seed: 3, checkpoints: 6 });
  const read = toCheckpointTable(checkpointTableToTable(table), "simulated");
  expect(read.rows).toBe((37 * 6 + 6 * 5) * 11);
  expect([...read.metrics.keys()]).toEqual(["loss", "accuracy", "chance"]);
  expect([...read.mixes.keys()]).toEqual(["general", "code"]);
  expect([...new Set(read.subject)]).toEqual([...TASKS, ...DOMAINS]);
  expect(inspectTable(read).findings).toEqual([]);
});

test("shares sum to 1 and are the decimals themselves", () => {
  const general = noisy.table.mixes.get("general")!;
  const code = noisy.table.mixes.get("code")!;
  expect(general.every((share, row) => share + code[row]! === 1)).toBe(true);
  expect([...new Set(code)]).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
});

test("the chance level stands beside every accuracy, and domains have neither", () => {
  const { table } = noisy;
  const accuracy = table.metrics.get("accuracy")!;
  const chance = table.metrics.get("chance")!;
  table.subject.forEach((subject, row) => {
    if (DOMAINS.includes(subject)) expect([accuracy[row], chance[row]]).toEqual([Number.NaN, Number.NaN]);
    else expect([accuracy[row]! >= 0, chance[row]]).toEqual([true, CHANCE[subject]]);
  });
});

test("the same seed gives the same table and truth; another seed gives other noise on the same laws", () => {
  const [a, again, b] = [7, 7, 8].map((seed) => simulateFlpM({ seed, checkpoints: 2, questions: 50 })) as [
    SimulatedFlpM,
    SimulatedFlpM,
    SimulatedFlpM,
  ];
  expect(again).toEqual(a);
  expect(a.truth.domains).toEqual(b.truth.domains);
  expect(a.truth.optimum).toEqual(b.truth.optimum);
  for (const subject of ["c4", "arc"]) {
    expect(rowsOf(a, "1B-code0.2", subject)).not.toEqual(rowsOf(b, "1B-code0.2", subject));
  }
});

test("without noise every checkpoint has the laws' losses and scores, and FLOPs and tokens grow linearly", () => {
  for (const { run, d, c, mix } of exact.truth.runs) {
    const rows = new Map([...DOMAINS, ...TASKS].map((subject) => [subject, rowsOf(exact, run, subject)]));
    const first = rows.get("c4")!;
    expect([first.at(-1)!.d, first.at(-1)!.c]).toEqual([d, c]);
    first.forEach(({ c: flops, d: tokens, step, code }, i) => {
      expect(code).toBe(mix.code);
      expect(flops / c).toBeCloseTo(tokens / d, 9);
      expect(step).toBeGreaterThan(i === 0 ? 0 : first[i - 1]!.step);
      const losses = lawLosses(exact.truth, flops, code);
      for (const domain of DOMAINS) {
        expect(relative(rows.get(domain)![i]!.loss, losses[domain]!)).toBeLessThan(1e-12);
      }
      for (const task of TASKS) {
        expect(rows.get(task)![i]!.accuracy).toBeCloseTo(lawScore(exact.truth, task, losses), 12);
      }
    });
  }
});

test("the excess of a learning rate's schedule falls to 0, and scores follow the losses measured", () => {
  const simulated = simulateFlpM({ ...NO_NOISE, excess: 0.1 });
  const excess = rowsOf(simulated, "0.5B-code0.1", "math").map(({ c, loss }) =>
    Math.log(loss / lawLosses(simulated.truth, c, 0.1).math!),
  );
  expect(excess[0]).toBeCloseTo(0.1, 2);
  expect(excess.every((value, i) => i === 0 || value < excess[i - 1]!)).toBe(true);
  expect(excess.at(-1)).toBeCloseTo(0, 12);
  rowsOf(noisy, "1B-code0.5", "arc").forEach((_, i) => {
    const losses = Object.fromEntries(
      DOMAINS.map((name) => [name, rowsOf(noisy, "1B-code0.5", name)[i]!.loss]),
    );
    const score = lawScore(noisy.truth, "arc", losses);
    const spread = Math.sqrt((score * (1 - score)) / 1000);
    expect(Math.abs(rowsOf(noisy, "1B-code0.5", "arc")[i]!.accuracy - score)).toBeLessThan(4.5 * spread);
  });
});

test("true target values are those of the laws, with and without the run's effect", () => {
  const simulated = simulateFlpM({ ...NO_NOISE, runEffect: 0.05, checkpoints: 2 });
  expect(simulated.truth.targets).toHaveLength(6 * 11);
  for (const { target, subject, loss, accuracy, runLoss, runAccuracy } of simulated.truth.targets) {
    const run = simulated.truth.runs.find((one) => one.run === target)!;
    const losses = lawLosses(simulated.truth, run.c, run.mix.code);
    const measured = rowsOf(simulated, target, subject).at(-1)!;
    expect(relative(measured.loss, runLoss)).toBeLessThan(1e-12);
    if (accuracy === undefined) {
      expect(relative(loss, losses[subject]!)).toBeLessThan(1e-12);
      expect(relative(runLoss, loss * Math.exp(run.runEffect))).toBeLessThan(1e-12);
    } else {
      expect(accuracy).toBeCloseTo(lawScore(simulated.truth, subject, losses), 12);
      expect(measured.accuracy).toBeCloseTo(runAccuracy!, 12);
      expect(runAccuracy).not.toBe(accuracy);
    }
  }
});

test("abilities emerge: the smallest runs guess, scores rise with compute and stay plausible", () => {
  for (const task of TASKS) {
    const last = (size: string) => rowsOf(exact, `${size}-code0.3`, task).at(-1)!.accuracy;
    const scores = ["0.12B", "0.2B", "0.32B", "0.5B", "0.72B", "1B", "3B", "7B"].map(last);
    expect(scores[0]).toBe(CHANCE[task]);
    expect(scores.every((score, i) => i === 0 || score >= scores[i - 1]!)).toBe(true);
    expect(scores[5]! - CHANCE[task]!).toBeGreaterThan(0.05);
    expect(scores[7]! - scores[6]!).toBeGreaterThan(0.03);
    expect(scores[7]).toBeLessThan(0.8);
  }
});

test("the optimum is what brute force over the shares finds: inside for three tasks, at an end for the others", () => {
  const { optimum } = exact.truth;
  const shares = Array.from({ length: 51 }, (_, i) => i / 100);
  const scoresOf = (task: string) =>
    shares.map((code) => lawScore(exact.truth, task, lawLosses(exact.truth, optimum.c, code)));
  const best = (scores: number[]) => scores.indexOf(Math.max(...scores)) / 100;
  for (const { subject, code, score, referenceScore, gain } of optimum.tasks) {
    const scores = scoresOf(subject);
    expect(code).toBe(best(scores));
    expect(score).toBeCloseTo(Math.max(...scores), 12);
    expect(referenceScore).toBeCloseTo(scores[30]!, 12);
    expect(gain).toBeCloseTo(score - referenceScore, 12);
  }
  const all = TASKS.map(scoresOf);
  const means = shares.map((_, i) => all.reduce((sum, scores) => sum + scores[i]!, 0) / all.length);
  expect(optimum.mean.code).toBe(best(means));
  expect(optimum.mean.gain).toBeCloseTo(Math.max(...means) - means[30]!, 12);
  expect(Object.fromEntries(optimum.tasks.map(({ subject, code }) => [subject, code]))).toEqual({
    arc: 0.14,
    bbh: 0.32,
    hellaswag: 0,
    humaneval: 0.5,
    race: 0.06,
    triviaqa: 0,
  });
  expect([optimum.size, optimum.referenceCode, optimum.mean.code]).toEqual(["7B", 0.3, 0.19]);
});

test.each<[FlpMOptions, string]>([
  [{ seed: -1 }, "seed: -1; allowed: a whole number from 0 to 9007199254740991"],
  [{ checkpoints: 0 }, "checkpoints: 0; allowed: a whole number from 1 to 10000"],
  [{ runEffect: -0.1 }, "runEffect: -0.1; allowed: a number from 0 to 1"],
  [{ checkpointNoise: Number.NaN }, "checkpointNoise: NaN; allowed: "],
  [{ autocorrelation: 1 }, "autocorrelation: 1; allowed: a number from 0 to less than 1"],
  [{ questions: 0.5 }, "questions: 0.5; allowed: "],
  [{ excess: 2 }, "excess: 2; allowed: "],
])("%j", (options, message) => {
  const simulate = () => simulateFlpM(options);
  expect(simulate).toThrow(UserError);
  expect(simulate).toThrow(message);
});

test("an option that is not given has its default", () => {
  const defaults = simulateFlpM().truth.options;
  expect(defaults).toMatchObject({ seed: 0, checkpoints: 30, runEffect: 0.002, questions: 1000 });
  expect(simulateFlpM({ checkpoints: 2 }).truth.options).toEqual({ ...defaults, checkpoints: 2 });
});
