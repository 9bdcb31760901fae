import { z } from "zod";
import { type IntervalKind, intervalKinds } from "../intervals/kinds.ts";
import { type Purpose, purposes } from "../intervals/purposes.ts";
import {
  flag,
  type Given,
  key,
  level,
  listOf,
  mappingOf,
  oneOf,
  taking,
  whole,
  wholeOrAuto,
} from "../keys.ts";
import { getScheme, type Scheme, schemes } from "./schemes.ts";

const purposeNames = Object.keys(purposes);
const questions = z.number().positive();

/** Keys of `bootstrap:` in a sweep file. */
export const bootstrapKeys = {
  /** Number of replicates of each problem. @default 1000 */
  resamples: key(whole(2, 10_000_000).default(1000), "number of replicates of each problem", { option: {} }),
  /** What is drawn: run, run-by-size, wild, block, residual, parametric, row. @default run */
  scheme: key(oneOf([...schemes.keys()]).default("run"), "what is drawn", { option: { reader: "text" } }),
  /** What is drawn together: run, or family, whose runs are not independent, such as the decays of one trunk: run, family. @default run */
  cluster: key(
    oneOf(["run", "family"]).optional(),
    "what is drawn together: `run`, or `family`, whose runs are not independent, such as the decays of one trunk",
    {
      otherwise: "`run`",
      option: {
        help: "what is drawn together: run, or family, such as the decays of one trunk  [default: run]",
        reader: "text",
      },
    },
  ),
  /** Checkpoints of a block, for scheme block. @default 5 */
  block_length: key(whole(1, 1_000_000).default(5), "checkpoints of a block, for scheme `block`", {
    option: {},
  }),
  /** Random starts of each replicate beside the fit of the data: a number, or auto for as many as that fit's own starts ask for. @default auto */
  fresh_starts: key(
    wholeOrAuto(0, 1000).default("auto"),
    "random starts of each replicate beside the fit of the data: a number, or `auto` for as many as that fit's own starts ask for",
    { option: {} },
  ),
  /** What the intervals are to cover, one or several. @default 0.9 */
  levels: key(listOf(level()).default([0.9]), "what the intervals are to cover", {
    option: { name: "level" },
  }),
  /** Kinds of intervals: percentile, expanded, pooled, posterior, basic, bca, studentised, delta, paper-delta, one or several. @default pooled */
  intervals: key(listOf(oneOf([...intervalKinds.keys()])).default(["pooled"]), "kinds of intervals", {
    option: {},
  }),
  /** What the intervals are for: curve, run, checkpoint, one or several. @default curve */
  purposes: key(listOf(oneOf(purposeNames)).default(["curve"]), "what the intervals are for", { option: {} }),
  /** Number of questions of a task's evaluation set, for purpose checkpoint: a number, or in a file also a mapping of tasks to numbers. @default those of the table's column questions, else no such noise */
  questions: key(
    taking(
      z.union([questions, z.record(z.string(), questions)]),
      "a number > 0, or a mapping of tasks to such numbers",
      { reader: "number" },
    ).optional(),
    "number of questions of a task's evaluation set, for purpose `checkpoint`: a number, or in a file also a mapping of tasks to numbers",
    {
      otherwise: "those of the table's column `questions`, else no such noise",
      option: {
        help: "number of questions of the evaluation set, for purpose checkpoint",
        reader: "whole number",
      },
    },
  ),
  /** Whether the draws are written, in table draws. @default false */
  draws: key(flag().default(false), "whether the draws are written, in table `draws`", { option: {} }),
};

export const bootstrapSchema = mappingOf(bootstrapKeys);

/** A bootstrap, as a sweep file or a program gives it under `bootstrap:`. */
export type BootstrapSpec = Given<typeof bootstrapKeys>;

/** A bootstrap with every default filled in, as the manifest keeps it. */
type CheckedBootstrap = z.output<typeof bootstrapSchema>;

/** A bootstrap with its names found and its defaults filled in. */
export interface Bootstrap {
  resamples: number;
  scheme: Scheme;
  cluster: "run" | "family";
  blockLength: number;
  freshStarts: number | "auto";
  levels: readonly number[];
  intervals: readonly IntervalKind[];
  purposes: readonly Purpose[];
  questions: number | Readonly<Record<string, number>> | undefined;
  draws: boolean;
}

/** Looks up the names of a bootstrap. */
export function resolveBootstrap(given: CheckedBootstrap): Bootstrap {
  return {
    resamples: given.resamples,
    scheme: getScheme(given.scheme),
    cluster: (given.cluster ?? "run") as "run" | "family",
    blockLength: given.block_length,
    freshStarts: given.fresh_starts,
    levels: given.levels,
    intervals: given.intervals.map((name) => intervalKinds.get(name)!),
    purposes: given.purposes as Purpose[],
    questions: given.questions,
    draws: given.draws,
  };
}
