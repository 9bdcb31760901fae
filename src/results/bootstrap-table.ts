import { countReasons, degenerateReasons } from "../bootstrap/degenerate.ts";
import type { StageUse } from "../bootstrap/plan-bootstrap.ts";
import type { StageReplicates } from "../bootstrap/resample-stage.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";

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
    text("problem", ({ use }) => use.problem.key),
    text("stage", ({ use }) => use.stage),
    text("subject", ({ use }) => use.subject ?? null),
    text("task", ({ use }) => [...use.tasks].join(", ")),
    text("form", ({ use }) => use.problem.form.name),
    count("cells", ({ use }) => use.cells),
    text("scheme", () => scheme),
    text("population", ({ use }) => use.population.name),
    count("drawn_runs", ({ use }) => use.points.measuredRuns),
    count("points", ({ use }) => use.points.points),
    count("fixed_points", ({ use }) => use.points.fixedPoints),
    count("resamples", ({ summary }) => summary?.resamples ?? 0),
    number("fresh_start_wins", ({ summary }) => share(summary)),
    count("degenerate", ({ summary }) => summary?.degenerate ?? 0),
    text("reasons", ({ summary }) => summary?.reasons ?? null),
    count("lost_terms", ({ summary }) => summary?.lostTerms ?? 0),
    text("skipped", ({ use }) => use.skipped ?? null),
    text("caution", ({ use }) => use.caution ?? null),
  ]);
}

/** Share of the replicates in which a random start won; NaN without replicates. */
function share(summary: ReplicateSummary | undefined): number {
  return summary === undefined || summary.resamples === 0
    ? Number.NaN
    : summary.freshWins / summary.resamples;
}
