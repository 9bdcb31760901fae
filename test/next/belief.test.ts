import { inverse, Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import { batchFor, leftAfter } from "../../src/next/batch.ts";
import { Belief } from "../../src/next/belief.ts";
import { discrepancyRoot } from "../../src/next/discrepancy.ts";
import { beliefOf, type Knowledge } from "../../src/next/posterior.ts";
import { randomStream } from "../../src/random.ts";

/** y = a + b x. */
const line = defineForm({
  name: "line",
  expression: "y = a + b*x",
  parameters: { a: {}, b: {} },
  variables: { x: "" },
  startRanges: { default: { a: [-1, 1], b: [-1, 1] } },
  description: "",
  source: "",
});

const known: Knowledge = {
  ...{ form: line, isLog: false, noise: 0.01, discrepancy: 0 },
  runs: [-1, 0, 1].map((x) => ({ inputs: [x], noise: 0.01 })),
  modes: [{ parameters: Float64Array.of(1, 2), weight: 1 }],
  prior: Float64Array.of(1e4, 1e4),
};

test("updates of rank one give the covariance of the whole posterior", () => {
  const { normal } = randomStream("belief");
  const [places, width] = [7, 4];
  const root = Float64Array.from({ length: places * width }, normal);
  const noise = Float64Array.from({ length: places }, (_, i) => 0.1 + 0.05 * i);
  const belief = new Belief({ root, width, noise, targets: [5, 6] });
  const trained = [2, 0, 2, 4];
  for (const place of trained) belief.train(place);
  const factor = new Matrix(
    Array.from({ length: places }, (_, i) => [...root.subarray(i * width, (i + 1) * width)]),
  );
  const prior = factor.mmul(factor.transpose());
  const all = [...Array(places).keys()];
  const measured = prior.selection(trained, trained);
  for (const [k, place] of trained.entries()) measured.set(k, k, measured.get(k, k) + noise[place]!);
  const between = prior.selection(all, trained);
  const posterior = Matrix.sub(prior, between.mmul(inverse(measured)).mmul(between.transpose()));
  for (const i of all) {
    expect(belief.variance[i]).toBeCloseTo(posterior.get(i, i), 10);
    for (const t of [0, 1]) expect(belief.withTarget[t]![i]).toBeCloseTo(posterior.get(5 + t, i), 10);
  }
});

test("of a straight line the variance at a target is that of least squares, with a run as without", () => {
  const at = (xs: readonly number[], x: number): number => {
    const mean = xs.reduce((a, b) => a + b) / xs.length;
    return 0.01 * (1 / xs.length + (x - mean) ** 2 / xs.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  };
  const belief = beliefOf(known, [[2]], [[5]]);
  expect(belief.variance[1]! / at([-1, 0, 1], 5)).toBeCloseTo(1, 6);
  belief.train(0);
  expect(belief.variance[1]! / at([-1, 0, 1, 2], 5)).toBeCloseTo(1, 6);
});

test("runs that are bought for a line's value beyond them lie at its ends, in the shares of the optimal design", () => {
  // Hoel and Levine (1964): of runs in [-1, 1] for x = 3, (3 + 1)/(2*3) are at 1 and (3 - 1)/(2*3) at -1.
  const xs = [-1, -0.5, 0, 0.5, 1].flatMap((x) => new Array<number>(60).fill(x));
  const belief = beliefOf(
    { ...known, runs: [] },
    xs.map((x) => [x]),
    [[3]],
  );
  const cost = new Float64Array(xs.length).fill(1);
  const order = batchFor(belief, { cost, spend: 60 });
  const at = (x: number) => order.filter((i) => xs[i] === x).length;
  expect(order).toHaveLength(60);
  expect([at(-0.5), at(0), at(0.5)]).toEqual([0, 0, 0]);
  expect(Math.abs(at(1) - 40)).toBeLessThanOrEqual(1);
  const left = leftAfter(
    beliefOf(
      known,
      xs.map((x) => [x]),
      [[3]],
    ),
    xs.length,
    order,
  ).map(([share]) => share!);
  expect(left).toEqual(left.toSorted((a, b) => b - a));
});

test("a limit buys what lowers the variance the most for its cost", () => {
  const belief = beliefOf(known, [[1], [4], [4]], [[5]]);
  expect(batchFor(belief, { cost: Float64Array.of(1, 10, 3), spend: 4 })).toEqual([2, 0]);
  expect(batchFor(belief, { cost: Float64Array.of(1, 10, 3), spend: 2 })).toEqual([0]);
});

test("of what a law gets wrong near runs tell the same, and many of them no more than a few", () => {
  const { root, width } = discrepancyRoot([[1], [1.01], [10], [1e3]]);
  const covariance = (i: number, j: number): number =>
    Array.from({ length: width }).reduce<number>(
      (sum, _, c) => sum + root[i * width + c]! * root[j * width + c]!,
      0,
    );
  expect(covariance(0, 0)).toBeCloseTo(1, 3);
  expect(covariance(0, 1)).toBeCloseTo(1, 3);
  expect(covariance(0, 3)).toBeLessThan(covariance(0, 2));
  const near = Array.from({ length: 200 }, (_, i) => [1 + i / 1e4]);
  const leftOf = (discrepancy: number): number =>
    leftAfter(beliefOf({ ...known, discrepancy }, near, [[2]]), near.length, [...near.keys()]).at(-1)![0]!;
  expect(leftOf(0.01)).toBeGreaterThan(2 * leftOf(0));
});
