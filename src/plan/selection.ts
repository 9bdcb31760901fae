import { getOrInsert, ownValue } from "../collections.ts";
import { didYouMean, notAmong, shortened, UserError } from "../errors.ts";
import type { Law } from "../methods/law.ts";
import type { Configuration, Need, Stage, TaskData } from "../methods/method.ts";
import { runColumns } from "../methods/run-columns.ts";
import { ALL_RUNS, perIndex, type RunIndex, type RunSelections, type Target } from "../methods/runs.ts";
import { columnsTaken } from "../methods/sized-law.ts";
import { texts } from "../tables/cells.ts";
import { approximateFlops, type CheckpointTable, isAccuracy, locate } from "../tables/checkpoint-table.ts";
import { readMetricName } from "../tables/guess/metric-names.ts";
import { parseSize } from "../tables/numbers.ts";
import { SHARES_TOLERANCE } from "../tables/shares.ts";
import { duckdbMessage, insertTable, withDuckDB } from "../tables/sql/duckdb.ts";
import { confine, readWhere } from "../tables/sql/user-sql.ts";

/**
 * The tasks of a sweep: those that are listed; without a list, every subject with the metrics that at least one
 * configuration needs, on fit runs and on targets.
 *
 * @throws UserError for an unknown task, and if no subject is suitable
 */
export function chooseTasks(
  index: RunIndex,
  configurations: readonly Configuration[],
  asked: readonly string[] | undefined,
  where: string,
): string[] {
  checkMetrics(index, configurations, where);
  for (const task of asked ?? []) {
    if (index.subjects.includes(task)) continue;
    const { subjects } = index;
    throw new UserError(`${where}: unknown task ${notAmong(task, subjects)}`);
  }
  if (asked !== undefined) return [...new Set(asked)];
  const needs = distinctNeeds(configurations);
  const tasks = index.subjects.filter((subject) =>
    needs.some((all) => all.every((need) => isMet(index, subject, need))),
  );
  if (tasks.length > 0) return tasks;
  const wanted = needs.map((all) => all.map(({ metric, on }) => `${metric} on ${PLACES[on]}`).join(" and "));
  const there = (needs[0] ?? []).map((need) => {
    const having = index.subjects.filter((subject) => isMet(index, subject, need));
    return `${need.metric} of ${having.slice(0, 3).join(", ") || "none"}${having.length > 3 ? ", ..." : ""}`;
  });
  throw new UserError(
    `${where}: no subject of ${index.table.source} has ${wanted.join(", or ")}; there is ${there.join("; ")}`,
  );
}

const PLACES: Readonly<Record<Need["on"], string>> = { fit: "a fit run", target: "a target" };

/** Whether the metric has a value for the subject: on a fit run, or on a target at any time. */
function isMet(index: RunIndex, subject: string, { metric, on }: Need): boolean {
  const values = index.table.metrics.get(metric);
  if (values === undefined) return false;
  const places =
    on === "fit"
      ? index.fitRuns(subject).map(({ rows }) => rows)
      : index.targets.flatMap(({ name }) => [
          index.targetRows(subject, name),
          index.phaseRows(subject, name),
        ]);
  return places.some((rows) => rows.some((row) => !Number.isNaN(values[row])));
}

/** Demands that the table has the metrics of at least one configuration. */
function checkMetrics(index: RunIndex, configurations: readonly Configuration[], where: string): void {
  const metrics = [...index.table.metrics.keys()];
  const missing = distinctNeeds(configurations).map((all) =>
    all.find(({ metric }) => !metrics.includes(metric)),
  );
  const [first] = missing;
  if (first === undefined || missing.includes(undefined)) return;
  const text = index.table.passedOver?.get(first.metric);
  const has =
    text === undefined
      ? `has no column ${JSON.stringify(first.metric)}`
      : `has no numbers in column ${JSON.stringify(first.metric)} (${text})`;
  const alike = (["loss", "accuracy"] as const).flatMap((kind) => {
    const name = metrics.includes(kind)
      ? kind
      : metrics.find((metric) => readMetricName(metric)?.kind === kind);
    return name === undefined ? [] : [{ kind, text: `${kind}: ${JSON.stringify(name)}` }];
  });
  const isGuessed = alike.some(({ kind }) => kind === first.metric);
  const guess = isGuessed
    ? `; a guess is columns: {metrics: {${alike.map(({ text }) => text).join(", ")}}}`
    : "";
  throw new UserError(
    `${where}: ${index.table.source} ${has}, a metric that the method needs; ` +
      `the metrics are ${metrics.join(", ")}${didYouMean(first.metric, metrics)}${guess}`,
  );
}

function distinctNeeds(configurations: readonly Configuration[]): (readonly Need[])[] {
  return [...new Map(configurations.map(({ needs }) => [JSON.stringify(needs), needs])).values()];
}

/** Rows whose accuracy is not a share from 0 to 1, by task. */
const rowsOutOfRange = perIndex(
  (metric: string) => metric,
  ({ table }, metric) => {
    const rows = new Map<string, number[]>();
    const values = table.metrics.get(metric) ?? [];
    for (let row = 0; row < values.length; row++) {
      if (values[row]! < 0 || values[row]! > 1) getOrInsert(rows, table.subject[row]!, () => []).push(row);
    }
    return rows;
  },
);

/**
 * Why a configuration cannot be fitted to a task: links and their extra point assume scores from 0 to 1, and percentages would
 * give fits that look like fits.
 *
 * @param configuration one whose plan for the task is made, so that the rows that it uses are noted
 * @returns the first accuracy outside 0 to 1 that it uses; undefined where there is none
 */
export function whyNoShares(
  { needs, predicates }: Configuration,
  { index, task }: Pick<TaskData, "index" | "task">,
): string | undefined {
  const { table, used } = index;
  for (const { metric } of needs) {
    if (!isAccuracy(metric)) continue;
    const rows = rowsOutOfRange(index, metric).get(task);
    if (rows === undefined) continue;
    const values = table.metrics.get(metric);
    const selections = (predicates.length > 0 ? predicates : [ALL_RUNS]).map((predicate) =>
      index.selected(predicate),
    );
    const row = rows.find(
      (candidate) =>
        used.get(metric)?.[candidate] === 1 &&
        (table.role[candidate] === "target" || selections.some((runs) => runs.has(table.run[candidate]!))),
    );
    if (row === undefined) continue;
    const value = values![row]!;
    const hint = value > 1 ? "; per cent are converted by scores: percent in the sweep file" : "";
    return (
      `${locate(table, row)}, column ${JSON.stringify(metric)}: ${value}; allowed: a share of right answers, ` +
      `0 to 1${hint}`
    );
  }
  return undefined;
}

/** A stage that is skipped for a reason of its cell. */
export function skippedStage({ name, target, subject }: Stage, reason: string): Stage {
  return {
    name,
    ...(target !== undefined && { target }),
    ...(subject !== undefined && { subject }),
    skipped: { reason },
  };
}

/**
 * The targets of a sweep: those that are listed by name or size; without a list, all of the table.
 *
 * @param mayBeNone whether a sweep may have no target
 * @param laws laws that take columns of the table, which sizes must then have too
 * @throws UserError for a name that is unknown or given twice, for a size without an input that a law takes or with one that none takes,
 * and if there is no target
 */
export function chooseTargets(
  index: RunIndex,
  asked: readonly (string | TargetSize)[] | undefined,
  where: string,
  mayBeNone = false,
  laws: readonly Law[] = [],
): Target[] {
  const names = index.targets.map(({ name }) => name);
  const targets = asked?.map((target) =>
    typeof target === "string" ? findTarget(target) : sizedTarget(target, [...index.table.mixes.keys()]),
  );
  const twice = targets?.find(({ name }, i) => targets.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined)
    throw new UserError(`${where}: targets: ${JSON.stringify(twice.name)} is given twice`);
  if (targets !== undefined) {
    const ofTable = new Set(index.targets);
    for (const target of targets) if (!ofTable.has(target)) demandTargetInputs(target, laws, index, where);
    return targets;
  }
  if (names.length > 0 || mayBeNone) return [...index.targets];
  const phased = new Set(index.table.run.filter((_, row) => index.table.role[row] === "target"));
  if (phased.size > 0) {
    throw new UserError(
      `${where}: no target: all rows of ${[...phased].slice(0, 3).join(", ")}${phased.size > 3 ? ", ..." : ""} (role "target") of ` +
        `${index.table.source} have a phase, which marks early checkpoints; allowed: an empty phase on the final ones`,
    );
  }
  throw new UserError(
    `${where}: no target: ${index.table.source} has no run of role "target"; allowed: such runs, or sizes: ` +
      "--target 7B@2T (parameters@tokens), or targets: [7B@2T] in the sweep file",
  );

  function findTarget(name: string): Target {
    const target = index.targets.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    const size = parseSize(name, `${where}: targets`);
    if (size !== undefined) return sizedTarget({ name, ...size }, []);
    const allowed =
      names.length > 0 ? `${names.join(", ")}, or a size` : "sizes only, the table has no targets,";
    throw new UserError(
      `${where}: unknown target ${JSON.stringify(name)}; allowed: ${allowed} such as 7B@2T (parameters@tokens)${didYouMean(name, names)}`,
    );
  }

  /** @param sources of the table's mixtures */
  function sizedTarget({ name, n, d, c, mix, inputs }: TargetSize, sources: readonly string[]): Target {
    const place = `${where}: targets: mix of ${JSON.stringify(name)}`;
    return {
      ...{ name, n, d, c: c ?? approximateFlops(n, d) },
      ...(inputs && { inputs: new Map(Object.entries(inputs)) }),
      ...(mix && { mix: readMixture(mix, sources, place) }),
    };
  }
}

/** Demands that a size has what laws take of columns, and nothing else. @throws UserError with the input */
function demandTargetInputs(
  { name, inputs = new Map() }: Target,
  laws: readonly Law[],
  { table }: RunIndex,
  where: string,
): void {
  const taken = laws.map((law) => ({ law, columns: columnsTaken(law, table) }));
  const place = `${where}: targets: ${JSON.stringify(name)}`;
  for (const { law, columns } of taken) {
    const missing = columns.find((column) => !inputs.has(column));
    if (missing === undefined) continue;
    throw new UserError(
      `${place} lacks ${missing}, an input of law ${shortened(law.text)}; allowed: {N: 7B, D: 2T, ` +
        `${columns.map((column) => `${column}: NUMBER`).join(", ")}}`,
    );
  }
  const allowed = [...new Set(taken.flatMap(({ columns }) => columns))];
  const unknown = [...inputs.keys()].find((input) => !allowed.includes(input));
  if (unknown === undefined) return;
  const known = ["N", "D", "C", ...allowed].join(", ");
  throw new UserError(
    `${place}: no law takes ${JSON.stringify(unknown)}; allowed: ${known}${didYouMean(unknown, allowed)}`,
  );
}

/**
 * A mixture that a user gave: the share of each source, as a part of their sum. Sources that it does not name have share 0.
 *
 * @param sources of the table's mixtures
 * @param where file and key, for messages
 * @throws UserError for a source that is not in the table, and shares that do not sum to 1
 */
export function readMixture(
  given: Readonly<Record<string, number>>,
  sources: readonly string[],
  where: string,
): ReadonlyMap<string, number> {
  const unknown = Object.keys(given).find((source) => !sources.includes(source));
  if (unknown !== undefined) {
    const allowed = sources.length > 0 ? sources.join(", ") : "none, the table has no column mix.<source>";
    throw new UserError(
      `${where}: unknown source ${JSON.stringify(unknown)}; allowed: ${allowed}${didYouMean(unknown, sources)}`,
    );
  }
  const sum = Object.values(given).reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > SHARES_TOLERANCE) {
    throw new UserError(
      `${where}: the shares of ${Object.keys(given).join(", ")} sum to ${Number(sum.toPrecision(12))}; allowed: shares that sum to 1, within ${SHARES_TOLERANCE}`,
    );
  }
  return new Map(sources.map((source) => [source, (ownValue(given, source) ?? 0) / sum]));
}

/** A target given by its size, which the table need not have. */
export interface TargetSize {
  name: string;
  /** Parameters. */
  n: number;
  /** Training tokens. */
  d: number;
  /** Training FLOPs. @default 6*n*d */
  c?: number | undefined;
  /** Share of each source of the training data, for methods that take mixtures; they sum to 1. */
  mix?: Record<string, number> | undefined;
  /** What laws take of other columns of the table, by the name of the input. */
  inputs?: Record<string, number> | undefined;
}

/**
 * Finds the fit runs for which each predicate of axis `runs` holds.
 *
 * @param predicates SQL predicates on the columns of `runColumns`, in DuckDB's dialect, or `all`
 * @param where the sweep, for messages
 * @param axisOf name of the axis that a predicate is of, for messages
 * @throws UserError for a predicate that DuckDB does not take, with its message and the columns
 */
export async function selectRuns(
  table: CheckpointTable,
  predicates: Iterable<string>,
  where: string,
  axisOf: (predicate: string) => string = () => "runs",
): Promise<RunSelections> {
  const asked = new Set(predicates);
  asked.delete(ALL_RUNS);
  if (asked.size === 0) return new Map();
  const runs = runColumns(table);
  return withDuckDB(async (connection) => {
    const from = `${await insertTable(connection, runs, "runs")} AS runs`;
    await confine(connection);
    const selections = new Map<string, ReadonlySet<string>>();
    for (const predicate of asked) {
      try {
        const read = await readWhere(connection, { predicate, columns: ["run"], from, table: "runs" });
        selections.set(predicate, new Set(texts(read.columns[0]!).map(String)));
      } catch (error) {
        const columns = runs.columns.map(({ name }) => name).join(", ");
        throw new UserError(
          `${where}: axes.${axisOf(predicate)}: ${JSON.stringify(shortened(predicate))}: ${duckdbMessage(error)}; allowed: all, or an SQL ` +
            `predicate on the columns ${columns}`,
        );
      }
    }
    return selections;
  });
}
