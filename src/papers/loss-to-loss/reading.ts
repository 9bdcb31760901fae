import { configurationKey, describeConfiguration, type LoadedJob, type PairReading } from "../../draw/job.ts";
import { type HeadlinePrediction, heldLine, MOST_SHOWN } from "../../draw/predictions.ts";
import { num, type Row, recordsOf, str } from "../../draw/records.ts";
import type { Table } from "../../tables/table.ts";
import { countOf, percent } from "../../text.ts";
import { BETWEEN, isIdentity } from "./choices.ts";

/** Which predictions `largestTargets` chooses. */
const SHOWN =
  "of each pair of corpora the target of most FLOPs; of several the one that most pairs predict, and of these that of least loss";

/** How reports read relations of losses between corpora. */
export const pairs: PairReading = {
  between: BETWEEN,
  kind: "relation",
  isTrivial: isTrivialRow,
  lawsOfFirst: ["law_source", "law_between"],
  head: "corpora",
  shown: SHOWN,
  noChain: "relations of losses are no chain: figure translations shows them",
  noLaw: "the laws of losses that are related are in figure contours",
  answer,
};

/** Errors of translated losses, a line for each relation, because there are too many single predictions to list. */
function answer(job: LoadedJob, predictions: readonly HeadlinePrediction[], opening: number): string[] {
  const relations = ofHeadlineRecipe(job, job.tables.relations);
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
  const configuration = `Configuration: ${describeConfiguration(job.headline[0] ?? {}, job.axes)}. A train loss predicted from itself does not count.`;
  const shown = Math.min(opening, MOST_SHOWN);
  return [
    ...told,
    configuration,
    ...heldLine(predictions),
    ...(opening > 0
      ? [
          `Shown: ${SHOWN}; ${shown} of ${countOf(predictions.length, "prediction")}, table predictions has all.`,
        ]
      : []),
  ];
}

/** Whether a row is of train losses predicted from themselves, which is no test. */
function isTrivialRow(row: Row): boolean {
  return row.source !== undefined && isIdentity((axis) => row[axis]);
}

/** Rows of a table whose axes, but for the relation, are those of the headline. */
export function ofHeadlineRecipe(job: LoadedJob, table: Table | undefined): Row[] {
  const axes = job.axes.filter(({ name }) => name !== "relation");
  const key = configurationKey(job.headline[0] ?? {}, axes);
  return recordsOf(table).filter((row) => configurationKey(row, axes) === key && !isTrivialRow(row));
}
