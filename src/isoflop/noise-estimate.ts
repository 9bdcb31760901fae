import { groupBy } from "../collections.ts";
import { normalQuantile } from "../intervals/normal.ts";
import { philox } from "../solve/philox.ts";
import { randomKey } from "../solve/resampling.ts";
import { mean } from "../statistics.ts";
import { windowOf } from "./curve.ts";
import type { SizeLosses } from "./interpolation.ts";
import { LEAST_SIZES } from "./interpolations.ts";
import { fitPowerShape, freedomOf, type NearLosses } from "./power-shape.ts";

/** Farthest size in ln N from that of the lowest loss, where a budget has enough nearer ones: a factor of 3. */
const REACH = Math.log(3);
const FEWEST_SIZES = 3;
/** From here on replicates alone tell the noise: a standard error of 22 %. */
const ENOUGH_REPLICATES = 10;
/** With less, 90 % intervals would be more than 3 times as wide as with known noise. */
const LEAST_FREEDOM = 2;

/** How large the noise of a loss is, and from how much that is known. */
interface NoiseEstimate {
  /** Relative standard deviation of a loss; NaN where it cannot be told. */
  noise: number;
  /** Degrees of freedom of the variance; not a whole number where a prior held part of a parameter. */
  freedom: number;
  from: "replicates" | "fit";
}

/**
 * Relative standard deviation of a loss, told by the runs. Where budgets have runs of one size with 10 degrees of freedom or more
 * it is that of these replicates. Else it is of the residuals of the runs near the lowest loss of their budget from two powers of N whose
 * exponents all budgets share (`powers`): no curve goes through sizes that lie far from the minimum, so that its lack of fit
 * does not count. It holds all that moves single runs off the curve (seed, data order, a learning rate that suits one size
 * less), and nothing that a whole budget has in common.
 *
 * @param budgets ln N, ascending, and losses of the runs of each; runs of one size follow each other
 */
export function estimateNoise(budgets: readonly SizeLosses[]): NoiseEstimate {
  const replicates = withinSizes(budgets);
  if (replicates.freedom >= ENOUGH_REPLICATES) {
    return {
      noise: Math.sqrt(replicates.squares / replicates.freedom),
      freedom: replicates.freedom,
      from: "replicates",
    };
  }
  const near = budgets.flatMap((budget) => nearLowest(budget) ?? []);
  const shape = fitPowerShape(near);
  const freedom = freedomOf(near, shape);
  const isTold = freedom >= LEAST_FREEDOM;
  return {
    noise: isTold ? Math.sqrt(shape.squares / freedom) : Number.NaN,
    freedom: isTold ? freedom : 0,
    from: "fit",
  };
}

/** Squares of ln(loss) about the mean of its size and budget. */
function withinSizes(budgets: readonly SizeLosses[]): { squares: number; freedom: number } {
  let [squares, freedom] = [0, 0];
  for (const budget of budgets) {
    for (const own of bySize(budget).values()) {
      const logs = own.map(Math.log);
      const centre = mean(logs);
      for (const log of logs) squares += (log - centre) ** 2;
      freedom += own.length - 1;
    }
  }
  return { squares, freedom };
}

/** The runs of the sizes within reach of the lowest mean loss, with their places in the budget; undefined of fewer than three sizes. */
export function nearLowest(budget: SizeLosses): (NearLosses & { runs: number[] }) | undefined {
  const sizes = bySize(budget);
  if (sizes.size < FEWEST_SIZES) return undefined;
  const x = Float64Array.from(sizes.keys());
  const [first, end] = windowOf(x, Float64Array.from(sizes.values(), mean), REACH, LEAST_SIZES);
  const origin = x[(first + end) >> 1]!;
  const runs = Array.from(budget.x.keys()).filter(
    (run) => budget.x[run]! >= x[first]! && budget.x[run]! <= x[end - 1]!,
  );
  return {
    u: Float64Array.from(runs, (run) => budget.x[run]! - origin),
    losses: Float64Array.from(runs, (run) => budget.losses[run]!),
    runs,
  };
}

function bySize({ x, losses }: SizeLosses): Map<number, number[]> {
  const runs = groupBy(
    Array.from(x, (size, run) => ({ size, loss: losses[run]! })),
    ({ size }) => size,
  );
  return new Map(Array.from(runs, ([size, own]) => [size, own.map(({ loss }) => loss)]));
}

/** What the random numbers of noise are for; kernels and resamples have others (src/bootstrap/philox.ts). */
const PURPOSE = 100;

/**
 * Standard normal numbers, one a draw. The same seed and name always give the same ones, and more draws leave the first as
 * they are.
 *
 * @param name of what the noise is on: family, subject, metric, place of the run
 */
export function normalDraws(seed: number, name: string, draws: number): Float64Array {
  const key = randomKey(name);
  const words = new Uint32Array(4);
  return Float64Array.from({ length: draws }, (_, draw) => {
    if (draw % 4 === 0) philox(seed, key, [draw / 4, 0, 0, PURPOSE], words);
    return normalQuantile((words[draw % 4]! + 0.5) / 2 ** 32);
  });
}
