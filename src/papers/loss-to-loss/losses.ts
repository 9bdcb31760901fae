import { getOrInsert } from "../../collections.ts";
import { readFinal } from "../../methods/final-window.ts";
import {
  keyOf,
  type Measured,
  measureFitRuns,
  measureTarget,
  type Quantity,
} from "../../methods/measured.ts";
import {
  familyOfRuns,
  perIndex,
  type RunIndex,
  type Size,
  selectedRuns,
  sizeAt,
} from "../../methods/runs.ts";
import { mean } from "../../statistics.ts";
import { lastRows } from "../../tables/run-order.ts";

/** A run at the end of its training, and its final loss or error. */
export interface FinalLoss {
  run: string;
  size: Size;
  value: number;
}

/** A loss, or an error, of the runs on a corpus. */
export interface Side {
  quantity: Quantity;
  /** The corpus. */
  family: string;
  /** Whether the quantity is a score that is turned into an error, 1 - score. */
  isError: boolean;
}

/** A side, and what at the end of a run its final value is the mean of, as `finalPart` takes it. */
type FinalOf = Side & { finalWindow: number };

const keyOfFinal = ({ quantity, family, isError, finalWindow }: FinalOf): unknown => [
  keyOf(quantity),
  family,
  isError,
  finalWindow,
];

function finalValue(index: RunIndex, { isError, finalWindow }: FinalOf, measured: Measured): number {
  const value = mean(readFinal(index, measured, finalWindow).values);
  return isError ? 1 - value : value;
}

/** Final losses of the selected fit runs of a family, in the order of their content; runs without the quantity are left out. */
export const finalLosses = perIndex(
  ({ runs, ...side }: FinalOf & { runs: string }) => JSON.stringify([keyOfFinal(side), runs]),
  (index, { runs, ...side }) => {
    const families = familyOfRuns(index, undefined);
    const measured = [...measureFitRuns(index, { quantity: side.quantity, runs })];
    return measured
      .filter(([run]) => families.get(run) === side.family)
      .map(([run, checkpoints]): FinalLoss => {
        const size = sizeAt(index.table, checkpoints.rows.at(-1)!);
        return { run, size, value: finalValue(index, side, checkpoints) };
      });
  },
);

/** Final losses of the table's targets of a family. */
export const targetLosses = perIndex(
  (side: FinalOf) => JSON.stringify(keyOfFinal(side)),
  (index, side) => {
    const families = familyOfRuns(index, undefined);
    return index.targets.flatMap(({ name, ...size }): FinalLoss[] => {
      if (families.get(name) !== side.family) return [];
      const checkpoints = measureTarget(index, { quantity: side.quantity, target: name });
      return checkpoints.rows.length === 0
        ? []
        : [{ run: name, size, value: finalValue(index, side, checkpoints) }];
    });
  },
);

/**
 * For each fit run, the run under whose name it is resampled: the first, in the order of content, with its parameters and final
 * tokens. Runs of one size on all corpora are drawn together, so that pairs stay pairs.
 */
const drawnNames = perIndex(
  (_: undefined) => "",
  ({ table, places }) => {
    const { role, n, d } = table;
    const firstOfSize = new Map<string, string>();
    const names = new Map<string, string>();
    for (const [name, row] of lastRows(table, places.keys(), (row) => role[row] === "fit")) {
      const size = `${n[row]} ${d[row]}`;
      names.set(
        name,
        getOrInsert(firstOfSize, size, () => name),
      );
    }
    return names;
  },
);

/** The name under which a fit run is resampled. */
export function drawnAs(index: RunIndex): (run: string) => string {
  const names = drawnNames(index, undefined);
  return (run) => names.get(run)!;
}

/** Names under which the selected fit runs are resampled, in the order of content. */
export function drawnRuns(index: RunIndex, runs: string): string[] {
  return [...new Set(selectedRuns(index, runs).map(drawnAs(index)))];
}
