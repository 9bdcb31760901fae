import type { Quantity } from "#lawfit/bootstrap/bootstrap-cells.js";
import { groupBy } from "#lawfit/collections.js";
import { meanOf } from "#lawfit/statistics.js";
import { markdownTable } from "#lawfit/text.js";
import type { CoverageRow } from "./coverage-row.ts";
import { type PooledRow, poolRows } from "./pool.ts";
import { getScenario } from "./scenarios.ts";

const subjects: readonly { title: string; quantity: Quantity }[] = [
  { title: "The curve: score from size by the chain", quantity: "predicted" },
  { title: "The link alone: score from the true loss", quantity: "link" },
  { title: "The law alone: loss from size", quantity: "feature" },
];

/** Name of the target amid the runs; all others are beyond them. */
export const INSIDE = "inside";

/** How intervals of one kind did in one scenario over all targets beyond the runs. */
export type ScenarioRow = PooledRow;

/** Pools the targets beyond the runs. */
export function beyondRuns(rows: readonly CoverageRow[]): ScenarioRow[] {
  return poolRows(
    rows.filter(({ target }) => target !== INSIDE),
    ["runs", "scenario", "loss1", "quantity", "scheme", "interval"],
  );
}

/** How intervals of one kind did over all scenarios. */
export interface KindSummary {
  runs: number;
  quantity: Quantity;
  kind: string;
  scenarios: number;
  /** Scenarios whose coverage beyond the runs is at most 15 points below the level, and at most 5 above. */
  held: number;
  /** Least coverage beyond the runs, and the scenario that has it. */
  least: number;
  leastIn: string;
  /** Means over the scenarios of mean width and mean interval score beyond the runs. */
  meanWidth: number;
  meanScore: number;
}

const kindOf = ({ scheme, interval }: Pick<CoverageRow, "scheme" | "interval">): string =>
  `${scheme} ${interval}`;

/** Sums up each kind of interval over the scenarios of a study. */
export function summariseKinds(rows: readonly CoverageRow[]): KindSummary[] {
  const groups = groupBy(beyondRuns(rows), (row) => JSON.stringify([row.runs, row.quantity, kindOf(row)]));
  return Array.from(groups.values(), (group) => {
    const { runs, quantity } = group[0]!;
    const worst = group.reduce((one, other) => (other.coverage < one.coverage ? other : one));
    return {
      runs,
      quantity,
      kind: kindOf(group[0]!),
      scenarios: group.length,
      held: group.filter(({ coverage }) => coverage >= 0.75 && coverage <= 0.95).length,
      least: worst.coverage,
      leastIn: worst.scenario,
      meanWidth: meanOf(group, (row) => row.meanWidth),
      meanScore: meanOf(group, (row) => row.meanScore),
    };
  });
}

const percent = (share: number): string => (100 * share).toFixed(0);
const points = (value: number): string => (100 * value).toPrecision(3);

/** A study of scenarios in Markdown: the kinds over all scenarios, then each scenario. */
export function scenarioMarkdown(rows: readonly CoverageRow[]): string {
  const counts = [...new Set(rows.map(({ runs }) => runs))];
  return counts
    .flatMap((runs) => subjects.map(({ title, quantity }) => ({ runs, title, quantity })))
    .flatMap(({ runs, title, quantity }) => {
      const selected = rows.filter((row) => row.runs === runs && row.quantity === quantity);
      return [
        `### ${title}; ${runs} runs`,
        "",
        "Over all scenarios, beyond the runs: scenarios in which 75 to 95 % were covered, least coverage (%), mean width and mean interval score (hundredths).",
        "",
        ...summaryTable(selected),
        "",
        "Coverage (%) by target; beyond the runs together: coverage, mean width, mean interval score.",
        "",
        ...scenarioTable(selected),
        "",
      ];
    })
    .join("\n");
}

function summaryTable(rows: readonly CoverageRow[]): string[] {
  return markdownTable(
    ["scheme, interval", "held", "least", "width", "score"],
    summariseKinds(rows).map(({ kind, held, scenarios, least, leastIn, meanWidth, meanScore }) => [
      kind,
      `${held} of ${scenarios}`,
      `${percent(least)} (${leastIn})`,
      points(meanWidth),
      points(meanScore),
    ]),
  );
}

/** A line for each scenario and kind of interval. */
export function scenarioTable(rows: readonly CoverageRow[]): string[] {
  const targets = [...new Set(rows.map(({ target }) => target))];
  return markdownTable(
    ["scenario", "scheme, interval", ...targets, "beyond", "width", "score"],
    beyondRuns(rows).map((beyond) => {
      const isSame = (row: CoverageRow): boolean =>
        row.scenario === beyond.scenario && kindOf(row) === kindOf(beyond) && row.runs === beyond.runs;
      return [
        `${beyond.scenario} (${getScenario(beyond.scenario).group})`,
        kindOf(beyond),
        ...targets.map((target) => {
          const row = rows.find((candidate) => isSame(candidate) && candidate.target === target);
          return row === undefined ? "" : percent(row.coverage);
        }),
        percent(beyond.coverage),
        points(beyond.meanWidth),
        points(beyond.meanScore),
      ];
    }),
  );
}
