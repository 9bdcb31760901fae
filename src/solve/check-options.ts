import { UserError } from "../errors.ts";
import type { SolveOptions } from "./problem.ts";

/** The random numbers' key has 32 bits: a larger seed would silently be another one. */
export const maxSeed = 2 ** 32 - 1;

/** Smallest and largest value of each option that is a whole number. */
const ranges = {
  starts: [0, 2 ** 31 - 1],
  seed: [0, maxSeed],
  iterationLimit: [1, 2 ** 31 - 1],
} as const satisfies Partial<Record<keyof SolveOptions, readonly [number, number]>>;

/** @throws UserError that names the option, its value and what is allowed. */
export function checkOptions(options: SolveOptions): void {
  for (const name of Object.keys(ranges) as (keyof typeof ranges)[]) {
    const value = options[name];
    const [low, high] = ranges[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= low && value <= high)) {
      throw new UserError(`${name}: ${value} is not allowed; a whole number from ${low} to ${high}`);
    }
  }
}
