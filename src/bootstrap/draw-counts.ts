import { resampleDrawer, webbFactor } from "../solve/draw-resample.ts";
import { philox, purposes } from "../solve/philox.ts";
import { type Draw, packResampling, randomKey } from "../solve/resampling.ts";

/** A draw that weighs points anew and does not move their responses. */
export type WeighingDraw = Extract<Draw, { kind: "groups" | "blocks" }>;

/**
 * How often each point is in the resamples of a population.
 *
 * @returns a function of a resample's number that writes one count a point
 */
export function drawCounter(
  population: string,
  draw: WeighingDraw,
  seed: number,
  points: number,
): (resample: number, counts: Float64Array) => void {
  const packed = packResampling({ response: new Float64Array(points) }, { population, draw });
  const drawInto = resampleDrawer({ ...packed, seed, group: [], residual: [] });
  if (draw.kind === "blocks") return drawInto;
  const drawn = new Float64Array(packed.drawn);
  return (resample, counts) => {
    drawInto(resample, drawn);
    for (let q = 0; q < points; q++) counts[q] = drawn[draw.group[q]!]!;
  };
}

/** Webb's factors as kernels/resample.hpp draws them for scheme `wild`: one a run. */
export function webbFactors(
  population: string,
  seed: number,
  runs: number,
): (resample: number) => Float64Array {
  const key = randomKey(population);
  const words = new Uint32Array(4);
  return (resample) =>
    Float64Array.from({ length: runs }, (_, run) => {
      philox(seed, key, [run, resample, 0, purposes.sign], words);
      return webbFactor(words[0]!);
    });
}
