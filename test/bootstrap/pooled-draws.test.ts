import { expect, test } from "vitest";
import type { CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import { pooledDraws, posteriorDraws } from "../../src/bootstrap/pooled-draws.ts";
import type { StageForms } from "../../src/bootstrap/resample-forms.ts";
import { getForm } from "../../src/forms/registry.ts";
import { predictChain } from "../../src/methods/chain.ts";
import type { Configuration, SolutionRows } from "../../src/methods/method.ts";
import { mean } from "../../src/statistics.ts";

const [law, sigmoid, gompertz] = ["power-law-offset", "sigmoid", "gompertz"].map((name) => getForm(name)) as [
  ReturnType<typeof getForm>,
  ReturnType<typeof getForm>,
  ReturnType<typeof getForm>,
];
const REPLICATES = 200;
const LAW = [3, 0.2, 0.5];
const SIGMOID = [-0.7, 0.7, 6, 0.95];
const GOMPERTZ = [-0.7, 0.7, 4, 1];

/** The same row so many times. */
const rows = (row: readonly number[], count: number): SolutionRows => ({
  width: row.length,
  parameters: Float64Array.from({ length: count * row.length }, (_, i) => row[i % row.length]!),
  isHeld: false,
  degenerate: new Uint8Array(count),
});

/** Every fourth replicate by Gompertz's curve, the others by the sigmoid. */
const forms: StageForms = {
  members: [
    { form: sigmoid.name, rows: rows(SIGMOID, 150) },
    { form: gompertz.name, rows: rows(GOMPERTZ, 50) },
  ],
  member: Uint8Array.from({ length: REPLICATES }, (_, i) => (i % 4 === 0 ? 1 : 0)),
  row: Int32Array.from({ length: REPLICATES }, (_, i) => (i % 4 === 0 ? i / 4 : i - Math.floor(i / 4) - 1)),
};

function drawsAt(ratio: number, make = pooledDraws) {
  const target = {
    target: "big",
    links: [{ place: 0, weight: 1 }],
    variables: [1e22],
    actual: Number.NaN,
    featureActual: 0.55,
  };
  const plan = { stages: [], fitRuns: [], ...predictChain(law, sigmoid, [target]) };
  const configuration = {
    predicts: "score",
    needs: [{ metric: "accuracy", on: "fit" }],
  } as unknown as Configuration;
  const outcome = (replicates: SolutionRows, of?: StageForms) => ({
    replicates: { ...replicates, freshWins: 0, lostTerms: 0 },
    ...{ ready: undefined, leftOut: undefined, forms: of },
  });
  const draws: CellDraws = {
    cell: { id: 0, task: "t", configuration, plan, keys: [] },
    targets: [],
    uses: [],
    outcomes: [outcome(rows(LAW, REPLICATES)), outcome(rows(SIGMOID, REPLICATES), forms)],
    ratioOf: () => ratio,
  };
  return make(draws, REPLICATES, 1)[0]!.values;
}

test("each replicate is chained by the form that it is of", () => {
  const { predicted, link, feature } = drawsAt(1);
  const loss = law.value(LAW, [1e22]);
  predicted.forEach((value, i) => {
    const [form, parameters] = i % 4 === 0 ? [gompertz, GOMPERTZ] : [sigmoid, SIGMOID];
    expect(value).toBe(form.value(parameters, [loss]));
    expect(link[i]).toBe(form.value(parameters, [0.55]));
    expect(feature[i]).toBe(loss);
  });
});

test("what no form knows grows with the ratio of compute, leaves the loss as it is and scores in their range", () => {
  const spreadOf = (values: Float64Array) => {
    const odds = Array.from(values).flatMap((p, i) => (i % 4 === 0 ? [] : [Math.log(p / (1 - p))]));
    return Math.max(...odds) - Math.min(...odds);
  };
  const [near, far] = [drawsAt(10), drawsAt(1000)];
  expect(spreadOf(far.predicted) / spreadOf(near.predicted)).toBeCloseTo(3, 6);
  expect(spreadOf(far.link)).toBeCloseTo(spreadOf(far.predicted), 6);
  expect(new Set(far.feature)).toHaveProperty("size", 1);
  expect(drawsAt(1e300).predicted.every((value) => value >= 0 && value <= 1)).toBe(true);
});

test("draws of the posterior are by the form that is fitted, with a discrepancy inside the runs too", () => {
  const deviation = (ratio: number) => {
    const { predicted } = drawsAt(ratio, posteriorDraws);
    const odds = Array.from(predicted, (p) => Math.log(p / (1 - p)));
    const centre = mean(odds);
    return Math.sqrt(mean(odds.map((z) => (z - centre) ** 2)));
  };
  const [unknown, inside, beyond] = [Number.NaN, 0.5, 100].map(deviation) as [number, number, number];
  expect(inside).toBeGreaterThan(0.04);
  expect(inside).toBeLessThan(0.06);
  expect(beyond / inside).toBeCloseTo(Math.hypot(0.05, 0.04 * Math.log(100)) / 0.05, 6);
  expect(unknown).toBeLessThan(1e-12);
});
