import { z } from "zod";
import { notAmong, UserError } from "../errors.ts";
import { type Given, key, level, listOf, mappingOf, number, oneOf, taking, text, whole } from "../keys.ts";
import { noteUse, type RunIndex } from "../methods/runs.ts";
import { isAccuracy } from "../tables/checkpoint-table.ts";
import type { Interpolation } from "./interpolation.ts";
import { interpolations } from "./interpolations.ts";

/** Keys of `isoflop:` in a sweep file. */
export const isoflopKeys = {
  /** Metric that is minimised. @default loss */
  metric: key(text("the name of a metric").default("loss"), "metric that is minimised", {
    option: {},
  }),
  /** What was measured, one or several. @default the sweep's tasks and the validation domains; if there are none, all */
  subjects: key(listOf(text("a subject's name")).optional(), "what was measured", {
    otherwise: "the sweep's tasks and the validation domains; if there are none, all",
    option: { help: "subjects, with commas  [default: the validation domains, else all]" },
  }),
  /** How the minimum of a budget is found: powers, parabola, akima, one or several. @default powers */
  interpolation: key(
    listOf(oneOf([...interpolations.keys()])).default(["powers"]),
    "how the minimum of a budget is found",
    { option: {} },
  ),
  /** For powers and parabola: largest ratio of a size that is used to that of the lowest loss, one or several. @default 3 */
  window: key(
    listOf(taking(z.number().gt(1), "a number above 1", { reader: "number" })).default([3]),
    "for `powers` and `parabola`: largest ratio of a size that is used to that of the lowest loss",
    { option: {} },
  ),
  /** Relative standard deviation of a loss, such as 0.002. @default estimated from the data */
  noise: key(number(0, 1).optional(), "relative standard deviation of a loss, such as 0.002", {
    otherwise: "estimated from the data",
    option: {},
  }),
  /** Number of times that noise is added. @default 1000 */
  draws: key(whole(2, 1_000_000).default(1000), "number of times that noise is added", {
    option: { name: "noise-draws" },
  }),
  /** What the intervals are to cover, one or several. @default those of the bootstrap, else 0.9 */
  levels: key(listOf(level()).optional(), "what the intervals are to cover", {
    otherwise: "those of the bootstrap, else 0.9",
    option: { name: "level", help: "what the intervals are to cover, with commas  [default: 0.9]" },
  }),
  /** Largest relative difference of FLOPs in one budget, and of C from 6ND. @default 0.01 */
  tolerance: key(
    number(0, 0.5).default(0.01),
    "largest relative difference of FLOPs in one budget, and of C from 6ND",
    { option: {} },
  ),
};

export const isoflopSchema = mappingOf(isoflopKeys);

/** An isoflop analysis, as a sweep file or a program gives it under `isoflop:`. */
export type IsoflopSpec = Given<typeof isoflopKeys>;

/** An isoflop analysis with every default filled in that does not depend on the table, as the manifest keeps it. */
export type FilledIsoflop = z.output<typeof isoflopSchema> & { levels: number[] };

/**
 * Fills the defaults in.
 *
 * @param ofBootstrap levels of the sweep's bootstrap
 */
export function withDefaults(given: IsoflopSpec, ofBootstrap: readonly number[] = [0.9]): FilledIsoflop {
  const { levels = [...ofBootstrap], tolerance, subjects, noise, ...rest } = isoflopSchema.parse(given);
  return { ...rest, levels, tolerance, ...(subjects && { subjects }), ...(noise !== undefined && { noise }) };
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
    const method = interpolations.get(name)!;
    const windows = method.windowed ? window : [Number.NaN];
    return windows.map((reach) => ({ interpolation: method, window: reach }));
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
 * @throws UserError for a metric or a subject that is not there, and for a metric of which higher values are better
 */
export function planIsoflop(
  filled: FilledIsoflop,
  index: RunIndex,
  { tasks = [], seed }: { tasks?: readonly string[]; seed: number },
  where: string,
): IsoflopPlan {
  const { metric, subjects: asked } = filled;
  const { metrics, source } = index.table;
  const names = [...metrics.keys()];
  const values = metrics.get(metric);
  if (values === undefined) {
    throw new UserError(`${where}.metric: ${source} has no column ${notAmong(metric, names)}`);
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
