import { expect, test } from "vitest";
import { drawCounter, type WeighingDraw, webbFactors } from "../../src/bootstrap/degenerate.ts";
import type { Draw } from "../../src/solve/resampling.ts";
import { drawsOf } from "../kernels/draws.ts";
import { cxx } from "../kernels/toolchains.ts";

const points = 13;
const response = new Float64Array(points);
const runLengths = [3, 0, 1, 5, 2];
const group = Int32Array.of(0, 0, 0, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5);

const draws: readonly (readonly [string, WeighingDraw])[] = [
  ["runs, and points of no run", { kind: "groups", group, strata: [5, 1] }],
  ["runs in strata", { kind: "groups", group, strata: [2, 3, 1] }],
  ["blocks", { kind: "blocks", runLengths, strata: [5], blockLength: 2 }],
];

test.skipIf(cxx === undefined).each(draws)(
  "%s: as the kernels draw them (skipped without a C++ compiler)",
  (_, draw) => {
    const expected = drawsOf({ response }, { population: "runs", draw }, { seed: 9, first: 1, count: 200 });
    const count = drawCounter("runs", draw, 9, points);
    const counts = new Float64Array(points);
    expected.forEach((numbers, i) => {
      count(i + 1, counts);
      const wanted =
        draw.kind === "groups" ? Array.from(draw.group, (one) => numbers[one]!) : numbers.slice(0, points);
      expect([...counts]).toEqual(wanted);
    });
  },
);

test.skipIf(cxx === undefined)(
  "Webb's factors: as the kernels draw them (skipped without a C++ compiler)",
  () => {
    const residual = new Float64Array(points).fill(1);
    const draw: Draw = { kind: "wild", runLengths, residual };
    const moved = drawsOf({ response }, { population: "runs", draw }, { seed: 9, first: 1, count: 100 });
    const factors = webbFactors("runs", 9, runLengths.length);
    moved.forEach((numbers, i) => {
      const own = factors(i + 1);
      // The kernels move a response by (factor - 1) times its residual.
      Array.from(group).forEach((run, q) => {
        if (run < runLengths.length) expect(numbers[q]! + 1).toBeCloseTo(own[run]!, 12);
      });
    });
  },
);
