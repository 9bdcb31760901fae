import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { getOrInsert } from "../collections.ts";
import { notAmong, UserError } from "../errors.ts";
import { purposes } from "../intervals/purposes.ts";
import { checkCells } from "../methods/cross-axes.ts";
import { CHANCE } from "../methods/emergence.ts";
import { type Configuration, lawsOf, type Method } from "../methods/method.ts";
import { columnsAsked } from "../methods/sized-law.ts";
import { type CheckpointTable, isAccuracy } from "../tables/checkpoint-table.ts";
import { readCheckpointTable } from "../tables/to-checkpoint-table.ts";
import type { ResolvedSweep } from "./resolve.ts";

/**
 * The table of a sweep, its scores as shares and with the chance levels that the sweep gives.
 *
 * @throws UserError for files that are not a checkpoint table, scores that are not per cent, and a task that the table does not have
 */
export async function readTable(sweep: ResolvedSweep): Promise<CheckpointTable> {
  const { reading, table: paths, decimal, where, analyses } = sweep;
  const laws = [...lawsOf(sweep.configurations), ...analyses.flatMap((analysis) => analysis.laws ?? [])];
  if (reading !== undefined) return reading.read({ paths, settings: reading.settings, laws, decimal, where });
  const table = await readCheckpointTable(sweep.table, {
    ...(sweep.columns && { columns: sweep.columns }),
    ...(sweep.decimal && { decimal: sweep.decimal }),
    ...(laws.length > 0 && { inputs: laws.flatMap(columnsAsked) }),
    ...partOf(sweep),
  });
  const shares = sweep.scores === "percent" ? fromPercent(table, sweep.where) : table;
  return sweep.chance === undefined ? shares : withChance(shares, sweep.chance, sweep.where);
}

/** The subjects that a sweep reads; nothing where it may read any. */
function partOf({ tasks, configurations, analyses, scores }: ResolvedSweep): {
  subjects?: ReadonlySet<string>;
} {
  // Whether scores are per cent is seen from all of them, and an analysis may look at any subject.
  if (tasks === undefined || scores === "percent" || analyses.length > 0) return {};
  const others = configurations.map(({ reads }) => reads);
  if (others.includes(undefined)) return {};
  return { subjects: new Set([...tasks, ...others.flatMap((subjects) => subjects ?? [])]) };
}

/** Scores in per cent as shares. */
export function fromPercent(table: CheckpointTable, where: string): CheckpointTable {
  const scores = [...table.metrics].filter(([metric]) => isAccuracy(metric));
  const given = scores.flatMap(([, values]) => [...values.filter((value) => !Number.isNaN(value))]);
  const most = given.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
  // No task is that hard at every checkpoint: these are shares.
  if (given.length > 0 && most <= 1) {
    throw new UserError(
      `${where}: scores: percent, but no ${scores.map(([metric]) => metric).join(", ")} of ${table.source} is above 1 ` +
        `(the largest is ${most}); allowed: scores: share for a table of shares`,
    );
  }
  const converted = new Map(scores.map(([metric, values]) => [metric, values.map((value) => value / 100)]));
  const chance = table.metrics.get(CHANCE);
  if (chance !== undefined)
    converted.set(
      CHANCE,
      chance.map((value) => value / 100),
    );
  return { ...table, metrics: new Map([...table.metrics, ...converted]) };
}

/** Chance levels on the rows of tasks, over those that the table has. */
export function withChance(
  table: CheckpointTable,
  chance: number | Readonly<Record<string, number>>,
  where: string,
): CheckpointTable {
  const subjects = [...new Set(table.subject)];
  if (typeof chance === "object") {
    const unknown = Object.keys(chance).find((task) => !subjects.includes(task));
    if (unknown !== undefined) {
      throw new UserError(`${where}: chance: unknown task ${notAmong(unknown, subjects)}`);
    }
  }
  const levels = new Map(
    typeof chance === "object" ? Object.entries(chance) : subjects.map((subject) => [subject, chance]),
  );
  const ofTable = table.metrics.get(CHANCE);
  const values = Float64Array.from(
    table.subject,
    (subject, row) => levels.get(subject) ?? ofTable?.[row] ?? Number.NaN,
  );
  return { ...table, metrics: new Map([...table.metrics, [CHANCE, values]]) };
}

/**
 * The sweep with the configurations that its own stand for on a table, each once, and with the columns by which the table was read.
 *
 * @throws UserError for values of axes that the table does not have, and for more configurations than memory holds
 */
export function onTable(sweep: ResolvedSweep, table: CheckpointTable): ResolvedSweep {
  const distinct = new Map<string, Configuration>();
  for (const configuration of sweep.configurations) {
    const expanded = configuration.onTable?.(table, `${sweep.where}: axes`) ?? [configuration];
    const count = distinct.size + expanded.length;
    checkCells(
      count,
      `${count} configurations or more, where a value that stands for several is counted as those`,
      sweep.where,
    );
    for (const candidate of expanded) {
      const key = JSON.stringify([...candidate.values.values()]);
      if (!distinct.has(key)) distinct.set(key, candidate);
    }
  }
  const configurations = [...distinct.values()];
  const { columns = {} } = table.guessed ?? {};
  const spec = Object.keys(columns).length === 0 ? sweep.spec : { ...sweep.spec, columns };
  const counted = withQuestionsOf(table, { ...sweep, spec });
  return { ...counted, configurations, method: withoutIdleAxes(sweep.method, configurations) };
}

/** Metric of a table that says how many questions a score is the mean of. */
const QUESTIONS = "questions";

/**
 * The sweep with the numbers of questions of the table's tasks, where intervals take in the noise of the evaluation set and the sweep does
 * not give the numbers. Of a task whose rows differ the most frequent number counts.
 */
function withQuestionsOf(table: CheckpointTable, sweep: ResolvedSweep): ResolvedSweep {
  const { bootstrap, spec } = sweep;
  const values = table.metrics.get(QUESTIONS);
  const isAsked = bootstrap?.purposes.some((purpose) => purposes[purpose].sources.includes("evaluation"));
  if (values === undefined || bootstrap === undefined || !isAsked || bootstrap.questions !== undefined)
    return sweep;
  const counts = new Map<string, Map<number, number>>();
  table.subject.forEach((subject, row) => {
    const questions = values[row]!;
    if (!(questions > 0)) return;
    const ofTask = getOrInsert(counts, subject, () => new Map());
    ofTask.set(questions, (ofTask.get(questions) ?? 0) + 1);
  });
  const tasks = sweep.tasks === undefined ? undefined : new Set(sweep.tasks);
  const questions = Object.fromEntries(
    Array.from(counts)
      .filter(([task]) => tasks?.has(task) ?? true)
      .map(([task, ofTask]) => [task, [...ofTask].sort(([a, m], [b, n]) => n - m || b - a)[0]![0]]),
  );
  if (Object.keys(questions).length === 0) return sweep;
  return {
    ...sweep,
    bootstrap: { ...bootstrap, questions },
    spec: { ...spec, bootstrap: { ...(spec.bootstrap as object), questions } },
  };
}

/** The method without the rare axes that no configuration uses. */
function withoutIdleAxes(method: Method, configurations: readonly Configuration[]): Method {
  const axes = method.axes.filter(
    ({ name, isRare, default: usual }) =>
      !isRare || configurations.some(({ values }) => values.get(name) !== usual),
  );
  return { ...method, axes };
}

/** A table that a sweep read, by content. */
export interface TableChecksum {
  path: string;
  rows: number;
  /** Of the file's bytes, hexadecimal. */
  sha256: string;
}

/** SHA-256 of a file's bytes, hexadecimal. */
export async function fileChecksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
