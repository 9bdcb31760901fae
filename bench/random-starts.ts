import { create, randomDependencies } from "mathjs";

/** Interval of one parameter's starts. */
export type Interval = readonly [low: number, high: number];

/**
 * Starts drawn uniformly from a box; the same seed and box give the same starts.
 *
 * @returns `count` vectors, each of the box's length
 */
export function randomStarts(box: readonly Interval[], count: number, seed: string): number[][] {
  const { random } = create(randomDependencies!, { randomSeed: seed });
  return Array.from({ length: count }, () => box.map(([low, high]) => random(low, high)));
}
