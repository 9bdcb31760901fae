import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HELD_OUT, TASKS, TRAIN } from "../../../src/reproduce/loss-to-loss/designs.ts";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { importTable } from "../../../src/tables/import.ts";
import { cell, findColumn } from "../../../src/tables/table.ts";
import { expectDocumented } from "../../documented-table.ts";
import { sharedData } from "../../shared-data.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";

const data = sharedData("loss-to-loss", "sweep.csv");
const { folder } = temporaryFolder();

/** Writes the runs of the largest budget and the others apart. */
function split(path: string): string[] {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const budget = head!.split(",").indexOf("iso_flop");
  const isLarge = (line: string) => Number(line.split(",")[budget]) > 4e19;
  return [false, true].map((large) => {
    const file = join(folder, `${large}.csv`);
    writeFileSync(file, [head, ...lines.filter((line) => isLarge(line) === large)].join("\n"));
    return file;
  });
}

describe.skipIf(data === undefined || !wholeCrosses)(
  "six corpora (only in test:all, where ../shared is)",
  () => {
    test("the documented errors at the largest budget", async () => {
      const table = join(folder, "split.parquet");
      await importTable("loss-to-loss", split(data!), table);
      const both = ["train-to-train", "train-to-test"];
      const { tables } = await runSweep({
        method: "loss-to-loss",
        table,
        tasks: [TRAIN, ...HELD_OUT, ...TASKS],
        starts: 64,
        profiles: false,
        axes: [
          { relation: [...both, "test-to-test", "scaling-law"], law: ["chinchilla", "kaplan-offset"] },
          { relation: ["composed", "loss-to-error"] },
          { relation: both, source_loss: "law" },
          { relation: both, offsets: ["destination-free", "free"] },
        ],
      });
      const relations = tables.relations!;
      const value = (name: string, row: number) => cell(findColumn(relations, name)!, row);
      const percent = (name: string, row: number, digits: number) => {
        const share = value(name, row);
        return share === null ? "" : (100 * Number(share)).toFixed(digits);
      };
      const rows = Array.from({ length: relations.rows }, (_, row) => {
        const special = [
          value("offsets", row) === "fixed" ? "" : `offsets ${value("offsets", row)}`,
          value("source_loss", row) === "law" ? "source_loss law" : "",
        ].filter((text) => text !== "");
        return [
          [value("relation", row), value("law", row), ...special].join(", "),
          String(value("predictions", row)),
          percent("mean_abs_rel_error", row, 2),
          percent("law_mean_abs_rel_error", row, 2),
          percent("better", row, 0),
        ];
      });
      expectDocumented(
        "loss-to-loss.md",
        "six corpora",
        ["relation, law", "predictions", "error (%)", "of the laws (%)", "nearer than the laws (%)"],
        rows,
      );
      expect(rows).toHaveLength(16);
    });
  },
);
