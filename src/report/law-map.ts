import { UserError } from "../errors.ts";
import { computeOptimal } from "../forms/compute-optimal.ts";
import { extent, grid } from "./draw/numbers.ts";
import type { ReportFit } from "./fits.ts";

/** A size of a run: parameters and tokens. */
export interface SizePlace {
  n: number;
  d: number;
}

const STEPS = 160;
const HALVINGS = 50;

/**
 * The sizes at which a law of parameters and tokens has a loss, from the smallest N to the largest: along each line of equal
 * tokens a parameter the one place where the law, which falls along it, has the loss. Such a line crosses the curve once
 * wherever the curve is steep or flat, which lines of equal N or D do not.
 *
 * @param frame ranges of N and D, ascending, > 0
 * @returns nothing of a loss that the frame does not have
 */
export function isoLoss(
  law: (n: number, d: number) => number,
  loss: number,
  { n: [nLow, nHigh], d: [dLow, dHigh] }: { n: readonly [number, number]; d: readonly [number, number] },
): SizePlace[] {
  const ratios = [Math.log(dLow / nHigh), Math.log(dHigh / nLow)] as const;
  const found: SizePlace[] = [];
  for (let step = STEPS; step >= 0; step--) {
    const ratio = ratios[0] + ((ratios[1] - ratios[0]) * step) / STEPS;
    // ln N between where the line enters the frame and where it leaves it.
    let low = Math.max(Math.log(nLow), Math.log(dLow) - ratio);
    let high = Math.min(Math.log(nHigh), Math.log(dHigh) - ratio);
    const at = (logN: number) => law(Math.exp(logN), Math.exp(logN + ratio));
    if (!(low <= high && at(low) >= loss && at(high) <= loss)) continue;
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (at(middle) >= loss) low = middle;
      else high = middle;
    }
    found.push({ n: Math.exp(low), d: Math.exp(low + ratio) });
  }
  return found;
}

/** Contours of a map. */
const LEVELS = 7;

/** Ranges of parameters and tokens that a map of a law shows. */
interface MapFrame {
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
