import { z } from "zod";
import { backtestSchema } from "../backtest/spec.ts";
import { bootstrapSchema } from "../bootstrap/spec.ts";
import { ownValue, valueAtPath } from "../collections.ts";
import { derivedSchema } from "../derived/spec.ts";
import { describeValue, didYouMean, notAmong, UserError } from "../errors.ts";
import { fitSchema } from "../fit/spec.ts";
import { type UserForm, userFormsSchema } from "../forms/user-form.ts";
import { isoflopSchema } from "../isoflop/spec.ts";
import {
  flag,
  type Given,
  infoOfValue,
  key,
  keysOf,
  oneOf,
  taking,
  text,
  whole,
  wholeOrAuto,
} from "../keys.ts";
import type { AxisValue } from "../methods/axis.ts";
import { mixturesSchema } from "../mixture/spec.ts";
import { rankingSchema } from "../ranking/spec.ts";
import { searchSchema } from "../search-laws/spec.ts";
import { maxSeed } from "../solve/check-problem.ts";
import { backendChoices } from "../solve/problem.ts";
import { type ColumnMappingInput, columnsSchema } from "../tables/columns.ts";
import { parseCount } from "../tables/numbers.ts";

/** Design choices: a value, or a list of values to cross with those of the other axes. */
export type AxesInput = Record<string, AxisValue | AxisValue[]>;

/** What holds where neither a sweep nor its preset gives a key. */
export const specDefaults = {
  scores: "share",
  rank_undetermined: false,
  starts: "auto",
  seed: 0,
  backend: "auto",
} as const;

const name = z.string().min(1);
const names = (allowed: string) =>
  taking(z.union([name.transform((single) => [single]), z.array(name).min(1)]), allowed, { reader: "names" });
const share = z.number().min(0).max(1);
const chance = z.number().min(0).lt(1);
const axes = z.record(z.string(), z.custom<AxesInput[string]>());
/** A number of parameters, tokens or FLOPs: 7e9, or 7B. */
const count = z.union([
  z.number().positive(),
  z
    .string()
    .transform(parseCount)
    .refine((value) => value > 0 && value < Infinity),
]);
/** What a law takes of a column: a number, or a count such as 7B. */
const input = z.union([z.number(), z.string().transform(parseCount).refine(Number.isFinite)]);
const size = {
  n: count,
  d: count,
  c: count.optional(),
  mix: z.record(z.string(), share).optional(),
  inputs: z.record(z.string(), input).optional(),
};
const targetList = z.array(z.union([name, z.strictObject({ name, ...size })])).min(1);
/** Sizes as users write them: by the names of laws too, with other inputs beside them, and perhaps without a name. */
const writtenSize = z
  .object({ ...size, name: name.optional(), n: count.optional(), d: count.optional() })
  .extend({ N: count.optional(), D: count.optional(), C: count.optional() })
  .catchall(input);
const writtenTargets = z.union([name, writtenSize, z.array(z.union([name, writtenSize])).min(1)]);

/** The same as a type: that of a catch-all would not hold for the other keys. */
interface WrittenSize {
  n?: number | string | undefined;
  d?: number | string | undefined;
  c?: number | string | undefined;
  N?: number | string | undefined;
  D?: number | string | undefined;
  C?: number | string | undefined;
  name?: string | undefined;
  mix?: Record<string, number> | undefined;
  inputs?: Record<string, number | string> | undefined;
  [input: string]: number | string | Record<string, number | string> | undefined;
}

/** A single target is made a list before the check, whose messages then name the entry that is wrong. */
const targets = z.preprocess((given) => {
  if (given === undefined) return given;
  return (Array.isArray(given) ? given : [given]).map(sizeAsNamed);
}, targetList) as unknown as z.ZodType<
  z.output<typeof targetList>,
  z.input<typeof targetList> | string | WrittenSize | (string | WrittenSize)[]
>;

/** A size with its parts by their names in tables, and what else laws take under `inputs`. What is no size stays as it is. */
function sizeAsNamed(given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const named: Record<string, unknown> = {};
  const inputs: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const part = /^[NDC]$/.test(key) && !(key.toLowerCase() in given) ? key.toLowerCase() : key;
    (part === "name" || Object.hasOwn(size, part) ? named : inputs)[part] = value;
  }
  const text = Object.entries(given).map(([key, value]) => `${key}=${String(value)}`);
  const all = Object.keys(inputs).length === 0 ? {} : { inputs: { ...inputs, ...(named.inputs ?? {}) } };
  return { name: text.join(", "), ...named, ...all };
}

/** Keys of a sweep file. The values of `columns`, `axes` and `forms` are checked where they are used. */
export const specKeys = {
  /** Checkpoint table: paths and globs, in a file from its folder, one or several. @default needed, here or as --table */
  table: key(
    names("a path, or a list of paths").optional(),
    "checkpoint table: paths and globs, in a file from its folder",
    {
      otherwise: "needed, here or as `--table`",
      option: { help: "checkpoint table: a file, a folder or a glob", reader: "texts" },
    },
  ),
  /** Where a table of your own has each column (docs/tables.md). @default the names of the schema */
  columns: key(
    taking(z.custom<ColumnMappingInput>(), "a mapping of columns").optional(),
    "where a table of your own has each column ([tables.md](tables.md))",
    { otherwise: "the names of the schema", shape: columnsSchema },
  ),
  /** Decimal separator of numbers in CSV files: "." or ",". @default "." */
  decimal: key(
    taking(z.enum([".", ","]), '"." or ","', { reader: "choice" }).optional(),
    'decimal separator of numbers in CSV files: `"."` or `","`',
    { otherwise: '`"."`', option: {} },
  ),
  /** Named sweep to start from. */
  preset: key(text("the name of a preset").optional(), "named sweep to start from"),
  /** Method (docs/methods.md). @default needed, or a preset */
  method: key(text("the name of a method").optional(), "method ([methods.md](methods.md))", {
    otherwise: "needed, or a preset",
  }),
  /** Design choices: one mapping, or a list of mappings whose crosses are united. @default those of the method or preset */
  axes: key(
    taking(
      z.union([axes, z.array(axes).min(1)]),
      "a mapping of axis names to a value or a list of values, or a list of such mappings",
    ).optional(),
    "design choices: one mapping, or a list of mappings whose crosses are united",
    { otherwise: "those of the method or preset" },
  ),
  /** The part of each column of a table of any columns, with method fit: keys of docs/fit.md. @default a guess */
  fit: key(
    fitSchema.optional(),
    "the part of each column of a table of any columns, with method `fit`: keys of [fit.md](fit.md)",
    { otherwise: "a guess" },
  ),
  /** Tasks to predict, one or several. @default every subject that has what at least one configuration needs */
  tasks: key(names("a subject's name, or a list of them").optional(), "tasks to predict", {
    otherwise: "every subject that has what at least one configuration needs",
    option: {},
  }),
  /** Names of the table's targets, or sizes 7B@2T, {name: 70B, n: 70B, d: 2e12} or {N: 7B, D: 2T, experts: 8} for laws of other columns, with c, and mix: {general: 0.7, code: 0.3} for methods that take mixtures. @default every target of the table */
  targets: key(
    taking(
      targets,
      "a list of names of targets, or of sizes 7B@2T (parameters@tokens) or {name: 70B, n: 70B, d: 2e12} with n, d > 0, for laws of other columns {N: 7B, D: 2T, experts: 8}, and for a mixture mix: {general: 0.7, code: 0.3}",
    ).optional(),
    "names of the table's targets, or sizes `7B@2T`, `{name: 70B, n: 70B, d: 2e12}` or `{N: 7B, D: 2T, experts: 8}` for laws of other columns, with `c`, and `mix: {general: 0.7, code: 0.3}` for methods that take mixtures",
    {
      otherwise: "every target of the table",
      shape: writtenTargets,
      option: {
        name: "target",
        help: "what to predict: names of the table's targets, or sizes such as 7B@2T (parameters@tokens), with commas  [default: every target of the table]",
        reader: "names",
      },
    },
  ),
  /** Forms of your own by name (docs/forms.md). */
  forms: key(
    taking(z.custom<Record<string, UserForm>>(), "a mapping of form names to forms").optional(),
    "forms of your own by name ([forms.md](forms.md))",
    { shape: userFormsSchema },
  ),
  /** Unit of the table's accuracies and chance levels: share, percent. @default share */
  scores: key(oneOf(["share", "percent"]).optional(), "unit of the table's accuracies and chance levels", {
    otherwise: specDefaults.scores,
  }),
  /** Score of guessing, a share: a number for all tasks, or a mapping of tasks to numbers. @default metric chance of the table */
  chance: key(
    taking(
      z.union([chance, z.record(z.string(), chance)]),
      "a share >= 0 and < 1, or a mapping of tasks to such shares",
    ).optional(),
    "score of guessing, a share: a number for all tasks, or a mapping of tasks to numbers",
    { otherwise: "metric `chance` of the table" },
  ),
  /** Resamples for intervals: keys of docs/bootstrap.md, {} for the defaults. @default none */
  bootstrap: key(
    bootstrapSchema.optional(),
    "resamples for intervals: keys of [bootstrap.md](bootstrap.md), `{}` for the defaults",
    {
      otherwise: "none",
    },
  ),
  /** Larger fit runs predicted from smaller ones: keys of docs/backtests.md, {} for the defaults. @default none */
  backtest: key(
    backtestSchema.optional(),
    "larger fit runs predicted from smaller ones: keys of [backtests.md](backtests.md), `{}` for the defaults",
    { otherwise: "none" },
  ),
  /** Laws sought in a grammar and judged by larger rows, with method fit: keys of docs/search.md, {} for the defaults. @default none */
  search: key(
    searchSchema.optional(),
    "laws sought in a grammar and judged by larger rows, with method `fit`: keys of [search.md](search.md), `{}` for the defaults",
    { otherwise: "none" },
  ),
  /** The best mixture of the training data, with method flp-m: keys of docs/flp.md, {} for the defaults. @default none */
  mixtures: key(
    mixturesSchema.optional(),
    "the best mixture of the training data, with method `flp-m`: keys of [flp.md](flp.md), `{}` for the defaults",
    { otherwise: "none" },
  ),
  /** The best model size of each budget of FLOPs: keys of docs/isoflop.md, {} for the defaults. @default none */
  isoflop: key(
    isoflopSchema.optional(),
    "the best model size of each budget of FLOPs: keys of [isoflop.md](isoflop.md), `{}` for the defaults",
    { otherwise: "none" },
  ),
  /** Quantities that follow from the parameters of fits, with intervals (docs/results.md): {a: beta/(alpha + beta)}, {} for those of laws of N and D alone. @default none */
  derived: key(
    derivedSchema.optional(),
    "quantities that follow from the parameters of fits, with intervals ([results.md](results.md#derived)): `{a: beta/(alpha + beta)}`, `{}` for those of laws of N and D alone",
    { otherwise: "none" },
  ),
  /** Values of an axis, such as families of runs, ranked by what is predicted: {} for families, {by: AXIS} (docs/ladder.md). @default none */
  ranking: key(
    rankingSchema.optional(),
    "values of an axis, such as families of runs, ranked by what is predicted: `{}` for families, `{by: AXIS}` ([ladder.md](ladder.md#families))",
    { otherwise: "none" },
  ),
  /** Whether to solve for profile intervals of the parameters (docs/identifiability.md). @default true with a bootstrap */
  profiles: key(
    flag().optional(),
    "whether to solve for profile intervals of the parameters ([identifiability.md](identifiability.md))",
    { otherwise: "true with a bootstrap" },
  ),
  /** Whether predictions that the data do not determine (docs/results.md) are ranked too. @default false */
  rank_undetermined: key(
    flag().optional(),
    "whether predictions that the data do not determine ([results.md](results.md#predictions)) are ranked too",
    { otherwise: String(specDefaults.rank_undetermined) },
  ),
  /** Random starts of each problem: a number, or auto for as many as their ends ask for. @default auto */
  starts: key(
    wholeOrAuto(1, 1_000_000).optional(),
    "random starts of each problem: a number, or `auto` for as many as their ends ask for",
    { otherwise: specDefaults.starts, option: {} },
  ),
  /** Seed of the random numbers. @default 0 */
  seed: key(whole(0, maxSeed).optional(), "seed of the random numbers", {
    otherwise: String(specDefaults.seed),
    option: {},
  }),
  /** What solves: auto, cuda, cpu, native, portable, tfjs. @default auto */
  backend: key(oneOf(backendChoices).optional(), "what solves", {
    otherwise: specDefaults.backend,
    option: {},
  }),
  /** Number of solver threads. @default all cores */
  threads: key(whole(1, 1024).optional(), "number of solver threads", { otherwise: "all cores", option: {} }),
};

export const specSchema = z.strictObject(specKeys);

/** A sweep, as a sweep file or a program gives it. */
export type SweepSpec = Given<typeof specKeys>;

/** A checked sweep: single values that may be lists are lists, and the mappings in it have their defaults. */
export type CheckedSpec = z.output<typeof specSchema>;

/**
 * Checks the shape of a sweep.
 *
 * @param given as parsed from YAML, or from a program
 * @param where the file, for messages
 * @throws UserError naming the file, the key, the value and what is allowed
 */
export function checkSpec(given: unknown, where: string): CheckedSpec {
  checkKeys(given, [], where);
  return checkMapping(specSchema, given, { where, what: "a sweep" });
}

/**
 * Checks the shape of a mapping of keys.
 *
 * @param what it is to be, `a sweep`
 * @throws UserError naming the file, the key, the value and what is allowed
 */
export function checkMapping<Schema extends z.ZodType>(
  whole: Schema,
  given: unknown,
  { where, what }: { where: string; what: string },
): z.output<Schema> {
  const result = whole.safeParse(given ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = placeOf(given, issue.path);
  /** The innermost key that the mistake is in. */
  let schema: z.core.$ZodType = whole;
  const within: string[] = [];
  for (const name of path) {
    const inner = ownValue(keysOf(schema) ?? {}, name);
    if (inner === undefined) break;
    schema = inner;
    within.push(name);
  }
  const names = Object.keys(keysOf(schema) ?? {});
  if (issue.code === "unrecognized_keys" && within.length === path.length && names.length > 0) {
    const unknown = issue.keys[0]!;
    const place = within.map((name) => `${name}: `).join("");
    throw new UserError(`${where}: ${place}unknown key ${notAmong(unknown, names)}`);
  }
  if (path.length === 0) {
    throw new UserError(
      `${where}: ${describeValue(given)} is not ${what}; allowed: a mapping of keys (${names.join(", ")})`,
    );
  }
  const value = valueAtPath(given, path);
  const { allowed, names: choices = [] } = infoOfValue(schema);
  const hint = typeof value === "string" ? didYouMean(value, choices) : "";
  throw new UserError(`${where}: ${path.join(".")}: ${describeValue(value)}; allowed: ${allowed}${hint}`);
}

/** Where a mistake is: within an entry that was not given as one of a list, in what was given. */
function placeOf(given: unknown, path: readonly PropertyKey[]): string[] {
  const place = path.map(String);
  while (path.some((key) => typeof key === "number") && valueAtPath(given, place) === undefined) place.pop();
  return place;
}

/** Refuses the key `__proto__`, which mappings are read without: its value would be lost in silence. */
function checkKeys(value: unknown, path: readonly string[], where: string, seen = new Set<unknown>()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") {
      const place = path.map((name) => `${name}: `).join("");
      throw new UserError(`${where}: ${place}"__proto__" cannot be a name; choose another`);
    }
    checkKeys(inner, [...path, key], where, seen);
  }
}
