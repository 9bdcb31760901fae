import { z } from "zod";
import { type BacktestSpec, backtestAllowed, backtestSchema } from "../backtest/spec.ts";
import { schemes } from "../bootstrap/schemes.ts";
import { type BootstrapSpec, bootstrapAllowed, bootstrapSchema } from "../bootstrap/spec.ts";
import { ownValue } from "../collections.ts";
import { didYouMean, notAmong, shortened, UserError } from "../errors.ts";
import type { UserForm } from "../forms/user-form.ts";
import { type IsoflopSpec, isoflopAllowed, isoflopSchema } from "../isoflop/spec.ts";
import type { AxisValue } from "../methods/axis.ts";
import { type MixturesSpec, mixturesAllowed, mixturesSchema } from "../mixture/spec.ts";
import type { TargetSize } from "../plan/selection.ts";
import { maxSeed } from "../solve/check-problem.ts";
import { type BackendChoice, backendChoices } from "../solve/problem.ts";
import type { ColumnMappingInput } from "../tables/columns.ts";

/** Design choices: a value, or a list of values to cross with those of the other axes. */
export type AxesInput = Record<string, AxisValue | AxisValue[]>;

/** A sweep, as a sweep file or a program gives it. */
export interface SweepSpec {
  /** Checkpoint table: files and globs. In a sweep file they are relative to its folder. */
  table?: string | string[] | undefined;
  /** Where the table keeps what the schema wants. */
  columns?: ColumnMappingInput | undefined;
  /** What stands before the decimals of numbers in CSV files. @default "." */
  decimal?: "." | "," | undefined;
  /** Named sweep that this one starts from; one of preset and method is needed. */
  preset?: string | undefined;
  method?: string | undefined;
  /** Design choices; a list of mappings is the union of their crosses. @default the method's */
  axes?: AxesInput | AxesInput[] | undefined;
  /** @default every subject with the metrics that the method needs */
  tasks?: string[] | undefined;
  /** Names of the table's targets, or sizes. @default every target of the table */
  targets?: (string | TargetSize)[] | undefined;
  /** Forms of the user's own, by name. */
  forms?: Record<string, UserForm> | undefined;
  /** Unit of the accuracies and chance levels of the table. @default "share" */
  scores?: "share" | "percent" | undefined;
  /** Score of guessing, a share: one number for all tasks, or by task. @default the table's metric chance */
  chance?: number | Record<string, number> | undefined;
  /** Resamples for intervals. @default none */
  bootstrap?: BootstrapSpec | undefined;
  /** Larger fit runs predicted from smaller ones. @default none */
  backtest?: BacktestSpec | undefined;
  /** The best mixture of the training data, for methods that take mixtures. @default none */
  mixtures?: MixturesSpec | undefined;
  /** The best model size of each budget of FLOPs. @default none */
  isoflop?: IsoflopSpec | undefined;
  /** Whether to solve for profile intervals of the parameters. @default with a bootstrap */
  profiles?: boolean | undefined;
  /** Whether predictions that the data do not determine are ranked too. @default false */
  rank_undetermined?: boolean | undefined;
  /** Random starts of each problem. @default 256 */
  starts?: number | undefined;
  /** @default 0 */
  seed?: number | undefined;
  /** @default "auto" */
  backend?: BackendChoice | undefined;
  /** @default all cores */
  threads?: number | undefined;
}

/** A checked spec. The values of `columns`, `axes` and `forms` are checked where they are used. */
export type CheckedSpec = z.output<typeof specSchema>;

const name = z.string().min(1);
const names = z.union([name.transform((one) => [one]), z.array(name).min(1)]);
const positive = z.number().positive();
const share = z.number().min(0).max(1);
const chance = z.number().min(0).lt(1);
const axes = z.record(z.string(), z.unknown());
const target = z.union([
  name,
  z.strictObject({
    name,
    n: positive,
    d: positive,
    c: positive.optional(),
    mix: z.record(z.string(), share).optional(),
  }),
]);

const specSchema = z.strictObject({
  table: names.optional(),
  columns: z.unknown().optional(),
  decimal: z.enum([".", ","]).optional(),
  preset: name.optional(),
  method: name.optional(),
  axes: z.union([axes, z.array(axes).min(1)]).optional(),
  tasks: names.optional(),
  targets: z.array(target).min(1).optional(),
  forms: z.unknown().optional(),
  scores: z.enum(["share", "percent"]).optional(),
  chance: z.union([chance, z.record(z.string(), chance)]).optional(),
  bootstrap: bootstrapSchema.optional(),
  backtest: backtestSchema.optional(),
  mixtures: mixturesSchema.optional(),
  isoflop: isoflopSchema.optional(),
  profiles: z.boolean().optional(),
  rank_undetermined: z.boolean().optional(),
  starts: z.int().min(1).max(1_000_000).optional(),
  seed: z.int().min(0).max(maxSeed).optional(),
  backend: z.enum(backendChoices).optional(),
  threads: z.int().min(1).max(1024).optional(),
});

/** What each key takes, for messages. */
const ALLOWED: Readonly<Record<keyof CheckedSpec, string>> = {
  table: "a path, or a list of paths",
  columns: "a mapping of columns",
  decimal: 'what stands before the decimals of numbers in CSV files: "." or ","',
  preset: "the name of a preset",
  method: "the name of a method",
  axes: "a mapping of axis names to a value or a list of values, or a list of such mappings",
  tasks: "a subject's name, or a list of them",
  targets:
    "a list of names of targets, or of sizes {name: 70B, n: 7e10, d: 2e12} with n, d > 0, and for a mixture mix: {general: 0.7, code: 0.3}",
  forms: "a mapping of form names to forms",
  scores: "share, percent",
  chance: "a share >= 0 and < 1, or a mapping of tasks to such shares",
  bootstrap: `a mapping of keys (${Object.keys(bootstrapAllowed).join(", ")}); {} for the defaults`,
  backtest: `a mapping of keys (${Object.keys(backtestAllowed).join(", ")}); {} for the defaults`,
  mixtures: `a mapping of keys (${Object.keys(mixturesAllowed).join(", ")}); {} for the defaults`,
  isoflop: `a mapping of keys (${Object.keys(isoflopAllowed).join(", ")}); {} for the defaults`,
  profiles: "true or false",
  rank_undetermined: "true or false",
  starts: "a whole number from 1 to 1000000",
  seed: `a whole number from 0 to ${maxSeed}`,
  backend: backendChoices.join(", "),
  threads: "a whole number from 1 to 1024",
};

/** What the keys of keys that are mappings take. */
const ALLOWED_WITHIN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bootstrap: bootstrapAllowed,
  backtest: backtestAllowed,
  mixtures: mixturesAllowed,
  isoflop: isoflopAllowed,
};

/** Keys of a sweep. */
export const specKeys = Object.keys(ALLOWED);

/**
 * Checks the shape of a sweep.
 *
 * @param given as parsed from YAML, or from a program
 * @param where the file, for messages
 * @throws UserError naming the file, the key, the value and what is allowed
 */
export function checkSpec(given: unknown, where: string): CheckedSpec {
  checkKeys(given, [], where);
  const result = specSchema.safeParse(given ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const [key = "", inner = ""] = issue.path.map(String);
  if (issue.code === "unrecognized_keys" && (key === "" || Object.hasOwn(ALLOWED_WITHIN, key))) {
    const unknown = issue.keys[0]!;
    const known = key === "" ? specKeys : Object.keys(ALLOWED_WITHIN[key]!);
    const place = key === "" ? "" : `${key}: `;
    throw new UserError(`${where}: ${place}unknown key ${notAmong(unknown, known)}`);
  }
  if (key === "") {
    throw new UserError(
      `${where}: ${describeValue(given)} is no sweep; allowed: a mapping of keys (${specKeys.join(", ")})`,
    );
  }
  const value = valueAt(given, issue.path);
  const allowed = ownValue(ownValue(ALLOWED_WITHIN, key) ?? {}, inner) ?? ALLOWED[key as keyof CheckedSpec];
  const hint = inner === "scheme" && typeof value === "string" ? didYouMean(value, [...schemes.keys()]) : "";
  throw new UserError(
    `${where}: ${issue.path.join(".")}: ${describeValue(value)}; allowed: ${allowed}${hint}`,
  );
}

/** Mappings are read without a key `__proto__`: what stands there would be lost in silence. */
function checkKeys(value: unknown, path: readonly string[], where: string, seen = new Set<unknown>()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") {
      const place = path.map((one) => `${one}: `).join("");
      throw new UserError(`${where}: ${place}"__proto__" cannot be a name; choose another`);
    }
    checkKeys(inner, [...path, key], where, seen);
  }
}

/** What is at a path of keys. */
export function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, given);
}

/** A value as messages have it: long ones by their beginning. */
export function describeValue(value: unknown): string {
  return typeof value === "number" ? String(value) : shortened(JSON.stringify(value) ?? "nothing");
}
