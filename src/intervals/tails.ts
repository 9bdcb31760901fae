/** Levels of the end points of a central interval: it leaves out as much on either side. */
export interface Tails {
  low: number;
  high: number;
}

/** @throws RangeError for a level, what an interval is to cover such as 0.9, that is not between 0 and 1 */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level ${level}; allowed: above 0 and below 1`);
}

/**
 * The tails of a central interval.
 *
 * @throws RangeError for a level that is not between 0 and 1
 */
export function tailsOf(level: number): Tails {
  checkLevel(level);
  return { low: (1 - level) / 2, high: (1 + level) / 2 };
}
