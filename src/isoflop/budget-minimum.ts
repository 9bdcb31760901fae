import type { Budget } from "./budgets.ts";
import { curveOf, type IsoflopCurve } from "./curve.ts";
import { lowestOf, type Minimum, type NoMinimum } from "./interpolation.ts";
import type { BudgetStatus } from "./results.ts";
import type { IsoflopSetting } from "./spec.ts";

/** Where more of the draws have no minimum within the sizes, those that have one say where the sizes end. */
const MOST_WITHOUT = 0.5;

/** Minima of the noised losses, a value a draw. At an edge ln N and ln D are infinite; NaN where there is no minimum. */
export interface MinimumDraws {
  logN: Float64Array;
  logD: Float64Array;
  loss: Float64Array;
  /** Share at an edge, and of those without a minimum for another reason. */
  edgeShare: number;
  lostShare: number;
  /** Standard deviation of ln N over the finite ones; NaN of fewer than two. */
  spread: number;
}

/** The minimum of one budget. */
export interface BudgetMinimum {
  budget: Budget;
  sizes: number;
  lowest: { n: number; loss: number };
  /** ln N, ln D and loss; NaN where there is none. */
  logN: number;
  logD: number;
  loss: number;
  /** Undefined where the noise is not known. */
  draws: MinimumDraws | undefined;
  status: BudgetStatus;
  reason: string | null;
}

/**
 * Finds the minimum of a budget, and its minima with noise on every loss.
 *
 * @param noise relative standard deviation of a loss; NaN where it is not known
 * @param unitNoise standard normal numbers of each run of the budget, one a draw
 */
export function budgetMinimum(
  budget: Budget,
  { interpolation, window }: IsoflopSetting,
  noise: number,
  unitNoise: readonly Float64Array[],
): BudgetMinimum {
  const curve = curveOf(budget);
  const reach = Math.log(window);
  const losses = curve.losses();
  const lowest = lowestOf(losses);
  const find = (values: Float64Array) => interpolation.minimum(curve.x, values, reach);
  const found: Minimum | NoMinimum = curve.x.length === 0 ? { kind: "few-sizes", sizes: 0 } : find(losses);
  const isMinimum = found.kind === "minimum";
  const isKnown = curve.x.length > 0 && found.kind !== "few-sizes" && !Number.isNaN(noise);
  const draws = isKnown
    ? noisedMinima(curve, unitNoise[0]!.length, (draw) => {
        return find(curve.losses((run) => noise * unitNoise[run]![draw]!));
      })
    : undefined;
  return {
    budget,
    sizes: curve.x.length,
    lowest: { n: curve.n[lowest] ?? Number.NaN, loss: losses[lowest] ?? Number.NaN },
    logN: isMinimum ? found.x : Number.NaN,
    logD: isMinimum ? curve.logTokens(found.x) : Number.NaN,
    loss: isMinimum ? found.loss : Number.NaN,
    draws,
    ...judge(found, draws, interpolation.fewestSizes, window),
  };
}

function noisedMinima(
  curve: IsoflopCurve,
  count: number,
  find: (draw: number) => Minimum | NoMinimum,
): MinimumDraws {
  const [logN, logD, loss] = [0, 1, 2].map(() => new Float64Array(count).fill(Number.NaN)) as [
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
  ];
  const finite: number[] = [];
  let edges = 0;
  for (let draw = 0; draw < count; draw++) {
    const found = find(draw);
    if (found.kind === "edge") {
      edges++;
      logN[draw] = found.side === "smallest" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    } else if (found.kind === "minimum") {
      finite.push(found.x);
      logN[draw] = found.x;
      loss[draw] = found.loss;
    }
    logD[draw] = curve.logTokens(logN[draw]!);
  }
  const mean = finite.reduce((sum, x) => sum + x, 0) / finite.length;
  const squares = finite.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    ...{ logN, logD, loss },
    edgeShare: edges / count,
    lostShare: (count - edges - finite.length) / count,
    spread: finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : Number.NaN,
  };
}

function judge(
  found: Minimum | NoMinimum,
  draws: MinimumDraws | undefined,
  fewest: number,
  window: number,
): { status: BudgetStatus; reason: string | null } {
  switch (found.kind) {
    case "few-sizes": {
      const within = Number.isNaN(window) ? "" : ` within a factor of ${window} of the lowest`;
      return { status: "few-sizes", reason: `${found.sizes} sizes${within}; at least ${fewest} are needed` };
    }
    case "edge":
      return { status: "edge", reason: `the loss falls up to the ${found.side} size` };
    case "not-convex":
      return { status: "not-convex", reason: "the curve has no minimum: it does not bend upwards" };
    case "minimum":
      if (draws === undefined) return { status: "no-noise", reason: NO_NOISE };
      return draws.edgeShare + draws.lostShare > MOST_WITHOUT
        ? { status: "unstable", reason: UNSTABLE }
        : { status: "ok", reason: null };
  }
}

const UNSTABLE = "with noise more than half of the draws have no minimum within the sizes";

/** Why there are no intervals. */
export const NO_NOISE = "the noise cannot be told: no budget has more than 4 sizes; give noise";
