import type { Quantity } from "../bootstrap/bootstrap-cells.ts";
import { getOrInsert } from "../collections.ts";
import { binomialLimits } from "../intervals/distributions.ts";
import { percent } from "../text.ts";
import { type IntervalKey, keyText } from "./hit-rates.ts";

/** An interval of a single step of a back-test. */
export interface StepInterval extends IntervalKey {
  quantity: Exclude<Quantity, "predicted">;
  /** Whether it holds what was measured; null where there is no interval or no value. */
  held: boolean | null;
}

/** What the line on steps that miss begins with. */
export const STEPS_MISS = "back-tests: a single step misses what was measured";

/** What the steps are called. */
const STEPS: Readonly<Record<StepInterval["quantity"], string>> = {
  feature: "the law of size",
  link: "the link, from the actual feature,",
};

/** Counts how often the intervals of single steps held in back-tests. */
export class StepTally {
  readonly #kinds = new Map<
    string,
    Pick<StepInterval, "quantity" | keyof IntervalKey> & { hits: number; count: number }
  >();

  add({ quantity, purpose, interval, level, held }: StepInterval): void {
    if (held === null) return;
    const key = { purpose, interval, level };
    const tally = getOrInsert(this.#kinds, `${quantity} ${keyText(key)}`, () => {
      return { quantity, ...key, hits: 0, count: 0 };
    });
    tally.count++;
    if (held) tally.hits++;
  }

  /**
   * A line on the steps whose intervals held so much less often than they promise that chance does not explain it: the exact upper 95 % limit of
   * the rate is below the level. Errors of the two steps of a chain may cancel, so that the chain holds for the wrong reason.
   */
  lines(): string[] {
    const missing = [...this.#kinds.values()].filter(
      ({ hits, count, level }) => binomialLimits(hits, count).high < level,
    );
    if (missing.length === 0) return [];
    const said = missing.map(({ quantity, purpose, interval, level, hits, count }) => {
      return `${STEPS[quantity]} held ${hits} of ${count} (${percent(level, 6)} ${interval} intervals for a ${purpose})`;
    });
    return [`${STEPS_MISS}: ${said.join("; ")}`];
  }
}
