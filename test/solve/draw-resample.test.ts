import { describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import {
  drawCounter,
  replicateMaker,
  resampleDrawer,
  type WeighingDraw,
} from "../../src/solve/draw-resample.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { type Draw, packResampling } from "../../src/solve/resampling.ts";
import { drawsOf } from "../kernels/draws.ts";
import { cxx } from "../kernels/toolchains.ts";

const points = 13;
const response = Float64Array.from({ length: points }, (_, q) => 1 + 0.1 * q);
/** Three runs of 11 points, and two of no run. */
const runLengths = [3, 0, 1, 5, 2];
const residual = Float64Array.from({ length: points }, (_, q) => 0.03 * Math.sin(5 * q));
const group = Int32Array.of(0, 0, 0, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5);

const weighing: readonly WeighingDraw[] = [
  { kind: "groups", group, strata: [5, 1] },
  { kind: "groups", group, strata: [2, 3, 1] },
  { kind: "blocks", runLengths, strata: [5], blockLength: 2 },
  { kind: "blocks", runLengths, strata: [2, 3], blockLength: 2 },
];
const moving: readonly Draw[] = [
  { kind: "wild", runLengths, residual },
  { kind: "residual", runLengths, residual },
  { kind: "parametric", runLengths, residual, betweenRuns: 0.02, withinRuns: 0.01 },
];
const problem: Problem = {
  form: getForm("linear"),
  variables: [response],
  response,
  weights: response.map((y) => 2 * y),
  loss: { kind: "squared" },
  residual: "plain",
  key: "p",
};

describe.skipIf(cxx === undefined)("as the kernels draw (skipped without a C++ compiler)", () => {
  test.each([...weighing, ...moving])("$kind: numbers", (draw) => {
    const resampling = { population: "runs", draw };
    const expected = drawsOf({ response }, resampling, { seed: 9, first: 1, count: 100 });
    const packed = packResampling({ response }, resampling);
    const drawInto = resampleDrawer({
      ...packed,
      seed: 9,
      group: packed.rows[0]!,
      residual: packed.rows[1] ?? new Float64Array(points),
    });
    const numbers = new Float64Array(packed.drawn);
    expected.forEach((theirs, i) => {
      drawInto(i + 1, numbers);
      numbers.forEach((number, n) => {
        expect(Math.abs(number - theirs[n]!)).toBeLessThan(1e-14);
      });
    });
  });

  test.each(weighing)("$kind: counts of points, and weights of a replicate", (draw) => {
    const resampling = { population: "runs", draw };
    const expected = drawsOf({ response }, resampling, { seed: 9, first: 1, count: 200 });
    const count = drawCounter("runs", draw, 9, points);
    const counts = new Float64Array(points);
    const replicateOf = replicateMaker(problem, resampling, 9);
    expected.forEach((numbers, i) => {
      count(i + 1, counts);
      const wanted = draw.kind === "groups" ? Array.from(draw.group, (g) => numbers[g]!) : numbers;
      expect([...counts]).toEqual(wanted);
      expect([...replicateOf(i + 1).weights!]).toEqual(
        wanted.map((times, q) => problem.weights![q]! * times),
      );
    });
  });

  test.each(moving)("$kind: responses of a replicate", (draw) => {
    const resampling = { population: "runs", draw };
    const expected = drawsOf({ response }, resampling, { seed: 9, first: 1, count: 20 });
    for (const kind of ["plain", "log"] as const) {
      const replicateOf = replicateMaker({ ...problem, residual: kind }, resampling, 9);
      expected.forEach((moves, i) => {
        const moved = replicateOf(i + 1).response;
        moves.forEach((move, q) => {
          expect(moved[q]).toBeCloseTo(
            kind === "plain" ? response[q]! + move : response[q]! * Math.exp(move),
            12,
          );
        });
      });
    }
  });
});

test("replicate 0 is the problem itself", () => {
  for (const draw of [...weighing, ...moving]) {
    expect(replicateMaker(problem, { population: "runs", draw }, 9)(0)).toBe(problem);
  }
});
