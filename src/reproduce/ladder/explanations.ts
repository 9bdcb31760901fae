import type { Design, Explanation } from "../paper.ts";
import { DESIGNS } from "./designs.ts";
import { ARC_CHALLENGE_A } from "./table7.ts";
import { TASKS } from "./tasks.ts";

const { main, taskce, single } = DESIGNS;

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
 * ended; they are no numbers of the paper.
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
