import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../../src/spec/spec.ts";
import { importTable } from "../../../src/tables/import.ts";
import { expectDocumented } from "../../documented-table.ts";
import { type Row, rowsOf } from "../../run/published.ts";
import { sharedData } from "../../shared-data.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";

const data = sharedData("loss-to-loss", "sweep.csv");
const { folder } = temporaryFolder();

/** No run of the smaller budgets beats chance on it by the margin. */
const AT_CHANCE = "arc_challenge_test";

const TASKS = ["hellaswag_test", "arc_easy_test", "piqa_test", "sciq_test", "openbook_qa_test"];
const DOMAINS = "loss@c4+fineweb_100b+fineweb_edu_100b+proof_pile_2+slimpajama+smollm+starcoder";

/** Runs end at one checkpoint, so that there is no improvement to ask for. */
const STAGE2 = { law: "m1", domains: DOMAINS, improvement: "none" } as const;
const METHODS: readonly [string, Pick<SweepSpec, "method" | "axes">][] = [
  [
    "ladder",
    { method: "ladder", axes: { final_window: 1, drop_early: 0, smoothing_window: 1, anchor: false } },
  ],
  ["FLP, C4", { method: "flp", axes: { feature: "loss@c4", improvement: "none" } }],
  ["FLP, mean", { method: "flp-m", axes: { ...STAGE2, link: "average" } }],
  ["FLP-M, linear", { method: "flp-m", axes: { ...STAGE2, link: "linear" } }],
  ["FLP-M, network", { method: "flp-m", axes: STAGE2 }],
];

describe.skipIf(data === undefined || !wholeCrosses)(
  "stage 2 on runs over six corpora (only in test:all, where ../shared is)",
  () => {
    test("fitted up to the second largest budget, it predicts scores of the largest from their losses", async () => {
      const table = join(folder, "runs.parquet");
      await importTable("loss-to-loss", data!, table);
      const columns = { role: { column: "c", target: [4.84e19] } };
      const predictions = new Map<string, Row[]>();
      for (const [name, spec] of METHODS) {
        const { tables } = await runSweep({
          ...spec,
          table,
          columns,
          tasks: [...TASKS, AT_CHANCE],
          starts: 64,
          profiles: false,
        });
        predictions.set(name, rowsOf(tables.predictions));
        const skipped = rowsOf(tables.problems_skipped).map(({ reason }) => reason);
        const atChance =
          "no checkpoint of arc_challenge_test beats chance (0.25) by 0.05: the best of 463 has 0.2858";
        expect(skipped).toEqual(spec.method === "ladder" ? [] : [atChance]);
      }
      const targets = new Set(predictions.get("ladder")!.map(({ target }) => target)).size;
      const errorOf = (name: string, tasks: readonly string[]): number => {
        const ofTasks = predictions.get(name)!.filter(({ task }) => tasks.includes(String(task)));
        expect(ofTasks).toHaveLength(targets * tasks.length);
        return ofTasks.reduce((sum, row) => sum + Math.abs(Number(row.link_rel_error)), 0) / ofTasks.length;
      };
      const rows = [...TASKS.map((task) => [task]), TASKS].map((tasks) => [
        tasks.length === 1 ? tasks[0]! : "mean",
        ...METHODS.map(([name]) => (100 * errorOf(name, tasks)).toFixed(1)),
      ]);
      expectDocumented("flp.md", "six corpora", ["task", ...METHODS.map(([name]) => name)], rows);
      // Section 6.2: over different data, domain losses tell more than their mean.
      expect(errorOf("FLP-M, linear", TASKS)).toBeLessThan(errorOf("FLP, mean", TASKS));
    });
  },
);
