import { CROSS_ENTROPY } from "../../spec/presets.ts";
import type { Design, Explanation } from "../paper.ts";

/** What the paper's own code has in every variant: levels of the first step that are not below 0, of tables in counts. */
export const RECIPE = { bounds1: "bhagia" } as const satisfies Design;

/** The paper's variants of its method, each by what it has other than the defaults. */
export const DESIGNS = {
  /** Section 3. */
  main: RECIPE,
  /** Section 6.1, equation 4. */
  flops: { ...RECIPE, input: "c" },
  /** Section 6.2, appendix C.2, equations 7 and 8. */
  taskce: { ...RECIPE, ...CROSS_ENTROPY },
  /** Section 6.3. */
  c4: { ...RECIPE, feature: "loss@c4" },
  /** Section 6.4, equation 6. */
  single: { ...RECIPE, feature: "none" },
  /** Appendix B.2. */
  mc: { ...RECIPE, format: "mc", drop_early: 0, bounds2: "a=-0.75..-0.749, b=0.999..1" },
  /** Figure 6 at a largest run of 0.1 % of the target's compute: the 9 runs of least compute. */
  firstNine: { ...RECIPE, runs: "flops_rank <= 9" },
} as const satisfies Record<string, Design>;

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
  throw new Error(`${JSON.stringify(name)} is not a task of the paper`);
}

const { main, taskce, single } = DESIGNS;

/** ARC-Challenge's A of table 7, which is printed to more digits than its search had. */
const ARC_CHALLENGE_A = 702974.93;

/** The bounds of the paper's recipe, to which a witness adds its own. */
const LEVELS = "a=0.., b=0..";

/** The TaskCE fits of step 1 ended at optima of their own, where the cross-entropy has a floor or falls faster. */
const taskceOptimum = (
  task: string,
  inside: string,
  above: number,
  held: string,
  bounds: Design,
): Explanation => {
  return {
    design: taskce,
    task,
    reason: { name: "local optimum", inside, above },
    witness: { ...taskce, ...bounds },
    held,
  };
};

/**
 * What differs from the paper, and the cell that shows why. The bounds single out where the original's search
 * ended; they are not numbers of the paper.
 */
export const explanations: readonly Explanation[] = [
  taskceOptimum(TASKS.MMLU, "E", 0.27, "E >= 1.1 in step 1", { bounds1: `${LEVELS}, E=1.1..` }),
  taskceOptimum(TASKS["ARC-Challenge"], "E", 0.15, "A = B = 1, E >= 0.9 in step 1", {
    bounds1: "a=0, b=0, E=0.9..",
  }),
  taskceOptimum(TASKS["Social IQa"], "E", 0.07, "E >= 0.6 in step 1", { bounds1: `${LEVELS}, E=0.6..` }),
  taskceOptimum(TASKS.HellaSwag, "beta", 0.09, "beta >= 0.05 in step 1, k = 81 in step 2", {
    bounds1: `${LEVELS}, beta=0.05..`,
    bounds2: "k=81",
  }),
  {
    design: taskce,
    task: TASKS["ARC-Easy"],
    reason: { name: "flat valley" },
    witness: { ...taskce, bounds2: "k=50" },
    held: "k = 50 in step 2",
  },
  {
    // The text of appendix C.4 says itself that the fit does not vary with model size.
    design: single,
    task: TASKS.CommonsenseQA,
    reason: { name: "local optimum", above: 3 },
    witness: { ...single, bounds1: `${LEVELS}, alpha=0` },
    held: "a constant term of the model size (alpha = 0)",
  },
  {
    design: single,
    task: TASKS.OpenBookQA,
    reason: { name: "flat valley" },
    witness: { ...single, bounds1: `${LEVELS}, E=-11` },
    held: "E = -11",
  },
  {
    design: main,
    task: TASKS["ARC-Challenge"],
    reason: { name: "flat valley" },
    witness: { bounds1: `a=${Math.log(ARC_CHALLENGE_A)}, b=0..` },
    held: "A at the printed value",
  },
];
