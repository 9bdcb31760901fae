import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../../src/spec/spec.ts";
import { expectDocumented } from "../../documented-table.ts";
import { type Row, rowsOf, TASKS, writeOlmoLadder } from "../../run/published.ts";
import { sharedData } from "../../shared-data.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";

const data = sharedData("olmo-ladder", "runs");
const { folder } = temporaryFolder();
const table = join(folder, "ladder.parquet");

/** Columns of the tables in the page: name, and the sweep of one configuration. */
/** The paper rounds losses in nats. */
const improvement_unit = "table";

const METHODS: readonly [string, Pick<SweepSpec, "method" | "axes">][] = [
  ["ladder", { method: "ladder" }],
  ["FLP, C4", { method: "flp", axes: { feature: "loss@c4", improvement_unit } }],
  ["FLP, mean", { method: "flp", axes: { feature: "loss@domains", improvement_unit } }],
  [
    "FLP, mean, sigmoid",
    { method: "flp", axes: { feature: "loss@domains", link: "sigmoid", improvement_unit } },
  ],
  [
    "Llama-3's route",
    { method: "flp", axes: { feature: "loss", link: "sigmoid", improvement: "none", emerged: false } },
  ],
  ["FP", { method: "flp", axes: { feature: "none" } }],
  ["GPT-4's form", { method: "flp", axes: { feature: "none", direct: "compute-negative-log-score" } }],
  ["FLP-M, linear", { method: "flp-m", axes: { law: "m1", link: "linear", improvement_unit } }],
  ["FLP-M, network", { method: "flp-m", axes: { law: "m1", improvement_unit } }],
  ["FLP-M, search", { method: "flp-m", axes: { law: "m1", link: "search", improvement_unit } }],
];

describe.skipIf(data === undefined || !wholeCrosses)(
  "FLP and FLP-M on the OLMo ladder beside the ladder's own method (only in test:all, where ../shared is)",
  () => {
    const predictions = new Map<string, Row[]>();

    beforeAll(async () => {
      await writeOlmoLadder(table);
      for (const [name, spec] of METHODS) {
        const { tables } = await runSweep({ ...spec, table, tasks: TASKS, starts: 32, profiles: false });
        predictions.set(name, rowsOf(tables.predictions));
      }
    });

    test.each([
      ["chained", "rel_error"],
      ["stage 2 alone", "link_rel_error"],
    ])("errors, %s", (what, column) => {
      const names = METHODS.map(([name]) => name).filter(
        (name) => predictions.get(name)![0]![column] !== null,
      );
      const errorOf = (name: string, tasks: readonly string[]): number => {
        const ofTasks = predictions.get(name)!.filter(({ task }) => tasks.includes(String(task)));
        expect(ofTasks).toHaveLength(2 * tasks.length);
        return ofTasks.reduce((sum, row) => sum + Math.abs(Number(row[column])), 0) / ofTasks.length;
      };
      const rows = [...TASKS.map((task) => [task]), TASKS].map((tasks) => [
        tasks.length === 1 ? tasks[0]! : "mean",
        ...names.map((name) => (100 * errorOf(name, tasks)).toFixed(1)),
      ]);
      expectDocumented("flp.md", `OLMo ladder, ${what}`, ["task", ...names], rows);
      // Section 6.3: on one distribution of data the network of domain losses is worse than their mean.
      if (what === "chained")
        expect(errorOf("FLP-M, network", TASKS)).toBeGreaterThan(errorOf("FLP, mean", TASKS));
    });
  },
);
