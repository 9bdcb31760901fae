import { groupBy } from "../../collections.ts";
import type { Configuration, Method } from "../../methods/method.ts";
import { axisColumns, methodColumn } from "../../plan/cell-columns.ts";
import type { Cell } from "../../plan/plan-sweep.ts";
import type { Outcome } from "../../ranking/compare-axes.ts";
import { meanOf } from "../../statistics.ts";
import { rowsOf, type Table, valueAt } from "../../tables/table.ts";
import { count, number, tableOf, text } from "../../tables/table-of.ts";

/** A configuration and its errors over all tasks and targets. */
export interface RankedConfiguration {
  configuration: Configuration;
  /** Rank by mean relative error, from 1, among those of its kind with the most predictions, of the same targets; undefined where it has fewer. */
  rank: number | undefined;
  /** Number of predictions with a known actual value, and their errors, which are NaN without such predictions. */
  predictions: number;
  meanAbsError: number;
  meanAbsRelError: number;
  worst: Outcome | undefined;
}

/**
 * Ranks the configurations by their mean absolute relative error, the best first. Those that predict the same quantity as the
 * sweep's first configuration, scores or losses, come first. Those that predict fewer tasks and targets than others get no rank
 * and come last, because means over different predictions are not comparable; so families that each predict targets of their own (axis
 * `family`) are ranked apart.
 */
export function rankConfigurations(
  cells: readonly Cell[],
  outcomes: readonly Outcome[],
): RankedConfiguration[] {
  const kinds = [...new Set(cells.map(({ configuration }) => configuration.predicts))];
  const ranked = kinds.map((kind) => {
    const isOf = ({ configuration }: Cell) => configuration.predicts === kind;
    return rankRivals(
      cells.filter(isOf),
      outcomes.filter(({ cell }) => isOf(cell)),
    );
  });
  return [
    ...ranked.flatMap((ofKind) => ofKind.filter(({ rank }) => rank !== undefined)),
    ...ranked.flatMap((ofKind) => ofKind.filter(({ rank }) => rank === undefined)),
  ];
}

function rankRivals(cells: readonly Cell[], outcomes: readonly Outcome[]): RankedConfiguration[] {
  const byConfiguration = new Map<Configuration, Outcome[]>();
  for (const { configuration } of cells) byConfiguration.set(configuration, []);
  for (const outcome of outcomes) byConfiguration.get(outcome.cell.configuration)!.push(outcome);
  const all = Array.from(byConfiguration, ([configuration, ofConfiguration]) => ({
    configuration,
    predictions: ofConfiguration.length,
    meanAbsError: meanOf(ofConfiguration, ({ absError }) => absError),
    meanAbsRelError: meanOf(ofConfiguration, ({ absRelError }) => absRelError),
    worst: ofConfiguration.toSorted((a, b) => b.absRelError - a.absRelError)[0],
    targets: configuration.values.has("family") ? targetsOf(ofConfiguration) : "",
  }));
  // Configurations without any measured value get no rank.
  const most = Math.max(1, ...all.map(({ predictions }) => predictions));
  const rivals = groupBy(
    all.filter(({ predictions }) => predictions === most),
    ({ targets }) => targets,
  );
  const rest = all.filter(({ predictions }) => predictions < most);
  return [
    ...[...rivals.values()].flatMap((ofTargets) =>
      ofTargets
        .sort((a, b) => a.meanAbsRelError - b.meanAbsRelError)
        .map((configuration, i) => ({ ...configuration, rank: i + 1 })),
    ),
    ...rest.map((configuration) => ({ ...configuration, rank: undefined })),
  ];
}

/** Names of targets, as a key. */
const targetsOf = (outcomes: readonly Outcome[]): string =>
  [...new Set(outcomes.map(({ target }) => target))].sort().join("\n");

/** Whether the configurations of the first kind of metric were ranked together, so that one of them is the best. */
export function haveOneBest(configurations: Table): boolean {
  const firsts = rowsOf(configurations).filter(
    (row) =>
      valueAt(configurations, "rank", row) === 1 &&
      valueAt(configurations, "predicts", row) === valueAt(configurations, "predicts", 0),
  );
  return firsts.length === 1;
}

/** Table `configurations`: a row for each configuration, the best first. */
export function configurationsTable(method: Method, ranked: readonly RankedConfiguration[]): Table {
  return tableOf<RankedConfiguration>(ranked, [
    methodColumn(method),
    count(
      "rank",
      "place among those that predict the same kind of metric, from 1; families that predict their own targets apart",
    ),
    text("predicts", "`score` or `loss`", ({ configuration }) => configuration.predicts),
    ...axisColumns(method),
    count("predictions", "predictions whose actual score is known and not 0; the means are over these"),
    number("mean_abs_error", "mean of abs_error"),
    number("mean_abs_rel_error", "mean of abs(rel_error)"),
    number("max_abs_rel_error", "its maximum", ({ worst }) => worst?.absRelError),
    text("worst_task", "task of the maximum", ({ worst }) => worst?.cell.task),
    text("worst_target", "target of the maximum", ({ worst }) => worst?.target),
  ]);
}
