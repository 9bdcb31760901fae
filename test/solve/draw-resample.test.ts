import { expect, test } from "vitest";
import { resampleDrawer } from "../../src/solve/draw-resample.ts";
import { type Draw, packResampling } from "../../src/solve/resampling.ts";
import { drawsOf } from "../kernels/draws.ts";
import { cxx } from "../kernels/toolchains.ts";

const points = 13;
const response = new Float64Array(points);
/** Three runs of 11 points, and two of no run. */
const runLengths = [3, 0, 1, 5, 2];
const residual = Float64Array.from({ length: points }, (_, q) => 0.03 * Math.sin(5 * q));
const group = Int32Array.of(0, 0, 0, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5);

const draws: readonly Draw[] = [
  { kind: "groups", group, strata: [2, 3, 1] },
  { kind: "blocks", runLengths, strata: [2, 3], blockLength: 2 },
  { kind: "wild", runLengths, residual },
  { kind: "residual", runLengths, residual },
  { kind: "parametric", runLengths, residual, betweenRuns: 0.02, withinRuns: 0.01 },
];

test.skipIf(cxx === undefined).each(draws)(
  "$kind: as the kernels draw them (skipped without a C++ compiler)",
  (draw) => {
    const resampling = { population: "runs", draw };
    const expected = drawsOf({ response }, resampling, { seed: 9, first: 1, count: 100 });
    const packed = packResampling({ response }, resampling);
    const none = new Float64Array(points);
    const drawInto = resampleDrawer({
      ...packed,
      seed: 9,
      group: packed.rows[0]!,
      residual: packed.rows[1] ?? none,
    });
    const numbers = new Float64Array(packed.drawn);
    expected.forEach((theirs, i) => {
      drawInto(i + 1, numbers);
      numbers.forEach((own, n) => {
        expect(Math.abs(own - theirs[n]!)).toBeLessThan(1e-14);
      });
    });
  },
);
