import { judgeInterval } from "../intervals/judge.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import type { CurvePoint, MixtureIdentity } from "./results.ts";
import { type MixtureSpace, type Shares, slicesOf } from "./space.ts";
import { endsOf, type Surface } from "./surface.ts";

/**
 * The predicted values along the curves through a baseline, at each level of interval.
 *
 * @param levels one that is undefined for no interval
 */
export function curvePoints(
  surface: Surface,
  identity: MixtureIdentity,
  space: MixtureSpace,
  baseline: Shares,
  levels: readonly (number | undefined)[],
): CurvePoint[] {
  const range = rangeOfPredictions(identity.configuration);
  return slicesOf(space, baseline).flatMap(({ source, mixtures }) => {
    const verdicts = surface.judge(mixtures);
    return mixtures.flatMap((shares, m) => {
      const draws = surface.drawsAt(shares);
      const predicted = surface.at(shares);
      return levels.map((level) => {
        const interval = endsOf(draws, level);
        const judged = judgeInterval({ ...interval, status: "ok" }, predicted, range);
        const varied = space.sources[source]!;
        return { ...identity, varied, shares, predicted, verdict: verdicts[m]!, level, interval, ...judged };
      });
    });
  });
}
