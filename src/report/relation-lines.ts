import { countOf } from "../tables/format.ts";
import { percent } from "./draw/numbers.ts";
import { describeConfiguration } from "./headline.ts";
import { heldLine } from "./held-line.ts";
import { type HeadlinePrediction, OF_RELATIONS } from "./predictions.ts";
import { num, str } from "./records.ts";
import { ofHeadlineRecipe } from "./relations.ts";
import type { ReportRun } from "./run.ts";

/** Predictions that are shown one by one; of relations of losses there may be thousands. */
export const MOST_SHOWN = 60;

/** How well losses are translated, a relation a line: single predictions are too many to tell. */
export function relationLines(
  run: ReportRun,
  predictions: readonly HeadlinePrediction[],
  opening: number,
): string[] {
  const relations = ofHeadlineRecipe(run, run.tables.relations);
  const told = relations.map((row) => {
    const [count, error, law] = ["predictions", "mean_abs_rel_error", "law_mean_abs_rel_error"].map((name) =>
      num(row, name),
    );
    const fits =
      num(row, "translations") > 0
        ? `${countOf(num(row, "translations"), "translation")}, median R² ${num(row, "median_r_squared").toFixed(4)}`
        : "";
    const errors =
      count! > 0
        ? `mean relative error ${percent(error!, 3)} over ${countOf(count!, "prediction")}`
        : "no prediction with a measured value";
    const beside = Number.isFinite(law)
      ? `; scaling laws of the same losses ${percent(law!, 3)}, farther off than the relation in ${percent(num(row, "better"))}`
      : "";
    return `${str(row, "relation")}: ${errors}${beside}${fits === "" ? "" : ` (${fits})`}.`;
  });
  const configuration = `Configuration: ${describeConfiguration(run.headline[0] ?? {}, run.axes)}. A train loss predicted from itself does not count.`;
  const shown = Math.min(opening, MOST_SHOWN);
  return [
    ...told,
    configuration,
    ...heldLine(predictions),
    ...(opening > 0
      ? [
          `Shown: ${OF_RELATIONS}; ${shown} of ${countOf(predictions.length, "prediction")}, table predictions has all.`,
        ]
      : []),
  ];
}
