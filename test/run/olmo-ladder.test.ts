import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { queryJob } from "../../src/run/job-directory.ts";
import { runSweep, type SweepResult } from "../../src/run/run-sweep.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { findColumn } from "../../src/tables/table.ts";
import { temporaryFolder } from "../tables/temporary.ts";
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

describe.skipIf(!existsSync(olmoLadderFolder))(
  "the ladder on the OLMo runs (skipped where ../shared is absent)",
  () => {
    const out = join(folder, "run");
    const problems: Problem[] = [];
    let result: SweepResult;
    let predictions: Row[];

    beforeAll(async () => {
      const table = join(folder, "ladder.parquet");
      await writeOlmoLadder(table);
      result = await runSweep(
        { preset: "ladder", table, tasks: TASKS },
        {
          out,
          solver: (given, options) => {
            problems.push(...given);
            return solveProblems(given, options);
          },
        },
      );
      predictions = rowsOf(await queryJob(out, "predictions"));
    });

    test("every task and target is predicted, from distinct problems", () => {
      expect(predictions).toHaveLength(TASKS.length * 2);
      expect(result.manifest.counts).toMatchObject({
        cells: 8,
        problems: 16,
        problems_solved: 16,
        stages_skipped: 0,
      });
    });

    test.each([
      ["step1", "feature_predicted", "feature_actual", "feature_rel_error", 1e-6],
      ["step2", "link_predicted", "actual", "link_rel_error", 5e-6],
      ["chained", "predicted", "actual", "rel_error", 5e-6],
    ])("%s is as published", async (file, predicted, actual, relError, tolerance) => {
      const rows = await published(file);
      expect(rows).toHaveLength(16);
      for (const { task, target, pred, actual: theirs, rel_error } of rows) {
        const ours = predictions.find((row) => row.task === task && row.target === target)!;
        const name = `${file} ${task} ${target}`;
        expect(Math.abs(Number(ours[predicted]) / Number(pred) - 1), name).toBeLessThan(tolerance);
        expect(Math.abs(Number(ours[actual]) / Number(theirs) - 1), name).toBeLessThan(1e-12);
        expect(Math.abs(Number(ours[relError]) - Number(rel_error)), name).toBeLessThan(2 * tolerance);
      }
    });

    test("no objective is above that of the published parameters", async () => {
      const theirParameters = await published("fit_params");
      const fits = rowsOf(result.tables.fits);
      let compared = 0;
      for (const { problem, stage, task, objective } of fits) {
        const theirs = theirParameters
          .filter((row) => row.fit === stage && row.task === task)
          .map(({ value }) => Number(value));
        const ours = problems.find(({ key }) => key === problem)!;
        // Their order is logA, logB, alpha, beta, E and a, L0, k, b, as that of our forms.
        expect(theirs).toHaveLength(ours.form.parameterNames.length);
        expect(Number(objective), `${stage} ${task}`).toBeLessThanOrEqual(
          objectiveAt(ours, theirs) * (1 + 1e-9),
        );
        const solution = rowsOf(result.tables.parameters).filter((row) => row.problem === problem);
        const atSolution = objectiveAt(
          ours,
          solution.map(({ value }) => Number(value)),
        );
        expect(Math.abs(atSolution / Number(objective) - 1)).toBeLessThan(1e-9);
        compared++;
      }
      expect(compared).toBe(16);
    });

    test("the mean error on the ladder's own points is as published", async () => {
      const theirErrors = await published("fit_error");
      const fits = rowsOf(result.tables.fits).filter(({ stage }) => stage === "step1");
      for (const { task, mean_abs_rel_error } of fits) {
        const theirs = theirErrors.find((row) => row.fit === "step1" && row.task === task)!;
        expect(
          Math.abs(Number(mean_abs_rel_error) / Number(theirs.mean_abs_rel_error_on_ladder) - 1),
        ).toBeLessThan(1e-5);
      }
    });

    test("step 2 has the 1401 smoothed checkpoints and the anchor", () => {
      const points = findColumn(result.tables.fits, "points")!.values;
      expect([...points]).toEqual(TASKS.flatMap(() => [16, 1402]));
    });
  },
);
