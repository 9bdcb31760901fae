import { UserError } from "../errors.ts";
import type { Analysis } from "../extension.ts";
import { judgementWarnings } from "../intervals/interval.ts";
import type { Method } from "../methods/method.ts";
import { axisColumns, methodColumn, verdictColumns } from "../plan/cell-columns.ts";
import { formatTable } from "../tables/format.ts";
import {
  type Column,
  findColumn,
  MIX_PREFIX,
  rowsOf,
  shownAt,
  type Table,
  valueAt,
} from "../tables/table.ts";
import { type ColumnOf, count, ends, number, tableOf, text } from "../tables/table-of.ts";
import { percent } from "../text.ts";
import { mixturesSchema, planMixtures } from "./spec.ts";
import {
  type BestMixture,
  type CurvePoint,
  type MixturePlan,
  type MixtureResults,
  MixtureStudy,
} from "./study.ts";

const MOST_ROWS = 40;

/**
 * The best mixtures for people, a row each, with the intervals of the first level: shares, predicted value, gain over the
 * baseline, and how the value changes along the shares. Axes that vary have a column.
 */
export function formatMixtures(optima: Table, axes: readonly string[]): string {
  if (optima.rows === 0) return "\nno best mixture: no task can be predicted at the baseline of a size\n";
  const level = valueAt(optima, "level", 0);
  const rows = rowsOf(optima).filter((row) => valueAt(optima, "level", row) === level);
  const column = (name: string, show: (row: number) => string): Column => {
    return { name, type: "string", values: rows.map(show) };
  };
  const sources = optima.columns
    .map(({ name }) => name)
    .filter((name) => name.startsWith(MIX_PREFIX) && !/_(lower|upper)$/.test(name));
  const ofTwo = sources.length === 2 ? sources.slice(1) : sources;
  const varying = axes.filter((axis) => new Set(rows.map((row) => shownAt(optima, axis, row))).size > 1);
  // The gain of a loss is in its own unit; that of a score is in points.
  const ofLevel = level === null ? "" : `${percent(Number(level), 6)} `;
  const isWrong = (row: number): boolean => {
    const status = valueAt(optima, "status", row);
    return status !== null && status !== "ok";
  };
  const table: Table = {
    rows: rows.length,
    columns: [
      ...["task", "target", ...varying].map((name) => column(name, (row) => shownAt(optima, name, row))),
      ...ofTwo.map((name) =>
        column(`best ${name.slice(MIX_PREFIX.length)}`, (row) => decimal(optima, name, row, 2)),
      ),
      ...(level === null || sources.length > 2
        ? []
        : ofTwo.map((name) => column(`${ofLevel}of it`, (row) => between(optima, `${name}_`, row, 2)))),
      column("predicted", (row) => decimal(optima, "predicted", row, 4)),
      column("gain", (row) => decimal(optima, "gain", row, 4)),
      ...(level === null ? [] : [column(`${ofLevel}of the gain`, (row) => between(optima, "gain_", row, 4))]),
      ...(findColumn(optima, "shape")?.values.some((shape: unknown) => shape !== null)
        ? [column("shape", (row) => shownAt(optima, "shape", row))]
        : []),
      ...(rows.some(isWrong) ? [column("status", (row) => shownAt(optima, "status", row))] : []),
    ],
  };
  const reasons = rows
    .filter(isWrong)
    .map(
      (row) =>
        `${["task", "target"].map((name) => shownAt(optima, name, row)).join(", ")}: ${shownAt(optima, "reason", row)}\n`,
    );
  const text = formatTable(table, { maxRows: MOST_ROWS });
  return `\nbest mixtures; gains are over ${baselines(optima, rows)}\n${text}${[...new Set(reasons)].slice(0, MOST_ROWS).join("")}`;
}

function baselines(optima: Table, rows: readonly number[]): string {
  const all = [...new Set(rows.map((row) => shownAt(optima, "baseline", row)))];
  return all.length === 1 ? all[0]! : "each target's baseline";
}

function decimal(table: Table, name: string, row: number, digits: number): string {
  const value = valueAt(table, name, row);
  return typeof value === "number" && Number.isFinite(value) ? value.toFixed(digits) : "";
}

function between(table: Table, prefix: string, row: number, digits: number): string {
  const lower = decimal(table, `${prefix}lower`, row, digits);
  const upper = decimal(table, `${prefix}upper`, row, digits);
  return lower === "" || upper === "" ? "" : `${lower}..${upper}`;
}

/** The tables of a sweep that searches for mixtures. */
export interface MixtureTables {
  mixtures: Table;
  mixture_optima: Table;
}

/** The search for mixtures: predicted values along the shares, and the best mixtures. It takes the fits and draws of every cell. */
export const mixtures = {
  key: "mixtures",
  tables: {
    mixtures: "mixture on a curve of predicted values; sweeps with key `mixtures`, as is the next table",
    mixture_optima: "best mixture of a task, or of the weighted set of tasks, at a size",
  },
  summary: ({ mixture_optima: optima }, axes) => (optima ? formatMixtures(optima, axes) : ""),
  figures: async () => [(await import("./figure.ts")).mixtures],
  request(given, { method, methods, where }) {
    const settings = mixturesSchema.parse(given);
    if (!method.takesMixtures) {
      const allowed = methods.filter(({ takesMixtures }) => takesMixtures).map(({ name }) => name);
      throw new UserError(
        `${where}: mixtures: method ${method.name} takes no mixtures; allowed with ${allowed.join(", ")}`,
      );
    }
    return {
      settings,
      prepare({ where, bootstrap }, { index, targets, tasks }) {
        const sources = [...index.table.mixes.keys()];
        const plan = planMixtures(settings, { sources, targets, tasks }, bootstrap?.levels ?? [], where);
        const study = new MixtureStudy(plan);
        return {
          cell: (cell, { results, judge }, draws) => study.add(cell, results, judge, draws),
          finish({ watch }) {
            const { curves, optima } = study.finish();
            for (const line of judgementWarnings("mixtures", curves)) watch.onWarning(line);
            for (const line of judgementWarnings("mixture_optima", optima)) watch.onWarning(line);
            return { tables: { ...mixtureTables(method, plan, { curves, optima }) } };
          },
        };
      },
    };
  },
} as const satisfies Analysis;

/** Tables `mixtures`, predicted values along the shares, and `mixture_optima`, the best mixtures. */
function mixtureTables(
  method: Method,
  { space: { sources } }: MixturePlan,
  { curves, optima }: MixtureResults,
): MixtureTables {
  const names = sources.map((source) => `${MIX_PREFIX}${source}`);
  return {
    mixtures: tableOf<CurvePoint>(curves, [
      ...identity(method),
      text("varied", "source whose share changes along the curve"),
      ...names.map((name, s) => number(name, "share of each source", ({ shares }: CurvePoint) => shares[s])),
      number("predicted", "predicted score (or loss); for the set, the weighted mean over its tasks"),
      ...verdictColumns,
      number("level", "nominal coverage of the interval; null without a bootstrap"),
      ...ends(
        "",
        "lower end of the percentile interval over the replicates",
        (row: CurvePoint) => row.interval,
      ),
      ...judgement,
    ]),
    mixture_optima: tableOf<BestMixture>(optima, [
      ...identity(method),
      text(
        "tasks",
        "tasks for which the mixture is best: those of the set that can be predicted",
        ({ tasks }) => tasks.join(", "),
      ),
      number("level", "nominal coverage of the intervals; null without a bootstrap"),
      ...names.flatMap((name, s) => [
        number(name, "its share in the best mixture", ({ optimum }: BestMixture) => optimum.shares[s]),
        ...ends(
          `${name}_`,
          "lower end over the replicates' best shares",
          (row: BestMixture) => row.shares[s]!,
        ),
      ]),
      number("predicted", "predicted value of the best mixture", ({ optimum }) => optimum.value),
      ...verdictColumns,
      ...ends("predicted_", "lower end over the replicates", (row: BestMixture) => row.predicted),
      text("baseline", "mixture that the gain is relative to", ({ baseline }) =>
        sources.map((source, s) => `${source} ${Number(baseline.shares[s]!.toPrecision(4))}`).join(", "),
      ),
      number("baseline_predicted", "its predicted value", ({ baseline }) => baseline.value),
      number("gain", "how much better the best mixture is; for a loss, how much lower"),
      ...ends("gain_", "lower end over the replicates", (row: BestMixture) => row.gains),
      number("better", "share of the replicates in which it beats the baseline; null without a bootstrap"),
      text(
        "shape",
        "shape of the curve for two sources: `flat`, `rising`, `falling`, `peak`, `valley`, `waves`; null for more",
      ),
      text(
        "at_ends",
        "sources whose share is the least or the largest that was tried; null if there are none",
        ({ atEnds }) => atEnds.join(", ") || null,
      ),
      count("draws", "replicates that have a value; 0 without a bootstrap"),
      ...judgement,
    ]),
  };
}

function identity(method: Method): ColumnOf<CurvePoint | BestMixture>[] {
  return [
    count("cell", "number of the cell; null for the weighted set", ({ cell }) => cell?.id),
    methodColumn(method),
    text("task", "subject that is predicted, or `weighted set`"),
    text("target", "run or size whose parameters, tokens and FLOPs are taken"),
    ...axisColumns(method),
  ];
}

/** Whether the numbers of a row can be taken as they are. */
const judgement: readonly ColumnOf<CurvePoint | BestMixture>[] = [
  text("status", "`ok`, or a keyword: `outside-range`, `excludes-estimate` ([bootstrap.md](bootstrap.md))"),
  text("reason", "the same as a sentence"),
];
