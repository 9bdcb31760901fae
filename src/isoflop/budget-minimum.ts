import { meanOf } from "../statistics.ts";
import { countOf } from "../text.ts";
import type { Budget } from "./budgets.ts";
import { curveOf, type IsoflopCurve, usedSizes } from "./curve.ts";
import { lowestOf, type Minimum, type NoMinimum } from "./interpolation.ts";
import type { Noise } from "./noise.ts";
import type { ShapeDraw } from "./powers.ts";
import type { BudgetStatus } from "./results.ts";
import type { IsoflopSetting } from "./spec.ts";

/** If more of the draws have no minimum within the sizes, the minima of the others only show where the sizes end. */
const MOST_WITHOUT = 0.5;

/** Minima of the noised losses, a value a draw. At an edge ln N and ln D are infinite; NaN where there is no minimum. */
export interface MinimumDraws {
  logN: Float64Array;
  logD: Float64Array;
  loss: Float64Array;
  /** Weight of a budget in the draw's law over its weight in the law itself, by how far noise moves its minimum. */
  weights: Float64Array;
  /** Share of the draws at an edge, and of those without a minimum for another reason. */
  edgeShare: number;
  lostShare: number;
  /** Standard deviation of ln N over the finite ones, with noise of the estimated size; NaN where fewer than two are finite. */
  spread: number;
}

/** The minimum of one budget. */
export interface BudgetMinimum {
  budget: Budget;
  sizes: number;
  lowest: { n: number; loss: number };
  /** ln N, ln D and loss of the minimum; NaN if there is none. */
  logN: number;
  logD: number;
  loss: number;
  /** Minima of the draws; undefined if the noise is 0 or not known. */
  draws: MinimumDraws | undefined;
  status: BudgetStatus;
  reason: string | null;
}

/** Finds the minima of the budgets of one family and subject, and their minima with noise on every loss. */
export function budgetMinima(
  budgets: readonly Budget[],
  setting: IsoflopSetting,
  noise: Noise,
): BudgetMinimum[] {
  const { interpolation, window } = setting;
  const curves = budgets.map(curveOf);
  const measured = curves.map((curve) => curve.losses());
  const used = curves.map(({ x }, b) => usedSizes(interpolation, { x, losses: measured[b]! }, window));
  const x = curves.map((curve, b) => curve.x.subarray(...used[b]!));
  const near = (losses: readonly Float64Array[]) =>
    losses.map((lossesOf, b) => lossesOf.subarray(...used[b]!));
  const shapeOf = (losses: readonly Float64Array[], draw?: ShapeDraw) =>
    interpolation.shape?.(
      x.map((sizes, b) => ({ x: sizes, losses: losses[b]! })),
      draw,
    );
  const nearMeasured = near(measured);
  const shape = shapeOf(nearMeasured);
  const estimates = x.map((sizes, b) => interpolation.minimum(sizes, nearMeasured[b]!, shape));
  const draws = estimates.map(({ kind }): (Minimum | NoMinimum)[] | undefined =>
    noise.sd > 0 && kind !== "few-sizes" ? [] : undefined,
  );
  // Every draw uses the estimate's sizes: windows of their own would make draws differ more than estimates do.
  for (let draw = 0; noise.sd > 0 && draw < noise.scales.length; draw++) {
    const sd = noise.sd * noise.scales[draw]!;
    const losses = near(curves.map((curve, b) => curve.losses((run) => sd * noise.unit[b]![run]![draw]!)));
    const shifts = [noise.shifts[0][draw]!, noise.shifts[1][draw]!] as const;
    const drawnShape = shapeOf(losses, shape && { near: shape, shifts });
    draws.forEach((minima, b) => {
      minima?.push(interpolation.minimum(x[b]!, losses[b]!, drawnShape));
    });
  }
  return budgets.map((budget, b) => {
    const [curve, minimum, losses] = [curves[b]!, estimates[b]!, measured[b]!];
    const isMinimum = minimum.kind === "minimum";
    const drawn = draws[b] && summarise(draws[b], minimum, curve, noise.scales);
    const lowest = lowestOf(losses);
    return {
      budget,
      sizes: curve.x.length,
      lowest: { n: curve.n[lowest] ?? Number.NaN, loss: losses[lowest] ?? Number.NaN },
      logN: isMinimum ? minimum.x : Number.NaN,
      logD: isMinimum ? curve.logTokens(minimum.x) : Number.NaN,
      loss: isMinimum ? minimum.loss : Number.NaN,
      draws: drawn,
      ...judge(minimum, drawn, noise, setting, {
        sizes: curve.x.length,
        joinedBy: budget.joinedBy,
        outlier: noise.outliers[b],
      }),
    };
  });
}

function summarise(
  minima: readonly (Minimum | NoMinimum)[],
  estimate: Minimum | NoMinimum,
  curve: IsoflopCurve,
  scales: Float64Array,
): MinimumDraws {
  const count = minima.length;
  const logN = Float64Array.from(minima, (minimum) => {
    if (minimum.kind === "edge")
      return minimum.side === "smallest" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return minimum.kind === "minimum" ? minimum.x : Number.NaN;
  });
  const edges = minima.filter(({ kind }) => kind === "edge").length;
  const finite = minima.flatMap((minimum, draw) =>
    minimum.kind === "minimum" ? { x: minimum.x, scale: scales[draw]! } : [],
  );
  const centre = meanOf(finite, ({ x }) => x);
  const squares = finite.reduce((sum, { x, scale }) => sum + ((x - centre) / scale) ** 2, 0);
  return {
    logN,
    logD: logN.map((x) => curve.logTokens(x)),
    loss: Float64Array.from(minima, (minimum) => (minimum.kind === "minimum" ? minimum.loss : Number.NaN)),
    weights: Float64Array.from(minima, (minimum) => (sensitivityOf(estimate) / sensitivityOf(minimum)) ** 2),
    edgeShare: edges / count,
    lostShare: (count - edges - finite.length) / count,
    spread: finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : Number.NaN,
  };
}

function sensitivityOf(minimum: Minimum | NoMinimum): number {
  return minimum.kind === "minimum" ? (minimum.sensitivity ?? 1) : 1;
}

function judge(
  minimum: Minimum | NoMinimum,
  draws: MinimumDraws | undefined,
  noise: Noise,
  { interpolation, window }: IsoflopSetting,
  budget: { sizes: number; joinedBy: number | null; outlier: string | undefined },
): { status: BudgetStatus; reason: string | null } {
  const remedy =
    budget.joinedBy === null
      ? []
      : [`its runs and those of its neighbours may be one budget: --tolerance ${budget.joinedBy} joins them`];
  switch (minimum.kind) {
    case "few-sizes": {
      const within =
        Number.isNaN(window) || minimum.sizes === budget.sizes
          ? ""
          : ` within a factor of ${window} of the lowest`;
      const reason = `${countOf(minimum.sizes, "size")}${within}; at least ${interpolation.fewestSizes} are needed`;
      return { status: "few-sizes", reason: [reason, ...remedy].join("; ") };
    }
    case "edge":
      return { status: "edge", reason: `the loss falls up to the ${minimum.side} size` };
    case "not-convex":
      return { status: "not-convex", reason: "the curve has no minimum: it does not bend upwards" };
    case "minimum":
      if (Number.isNaN(noise.sd)) return { status: "no-noise", reason: NO_NOISE };
      if (draws === undefined) return { status: "no-spread", reason: noSpread(noise) };
      if (draws.edgeShare + draws.lostShare > MOST_WITHOUT) return { status: "unstable", reason: UNSTABLE };
      if (budget.outlier !== undefined) return { status: "outlier", reason: budget.outlier };
      return { status: "ok", reason: remedy[0] ?? null };
  }
}

const UNSTABLE = "with noise more than half of the draws have no minimum within the sizes";

/** Why there are no intervals. */
export const NO_NOISE =
  "the noise cannot be estimated: the runs leave fewer than 2 degrees of freedom beyond the curves through them (5 sizes a budget, or runs of one size, help); give noise";

/** Why no draw differs from another. */
export function noSpread({ source }: Pick<Noise, "source">): string {
  return source === "given"
    ? "no interval: noise is 0"
    : "no interval: the losses lie on the curves to rounding and show no noise; give noise";
}
