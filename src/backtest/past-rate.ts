import { groupBy } from "../group-by.ts";
import type { Configuration } from "../methods/method.ts";
import { type IntervalKey, keyText } from "./back-prediction.ts";
import type { HitRate } from "./hit-rates.ts";
import { nearestBelow, RATIO_BINS } from "./ratio-bins.ts";

/** Finds how a kind of interval did in back-tests at an extrapolation ratio; undefined where that is not known. */
export type PastRate = (configuration: Configuration, key: IntervalKey, ratio: number) => HitRate | undefined;

/** Makes the function: it takes the range of the ratio, or the nearest one below that had intervals. */
export function pastRates(rates: readonly HitRate[]): PastRate {
  const byConfiguration = groupBy(rates, ({ configuration }) => configuration);
  const found = new Map(
    Array.from(byConfiguration, ([configuration, own]) => [configuration, groupBy(own, keyText)]),
  );
  return (configuration, key, ratio) => {
    const own = found.get(configuration)?.get(keyText(key)) ?? [];
    const byBin = RATIO_BINS.map((_, bin) => own.find((rate) => rate.bin === bin && rate.count > 0));
    return nearestBelow(byBin, ratio);
  };
}
