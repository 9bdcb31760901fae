import { UserError } from "../errors.ts";
import type { Shard } from "../run/shard.ts";
import { parseNumber } from "../tables/numbers.ts";

/**
 * Settings of the parser for a command that takes a list of paths. The command line lets a repeated option replace the
 * one before, and yargs takes every path of a list for such a repetition: without these only the last one is read.
 */
export const SEVERAL_PATHS = { "camel-case-expansion": false, "duplicate-arguments-array": true } as const;

/** The last value of an option of such a command, where it is given more than once; for `coerce`. */
export function lastGiven<T>(value: T | readonly T[]): T {
  return (Array.isArray(value) ? value.at(-1) : value) as T;
}

const ALLOWED =
  "1/n to n/n, such as 2/8; auto/8 or auto, in a Slurm array --array=1-8 or a Kubernetes job with completionMode Indexed";

/**
 * Reads `--shard`: `2/8`, or `auto/8`, whose number is that of the task of a Slurm array or a Kubernetes indexed job;
 * `auto` takes how many there are from Slurm too.
 *
 * @throws UserError for anything else, and where `auto` is not in such a job
 */
export function partOption(
  text: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Shard | undefined {
  if (text === undefined) return undefined;
  const [, number, total] = /^(\d+|auto)(?:\/(\d+))?$/.exec(text.trim()) ?? [];
  if (number === undefined || (number !== "auto" && total === undefined))
    throw refused(text, `allowed: ${ALLOWED}`);
  const count = total === undefined ? arraySize(text, environment) : Number(total);
  const index = number === "auto" ? taskNumber(text, environment) : Number(number);
  if (index < 1 || index > count) {
    const task = number === "auto" ? `task ${index} is outside 1 to ${count}; ` : "";
    throw refused(text, `${task}allowed: ${ALLOWED}`);
  }
  return { index, count };
}

/** Number of this task, from 1, where Slurm's arrays must begin; Kubernetes begins at 0. */
function taskNumber(text: string, { SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX }: NodeJS.ProcessEnv): number {
  if (SLURM_ARRAY_TASK_ID !== undefined) return Number(SLURM_ARRAY_TASK_ID);
  if (JOB_COMPLETION_INDEX !== undefined) return Number(JOB_COMPLETION_INDEX) + 1;
  throw refused(text, "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set");
}

function arraySize(text: string, environment: NodeJS.ProcessEnv): number {
  const {
    SLURM_ARRAY_TASK_COUNT: count,
    SLURM_ARRAY_TASK_MIN: first,
    SLURM_ARRAY_TASK_MAX: last,
  } = environment;
  if (count === undefined) throw refused(text, "the number of shards is not known here; allowed: auto/8");
  // A part of an array that is submitted again would count as the whole array.
  if (first !== "1" || last !== count) {
    throw refused(
      text,
      `the array goes from ${first} to ${last}, not from 1 to ${count}; allowed: auto/8, or --array=1-${count}`,
    );
  }
  return Number(count);
}

function refused(text: string, why: string): UserError {
  return new UserError(`--shard: ${JSON.stringify(text)}: ${why}`);
}

/** An option that takes a text: a path, a name, or names with commas between them. */
export const textOption = { type: "string", requiresArg: true } as const;

/** An option that takes a number, or numbers with commas between them. Its `coerce` gets the text, which messages quote. */
export const numberOption = { type: "number", string: true, requiresArg: true } as const;

/** Option `--layout` of the commands that read a table without a sweep file. */
export const layoutOption = {
  ...textOption,
  describe: "YAML file (a sweep file will do) whose `columns:` maps the table's own columns, and `decimal:`",
} as const;

/** An option that is on where it is given. */
export const switchOption = { type: "boolean", default: false } as const;

/** Option `--format` of a command that prints; the first format is the default. */
export function formatOption<const Format extends string>(
  formats: readonly [Format, ...Format[]],
  what: string,
) {
  return {
    choices: formats,
    default: formats[0] as Format,
    requiresArg: true,
    describe: `output format: ${what}`,
  };
}

/** Option `--format` of the commands that print a table. */
export const tableFormatOption = formatOption(
  ["text", "json", "csv"],
  "text for people; json (one array of row objects) and csv in full precision",
);

/** Option `--json` of before, which means `--format json`. */
export const formerJsonOption = { ...switchOption, hidden: true } as const;

/** A function for `coerce` that reads the text of an option. It throws a UserError where `read` gives nothing. */
export function readerOf<Value>(option: string, allowed: string, read: (text: string) => Value | undefined) {
  return (given: string | undefined): Value | undefined => {
    if (given === undefined) return undefined;
    const value = read(given);
    if (value !== undefined) return value;
    throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: ${allowed}`);
  };
}

/** Reads `a,b` as a list of names. */
export const nameList = (option: string) =>
  readerOf(option, "names with commas between them", (text) => {
    const names = text.split(",").map((name) => name.trim());
    return names.includes("") ? undefined : names;
  });

/** Reads `0.5,0.9` as a list of numbers. */
export const numberList = (option: string) =>
  readerOf(option, "numbers with commas between them", (text) => {
    const numbers = text.split(",").map((part) => parseNumber(part) ?? Number.NaN);
    return numbers.some(Number.isNaN) ? undefined : numbers;
  });

/** Reads a number for which the rule holds. */
export const decimalNumber = (option: string, allowed = "a number", holds = (_: number) => true) =>
  readerOf(option, allowed, (text) => {
    const number = parseNumber(text);
    return number !== undefined && holds(number) ? number : undefined;
  });

/** Reads a whole number. */
export const wholeNumber = (option: string, min: number) =>
  readerOf(option, `a whole number >= ${min}`, (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(number) && number >= min ? number : undefined;
  });
