import { countReasons, degenerateReasons } from "../bootstrap/degenerate.ts";
import type { StageUse } from "../bootstrap/plan-bootstrap.ts";
import type { StageReplicates } from "../bootstrap/resample-stage.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, number, tableOf, text, via } from "../tables/table-of.ts";
import { fitIdentity } from "./fit-tables.ts";

/** A stage's problem and the summary of its replicates. */
export interface BootstrapRow {
  use: StageUse;
  /** Undefined where the problem was not resampled. */
  summary: ReplicateSummary | undefined;
}

/** The counts of replicates that are kept after the replicates are discarded. */
export interface ReplicateSummary {
  resamples: number;
  freshWins: number;
  lostTerms: number;
  degenerate: number;
  /** `few-points 3, undefined 1`; null where none is degenerate. */
  reasons: string | null;
}

/** Counts the replicates of a stage. */
export function summariseReplicates({ degenerate, freshWins, lostTerms }: StageReplicates): ReplicateSummary {
  const counts = countReasons(degenerate);
  const names = Object.keys(degenerateReasons) as (keyof typeof degenerateReasons)[];
  const reasons = names.flatMap((name) => (counts.has(name) ? [`${name} ${counts.get(name)}`] : []));
  return {
    resamples: degenerate.length,
    freshWins,
    lostTerms,
    degenerate: degenerate.reduce((sum, code) => sum + (code === 0 ? 0 : 1), 0),
    reasons: reasons.length === 0 ? null : reasons.join(", "),
  };
}

const NOT_RESAMPLED = { resamples: 0, freshWins: 0, lostTerms: 0, degenerate: 0, reasons: null };

const summaryColumns: readonly ColumnOf<ReplicateSummary>[] = [
  count("resamples", "replicates solved"),
  number(
    "fresh_start_wins",
    "share of them in which a random start was better than starting from the fit of the data, by 1e-9 or more of the objective",
    ({ freshWins, resamples }) => freshWins / resamples,
  ),
  count("degenerate", "replicates left out of intervals"),
  text("reasons", "their number for each reason"),
  count("lost_terms", "replicates with a power-law term below 1e-6 of the value at every point; kept"),
];

/** Table `bootstrap`: one row for each problem and stage that was to be resampled. */
export function bootstrapTable(scheme: string, rows: readonly BootstrapRow[]): Table {
  return tableOf<BootstrapRow>(rows, [
    ...via(fitIdentity, ({ use }: BootstrapRow) => ({ ...use, key: use.problem.key })),
    count("cells", "stages of cells that share its replicates", ({ use }) => use.cells),
    text("scheme", "how the resamples were drawn", () => scheme),
    text(
      "population",
      "what they were drawn from; rows with one population saw the same draws",
      ({ use }) => use.population.name,
    ),
    count("drawn_runs", "its runs that have points", ({ use }) => use.points.measuredRuns),
    count("points", "points fitted", ({ use }) => use.points.points),
    count(
      "fixed_points",
      "points that are in every resample unchanged: an anchor, a target's own checkpoints",
      ({ use }) => use.points.fixedPoints,
    ),
    ...via(summaryColumns, ({ summary = NOT_RESAMPLED }: BootstrapRow) => summary),
    text("skipped", "why it was not resampled", ({ use }) => use.skipped),
    text("caution", "what to know before trusting its intervals", ({ use }) => use.caution),
  ]);
}
