import { describeLoss } from "../solve/loss.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../tables/table-of.ts";
import { formatNumber } from "../text.ts";
import type { Average } from "./average.ts";
import { CLAIM } from "./compare.ts";
import type { Found, FoundLaw } from "./found.ts";
import type { Predicted } from "./predict.ts";
import type { Sought } from "./task-rows.ts";

interface OfSearch {
  sought: Sought;
  found: Found;
}

interface LawRow extends OfSearch {
  /** Undefined for the average. */
  law: FoundLaw | undefined;
}

interface PredictionRow extends LawRow {
  target: string;
  predicted: Predicted;
}

/** Name of the mean of forms in the tables. */
export const AVERAGE = "average";

const searchColumns: readonly ColumnOf<Sought>[] = [
  text("task", "group of rows"),
  text("loss", "the loss and the kind of residuals that are minimised", ({ loss }) => describeLoss(loss)),
  text("residual", "the loss and the kind of residuals that are minimised"),
];

const weightOf = ({ found: { average }, law }: LawRow): number => {
  const at = law === undefined ? -1 : (average?.laws.indexOf(law) ?? -1);
  return at < 0 ? Number.NaN : average!.weights[at]!;
};

const lawColumns: readonly ColumnOf<LawRow>[] = [
  ...via(searchColumns, ({ sought }: LawRow) => sought),
  count("rank", "from 1, by the error beyond the cuts; null for the average", ({ law }) => law?.rank),
  text(
    "form",
    "name of a law, or its expression; `average`: the mean of the best by their weights",
    ({ law }) => law?.name ?? AVERAGE,
  ),
  text(
    "equation",
    "the law with its numbers, fitted to all rows; null where only its rank is of interest",
    ({ law }) => law?.details?.equation,
  ),
  count("parameters", "number of its parameters", ({ law }) => law?.form.parameterNames.length),
  count("complexity", "operations, parameters and inputs of its expression", ({ law }) => law?.complexity),
  number(
    "rollout_error",
    "error beyond the cuts: the geometric mean over the cuts of the root mean square of the residuals, or of their mean size where the loss is not squared",
    ({ law, found }) => law?.judgement.error ?? found.average?.error,
  ),
  number(
    "rollout_lower",
    "lower end of its interval over resamples of the runs",
    ({ law }) => law?.interval[0],
  ),
  number("rollout_upper", "upper end", ({ law }) => law?.interval[1]),
  number(
    "p_better",
    "chance of a gain as large as the best rival's where no form is better: small where one is",
    ({ law }) => law?.details?.rivals.p,
  ),
  flag(
    "within_noise",
    `whether no form is better beyond noise: p_better >= ${CLAIM}`,
    ({ law }) => law?.details && law.details.rivals.p >= CLAIM,
  ),
  flag("front", "whether no form of less complexity has a smaller error", ({ law }) => law?.isOnFront),
  flag("reference", "whether it is a law of the sweep", ({ law }) => law?.isReference),
  count(
    "choice",
    "place among the laws to go on with: those that stand by themselves and are within two standard errors of the best form, or not beaten, by their errors; of the average 1 where there are none; null for all others, and where nothing is found",
    ({ law, found }) => (law === undefined ? (found.isAverageBest ? 1 : undefined) : law.choice),
  ),
  number(
    "shortened",
    "share of the resamples, over all cuts, in which the step of the parameters was made shorter because predictions left the range of what was measured",
    ({ law }) => law?.judgement.shortened,
  ),
  number(
    "drift",
    "largest change of a parameter between cuts, relative to its size",
    ({ law }) => law?.details?.drift,
  ),
  number("weight", "in the average; null where it is not in it", weightOf),
  count(
    "round",
    "in which it was first tried; 0: a law that stands in the grammar as it is",
    ({ law }) => law?.round,
  ),
  count("test_rows", "measured rows that are held out", (row) => testOf(row)?.rows),
  number(
    "test_r_squared",
    "1 - squares of their errors / squares of their deviations from their mean",
    (row) => testOf(row)?.rSquared,
  ),
  number("test_mean_abs_error", "mean of abs(predicted - actual)", (row) => testOf(row)?.meanAbsError),
  number(
    "test_mean_abs_rel_error",
    "mean of abs((predicted - actual) / actual)",
    (row) => testOf(row)?.meanAbsRelError,
  ),
];

const testOf = ({ law, found }: LawRow) => (law === undefined ? found.average?.test : law.details?.test);

const foundColumns: readonly ColumnOf<OfSearch>[] = [
  ...via(searchColumns, ({ sought }: OfSearch) => sought),
  text(
    "said",
    "what was found, in a sentence of each law that the found one is compared with",
    ({ found }) => found.said,
  ),
  count("forms", "that were tried", ({ found }) => found.end.count),
  count("rows", "that are fitted or judged", ({ found }) => found.end.data.cost.length),
  text("cuts", "costs up to which rows were fitted", ({ found }) =>
    found.end.cuts.map(({ cost }) => formatNumber(cost)).join(", "),
  ),
];

/** Tables `searches`, `searched_laws` and `searched_predictions`. */
export function searchTables(
  searches: readonly OfSearch[],
): Record<"searches" | "searched_laws" | "searched_predictions", Table> {
  const rows = searches.flatMap((search): LawRow[] => [
    ...(search.found.average === undefined ? [] : [{ ...search, law: undefined }]),
    ...search.found.laws.map((law) => ({ ...search, law })),
  ]);
  const predictions = rows.flatMap((row): PredictionRow[] => {
    const { found, places, law } = { ...row, places: row.found.places };
    const values = (law === undefined ? (found.average as Average) : law.details)?.predictions ?? [];
    return values.map((predicted, i) => ({ ...row, target: places[i]!.name, predicted }));
  });
  return {
    searches: tableOf<OfSearch>(searches, foundColumns),
    searched_laws: tableOf<LawRow>(rows, lawColumns),
    searched_predictions: tableOf<PredictionRow>(predictions, [
      ...via(searchColumns, ({ sought }: PredictionRow) => sought),
      count("rank", "of the law; null for the average", ({ law }) => law?.rank),
      text("form", "as in `searched_laws`", ({ law }) => law?.name ?? AVERAGE),
      text("target", "what is predicted: a row that is held out, or inputs"),
      number("predicted", "the prediction", ({ predicted }) => predicted.value),
      number(
        "lower",
        "lower end of its interval over resamples of the runs; that of the average has the draws of all its laws",
        ({ predicted }) => predicted.lower,
      ),
      number("upper", "upper end", ({ predicted }) => predicted.upper),
    ]),
  };
}
