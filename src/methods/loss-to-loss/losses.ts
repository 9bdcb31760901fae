import { lastRows } from "../../tables/run-order.ts";
import { finalPart, keyOf, mean, measureFitRuns, measureTarget, type Quantity } from "../measured.ts";
import { familyOfRuns, perIndex, type RunIndex, type Size, selectedRuns, sizeAt } from "../runs.ts";

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
    const losses: FinalLoss[] = [];
    for (const [run, measured] of measureFitRuns(index, { quantity, runs })) {
      if (families.get(run) !== family) continue;
      const { rows, values } = finalPart(measured, finalWindow);
      losses.push({ run, size: sizeAt(index.table, rows.at(-1)!), value: mean(values) });
    }
    return losses;
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

/**
 * The run under whose name each fit run is resampled: the first, in the order of content, of its parameters and final tokens.
 * Runs of one size on all corpora are drawn together, so that pairs stay pairs.
 */
export const drawnAs = perIndex(
  (_: undefined) => "",
  ({ table, places }) => {
    const { role, n, d } = table;
    const firstOfSize = new Map<string, string>();
    const names = new Map<string, string>();
    for (const [name, row] of lastRows(table, places.keys(), (row) => role[row] === "fit")) {
      const size = `${n[row]} ${d[row]}`;
      const first = firstOfSize.get(size) ?? name;
      firstOfSize.set(size, first);
      names.set(name, first);
    }
    return names;
  },
);

/** Names under which the selected fit runs are drawn, in the order of content. */
export function drawnRuns(index: RunIndex, runs: string): string[] {
  const names = drawnAs(index, undefined);
  return [...new Set(selectedRuns(index, runs).map((run) => names.get(run)!))];
}
