import type { Quantity } from "#lawfit/bootstrap/bootstrap-cells.js";
import { groupBy } from "#lawfit/collections.js";
import { markdownTable } from "#lawfit/text.js";
import type { CoverageRow } from "./coverage-row.ts";
import type { StepOneLoss } from "./data-set-plan.ts";
import { type PooledRow, poolRows } from "./pool.ts";
import type { StudyResult } from "./run-study.ts";

/** What the tables are of, one after the other. */
const subjects: readonly { title: string; quantity: Quantity; loss1: StepOneLoss }[] = [
  { title: "Loss from size, Huber's loss (delta 0.001)", quantity: "feature", loss1: "huber" },
  { title: "Loss from size, squared loss", quantity: "feature", loss1: "squared" },
  { title: "Score from loss", quantity: "link", loss1: "huber" },
  { title: "The chain, step 1 with Huber's loss", quantity: "predicted", loss1: "huber" },
  { title: "The chain, step 1 with the squared loss", quantity: "predicted", loss1: "squared" },
];

/**
 * A study's result in Markdown: coverage of every kind of interval, pooled over the autocorrelations; on which side the
 * truth was missed, with widths and scores; where it lay among the draws.
 */
export function studyMarkdown({ rows, ranks }: StudyResult): string {
  const names = [...new Set(rows.map(({ scenario }) => scenario))];
  const parts = names.flatMap((scenario) =>
    subjects.flatMap(({ title, quantity, loss1 }) => {
      const isOwn = (row: { scenario: string; quantity: Quantity; loss1: StepOneLoss }): boolean =>
        row.scenario === scenario && row.quantity === quantity && row.loss1 === loss1;
      const selected = rows.filter(isOwn);
      if (selected.length === 0) return [];
      return [
        `### ${title}; ${scenario}`,
        "",
        "Coverage in per cent (smallest and largest among the autocorrelations).",
        "",
        ...coverageTable(selected),
        "",
        "Misses below and above in per cent; width and interval score over those of the first row.",
        "",
        ...missesTable(selected),
        "",
        "Data sets whose truth lies in each tenth of the draws, from the low end, in per cent; 10 each is right.",
        "",
        ...ranksTable(ranks.filter(isOwn)),
        "",
      ];
    }),
  );
  return parts.join("\n");
}

interface Place {
  runs: number;
  target: string;
}

const placeOf = ({ runs, target }: Place): string => `${runs} runs, ${target}`;

/** A line for each kind of interval, a column for each number of runs and target. */
function grid<Item extends Place>(
  items: readonly Item[],
  lineOf: (item: Item) => readonly [string, string],
  cell: (item: Item, first: Item) => string,
): string[] {
  const places = [...new Set(items.map(placeOf))];
  const lines = [...groupBy(items, (item) => JSON.stringify(lineOf(item))).values()];
  const at = (line: readonly Item[], place: string): Item | undefined =>
    line.find((row) => placeOf(row) === place);
  return markdownTable(
    ["scheme", "interval", ...places],
    lines.map((line) => [
      ...lineOf(line[0]!),
      ...places.map((place) => {
        const item = at(line, place);
        return item === undefined ? "" : cell(item, at(lines[0]!, place) ?? item);
      }),
    ]),
  );
}

const percent = (share: number, digits = 0): string => (100 * share).toFixed(digits);

const kindOf = ({ scheme, interval }: PooledRow): readonly [string, string] => [scheme, interval];

/** Coverage alone, in whole per cent: for each subject and noise a title and a table. */
export function coverageMarkdown(rows: readonly CoverageRow[]): string {
  const names = [...new Set(rows.map(({ scenario }) => scenario))];
  const parts = names.flatMap((scenario) =>
    subjects.flatMap(({ title, quantity, loss1 }) => {
      const selected = rows.filter(
        (row) => row.scenario === scenario && row.quantity === quantity && row.loss1 === loss1,
      );
      const table = grid(poolRows(selected), kindOf, ({ coverage }) => percent(coverage));
      return selected.length === 0 ? [] : [`**${title}**; ${scenario}:`, "", ...table, ""];
    }),
  );
  return parts.join("\n");
}

function coverageTable(rows: readonly CoverageRow[]): string[] {
  return grid(poolRows(rows), kindOf, ({ coverage, least, most }) => {
    return least === most
      ? percent(coverage, 1)
      : `${percent(coverage, 1)} (${percent(least)}-${percent(most)})`;
  });
}

function missesTable(rows: readonly CoverageRow[]): string[] {
  return grid(poolRows(rows), kindOf, (row, first) => {
    const share = (misses: number): string => percent(misses / row.trials);
    const width = (row.meanWidth / first.meanWidth).toFixed(2);
    const score = (row.meanScore / first.meanScore).toFixed(2);
    return `${share(row.missesLeft)} + ${share(row.missesRight)}; ${width}, ${score}`;
  });
}

function ranksTable(ranks: StudyResult["ranks"]): string[] {
  const pooled = Array.from(
    groupBy(ranks, (rank) => `${placeOf(rank)}, ${rank.scheme}`).values(),
    (group) => {
      const tenths = group[0]!.tenths.map((_, i) => group.reduce((sum, row) => sum + row.tenths[i]!, 0));
      return { ...group[0]!, tenths };
    },
  );
  return grid(
    pooled,
    ({ scheme }) => [scheme, "draws"],
    ({ tenths }) => {
      const all = tenths.reduce((sum, count) => sum + count, 0);
      return tenths.map((count) => percent(count / all)).join(" ");
    },
  );
}
