/**
 * Settings of the parser for a command that takes a list of paths. The command line lets a repeated option replace the
 * one before, and yargs takes every path of a list for such a repetition: without these only the last one is read.
 */
export const SEVERAL_PATHS = { "camel-case-expansion": false, "duplicate-arguments-array": true } as const;

/** The last value of an option of such a command, where it is given more than once; for `coerce`. */
export function lastGiven<T>(value: T | readonly T[]): T {
  return (Array.isArray(value) ? value.at(-1) : value) as T;
}
