import { z } from "zod";
import type { SpreadKind } from "../identifiability/spread.ts";
import { getIntervalMethod } from "../intervals/kinds.ts";
import type { IntervalMethod } from "../intervals/method.ts";
import { type Purpose, purposes } from "../intervals/purposes.ts";
import { getScheme, type Scheme, schemes } from "./schemes.ts";

/** A kind of interval that a sweep can make: a method, and where its standard errors are from. */
export interface IntervalKind {
  /** Name in sweep files and result tables. */
  name: string;
  method: IntervalMethod;
  /** What the standard errors take as independent; undefined where it needs none. */
  spread?: SpreadKind;
}

const kind = (name: string, spread?: SpreadKind, method = name): IntervalKind => {
  return { name, method: getIntervalMethod(method, "bootstrap"), ...(spread && { spread }) };
};

/** The kinds by name. Conformal intervals are not among them: they need past errors. */
export const intervalKinds: ReadonlyMap<string, IntervalKind> = new Map(
  [
    kind("percentile"),
    kind("expanded"),
    kind("basic"),
    kind("bca"),
    kind("studentised", "runs"),
    kind("delta", "runs"),
    kind("paper-delta", "paper-delta", "delta"),
  ].map((one) => [one.name, one]),
);

/** A bootstrap, as a sweep file or a program gives it under `bootstrap:`. */
export interface BootstrapSpec {
  /** Replicates of each problem. @default 1000 */
  resamples?: number | undefined;
  /** How they are drawn (docs/bootstrap.md). @default "run" */
  scheme?: string | undefined;
  /** Checkpoints of a block, for scheme `block`. @default 5 */
  block_length?: number | undefined;
  /** Random starts of each replicate, beside the fit of the data. @default 3 */
  fresh_starts?: number | undefined;
  /** What the intervals are to cover. @default [0.9] */
  levels?: number | number[] | undefined;
  /** Kinds of intervals: percentile, expanded, basic, bca, studentised, delta, paper-delta. @default ["percentile"] */
  intervals?: string | string[] | undefined;
  /** What the intervals are for: curve, run, checkpoint (docs/bootstrap.md). @default ["curve"] */
  purposes?: string | string[] | undefined;
  /** Questions of a task's evaluation set, for purpose `checkpoint`: one number, or by task. @default no such noise */
  questions?: number | Record<string, number> | undefined;
  /** Whether table `draws` is written. @default false */
  draws?: boolean | undefined;
}

/** A bootstrap with its names found and its defaults filled in. */
export interface Bootstrap {
  resamples: number;
  scheme: Scheme;
  blockLength: number;
  freshStarts: number;
  levels: readonly number[];
  intervals: readonly IntervalKind[];
  purposes: readonly Purpose[];
  questions: number | Readonly<Record<string, number>> | undefined;
  draws: boolean;
}

const level = z.number().gt(0).lt(1);
const interval = z.enum([...intervalKinds.keys()]);
const purposeNames = Object.keys(purposes) as Purpose[];
const questions = z.number().positive();

/** One value as a list of one; no value twice. */
export function listOf<Schema extends z.ZodType>(one: Schema) {
  const list = z.array(one).min(1);
  const distinct = list.refine((values) => new Set(values).size === values.length);
  return z.union([one.transform((value) => [value]), distinct]);
}

/** Shape of the key `bootstrap`. */
export const bootstrapSchema = z.strictObject({
  resamples: z.int().min(2).max(10_000_000).optional(),
  scheme: z.enum([...schemes.keys()]).optional(),
  block_length: z.int().min(1).max(1_000_000).optional(),
  fresh_starts: z.int().min(0).max(1000).optional(),
  levels: listOf(level).optional(),
  intervals: listOf(interval).optional(),
  purposes: listOf(z.enum(purposeNames)).optional(),
  questions: z.union([questions, z.record(z.string(), questions)]).optional(),
  draws: z.boolean().optional(),
});

type CheckedBootstrap = z.output<typeof bootstrapSchema>;

/** What each key takes, for messages. */
export const bootstrapAllowed: Readonly<Record<keyof CheckedBootstrap, string>> = {
  resamples: "a whole number from 2 to 10000000",
  scheme: [...schemes.keys()].join(", "),
  block_length: "a whole number from 1 to 1000000",
  fresh_starts: "a whole number from 0 to 1000",
  levels: "a number above 0 and below 1, or a list of different ones",
  intervals: `${[...intervalKinds.keys()].join(", ")}, or a list of different ones`,
  purposes: `${purposeNames.join(", ")}, or a list of different ones`,
  questions: "a number > 0, or a mapping of tasks to such numbers",
  draws: "true, false",
};

/** A bootstrap with every default filled in, as the manifest keeps it. */
type FilledBootstrap = {
  [Key in Exclude<keyof CheckedBootstrap, "questions">]-?: NonNullable<CheckedBootstrap[Key]>;
} & Pick<CheckedBootstrap, "questions">;

/** Fills the defaults in. */
export function withDefaults(given: CheckedBootstrap): FilledBootstrap {
  const defaults: FilledBootstrap = {
    resamples: 1000,
    scheme: "run",
    block_length: 5,
    fresh_starts: 3,
    levels: [0.9],
    intervals: ["percentile"],
    purposes: ["curve"],
    draws: false,
  };
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(own) };
}

/** Looks up the names of a bootstrap. */
export function resolveBootstrap(given: FilledBootstrap): Bootstrap {
  return {
    resamples: given.resamples,
    scheme: getScheme(given.scheme),
    blockLength: given.block_length,
    freshStarts: given.fresh_starts,
    levels: given.levels,
    intervals: given.intervals.map((name) => intervalKinds.get(name)!),
    purposes: given.purposes,
    questions: given.questions,
    draws: given.draws,
  };
}
