import { UserError } from "../errors.ts";
import type { Part } from "../sweep/part.ts";

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
): Part | undefined {
  if (text === undefined) return undefined;
  const [, own, total] = /^(\d+|auto)(?:\/(\d+))?$/.exec(text.trim()) ?? [];
  if (own === undefined || (own !== "auto" && total === undefined))
    throw refused(text, `allowed: ${ALLOWED}`);
  const count = total === undefined ? arraySize(text, environment) : Number(total);
  const index = own === "auto" ? taskNumber(text, environment) : Number(own);
  if (index < 1 || index > count) {
    const task = own === "auto" ? `task ${index} is none of them; ` : "";
    throw refused(text, `${task}allowed: ${ALLOWED}`);
  }
  return { index, count };
}

/** From 1: Slurm's arrays are to begin there, Kubernetes begins at 0. */
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
  if (count === undefined) throw refused(text, "how many there are is not known here; allowed: auto/8");
  // A part of an array that is submitted again would take itself for the whole.
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
