import { hash } from "node:crypto";
import { sum } from "../statistics.ts";
import type { Problem } from "./problem.ts";

/**
 * How resamples are drawn from the points of a problem. Points that belong to no training run (anchors) come last and are
 * in every resample unchanged.
 */
export type Draw =
  /**
   * The cluster bootstrap: whole groups of points are drawn with replacement within each stratum, as many as it has. A stratum
   * of one group is always drawn once.
   */
  | {
      kind: "groups";
      /** Group of each point, from 0; groups are numbered stratum by stratum. */
      group: Int32Array;
      /** Number of groups of each stratum. */
      strata: readonly number[];
    }
  /** Runs are drawn as groups are, and within each draw of a run as many points as it has, in blocks of neighbouring points. */
  | {
      kind: "blocks";
      /** Number of points of each run, which lie side by side; the points that are left belong to no run. */
      runLengths: readonly number[];
      /** Number of runs of each stratum. */
      strata: readonly number[];
      /** Number of points of a block. */
      blockLength: number;
    }
  /** The wild cluster bootstrap: fitted values plus residuals, those of a run times a factor drawn for it from Webb's six. */
  | { kind: "wild"; runLengths: readonly number[]; residual: Float64Array }
  /** Fitted values plus residuals of points drawn with replacement. */
  | { kind: "residual"; runLengths: readonly number[]; residual: Float64Array }
  /** Fitted values plus normal noise, of each run and of each point, with these standard deviations. */
  | {
      kind: "parametric";
      runLengths: readonly number[];
      residual: Float64Array;
      betweenRuns: number;
      withinRuns: number;
    };

/** How the resamples of a problem are drawn, and from which population. */
export interface Resampling {
  /**
   * Name of the population: its hash and the seed are the key of the draws. Problems on the same runs that share the name have
   * the same draws, so that differences between their replicates are paired.
   */
  population: string;
  /**
   * The draw. Its residuals are y - fitted, of logarithms where those of the problem are or are relative, over sigma where it has one;
   * one for each point, 0 for points of no run.
   */
  draw: Draw;
}

/** A resampling as the kernels take it (kernels/resample.hpp). */
export interface PackedResampling {
  /** 32 bits that identify the population: with the seed, the key of its draws. */
  key: number;
  /** Number of the scheme. */
  scheme: number;
  /** Length of a resample: one number a group, or a point. */
  drawn: number;
  /** Whether a resample moves the responses; else it changes the weights of the points. */
  moves: boolean;
  /** One or two rows of a number for each point: its group, and where responses are moved its residual. */
  rows: Float64Array[];
  /** The scheme's own numbers: sizes of strata and blocks, standard deviations. */
  numbers: number[];
}

/** The first 32 bits of a text's SHA-256: its part of the keys of random numbers. */
export function randomKey(text: string): number {
  return hash("sha256", text, "buffer").readUInt32LE(0);
}

/**
 * Lays a resampling out for the kernels.
 * @throws RangeError where groups, runs, strata or residuals do not match the points or each other
 */
export function packResampling(
  { response }: Pick<Problem, "response">,
  { population, draw }: Resampling,
): PackedResampling {
  const key = randomKey(population);
  const points = response.length;
  if (draw.kind === "groups") {
    const { group, strata } = draw;
    const drawn = sum(strata);
    if (group.length !== points)
      throw new RangeError(`groups of ${group.length} points for ${points} points`);
    const bad = group.find((number) => number < 0 || number >= drawn);
    if (bad !== undefined)
      throw new RangeError(`a point of group ${bad}; there are groups 0 to ${drawn - 1}`);
    const rows = [Float64Array.from(group)];
    return { key, scheme: 0, drawn, moves: false, rows, numbers: [strata.length, ...strata] };
  }
  const firstPoints = firstPointsOf(draw.runLengths, points);
  const resampled = firstPoints.at(-1)!;
  if (draw.kind === "blocks") {
    const { strata, blockLength } = draw;
    if (sum(strata) !== draw.runLengths.length) {
      throw new RangeError(`strata of ${sum(strata)} runs for ${draw.runLengths.length} runs`);
    }
    if (!(blockLength >= 1)) throw new RangeError(`blocks of ${blockLength} points`);
    const rows = [Float64Array.from({ length: points }, (_, q) => q)];
    const numbers = [strata.length, ...strata, blockLength, ...firstPoints];
    return { key, scheme: 1, drawn: points, moves: false, rows, numbers };
  }
  const { residual } = draw;
  if (residual.length !== points)
    throw new RangeError(`residuals of ${residual.length} points for ${points} points`);
  const run = new Float64Array(points);
  for (let r = 0; r < draw.runLengths.length; r++) run.fill(r, firstPoints[r], firstPoints[r + 1]);
  const packed = {
    key,
    drawn: points,
    moves: true,
    rows: [run, residual.map((e, q) => (q < resampled ? e : 0))],
  };
  switch (draw.kind) {
    case "wild":
      return { ...packed, scheme: 2, numbers: [] };
    case "residual":
      return { ...packed, scheme: 3, numbers: [resampled] };
    case "parametric":
      return { ...packed, scheme: 4, numbers: [resampled, draw.betweenRuns, draw.withinRuns] };
  }
}

/** First point of each run, and the point after the last run's. */
function firstPointsOf(lengths: readonly number[], points: number): number[] {
  const first = [0];
  for (const length of lengths) first.push(first.at(-1)! + length);
  const total = first.at(-1)!;
  if (total > points) throw new RangeError(`runs of ${total} points for ${points} points`);
  return first;
}
