import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { queryRun } from "../../src/sweep/query-run.ts";
import { runSweep, type SweepResult } from "../../src/sweep/run-sweep.ts";
import { importTable } from "../../src/tables/import.ts";
import { readTable } from "../../src/tables/read.ts";
import { cell, findColumn, type Table } from "../../src/tables/table.ts";
import { sharedFolder } from "../shared-data.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const olmoLadderFolder = join(sharedFolder, "data", "olmo-ladder");
const { folder } = temporaryFolder();
const TASKS = [
  ...["mmlu_avg_test", "hellaswag_val", "arc_challenge_test", "arc_easy_test"],
  ...["piqa_val", "csqa_val", "socialiqa_val", "openbookqa_test"],
];

type Row = Record<string, string | number | boolean | null>;

function rowsOf(table: Table): Row[] {
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, cell(column, row)])),
  );
}

const expected = async (name: string): Promise<Row[]> =>
  rowsOf(await readTable(join(olmoLadderFolder, "expected", `${name}.csv`)));

/** Sum of losses of a problem at given parameters, written out once more. */
function objectiveAt({ form, variables, response, loss, residual }: Problem, parameters: number[]): number {
  let sum = 0;
  response.forEach((y, i) => {
    const prediction = form.value(
      parameters,
      variables.map((values) => values[i]!),
    );
    const r = Math.abs(residual === "log" ? Math.log(prediction) - Math.log(y) : prediction - y);
    sum += loss.kind === "huber" && r > loss.delta ? loss.delta * (r - loss.delta / 2) : (r * r) / 2;
  });
  return sum;
}

describe.skipIf(!existsSync(olmoLadderFolder))(
  "the ladder on the OLMo runs (skipped where ../shared is absent)",
  () => {
    const out = join(folder, "run");
    const problems: Problem[] = [];
    let result: SweepResult;
    let predictions: Row[];

    beforeAll(async () => {
      const table = join(folder, "ladder.parquet");
      await importTable("olmo-ladder", olmoLadderFolder, table);
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
      predictions = rowsOf(await queryRun(out, "predictions"));
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
      const rows = await expected(file);
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
      const published = await expected("fit_params");
      const fits = rowsOf(result.tables.fits);
      let compared = 0;
      for (const { problem, stage, task, objective } of fits) {
        const theirs = published
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
      const published = await expected("fit_error");
      const fits = rowsOf(result.tables.fits).filter(({ stage }) => stage === "step1");
      for (const { task, mean_abs_rel_error } of fits) {
        const theirs = published.find((row) => row.fit === "step1" && row.task === task)!;
        expect(
          Math.abs(Number(mean_abs_rel_error) / Number(theirs.mean_abs_rel_error_on_ladder) - 1),
        ).toBeLessThan(1e-5);
      }
    });

    test("step 2 has the 1401 smoothed checkpoints and the anchor", () => {
      const points = findColumn(result.tables.fits, "points")!.values;
      expect([...points]).toEqual(TASKS.flatMap(() => [16, 1402]));
    });

    test("with compute as the input it is as published too", async () => {
      const { tables } = await runSweep({
        preset: "ladder",
        table: join(folder, "ladder.parquet"),
        tasks: TASKS,
        axes: { input: "c" },
      });
      const rows = rowsOf(tables.predictions);
      for (const [file, column, tolerance] of [
        ["flops_step1", "feature_predicted", 1e-6],
        ["flops_chained", "predicted", 5e-6],
      ] as const) {
        for (const { task, target, pred } of await expected(file)) {
          const ours = rows.find((row) => row.task === task && row.target === target)!;
          expect(Math.abs(Number(ours[column]) / Number(pred) - 1), `${file} ${task} ${target}`).toBeLessThan(
            tolerance,
          );
        }
      }
    });
  },
);
