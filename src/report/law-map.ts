import { UserError } from "../errors.ts";
import { computeOptimal } from "../forms/compute-optimal.ts";
import { extent, grid } from "./draw/numbers.ts";
import type { ReportFit } from "./fits.ts";
import type { SizePlace } from "./iso-loss.ts";

/** Contours of a map. */
const LEVELS = 7;

/** Ranges of parameters and tokens that a map of a law shows. */
export interface MapFrame {
  n: [number, number];
  d: [number, number];
}

/** A range with room at both ends, so that no point lies on the frame. */
export function roomy(values: readonly number[]): [number, number] {
  const [low, high] = extent(values) ?? [1, 10];
  const room = Math.max((high / low) ** 0.06, 1.1);
  return [low / room, high * room];
}

/** Best sizes of the budgets of a frame; nothing of a law by which no size is the best. */
export function bestLine(fit: ReportFit, { n, d }: MapFrame): SizePlace[] {
  return grid(6 * n[0] * d[0], 6 * n[1] * d[1], 40, true).flatMap((c) => {
    try {
      const best = computeOptimal(fit.form, fit.parameters, c);
      return best.n >= n[0] && best.n <= n[1] && best.d >= d[0] && best.d <= d[1] ? [best] : [];
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
}

/** Losses of the contours: those of budgets evenly apart, to so few digits that they differ. */
export function levelsOf(
  law: (n: number, d: number) => number,
  { n, d }: MapFrame,
  line: readonly SizePlace[],
): number[] {
  const [from, to] =
    line.length > 1
      ? [line[0]!, line.at(-1)!]
      : [
          { n: n[0], d: d[0] },
          { n: n[1], d: d[1] },
        ];
  const ns = grid(from.n, to.n, LEVELS + 2, true);
  const ds = grid(from.d, to.d, LEVELS + 2, true);
  const losses = ns.slice(1, -1).map((one, i) => law(one, ds[i + 1]!));
  for (let digits = 3; digits < 8; digits++) {
    const rounded = losses.map((loss) => Number(loss.toPrecision(digits)));
    if (new Set(rounded).size === rounded.length) return rounded;
  }
  return losses;
}
