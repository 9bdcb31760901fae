import type { LoadedJob } from "../draw/job.ts";
import { recordsBy, str } from "../draw/records.ts";
import { twoSidedTail } from "../intervals/distributions.ts";
import type { AxisInfo } from "../methods/axis.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, ends, number, tableOf, text } from "../tables/table-of.ts";
import type { Comparison, RecipeAtTarget, RecipePair } from "./compare.ts";
import { type DecisionTest, nearestTest } from "./decisions.ts";
import { costUnit, ofRun } from "./recipe.ts";
import type { ComparedRecipes } from "./recipes-of-run.ts";

interface RecipeRow {
  of: ComparedRecipes;
  cell: ComparedRecipes["recipes"][number]["law"]["cell"];
  name: string;
  at: Comparison | undefined;
  one: RecipeAtTarget | undefined;
  reason: string | undefined;
}

interface PairRow {
  of: ComparedRecipes;
  at: Comparison;
  pair: RecipePair;
}

interface DecisionRow {
  of: ComparedRecipes;
  test: DecisionTest;
}

/** The tables of recipes that were compared. */
export function recipeTables(
  compared: readonly ComparedRecipes[],
  job: Pick<LoadedJob, "axes" | "tables">,
): { recipes: Table; recipe_pairs: Table; recipe_decisions: Table } {
  return {
    recipes: recipesTable(compared, job),
    recipe_pairs: pairsTable(compared, job.axes),
    recipe_decisions: decisionsTable(compared, job.axes),
  };
}

/** Columns of the law and the response that recipes are compared by. */
function comparedColumns<Item extends { of: ComparedRecipes }>(axes: readonly AxisInfo[]): ColumnOf<Item>[] {
  const lawOf = ({ of }: Item) => of.recipes[0]!.law;
  return [
    text(
      "response",
      "what is compared, where there are several; else null",
      ({ of }: Item) => of.response || null,
    ),
    ...axes.map(({ name, type }): ColumnOf<Item> => {
      const value = (item: Item) => lawOf(item).cell[name] ?? null;
      return { name, type, description: "value of each design choice", value } as ColumnOf<Item>;
    }),
    text("form", "name of the law's form; of an expression its equation", (item: Item) => {
      const { form } = lawOf(item).law;
      return form.record.title ?? form.name;
    }),
  ];
}

/** Table `recipes`: a row for each target and recipe, the best first, then those that are not compared. */
function recipesTable(
  compared: readonly ComparedRecipes[],
  { axes, tables }: Pick<LoadedJob, "axes" | "tables">,
): Table {
  const rows = compared.flatMap((of): RecipeRow[] => [
    ...of.comparisons.flatMap((at) =>
      at.recipes
        .toSorted((a, b) => a.rank.value - b.rank.value)
        .map((one) => {
          const { law, recipe } = of.recipes[one.recipe]!;
          return { of, at, one, cell: law.cell, name: recipe.name, reason: undefined };
        }),
    ),
    ...of.leftOut.map(({ name, cell, reason }) => ({
      of,
      cell,
      name,
      reason,
      at: undefined,
      one: undefined,
    })),
  ]);
  const place = ({ one }: RecipeRow) => one?.recipe ?? -1;
  const law = ({ of, ...row }: RecipeRow) => of.recipes[place({ of, ...row })]?.law.law;
  return tableOf<RecipeRow>(rows, [
    count("cell", "number of the recipe's cell, from 0", ({ cell }) => Number(cell.cell)),
    ...comparedColumns<RecipeRow>(axes),
    text("recipe", "name of the recipe", ({ name }) => name),
    text("target", "where the recipes are compared", ({ at }) => at?.target.name),
    number("target_cost", "what the target costs, in `cost_unit`", ({ at }) => at?.target.cost),
    text(
      "cost_unit",
      "FLOPs (6 N D of parameters and tokens), parameters or tokens; null where no input says a scale",
      ({ of }) => costUnit(of.recipes[0]!.recipe.problem.form.variableNames),
    ),
    number("largest_cost", "what the largest run of the recipe costs", ({ of, one }) =>
      one === undefined ? Number.NaN : Math.max(...of.recipes[one.recipe]!.recipe.costs),
    ),
    number("predicted", "the law's value there", ({ one }) => one?.predicted.value),
    ...ends<RecipeRow>(
      "",
      "lower end of its interval, percentiles of the draws: of the curve, not of a new run",
      ({ one }) => one?.predicted ?? NONE,
    ),
    number("level", "nominal coverage of the intervals", ({ of }) => of.level),
    count("rank", "place among the recipes, 1 the best", ({ one }) => one?.rank.value),
    count("rank_lower", "best place of its interval", ({ one }) => one?.rank.lower),
    count("rank_upper", "worst place of its interval", ({ one }) => one?.rank.upper),
    number(
      "best_probability",
      "share of the draws in which it is the best",
      ({ one }) => one?.bestProbability,
    ),
    number(
      "regret",
      "expected cost of choosing it: mean over the draws of how much worse it is there than the best, in the unit of the response",
      ({ one }) => one?.regret,
    ),
    text("reference", "the recipe that compute is compared with", ({ of }) => of.reference),
    number(
      "compute_multiplier",
      "factor of the target's compute at which the reference has the recipe's value, parameters and tokens in the target's ratio; null where the reference never has (`notes`)",
      ({ one }) => finite(one?.multiplier.value),
    ),
    ...ends<RecipeRow>(
      "compute_multiplier_",
      "lower end of its interval; null where the draws there never have the value",
      ({ one }) => ({ lower: finite(one?.multiplier.lower), upper: finite(one?.multiplier.upper) }),
    ),
    text("pooling", "what the laws have in common: `own`, `shared` or `partial`", ({ of }) => of.fit.pooling),
    text(
      "pooling_by",
      "why: `given`, the least error of larger runs, or no test and the reason",
      ({ of }) => of.poolingBy,
    ),
    text("parameters", "parameters of the recipe's law as it is compared, by name", ({ of, one }) =>
      one === undefined
        ? null
        : of.recipes[one.recipe]!.recipe.problem.form.parameterNames.map(
            (name, p) => `${name}=${of.fit.laws[one.recipe]![p]}`,
          ).join(", "),
    ),
    count("points", "rows that were fitted", (row) => law(row)?.points.length),
    number(
      "noise",
      "standard deviation of a new run about the law, in the unit of the residuals: the recipe's own, drawn towards that of all",
      ({ of, one }) => (one === undefined ? Number.NaN : ofRun(of.fit.noises[one.recipe]!)),
    ),
    count("draws", "simulated tables that were fitted", ({ of }) => of.draws),
    text("status", "`ok`, or `not-compared`", ({ reason }) => (reason === undefined ? "ok" : "not-compared")),
    text(
      "notes",
      "what is to be known of the row, in words; null if nothing",
      (row) => notesOf(row, tables) || null,
    ),
  ]);
}

const NONE = { lower: Number.NaN, upper: Number.NaN };

const finite = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? value : Number.NaN;

function notesOf({ of, one, reason }: RecipeRow, tables: LoadedJob["tables"]): string {
  if (reason !== undefined) return reason;
  const { law, recipe } = of.recipes[one!.recipe]!;
  const doubt = str(recordsBy(tables.laws, "problem", str(law.law.row, "problem"))[0], "doubtful");
  const { value, upper } = one!.multiplier;
  return [
    doubt === "" ? [] : `its law alone is doubtful: ${doubt}`,
    value === Number.POSITIVE_INFINITY
      ? `at no compute ${of.reference} has the value of ${recipe.name}`
      : upper === Number.POSITIVE_INFINITY
        ? `in some draws ${of.reference} has the value of ${recipe.name} at no compute`
        : [],
  ]
    .flat()
    .join("; ");
}

/** Table `recipe_pairs`: a row for each target and pair, the better recipe first. */
function pairsTable(compared: readonly ComparedRecipes[], axes: readonly AxisInfo[]): Table {
  const rows = compared.flatMap((of) =>
    of.comparisons.flatMap((at) => at.pairs.map((pair): PairRow => ({ of, at, pair }))),
  );
  const name =
    (which: "a" | "b") =>
    ({ of, pair }: PairRow) =>
      of.recipes[pair[which]]!.recipe.name;
  return tableOf<PairRow>(rows, [
    ...comparedColumns<PairRow>(axes),
    text("target", "where they are compared", ({ at }) => at.target.name),
    text("better", "the recipe that is predicted to be better there", name("a")),
    text("other", "the recipe that it is compared with", name("b")),
    number(
      "difference",
      "prediction of the first less that of the second",
      ({ pair }) => pair.difference.value,
    ),
    ...ends<PairRow>(
      "difference_",
      "lower end of its interval, percentiles of the draws",
      ({ pair }) => pair.difference,
    ),
    number("level", "nominal coverage of the intervals", ({ of }) => of.level),
    number("probability", "share of the draws in which the first is better", ({ pair }) => pair.probability),
    number(
      "tested_probability",
      "probability of it if differences at the target are as wrong as those of the largest runs were: Student's t of the difference over `tested_error` with as many degrees of freedom as recipes less one, since that many of the differences are independent; null without a test",
      ({ of, at, pair }) =>
        1 -
        twoSidedTail(
          Math.abs(pair.difference.value) / (testOf({ of, at })?.differenceError ?? Number.NaN),
          of.recipes.length - 1,
        ) /
          2,
    ),
    number(
      "tested_error",
      "`difference_error` of table `recipe_decisions`, at the cut that is as far from the largest runs as the target, or the nearest to that",
      (row) => testOf(row)?.differenceError,
    ),
    number("tested_cut", "that cut", (row) => testOf(row)?.cut),
    number(
      "crossing",
      "largest cost at which the laws cross, between the smallest run and 1000 times the target, in its ratio of parameters and tokens; null where they do not",
      ({ pair }) => pair.crossing.value,
    ),
    ...ends<PairRow>(
      "crossing_",
      "lower end of its interval, percentiles of the draws that cross",
      ({ pair }) => pair.crossing,
    ),
    number(
      "crossing_probability",
      "share of the draws that cross there",
      ({ pair }) => pair.crossingProbability,
    ),
    number(
      "decision_cost",
      "least cost from which on one run of each, on the same line, has the target's order with a probability of 90 %; null where not even runs of the target have",
      ({ pair }) => pair.decisionCost,
    ),
  ]);
}

const testOf = ({ of, at }: Pick<PairRow, "of" | "at">): DecisionTest | undefined =>
  nearestTest(of.tests, of.fit.pooling, at.target.cost);

/** Table `recipe_decisions`: a row for each cut and way of deciding. */
function decisionsTable(compared: readonly ComparedRecipes[], axes: readonly AxisInfo[]): Table {
  const rows = compared.flatMap((of) => of.tests.map((test): DecisionRow => ({ of, test })));
  return tableOf<DecisionRow>(rows, [
    ...comparedColumns<DecisionRow>(axes),
    number("cut", "largest cost of the runs that were used", ({ test }) => test.cut),
    number(
      "top",
      "cost of the largest runs that recipes have at the same inputs, whose order is right",
      ({ test }) => test.top,
    ),
    count("runs", "runs that were used", ({ test }) => test.runs),
    text(
      "method",
      "how it was decided: `ranking` by the largest of these runs, or by laws that are `own`, `shared` or `partial`",
      ({ test }) => test.method,
    ),
    count("pairs", "pairs of recipes that were ordered", ({ test }) => test.pairs),
    count("right", "pairs that were ordered as the largest runs are", ({ test }) => test.right),
    number("accuracy", "share of the pairs that are right", ({ test: { right, pairs } }) => right / pairs),
    number(
      "difference_error",
      "root mean square of what the differences of pairs at the largest runs were off by, in the unit of the response",
      ({ test }) => test.differenceError,
    ),
    number(
      "regret",
      "measured value of the recipe that was taken for the best less that of the best, at least 0; null where the largest runs do not have all recipes",
      ({ test }) => test.regret,
    ),
    number(
      "error",
      "root mean square of the relative errors of all larger runs; null of a ranking",
      ({ test }) => test.error,
    ),
  ]);
}
