import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runSweep, type SweepResult } from "../../../src/run/run-sweep.ts";
import {
  olmoLadderFolder,
  published,
  type Row,
  rowsOf,
  TASKS,
  writeOlmoLadder,
} from "../../run/published.ts";
import { temporaryFolder } from "../../tables/temporary.ts";

const { folder } = temporaryFolder();

/** Tasks as the table of the variance analysis calls them. */
const NAMES: Readonly<Record<string, string>> = {
  Winogrande: "winogrande_val",
  BoolQ: "boolq_val",
  CommonsenseQA: "csqa_val",
  OpenBookQA: "openbookqa_test",
  "ARC-Easy": "arc_easy_test",
  "ARC-Challenge": "arc_challenge_test",
  MMLU: "mmlu_avg_test",
  "Social IQa": "socialiqa_val",
  PIQA: "piqa_val",
  HellaSwag: "hellaswag_val",
};

describe.skipIf(!existsSync(olmoLadderFolder))(
  "analyses of the OLMo runs (skipped where ../shared is absent)",
  () => {
    const table = join(folder, "ladder.parquet");
    let tables: SweepResult["tables"];

    beforeAll(async () => {
      await writeOlmoLadder(table);
      ({ tables } = await runSweep({
        preset: "ladder",
        table,
        tasks: Object.values(NAMES),
        axes: { runs: ["all", "n <= 8e8", "xc <= 5", "flops_rank <= 12"] },
        // The paper takes every prediction, those from few runs too.
        rank_undetermined: true,
      }));
    });

    test("the spread of the last ten checkpoints is as published", async () => {
      const ours = rowsOf(tables.variance);
      const rows = await published("variance");
      expect(rows).toHaveLength(10);
      for (const row of rows) {
        for (const [metric, prefix] of [
          ["loss", "loss"],
          ["accuracy", "acc"],
        ] as const) {
          const own = ours.find((one) => one.task === NAMES[String(row.task)] && one.metric === metric)!;
          expect(own).toMatchObject({ run: "1B-10xC", checkpoints: 10 });
          for (const statistic of ["sd", "rel_sd"]) {
            const ratio = Number(own[statistic]) / Number(row[`${prefix}_${statistic}`]);
            expect(Math.abs(ratio - 1), `${row.task} ${metric} ${statistic}`).toBeLessThan(1e-9);
          }
        }
      }
    });

    // The paper prints r = 0.821, p = 0.004 and r = 0.855, p = 0.002.
    test.each([
      ["7B-4T", 0.821, 0.004],
      ["13B-5T", 0.855, 0.002],
    ])("the spread of the loss goes with the error of step 2 on %s as published", (target, r, p) => {
      const row = rowsOf(tables.variance_correlation).find(
        (one) =>
          one.target === target &&
          one.metric === "loss" &&
          one.statistic === "sd" &&
          one.error === "link_rel_error",
      )!;
      expect(row.tasks).toBe(10);
      expect(Number(row.pearson_r).toFixed(3)).toBe(r.toFixed(3));
      expect(Number(row.p_value).toFixed(3)).toBe(p.toFixed(3));
    });

    test.each([
      ["compute_vs_error_N", "760M", "n <= 8e8", 12],
      ["compute_vs_error_xC", 5, "xc <= 5", 12],
      ["compute_vs_error_flops", 4.832777809084023e20, "flops_rank <= 12", 12],
      ["compute_vs_error_N", "1.3B", "all", 16],
    ])("errors with fewer runs: %s up to %s is as published", async (file, upto, runs, used) => {
      const rows = (await published(file)).filter((row) => row.upto === upto);
      expect(rows.map(({ task }) => task)).toEqual(TASKS);
      const curve = rowsOf(tables.curves).filter((one) => one.runs === runs && one.target === "7B-4T");
      for (const row of rows) {
        const ours = curve.find(({ task }) => task === row.task)!;
        expect(ours.runs_used).toBe(used);
        const off = (column: string, published: string): number =>
          Math.abs(Number(ours[column]) - Number(row[published]));
        const name = `${file} ${upto} ${row.task}`;
        expect(off("feature_abs_rel_error", "step1_abs_rel_error"), name).toBeLessThan(1e-6);
        // The published step 2 was stopped short of its optimum by its own tolerance.
        expect(off("link_abs_rel_error", "step2_abs_rel_error"), name).toBeLessThan(1e-5);
        expect(off("abs_rel_error", "chained_abs_rel_error"), name).toBeLessThan(1e-5);
      }
    });

    test("more runs are better on average, as the paper finds", () => {
      const means = rowsOf(tables.curve_means).filter(({ target }) => target === "7B-4T");
      const of = (runs: string): Row => means.find((row) => row.runs === runs)!;
      expect(of("all")).toMatchObject({ tasks: 10, runs_used: 16, largest_n: 1279395840, largest_xc: 10 });
      expect(Number(of("all").mean_abs_rel_error)).toBeLessThan(
        Number(of("flops_rank <= 12").mean_abs_rel_error),
      );
      const [worse] = rowsOf(tables.choices).filter(({ value }) => value === "flops_rank <= 12");
      expect(worse).toMatchObject({ axis: "runs", reference: "all", pairs: 20 });
    });
  },
);
