import { UserError } from "../errors.ts";
import type { Shard } from "../run/shard.ts";
import { parseCount, parseNumber } from "../tables/numbers.ts";

/** Words in the help of an option whose values add up where it is repeated; any other is given once. */
export const REPEATABLE = "may be repeated";

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

/** Option `--shard` of the commands whose work can be done in parts, which `partOption` reads. */
export const shardOption = {
  ...textOption,
  describe:
    "part of the work to do, such as 2/8; auto/8 in a Slurm array or a Kubernetes indexed job (docs/cluster.md)",
} as const;

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
  return (text: string | undefined): Value | undefined => {
    if (text === undefined) return undefined;
    const value = read(text);
    if (value !== undefined) return value;
    throw new UserError(`--${option}: ${JSON.stringify(text)}; allowed: ${allowed}`);
  };
}

/** What is given for an option whose values add up where it is repeated, with commas: `--target 7B@2T --target 13B@5T`. */
export function withCommas(given: string | readonly string[] | undefined): string | undefined {
  return given === undefined ? given : String(given);
}

/** Reads `a,b` as a list of names. */
export function nameList(option: string) {
  const read = readerOf(option, "names with commas between them", (text) => {
    const names = text.split(",").map((name) => name.trim());
    return names.includes("") ? undefined : names;
  });
  return (given: string | readonly string[] | undefined) => read(withCommas(given));
}

/** Reads `0.5,0.9` as a list of numbers. */
export function numberList(option: string) {
  const read = readerOf(option, "numbers with commas between them", (text) => {
    const numbers = text.split(",").map((part) => parseNumber(part) ?? Number.NaN);
    return numbers.some(Number.isNaN) ? undefined : numbers;
  });
  return (given: string | readonly string[] | undefined) => read(withCommas(given));
}

/** Reads a number for which the rule holds. */
export const decimalNumber = (option: string, allowed = "a number", holds = (_: number) => true) =>
  readerOf(option, allowed, (text) => {
    const number = parseNumber(text);
    return number !== undefined && holds(number) ? number : undefined;
  });

/** Reads a number of parameters, tokens and the like, with or without a unit. */
export const count = (option: string) =>
  readerOf(option, "a number >= 1, such as 7e9 or 7B", (text) => {
    const number = parseCount(text);
    return number >= 1 && Number.isFinite(number) ? number : undefined;
  });

/** Reads a whole number. @param otherwise what else is allowed, for messages */
export const wholeNumber = (option: string, min: number, otherwise = "") =>
  readerOf(option, `${otherwise}a whole number >= ${min}`, (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(number) && number >= min ? number : undefined;
  });
