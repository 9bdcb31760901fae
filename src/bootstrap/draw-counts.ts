import { type Draw, randomKey } from "../solve/resampling.ts";
import { drawnMember, philox, purposes } from "./philox.ts";

/** A draw that weighs points anew and does not move their responses. */
export type WeighingDraw = Extract<Draw, { kind: "groups" | "blocks" }>;

/**
 * How often each point is in the resamples of a population, as kernels/resample.hpp draws them: made here again, because
 * the kernels give their fits and not what they drew.
 *
 * @returns a function of a resample's number that writes one count a point
 */
export function drawCounter(
  population: string,
  draw: WeighingDraw,
  seed: number,
  points: number,
): (resample: number, counts: Float64Array) => void {
  const key = randomKey(population);
  const words = new Uint32Array(4);
  const groups = draw.strata.reduce((sum, size) => sum + size, 0);
  /** Calls `take` with every group drawn, and the number of the draw. */
  const eachDraw = (resample: number, take: (group: number, number: number) => void): void => {
    let first = 0;
    draw.strata.forEach((size, stratum) => {
      for (let i = 0; i < size; i++) {
        if (i % 4 === 0) philox(seed, key, [i / 4, resample, stratum, purposes.draw], words);
        take(first + drawnMember(words[i % 4]!, size), first + i);
      }
      first += size;
    });
  };
  if (draw.kind === "groups") {
    const drawn = new Float64Array(groups);
    return (resample, counts) => {
      drawn.fill(0);
      eachDraw(resample, (group) => {
        drawn[group]! += 1;
      });
      for (let q = 0; q < points; q++) counts[q] = drawn[draw.group[q]!]!;
    };
  }
  const { runLengths, blockLength } = draw;
  const firstPoint = [0];
  for (const length of runLengths) firstPoint.push(firstPoint.at(-1)! + length);
  const blockWords = new Uint32Array(4);
  return (resample, counts) => {
    counts.fill(0, 0, firstPoint.at(-1));
    counts.fill(1, firstPoint.at(-1), points);
    eachDraw(resample, (run, number) => {
      const length = runLengths[run]!;
      for (let done = 0, block = 0; done < length; done += blockLength, block++) {
        philox(seed, key, [block, resample, number, purposes.block], blockWords);
        const begin = drawnMember(blockWords[0]!, length);
        for (let i = 0; i < blockLength && done + i < length; i++) {
          counts[firstPoint[run]! + ((begin + i) % length)]! += 1;
        }
      }
    });
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
  const sizes = [Math.SQRT1_2, 1, Math.sqrt(1.5)];
  return (resample) =>
    Float64Array.from({ length: runs }, (_, run) => {
      philox(seed, key, [run, resample, 0, purposes.sign], words);
      const which = drawnMember(words[0]!, 6);
      return which < 3 ? -sizes[which]! : sizes[which - 3]!;
    });
}
