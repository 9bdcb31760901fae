import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RECIPE } from "../../src/reproduce/ladder/designs.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import {
  objectiveAt,
  olmoLadderFolder,
  published,
  type Row,
  rowsOf,
  TASKS,
  writeOlmoLadder,
} from "./published.ts";

const { folder } = temporaryFolder();

/** The ablations of sections 5 and 6 and of the appendices, by the names of the published tables. */
const ABLATIONS = {
  flops: { ...RECIPE, input: "c" },
  c4: { ...RECIPE, feature: "loss@c4" },
  taskce: {
    ...RECIPE,
    feature: "ce",
    link: "log-sigmoid",
    final_window: 1,
    drop_early: 0.5,
    smoothing_window: 1,
    anchor: false,
  },
  single: { ...RECIPE, feature: "none" },
  mc: { ...RECIPE, format: "mc", drop_early: 0, bounds2: "a=-0.75..-0.749, b=0.999..1" },
} as const;
type Ablation = keyof typeof ABLATIONS;

/** Those that are made: `npm run test:all` has cross-entropy, most of which is not at its optimum, and the other format too. */
const made = (Object.keys(ABLATIONS) as Ablation[]).filter(
  (name) => wholeCrosses || (name !== "taskce" && name !== "mc"),
);
const isMade = ([, ablation]: readonly [string, Ablation, ...unknown[]]): boolean => made.includes(ablation);

/**
 * Where the published numbers are not those of the optimum. With cross-entropy they stop short in step 1, or the
 * link has no finite optimum: k runs along a valley towards a kink. The single step on OpenBookQA ends in a
 * valley where the data term is all but constant. There only the objectives are compared.
 */
const NOT_AT_OPTIMUM: Readonly<Record<string, readonly string[]>> = {
  taskce_step1: ["mmlu_avg_test", "hellaswag_val", "arc_challenge_test", "socialiqa_val"],
  taskce_step2: TASKS.filter((task) => task !== "piqa_val" && task !== "csqa_val"),
  taskce_chained: TASKS.filter((task) => task !== "piqa_val" && task !== "csqa_val"),
  single_step: ["openbookqa_test"],
};

describe.skipIf(!existsSync(olmoLadderFolder))(
  "the ladder's ablations on the OLMo runs (skipped where ../shared is absent)",
  () => {
    const problems = new Map<string, Problem>();
    let cells: Row[];
    let predictions: Row[];
    let fits: Row[];

    beforeAll(async () => {
      const table = join(folder, "ladder.parquet");
      await writeOlmoLadder(table);
      const { tables } = await runSweep(
        { preset: "ladder", table, tasks: TASKS, axes: made.map((name) => ABLATIONS[name]) },
        {
          solver: (given, options) => {
            for (const problem of given) problems.set(problem.key, problem);
            return solveProblems(given, options);
          },
        },
      );
      expect(tables.problems_skipped.rows).toBe(0);
      cells = rowsOf(tables.cells);
      predictions = rowsOf(tables.predictions);
      fits = rowsOf(tables.fits);
    });

    /** Rows of an ablation: no other has its values. */
    const isOf = (ablation: Ablation) => (row: Row) =>
      Object.entries(ABLATIONS[ablation]).every(([axis, value]) => row[axis] === value);

    test.each(
      (
        [
          ["flops_step1", "flops", "feature_predicted", "feature_actual", 1e-6],
          ["flops_chained", "flops", "predicted", "actual", 1e-6],
          ["c4_step1", "c4", "feature_predicted", "feature_actual", 1e-6],
          ["c4_step2", "c4", "link_predicted", "actual", 2e-6],
          ["c4_chained", "c4", "predicted", "actual", 2e-6],
          ["taskce_step1", "taskce", "feature_predicted", "feature_actual", 1e-6],
          ["taskce_step2", "taskce", "link_predicted", "actual", 2e-6],
          ["taskce_chained", "taskce", "predicted", "actual", 2e-6],
          ["single_step", "single", "predicted", "actual", 1e-6],
        ] as const
      ).filter(isMade),
    )("%s is as published", async (file, ablation, predicted, actual, tolerance) => {
      const own = predictions.filter(isOf(ablation));
      for (const { task, target, pred, actual: theirs } of await published(file)) {
        const ours = own.find((row) => row.task === task && row.target === target)!;
        const name = `${file} ${task} ${target}`;
        expect(Math.abs(Number(ours[actual]) / Number(theirs) - 1), name).toBeLessThan(1e-12);
        if (NOT_AT_OPTIMUM[file]?.includes(String(task))) continue;
        expect(Math.abs(Number(ours[predicted]) / Number(pred) - 1), name).toBeLessThan(tolerance);
      }
    });

    test.runIf(wholeCrosses)("the multiple-choice format is as published", async () => {
      for (const { stage, target, pred, actual } of await published("mc_mmlu")) {
        const ours = predictions
          .filter(isOf("mc"))
          .find((row) => row.task === "mmlu_avg_test" && row.target === target)!;
        const predicted = Number(stage === "chained" ? ours.predicted : ours.link_predicted);
        expect(Math.abs(predicted / Number(pred) - 1), `${stage} ${target}`).toBeLessThan(1e-6);
        expect(Math.abs(Number(ours.actual) / Number(actual) - 1)).toBeLessThan(1e-12);
      }
    });

    test.each(
      (
        [
          ["step1_flops", "flops", "step1"],
          ["step1_c4", "c4", "step1"],
          ["step2_c4", "c4", "step2"],
          ["step1_taskce", "taskce", "step1"],
          ["step2_taskce", "taskce", "step2"],
          ["single", "single", "single"],
        ] as const
      ).filter(isMade),
    )("no objective of %s is above that of the published parameters", async (fit, ablation, stage) => {
      const theirs = (await published("fit_params")).filter((row) => row.fit === fit);
      const ours = cells.filter(isOf(ablation));
      expect(ours).toHaveLength(TASKS.length);
      for (const { task, [`problem_${stage}`]: key } of ours) {
        const problem = problems.get(String(key))!;
        const parameters = theirs.filter((row) => row.task === task).map(({ value }) => Number(value));
        // Published a, x0, k; the form has the slope a*k in place of a.
        if (fit === "step2_taskce") parameters[0]! *= parameters[2]!;
        expect(parameters).toHaveLength(problem.form.parameterNames.length);
        const { objective } = fits.find((row) => row.problem === key)!;
        expect(Number(objective), `${fit} ${task}`).toBeLessThanOrEqual(
          objectiveAt(problem, parameters) * (1 + 1e-9),
        );
      }
    });

    test.each(
      (
        [
          ["c4_step1", "c4"],
          ["taskce_step1", "taskce"],
        ] as const
      ).filter(isMade),
    )("the mean error of %s on the ladder's own points is as published", async (fit, ablation) => {
      const theirs = (await published("fit_error")).filter((row) => row.fit === fit);
      for (const { task, problem_step1: key } of cells.filter(isOf(ablation))) {
        if (NOT_AT_OPTIMUM[fit]?.includes(String(task))) continue;
        const error = Number(theirs.find((row) => row.task === task)!.mean_abs_rel_error_on_ladder);
        const ours = Number(fits.find((row) => row.problem === key)!.mean_abs_rel_error);
        expect(Math.abs(ours / error - 1), `${fit} ${task}`).toBeLessThan(1e-6);
      }
    });

    test("all tasks share the first step from C4's loss", () => {
      const keys = new Set(cells.filter(isOf("c4")).map(({ problem_step1 }) => problem_step1));
      expect(keys.size).toBe(1);
    });
  },
);
