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
    const task = number === "auto" ? `task ${index} is not among them; ` : "";
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

/** Option `--format` of the commands that print tables. */
export const formatOption = {
  choices: ["text", "json", "csv"],
  default: "text",
  requiresArg: true,
  describe: "text for people; json (one array of row objects) and csv in full precision",
} as const;

/** Reads `a,b` as a list of names, which may be given in several options too. @throws UserError for an empty name */
export function nameList(option: string): (given: string | string[] | undefined) => string[] | undefined {
  return (given) => {
    const names =
      given === undefined
        ? undefined
        : String(given)
            .split(",")
            .map((name) => name.trim());
    if (names?.includes("")) {
      throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: names with commas between them`);
    }
    return names;
  };
}

/** Reads `0.5,0.9` as a list of numbers. @throws UserError for anything else */
export function numberList(option: string): (given: string | undefined) => number[] | undefined {
  return (given) => {
    const numbers = given?.split(",").map((text) => parseNumber(text) ?? Number.NaN);
    if (numbers?.some(Number.isNaN)) {
      throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: numbers with commas between them`);
    }
    return numbers;
  };
}

/** Reads a number. @throws UserError for anything else */
export function decimalNumber(option: string): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const number = parseNumber(given);
    if (number === undefined) throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: a number`);
    return number;
  };
}

/** Reads a whole number. @throws UserError for anything else */
export function wholeNumber(option: string, min: number): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= min) return number;
    throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: a whole number >= ${min}`);
  };
}
