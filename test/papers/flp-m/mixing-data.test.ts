import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { importTable } from "../../../src/tables/import.ts";
import { expectDocumented } from "../../documented-table.ts";
import { rowsOf } from "../../run/published.ts";
import { sharedData } from "../../shared-data.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";

const data = sharedData("mixing", "dmsl_llm_slimpajama.csv");
const { folder } = temporaryFolder();

/** `npm run test:all` has all four, as the page shows them. */
const LAWS = wholeCrosses ? ["m1", "m2", "m3", "m4"] : ["m1", "m4"];
const DOMAINS = ["arxiv", "book", "c4", "github", "commoncrawl", "stackexchange", "wikipedia"];

describe.skipIf(data === undefined)(
  "the laws of FLP-M on 224 runs over 61 mixtures of seven sources (skipped where ../shared is absent)",
  () => {
    test("fitted up to 1.24B, they predict the domain losses of the 2.7B runs", async () => {
      const table = join(folder, "mixing.parquet");
      await importTable("data-mixing", data!, table);
      const { tables } = await runSweep({
        table,
        method: "flp-m",
        axes: { link: "none", law: LAWS },
        tasks: [...DOMAINS, "openhermes"],
      });
      const predictions = rowsOf(tables.predictions);
      expect(predictions).toHaveLength(LAWS.length * (DOMAINS.length + 1) * 4);
      const meanError = (law: string, tasks: readonly string[]): number => {
        const ofLaw = predictions.filter((row) => row.law === law && tasks.includes(String(row.task)));
        return ofLaw.reduce((sum, row) => sum + Math.abs(Number(row.rel_error)), 0) / ofLaw.length;
      };
      const percent = (error: number) => (100 * error).toFixed(2);
      const rows = [...DOMAINS, "openhermes"].map((task) => [
        task,
        ...LAWS.map((law) => percent(meanError(law, [task]))),
      ]);
      const means = ["mean of the seven domains", ...LAWS.map((law) => percent(meanError(law, DOMAINS)))];
      if (wholeCrosses)
        expectDocumented("flp.md", "laws on the mixing data", ["domain", ...LAWS], [...rows, means]);
      if (wholeCrosses) expect(meanError("m3", DOMAINS)).toBeLessThan(0.03);
      expect(meanError("m4", DOMAINS)).toBeLessThan(0.03);
      expect(meanError("m4", DOMAINS)).toBeLessThan(meanError("m1", DOMAINS));
      const agreements = rowsOf(tables.fits).map((row) => Number(row.start_agreement));
      expect(Math.min(...agreements)).toBeGreaterThan(0.5);
    });
  },
);
