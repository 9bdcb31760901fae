import { UserError } from "../errors.ts";
import { runColumns } from "../methods/run-columns.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { columnOf } from "../tables/table.ts";
import { countOf } from "../text.ts";
import type { Backtest } from "./spec.ts";

/** A size up to which runs are fitted; the larger ones are predicted. */
export interface Cut {
  /** The largest size fitted. */
  size: number;
  /** Fit runs of the table with their sizes: at most the cut's, and larger. */
  fitted: ReadonlyMap<string, number>;
  heldOut: ReadonlyMap<string, number>;
}

/** The cuts of a table, the smallest first. */
export interface Cuts {
  cuts: readonly Cut[];
  /** Sizes below which too few runs lie. */
  tooFew: number;
}

/** The runs of a table are too few, or too alike, for a back-test. */
export class NoCutError extends UserError {
  /** Why there is no cut. */
  readonly reason: string;

  constructor(where: string, reason: string, allowed: string) {
    super(`${where}: ${reason}; allowed: ${allowed}`);
    this.reason = reason;
  }
}

/**
 * Every cut that leaves enough runs to fit and at least one to predict.
 *
 * @param where the sweep, for messages
 * @throws NoCutError where there is none, with the reason
 */
export function findCuts(
  table: CheckpointTable,
  { by, least_runs: leastRuns }: Pick<Backtest, "by" | "least_runs">,
  where: string,
): Cuts {
  const facts = runColumns(table);
  const values = Float64Array.from(columnOf(facts, by).values, Number);
  const names = Array.from<unknown, string>(columnOf(facts, "run").values, String);
  const runs = names.map((name, i) => ({ name, size: values[i]! }));
  const sizes = [...new Set(values)].sort((a, b) => a - b);
  const all = sizes.slice(0, -1).map((size): Cut => {
    return {
      size,
      fitted: sizesOf(runs.filter((run) => run.size <= size)),
      heldOut: sizesOf(runs.filter((run) => run.size > size)),
    };
  });
  const cuts = all.filter(({ fitted }) => fitted.size >= leastRuns);
  if (cuts.length > 0) return { cuts, tooFew: all.length - cuts.length };
  const fit = countOf(runs.length, "fit run");
  const why =
    sizes.length < 2
      ? `the ${fit} of ${table.source} have one ${by} (${sizes[0] ?? "none"}): none is larger than another`
      : `of the ${fit} of ${table.source} ${all.at(-1)!.fitted.size} are below the largest ${by}, and least_runs is ${leastRuns}`;
  const other = by === "n" ? "by: c" : "by: n";
  const allowed = sizes.length < 2 ? other : `a smaller least_runs, or ${other}`;
  throw new NoCutError(`${where}: backtest`, `no cut is possible: ${why}`, allowed);
}

function sizesOf(runs: readonly { name: string; size: number }[]): ReadonlyMap<string, number> {
  return new Map(runs.map(({ name, size }) => [name, size]));
}
