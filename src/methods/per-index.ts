import type { RunIndex } from "./runs.ts";

/**
 * A function of the runs that is worked out once for each argument and index. Thousands of cells ask for the same
 * few series.
 *
 * @param keyOf tells arguments apart
 */
export function perIndex<Argument, Result>(
  keyOf: (argument: Argument) => string,
  make: (index: RunIndex, argument: Argument) => Result,
): (index: RunIndex, argument: Argument) => Result {
  const kept = new WeakMap<RunIndex, Map<string, Result>>();
  return (index, argument) => {
    const results = kept.get(index) ?? new Map<string, Result>();
    kept.set(index, results);
    const key = keyOf(argument);
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = make(index, argument);
    results.set(key, result);
    return result;
  };
}
