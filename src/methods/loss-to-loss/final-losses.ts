import { mean } from "../../statistics.ts";
import { familyOfRuns } from "../families.ts";
import { finalPart } from "../final-mean.ts";
import { keyOf, measureFitRuns, measureTarget, type Quantity } from "../measured.ts";
import { perIndex } from "../per-index.ts";
import { type Size, sizeAt } from "../size.ts";

/** A run at the end of its training, and its final loss (or score). */
export interface FinalLoss {
  run: string;
  size: Size;
  value: number;
}

/** What final losses are wanted of. */
export interface LossesOf {
  quantity: Quantity;
  /** Corpus of the runs. */
  family: string;
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
}

const keyOfLosses = ({ quantity, family, finalWindow }: LossesOf): unknown => [
  keyOf(quantity),
  family,
  finalWindow,
];

/** Final losses of the selected fit runs of a family, in the order of their content; runs without the quantity are left out. */
export const finalLosses = perIndex(
  ({ runs, ...losses }: LossesOf & { runs: string }) => JSON.stringify([keyOfLosses(losses), runs]),
  (index, { quantity, family, finalWindow, runs }) => {
    const families = familyOfRuns(index, undefined);
    const found: FinalLoss[] = [];
    for (const [run, measured] of measureFitRuns(index, { quantity, runs })) {
      if (families.get(run) !== family) continue;
      const { rows, values } = finalPart(measured, finalWindow);
      found.push({ run, size: sizeAt(index.table, rows.at(-1)!), value: mean(values) });
    }
    return found;
  },
);

/** Final losses of the table's targets of a family. */
export const targetLosses = perIndex(
  (losses: LossesOf) => JSON.stringify(keyOfLosses(losses)),
  (index, { quantity, family, finalWindow }) => {
    const families = familyOfRuns(index, undefined);
    return index.targets.flatMap(({ name, ...size }): FinalLoss[] => {
      if (families.get(name) !== family) return [];
      const { values } = finalPart(measureTarget(index, { quantity, target: name }), finalWindow);
      return values.length === 0 ? [] : [{ run: name, size, value: mean(values) }];
    });
  },
);
