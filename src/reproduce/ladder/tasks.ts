/** Tasks by the names that the paper's tables give them; the subjects are those of the importer. */
export const TASKS = {
  MMLU: "mmlu_avg_test",
  HellaSwag: "hellaswag_val",
  "ARC-Challenge": "arc_challenge_test",
  "ARC-Easy": "arc_easy_test",
  PIQA: "piqa_val",
  CommonsenseQA: "csqa_val",
  "Social IQa": "socialiqa_val",
  OpenBookQA: "openbookqa_test",
} as const;

/** Tasks of the variance analysis only (table 4). */
export const VARIANCE_TASKS = { ...TASKS, BoolQ: "boolq_val", Winogrande: "winogrande_val" } as const;

export type TaskName = keyof typeof VARIANCE_TASKS;

/** Names of the tasks of the main results, in the order of the tables. */
export const TASK_NAMES = Object.keys(TASKS) as (keyof typeof TASKS)[];

/** Heads of the columns of tables 5 and 6, in the order of TASK_NAMES. */
export const SHORT_NAMES = ["MMLU", "HS", "ARC-C", "ARC-E", "PIQA", "CSQA", "SIQA", "OBQA"] as const;

export const TARGETS = ["7B-4T", "13B-5T"] as const;

/** The task of a row of a table. */
export function taskNamed(name: string): TaskName {
  if (Object.hasOwn(VARIANCE_TASKS, name)) return name as TaskName;
  throw new Error(`${JSON.stringify(name)} is no task of the paper`);
}
