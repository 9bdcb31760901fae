import type { Scheme } from "#lawfit/bootstrap/schemes.js";
import { getScheme } from "#lawfit/bootstrap/schemes.js";
import { type IntervalKind, intervalKinds } from "#lawfit/intervals/kinds.js";

/** A scheme of resampling and the intervals that are made of its draws. */
export interface Arm {
  scheme: Scheme;
  intervals: readonly IntervalKind[];
}

/** @throws RangeError for a name that is none */
export function armOf(scheme: string, ...intervals: string[]): Arm {
  return {
    scheme: getScheme(scheme),
    intervals: intervals.map((name) => {
      const kind = intervalKinds.get(name);
      if (kind === undefined) throw new RangeError(`no interval ${JSON.stringify(name)}`);
      return kind;
    }),
  };
}
