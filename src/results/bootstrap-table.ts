import { countReasons, degenerateReasons } from "../bootstrap/degenerate.ts";
import type { StageUse } from "../bootstrap/plan-bootstrap.ts";
import type { StageReplicates } from "../bootstrap/resample-stage.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text, via } from "../tables/table-of.ts";
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
    count("resamples", "replicates solved", ({ summary }) => summary?.resamples ?? 0),
    number(
      "fresh_start_wins",
      "share of them in which a random start was better than starting from the fit of the data, by 1e-9 or more of the objective",
      ({ summary }) => share(summary),
    ),
    count("degenerate", "replicates left out of intervals", ({ summary }) => summary?.degenerate ?? 0),
    text("reasons", "their number for each reason", ({ summary }) => summary?.reasons),
    count(
      "lost_terms",
      "replicates in which a power-law term is below 1e-6 of the value at every point; they are kept",
      ({ summary }) => summary?.lostTerms ?? 0,
    ),
    text("skipped", "why it was not resampled", ({ use }) => use.skipped),
    text("caution", "what to know before trusting its intervals", ({ use }) => use.caution),
  ]);
}

/** Share of the replicates in which a random start won; NaN without replicates. */
function share(summary: ReplicateSummary | undefined): number {
  return summary === undefined || summary.resamples === 0
    ? Number.NaN
    : summary.freshWins / summary.resamples;
}
