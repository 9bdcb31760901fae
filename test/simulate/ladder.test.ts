import { expect, test } from "vitest";
import { type LadderTruth, type SimulatedLadder, simulateLadder } from "../../src/simulate/ladder.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { inspectTable } from "../../src/tables/inspect.ts";
import { toCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";

const NO_NOISE = { runEffect: 0, checkpointNoise: 0, questions: 0 };

/** The laws, written out anew. */
const lawLoss = (
  { chinchilla: { a, b, alpha, beta, E } }: LadderTruth["subjects"][number],
  n: number,
  d: number,
) => Math.exp(a) / n ** alpha + Math.exp(b) / d ** beta + E;
const lawAccuracy = (
  { a, L0, k, b }: NonNullable<LadderTruth["subjects"][number]["sigmoid"]>,
  loss: number,
) => a / (1 + Math.exp(-k * (loss - L0))) + b;

const relative = (value: number, expected: number) => Math.abs(value / expected - 1);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) => {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
};

interface Row {
  d: number;
  loss: number;
  accuracy: number;
}

/** Rows of one run and subject, in the order of training. */
function rowsOf({ table }: SimulatedLadder, run: string, subject: string): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < table.rows; i++) {
    if (table.run[i] !== run || table.subject[i] !== subject) continue;
    rows.push({
      d: table.d[i]!,
      loss: table.metrics.get("loss")![i]!,
      accuracy: table.metrics.get("accuracy")![i]!,
    });
  }
  return rows;
}

function finalRow(simulated: SimulatedLadder, run: string, subject: string): Row {
  return rowsOf(simulated, run, subject).at(-1)!;
}

test("the default ladder: 4 sizes x 4 multiples, two targets, tasks and domains", () => {
  // How many questions there are changes no row.
  const { table, truth } = simulateLadder({ questions: 0 });
  expect(truth.runs.filter(({ role }) => role === "fit")).toHaveLength(16);
  expect(truth.runs.filter(({ role }) => role === "target").map(({ run }) => run)).toEqual([
    "7B-4T",
    "13B-5T",
  ]);
  expect(truth.subjects.map(({ subject }) => subject)).toEqual([
    "task1",
    "task2",
    "task3",
    "task4",
    "web",
    "code",
  ]);
  expect(table.rows).toBe((16 * 40 + 2 * 5) * 6);
});

test("the table is a valid checkpoint table in which nothing looks wrong", () => {
  const { table } = simulateLadder({ seed: 3 });
  const read = toCheckpointTable(checkpointTableToTable(table), "simulated");
  expect(inspectTable(read).findings).toEqual([]);
});

test("the same seed gives the same table and truth, another seed others", () => {
  const [a, again, b] = [7, 7, 8].map((seed) => simulateLadder({ seed, checkpoints: 8, questions: 50 }));
  expect(again).toEqual(a);
  expect(a!.truth.subjects[0]!.chinchilla).not.toEqual(b!.truth.subjects[0]!.chinchilla);
  expect(finalRow(a!, "200M-1xC", "task1").loss).not.toBe(finalRow(b!, "200M-1xC", "task1").loss);
});

test("more tasks and sizes leave the rows of the others as they are", () => {
  const small = simulateLadder({ tasks: 1, sizes: [200e6] });
  const large = simulateLadder({ tasks: 3, sizes: [100e6, 200e6], multiples: [1, 2, 5, 10, 20] });
  for (const run of ["200M-1xC", "200M-10xC", "7B-4T"]) {
    for (const subject of ["task1", "code"]) {
      expect(rowsOf(large, run, subject)).toEqual(rowsOf(small, run, subject));
    }
  }
});

test.each([0, 1, 2, 3, 4, 5, 6, 7])("laws of seed %i are plausible", (seed) => {
  const { truth } = simulateLadder({ ...NO_NOISE, seed, tasks: 6, checkpoints: 2 });
  for (const { chinchilla, sigmoid, chance } of truth.subjects) {
    expect(chinchilla.a).toBeGreaterThan(0);
    expect(chinchilla.b).toBeGreaterThan(0);
    if (sigmoid === undefined) continue;
    expect(sigmoid.a + sigmoid.b).toBeCloseTo(chance!, 12);
    expect(sigmoid.a).toBeGreaterThanOrEqual(-1);
    expect(sigmoid.b).toBeLessThanOrEqual(1);
  }
  for (const { accuracy, subject } of truth.targets) {
    if (!subject.startsWith("task")) expect(accuracy).toBeUndefined();
    else expect(accuracy).toSatisfy((value: number) => value > 0.4 && value < 0.99);
  }
});

test("without noise the final losses are the chinchilla law's, and accuracies the sigmoid's everywhere", () => {
  const simulated = simulateLadder({ ...NO_NOISE, seed: 11 });
  const { runs, subjects } = simulated.truth;
  for (const { run, n, d } of runs) {
    for (const subject of subjects) {
      const rows = rowsOf(simulated, run, subject.subject);
      expect(rows.at(-1)!.d).toBe(d);
      expect(relative(rows.at(-1)!.loss, lawLoss(subject, n, d))).toBeLessThan(1e-12);
      for (const { loss, accuracy } of rows) {
        if (subject.sigmoid === undefined) expect(accuracy).toBeNaN();
        else expect(relative(accuracy, lawAccuracy(subject.sigmoid, loss))).toBeLessThan(1e-12);
      }
    }
  }
});

test("without noise the loss falls, and its excess over the law at its tokens falls to 0", () => {
  const simulated = simulateLadder({ ...NO_NOISE, excess: 0.1 });
  const subject = simulated.truth.subjects[0]!;
  const rows = rowsOf(simulated, "400M-2xC", "task1");
  const excess = rows.map(({ d, loss }) => Math.log(loss / lawLoss(subject, 400e6, d)));
  expect(rows.every(({ loss }, i) => i === 0 || loss < rows[i - 1]!.loss)).toBe(true);
  expect(excess.every((value, i) => i === 0 || value < excess[i - 1]!)).toBe(true);
  expect(excess[0]).toBeCloseTo(0.1, 2);
  expect(excess.at(-1)).toBeCloseTo(0, 12);
});

test("without noise the mean of the last checkpoints is a chinchilla law too, targets included", () => {
  const simulated = simulateLadder({ ...NO_NOISE, seed: 5 });
  const [subject] = simulated.truth.subjects;
  const { a, b, alpha, beta, E } = subject!.chinchilla;
  // Shares of training 36/40 ... 40/40 of every run.
  const shares = [36, 37, 38, 39, 40].map((i) => i / 40);
  const lift = shares.map((share) => Math.exp((0.05 * (1 + Math.cos(Math.PI * share))) / 2));
  const sizeFactor = mean(lift);
  const dataFactor = mean(lift.map((value, i) => value * shares[i]! ** -beta));
  for (const { run, n, d } of simulated.truth.runs) {
    const measured = mean(
      rowsOf(simulated, run, "task1")
        .slice(-5)
        .map(({ loss }) => loss),
    );
    const law = sizeFactor * (Math.exp(a) / n ** alpha + E) + (dataFactor * Math.exp(b)) / d ** beta;
    expect(relative(measured, law)).toBeLessThan(1e-11);
  }
});

test("true target values are those of the laws, with and without the run's effect", () => {
  const simulated = simulateLadder({ seed: 2, checkpointNoise: 0, questions: 0, runEffect: 0.05 });
  const { runs, subjects, targets } = simulated.truth;
  expect(targets).toHaveLength(2 * subjects.length);
  for (const { target, subject: name, loss, accuracy, runLoss, runAccuracy } of targets) {
    const run = runs.find((one) => one.run === target)!;
    const subject = subjects.find((one) => one.subject === name)!;
    expect(relative(loss, lawLoss(subject, run.n, run.d))).toBeLessThan(1e-12);
    expect(relative(runLoss, loss * Math.exp(run.runEffect))).toBeLessThan(1e-12);
    const measured = finalRow(simulated, target, name);
    expect(relative(measured.loss, runLoss)).toBeLessThan(1e-12);
    if (subject.sigmoid === undefined) continue;
    expect(relative(accuracy!, lawAccuracy(subject.sigmoid, loss))).toBeLessThan(1e-12);
    expect(relative(measured.accuracy, runAccuracy!)).toBeLessThan(1e-12);
  }
});

test("a run's effect shifts all its losses by one factor; over runs it has the given spread", () => {
  const sizes = Array.from({ length: 100 }, (_, i) => (100 + i) * 1e6);
  const options = { tasks: 1, sizes, checkpoints: 2, checkpointNoise: 0, questions: 0 };
  const without = simulateLadder({ ...options, runEffect: 0 });
  const effects = simulateLadder({ ...options, runEffect: 0.02 });
  const { runs } = effects.truth;
  expect(runs).toHaveLength(402);
  const values = effects.table.metrics.get("loss")!;
  const base = without.table.metrics.get("loss")!;
  const effectOf = new Map(runs.map(({ run, runEffect }) => [run, runEffect]));
  values.forEach((loss, row) => {
    expect(Math.log(loss / base[row]!)).toBeCloseTo(effectOf.get(effects.table.run[row]!)!, 12);
  });
  const drawn = runs.map(({ runEffect }) => runEffect);
  expect(Math.abs(mean(drawn))).toBeLessThan((4 * 0.02) / Math.sqrt(402));
  expect(Math.abs(Math.sqrt(variance(drawn)) / 0.02 - 1)).toBeLessThan(4 / Math.sqrt(2 * 402));
});

test("checkpoint noise has the given spread and autocorrelation, and differs between runs and subjects", () => {
  const options = { tasks: 1, checkpoints: 1000, runEffect: 0, questions: 0, sizes: [200e6, 400e6] };
  const without = simulateLadder({ ...options, checkpointNoise: 0 });
  const noisy = simulateLadder({ ...options, checkpointNoise: 0.01, autocorrelation: 0.7 });
  const noiseOf = (run: string, subject: string) => {
    const base = rowsOf(without, run, subject);
    return rowsOf(noisy, run, subject).map(({ loss }, i) => Math.log(loss / base[i]!.loss));
  };
  const product = (x: readonly number[], y: readonly number[]) => mean(x.map((value, i) => value * y[i]!));
  const all = noisy.truth.runs.filter(({ role }) => role === "fit").map(({ run }) => noiseOf(run, "task1"));
  const spread = mean(all.map((noise) => product(noise, noise)));
  const lagged = mean(all.map((noise) => product(noise.slice(1), noise.slice(0, -1))));
  expect(Math.abs(Math.sqrt(spread) / 0.01 - 1)).toBeLessThan(0.06);
  expect(Math.abs(lagged / spread - 0.7)).toBeLessThan(0.04);
  const [first, second] = all;
  expect(Math.abs(product(first!, second!) / spread)).toBeLessThan(0.3);
  expect(Math.abs(product(first!, noiseOf("200M-1xC", "web")) / spread)).toBeLessThan(0.3);
});

test("measured accuracies are shares of the questions with binomial spread", () => {
  const options = { tasks: 2, checkpoints: 120, runEffect: 0, checkpointNoise: 0 };
  const exact = simulateLadder({ ...options, questions: 0 });
  const measured = simulateLadder({ ...options, questions: 200 });
  const scores: number[] = [];
  exact.table.metrics.get("accuracy")!.forEach((p, row) => {
    if (Number.isNaN(p)) return;
    const accuracy = measured.table.metrics.get("accuracy")![row]!;
    expect(accuracy * 200).toBeCloseTo(Math.round(accuracy * 200), 9);
    scores.push((accuracy - p) / Math.sqrt((p * (1 - p)) / 200));
  });
  expect(scores.length).toBeGreaterThan(3_500);
  expect(Math.abs(mean(scores))).toBeLessThan(4 / Math.sqrt(scores.length));
  expect(Math.abs(variance(scores) - 1)).toBeLessThan(4 * Math.sqrt(2 / scores.length));
  expect(measured.table.metrics.get("loss")).toEqual(exact.table.metrics.get("loss"));
});
