import type { Problem } from "../solve/problem.ts";

/** One problem of the benchmark. */
export interface BenchProblem {
  name: string;
  /** `loss`: a task's or domain's final loss against size; `link`: accuracy against loss; `form`: made for a form. */
  kind: "loss" | "link" | "form";
  problem: Problem;
}
