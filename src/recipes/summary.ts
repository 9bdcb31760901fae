import { groupBy } from "../collections.ts";
import { roundInterval, roundTo } from "../draw/numbers.ts";
import { distinct, num, type Row, recordsOf, str } from "../draw/records.ts";
import { formatTable } from "../tables/format.ts";
import { type Column, type Table, textColumn } from "../tables/table.ts";
import { countOf, formatNumber, percent } from "../text.ts";

/** Recipes up to which the probabilities of all pairs are printed. */
const MOST_PAIRS = 10;

/** Tables of recipes for people: who is the best and how sure that is, the probabilities of pairs, and how such decisions did. */
export function formatRecipes(
  tables: { recipes: Table; recipe_pairs: Table; recipe_decisions: Table },
  axes: readonly string[],
): string {
  const keys = ["response", ...axes, "form"];
  const keyOf = (row: Row) => JSON.stringify(keys.map((key) => row[key] ?? null));
  const [pairs, decisions] = [recordsOf(tables.recipe_pairs), recordsOf(tables.recipe_decisions)];
  const recipes = recordsOf(tables.recipes);
  const varied = axes.filter((name) => distinct(recipes.map((row) => row[name] ?? null)).length > 1);
  return [...groupBy(recipes, keyOf)]
    .map(([key, rows]) => {
      const of = (all: readonly Row[]) => all.filter((row) => keyOf(row) === key);
      const heading = varied.map((name) => `${name} ${str(rows[0], name)}`).join(", ");
      return `${heading === "" ? "" : `\n${heading}:`}${formatComparison(rows, of(pairs), of(decisions))}`;
    })
    .join("");
}

function formatComparison(rows: readonly Row[], pairs: readonly Row[], decisions: readonly Row[]): string {
  const compared = rows.filter(({ status }) => status === "ok");
  const targets = distinct(compared.map((row) => str(row, "target")));
  const atTargets = targets.map((target) =>
    formatTarget(
      compared.filter((row) => row.target === target),
      pairs.filter((row) => row.target === target),
      decisions,
    ),
  );
  const left = rows
    .filter(({ status }) => status !== "ok")
    .map((row) => `${str(row, "recipe")} is not compared: ${str(row, "notes")}\n`);
  return `${atTargets.join("")}${left.join("")}${formatDecisions(decisions, str(compared[0], "pooling"))}${formatBasis(compared)}`;
}

function formatTarget(rows: readonly Row[], pairs: readonly Row[], decisions: readonly Row[]): string {
  const [first, second] = rows as [Row, Row];
  const level = percent(num(first, "level"), 3);
  const pair = pairs.find(({ better, other }) => better === first.recipe && other === second.recipe);
  const response = str(first, "response");
  const sentence =
    `\n${response === "" ? "" : `${response}: `}${str(first, "recipe")} is predicted to be the best at ${str(first, "target")}: ` +
    `${roundTo(num(first, "predicted"), num(first, "lower"), num(first, "upper"))}, better than ${str(second, "recipe")} with a probability of ` +
    `${percent(num(pair, "probability"), 3)}, the best of all with ${percent(num(first, "best_probability"), 3)}\n${testedProbability(pair, num(decisions[0], "top"))}`;
  const reference = str(first, "reference");
  const table = print([
    textColumn("recipe", rows, (row) => str(row, "recipe")),
    textColumn("predicted", rows, (row) =>
      roundTo(num(row, "predicted"), num(row, "lower"), num(row, "upper")),
    ),
    textColumn(`${level} interval`, rows, (row) => roundInterval(num(row, "lower"), num(row, "upper"))),
    textColumn("rank", rows, (row) => `${row.rank} (${row.rank_lower} to ${row.rank_upper})`),
    textColumn("best", rows, (row) => percent(num(row, "best_probability"), 2)),
    textColumn("regret", rows, (row) => formatNumber(num(row, "regret"), 2)),
    textColumn(`compute of ${reference}`, rows, multiplierOf),
  ]);
  return `${sentence}${table}${formatMatrix(rows, pairs)}${formatCrossings(pairs)}`;
}

/** What the errors of differences in the test make of the probability, which has none of what the law gets wrong. */
function testedProbability(pair: Row | undefined, top: number): string {
  const probability = num(pair, "tested_probability");
  if (Number.isNaN(probability)) return "";
  return (
    `if differences are as wrong there as they were for runs of ${formatNumber(top, 3)} from those up to ${formatNumber(num(pair, "tested_cut"), 3)} ` +
    `(${formatNumber(num(pair, "tested_error"), 2)}), the probability is ${percent(probability, 2)}\n`
  );
}

/** `1.8 times (1.5 to 2.2)`. */
function multiplierOf(row: Row): string {
  if (row.recipe === row.reference) return "1";
  const [value, lower, upper] = ["", "_lower", "_upper"].map((end) => num(row, `compute_multiplier${end}`));
  if (Number.isNaN(value)) return str(row, "notes").includes("at no compute") ? "never" : "not known";
  const end = Number.isNaN(upper) ? "never" : formatNumber(upper!, 3);
  return `${formatNumber(value!, 3)} (${formatNumber(lower!, 3)} to ${end})`;
}

/** The probability that the recipe of a row is better than that of a column. */
function formatMatrix(rows: readonly Row[], pairs: readonly Row[]): string {
  if (rows.length < 3) return "";
  if (rows.length > MOST_PAIRS)
    return `probabilities of ${countOf(pairs.length, "pair")} are in table recipe_pairs\n`;
  const names = rows.map((row) => str(row, "recipe"));
  const probability = (a: string, b: string): string => {
    if (a === b) return "";
    const direct = pairs.find(({ better, other }) => better === a && other === b);
    const reverse = pairs.find(({ better, other }) => better === b && other === a);
    return percent(direct === undefined ? 1 - num(reverse, "probability") : num(direct, "probability"), 2);
  };
  return `probability that the recipe of a line is better than that of a column\n${print([
    textColumn("recipe", rows, (row) => str(row, "recipe")),
    ...names.map((name) => textColumn(name, rows, (row) => probability(str(row, "recipe"), name))),
  ])}`;
}

/** Crossings of neighbours and the scales at which they are decided. */
function formatCrossings(pairs: readonly Row[]): string {
  const crossing = pairs
    .filter((row) => row.crossing !== null && num(row, "crossing_probability") >= 0.5)
    .slice(0, MOST_PAIRS);
  return crossing
    .map(
      (row) =>
        `${str(row, "better")} and ${str(row, "other")} cross at a cost of ${formatNumber(num(row, "crossing"), 3)} ` +
        `(${formatNumber(num(row, "crossing_lower"), 3)} to ${formatNumber(num(row, "crossing_upper"), 3)}), ` +
        `in ${percent(num(row, "crossing_probability"), 2)} of the simulated tables\n`,
    )
    .join("");
}

/** @param pooling what the laws that recipes are compared by have in common */
function formatDecisions(rows: readonly Row[], pooling: string): string {
  if (rows.length === 0) return "";
  const cuts = distinct(rows.map((row) => num(row, "cut")));
  const methods = distinct(rows.map((row) => str(row, "method")));
  const at = (cut: number, method: string) => rows.find((row) => row.cut === cut && row.method === method);
  const lines = cuts.map((cut) => at(cut, methods[0]!)!);
  const accuracy = (row: Row | undefined): string =>
    row === undefined
      ? ""
      : `${row.right} of ${row.pairs}${row.error === null ? "" : `, error ${percent(num(row, "error"), 2)}`}`;
  const table = print([
    textColumn("runs up to", lines, (row) => formatNumber(num(row, "cut"), 3)),
    ...methods.map((method) => textColumn(method, lines, (row) => accuracy(at(num(row, "cut"), method)))),
  ]);
  const top = formatNumber(num(rows[0], "top"), 3);
  return `decisions from smaller runs, pairs ordered as the runs of ${top} are\n${table}${rankingWasBetter(rows, pooling)}`;
}

/** Whether the largest of the smaller runs would have ordered more pairs right than the laws, over the cuts at which both were tried. */
function rankingWasBetter(rows: readonly Row[], pooling: string): string {
  const cuts = rows.filter(({ method }) => method === pooling).map((row) => row.cut);
  const right = (method: string) =>
    rows
      .filter((row) => row.method === method && cuts.includes(row.cut ?? null))
      .reduce((sum, row) => sum + num(row, "right"), 0);
  const [ranked, byLaws] = [right("ranking"), right(pooling)];
  return ranked > byLaws
    ? `the ranking of the largest of these runs was right more often than the laws, ${ranked} pairs against ${byLaws}\n`
    : "";
}

/** Compute of the target over that of the largest run from which on it is said. */
const FAR = 10;

function formatBasis(rows: readonly Row[]): string {
  const [row] = rows as [Row];
  const reach = Math.max(...rows.map((one) => num(one, "target_cost") / num(one, "largest_cost")));
  const far =
    reach > FAR
      ? `; the target has ${formatNumber(reach, 2)} times the ${str(row, "cost_unit") === "FLOPs" ? "compute" : str(row, "cost_unit")} of a recipe's largest run`
      : "";
  const by = str(row, "pooling_by");
  const what = {
    own: "each recipe has a law of its own",
    shared: "recipes share the exponents of the law",
    partial: "recipes have exponents about common ones",
  }[str(row, "pooling")];
  return (
    `${what} (${by}); intervals and probabilities by ${countOf(num(row, "draws"), "simulated table")}\n` +
    `assumed: the law holds at the target; what it gets wrong there is not in the probabilities${far}\n`
  );
}

const print = (columns: Column[]): string =>
  formatTable(
    { rows: columns[0]!.values.length, columns },
    { alignRight: columns.map(({ name }) => name).filter((name) => name !== "recipe") },
  );
