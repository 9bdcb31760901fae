import { z } from "zod";
import { listOf } from "../bootstrap/spec.ts";
import { notAmong, UserError } from "../errors.ts";
import { noteUse, type RunIndex } from "../methods/runs.ts";
import { isAccuracy } from "../tables/checkpoint-table.ts";
import type { Interpolation } from "./interpolation.ts";
import { interpolations } from "./interpolations.ts";

/** An isoflop analysis, as a sweep file or a program gives it under `isoflop:`. */
export interface IsoflopSpec {
  /** What is to be least: a metric of the table. @default "loss" */
  metric?: string | undefined;
  /** What was measured. @default the sweep's tasks and the validation domains; of a table with neither, all */
  subjects?: string | string[] | undefined;
  /** powers, parabola, akima; of a list each (docs/isoflop.md). @default "powers" */
  interpolation?: string | string[] | undefined;
  /** Of `powers` and `parabola`: largest ratio of a size that is used to that of the lowest loss. @default 3 */
  window?: number | number[] | undefined;
  /** Relative standard deviation of a loss. @default told from the data */
  noise?: number | undefined;
  /** Times that noise is added. @default 1000 */
  draws?: number | undefined;
  /** What the intervals are to cover. @default those of the bootstrap, else [0.9] */
  levels?: number | number[] | undefined;
  /** Largest relative difference of FLOPs in one budget, and of C from 6ND. @default 0.01 */
  tolerance?: number | undefined;
}

/** Shape of the key `isoflop`. */
export const isoflopSchema = z.strictObject({
  metric: z.string().min(1).optional(),
  subjects: listOf(z.string().min(1)).optional(),
  interpolation: listOf(z.enum([...interpolations.keys()])).optional(),
  window: listOf(z.number().gt(1)).optional(),
  noise: z.number().min(0).max(1).optional(),
  draws: z.int().min(2).max(1_000_000).optional(),
  levels: listOf(z.number().gt(0).lt(1)).optional(),
  tolerance: z.number().min(0).max(0.5).optional(),
});

type CheckedIsoflop = z.output<typeof isoflopSchema>;

/** What each key takes, for messages. */
export const isoflopAllowed: Readonly<Record<keyof CheckedIsoflop, string>> = {
  metric: "the name of a metric",
  subjects: "a subject's name, or a list of different ones",
  interpolation: `${[...interpolations.keys()].join(", ")}, or a list of different ones`,
  window: "a number above 1, or a list of different ones",
  noise: "a number from 0 to 1",
  draws: "a whole number from 2 to 1000000",
  levels: "a number above 0 and below 1, or a list of different ones",
  tolerance: "a number from 0 to 0.5",
};

/** An isoflop analysis with every default filled in that does not hang on the table, as the manifest keeps it. */
export type FilledIsoflop = {
  [Key in Exclude<keyof CheckedIsoflop, "subjects" | "noise">]-?: NonNullable<CheckedIsoflop[Key]>;
} & Pick<CheckedIsoflop, "subjects" | "noise">;

/**
 * Fills the defaults in.
 *
 * @param ofBootstrap levels of the sweep's bootstrap
 */
export function withDefaults(given: CheckedIsoflop, ofBootstrap: readonly number[] = [0.9]): FilledIsoflop {
  const defaults = {
    metric: "loss",
    interpolation: ["powers"],
    window: [3],
    draws: 1000,
    levels: [...ofBootstrap],
    tolerance: 0.01,
  };
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(own) };
}

/** One way to find the minimum of a budget. */
export interface IsoflopSetting {
  interpolation: Interpolation;
  /** NaN where the interpolation takes all sizes. */
  window: number;
}

/** The settings that are asked for: each interpolation, with each window where it has one. */
export function settingsOf({ interpolation, window }: FilledIsoflop): IsoflopSetting[] {
  return interpolation.flatMap((name) => {
    const found = interpolations.get(name)!;
    const windows = found.windowed ? window : [Number.NaN];
    return windows.map((one) => ({ interpolation: found, window: one }));
  });
}

/** An analysis with its subjects chosen. */
export interface IsoflopPlan extends FilledIsoflop {
  subjects: string[];
  seed: number;
}

/**
 * Chooses the subjects of an analysis. Without a list: the tasks of the sweep and the validation domains that have the metric on
 * a fit run; where there is none of these, every subject that has it.
 *
 * @param tasks of the sweep; none without one
 * @param where file, for messages
 * @throws UserError for a metric or a subject that is not there, and for a metric that is the better the higher it is
 */
export function planIsoflop(
  filled: FilledIsoflop,
  index: RunIndex,
  { tasks = [], seed }: { tasks?: readonly string[]; seed: number },
  where: string,
): IsoflopPlan {
  const { metric, subjects: asked } = filled;
  const { metrics, source } = index.table;
  const known = [...metrics.keys()];
  const values = metrics.get(metric);
  if (values === undefined) {
    throw new UserError(`${where}.metric: ${source} has no column ${notAmong(metric, known)}`);
  }
  if (isAccuracy(metric)) {
    throw new UserError(
      `${where}.metric: ${metric} is the better the higher it is; allowed: a loss, whose minimum is looked for`,
    );
  }
  const measured = index.subjects.filter((subject) =>
    index.fitRuns(subject).some(({ rows }) => rows.some((row) => !Number.isNaN(values[row]))),
  );
  const unknown = asked?.find((subject) => !measured.includes(subject));
  if (unknown !== undefined) {
    throw new UserError(
      `${where}.subjects: no fit run of ${source} has ${metric} for ${notAmong(unknown, measured)}`,
    );
  }
  if (measured.length === 0) throw new UserError(`${where}.metric: no fit run of ${source} has ${metric}`);
  const preferred = new Set([...tasks, ...index.domains(metric)]);
  const chosen = measured.filter((subject) => preferred.has(subject));
  const subjects = asked ?? (chosen.length > 0 ? chosen : measured);
  for (const subject of subjects) {
    for (const { rows } of index.fitRuns(subject)) noteUse(index, metric, rows);
  }
  return { ...filled, subjects, seed };
}
