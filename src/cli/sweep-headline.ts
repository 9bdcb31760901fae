import type { Analysis } from "../extension.ts";
import { analyses } from "../registry.ts";
import { haveOneBest } from "../results/analysis/rank-configurations.ts";
import type { ResultTables } from "../results/result-tables.ts";
import { rowsOf, shownAt, type Table, valueAt } from "../tables/table.ts";
import { countOf } from "../text.ts";

/** Number of axes that are named as the most important. */
const MOST_AXES = 3;

/**
 * What a sweep over several configurations found, in a line or two: the best of them, and the axes that matter most.
 * Empty for a single configuration; without actual values it says what is missing.
 */
export function formatHeadline({
  configurations,
  axis_importance: axes,
}: Pick<ResultTables, "configurations" | "axis_importance">): string {
  if (configurations.rows < 2) return "";
  const measured = rowsOf(configurations).some(
    (row) => Number(valueAt(configurations, "predictions", row)) > 0,
  );
  if (!measured) {
    const ranking = analyses.flatMap((analysis: Analysis) => analysis.scoresPredictions ?? []);
    return (
      "configurations are not ranked: no determined prediction has a measured value; a table with measured targets" +
      `${ranking.map((how) => `, or ${how},`).join("")} would rank them\n`
    );
  }
  if (valueAt(configurations, "rank", 0) === null) return "";
  const first = haveOneBest(configurations)
    ? best(configurations, axes)
    : "configurations that predict other targets are ranked apart (table configurations)";
  return `${first}\n${importance(axes)}\n`;
}

function best(configurations: Table, axes: Table): string {
  // Idle axes would name values that make no difference.
  const active = rowsOf(axes).filter((row) => valueAt(axes, "idle", row) !== true);
  const choices = active.map((row) => {
    const axis = shownAt(axes, "axis", row);
    return { axis, chosen: shownAt(configurations, axis, 0), reference: shownAt(axes, "reference", row) };
  });
  const differing = choices.filter(({ chosen, reference }) => chosen !== reference);
  const without = rowsOf(configurations).find(
    (row) =>
      valueAt(configurations, "rank", row) !== null &&
      choices.every(({ axis, reference }) => shownAt(configurations, axis, row) === reference),
  );
  const named = (differing.length > 0 ? differing : choices).map(({ axis, chosen }) => `${axis} ${chosen}`);
  const rivals = rowsOf(configurations).filter(
    (row) => shownAt(configurations, "predicts", row) === shownAt(configurations, "predicts", 0),
  ).length;
  const predictions = countOf(Number(valueAt(configurations, "predictions", 0)), "prediction");
  const error = (row: number) => percent(configurations, "mean_abs_rel_error", row);
  const beside =
    differing.length > 0 && without !== undefined ? `, ${error(without)} without these choices` : "";
  return (
    `best of ${rivals} configurations: ${named.join(", ") || "all predict the same"} ` +
    `(mean error ${error(0)} over ${predictions}${beside})`
  );
}

function importance(axes: Table): string {
  const named = (row: number) =>
    `${shownAt(axes, "axis", row)} ${percent(axes, "mean_range_abs_rel_error", row)}`;
  const idle = rowsOf(axes).filter((row) => valueAt(axes, "idle", row) === true);
  const ranked = rowsOf(axes).filter((row) => valueAt(axes, "idle", row) === false);
  const parts = [
    ...(ranked.length > 0 ? [ranked.slice(0, MOST_AXES).map(named).join(", ")] : []),
    ...(idle.length > 0 ? [`idle: ${idle.map((row) => shownAt(axes, "axis", row)).join(", ")}`] : []),
  ];
  return `what matters most (mean range of the error): ${parts.join("; ") || "no two configurations can be compared"}`;
}

function percent(table: Table, name: string, row: number): string {
  return `${(100 * Number(valueAt(table, name, row))).toFixed(2)} %`;
}
