import type { CellDraws } from "./bootstrap-cells.ts";
import { type Quantity, quantities, quantityNames } from "./chain.ts";

/** A target's quantities with one run left out: an array for each stratum of the runs, one value a run. */
export type TargetJackknife = Record<Quantity, Float64Array[]>;

/** Chains the fits with one run left out, of all stages at once, into predictions; NaN where a fit has no solution. */
export function jackknifeTargets({ cell, uses, outcomes }: CellDraws): Map<string, TargetJackknife> {
  const drawn = uses.find((use) => use !== undefined && !use.isApart);
  const found = new Map<string, TargetJackknife>();
  if (drawn === undefined) return found;
  const { runs, strata } = drawn.population;
  const empty = (): Float64Array[] => strata.map((size) => new Float64Array(size).fill(Number.NaN));
  const place = strata.flatMap((size, stratum) => Array.from({ length: size }, (_, i) => ({ stratum, i })));
  runs.forEach((_, run) => {
    const parameters = uses.map((use, s) =>
      use?.isApart ? use.solution.parameters : outcomes[s]?.leftOut?.[run],
    );
    for (const prediction of cell.plan.predict(parameters)) {
      let own = found.get(prediction.target);
      if (own === undefined) {
        own = { predicted: empty(), feature: empty(), link: empty() };
        found.set(prediction.target, own);
      }
      const { stratum, i } = place[run]!;
      for (const name of quantityNames) own[name][stratum]![i] = prediction[quantities[name].estimate];
    }
  });
  return found;
}
