import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { formatReproduction, summaryMarkdown } from "../../src/reproduce/format.ts";
import { type Reproduction, reproduce } from "../../src/reproduce/reproduce.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import { importTable } from "../../src/tables/import.ts";
import { sharedData } from "../shared-data.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";

const data = sharedData("loss-to-loss", "sweep.csv");
const { folder } = temporaryFolder();

describe.skipIf(data === undefined || !wholeCrosses)(
  "the paper of loss-to-loss prediction on its runs (only in test:all, where ../shared is)",
  () => {
    let reproduction: Reproduction;

    beforeAll(async () => {
      const table = join(folder, "runs.parquet");
      await importTable("loss-to-loss", data!, table);
      reproduction = await reproduce("loss-to-loss", { table });
    });

    test("every printed number is reproduced but four, which lie in flat valleys", () => {
      expect(reproduction.counts).toEqual({ reproduced: 132, explained: 4, "not reproduced": 0 });
      const explained = reproduction.tables.flatMap(({ name, columns, rows }) =>
        rows.flatMap((row) =>
          row.cells.flatMap((one, i) =>
            one?.reason === undefined ? [] : [`${name}: ${row.name}, ${columns[i]}`],
          ),
        ),
      );
      expect(explained).toEqual([
        "table 2: SlimPajama, A",
        "table 2: SlimPajama, B",
        "table 3: SmolLM Corpus, A",
        "table 8: ARC-Easy, K",
      ]);
    });

    test("the documented summary is what was measured", () => {
      const docs = readFileSync(join(packageFolder, "docs", "reproduce.md"), "utf8");
      expect(docs).toContain(summaryMarkdown(reproduction).join("\n"));
    });

    test("numbers with a power of ten are written as printed", () => {
      expect(formatReproduction(reproduction)).toMatch(
        /FineWeb-Edu +printed +5\.96e\+07 .*\n +ours +5\.959e\+7/,
      );
    });

    // No large run is published. The runs of the largest budget stand in; the numbers were made with NumPy and SciPy: laws by
    // least_squares (Huber's loss) from 30 starts, translations by polyfit, to test losses and tasks by way of the destination's train loss.
    test("table 1 with the runs of the largest budget as targets", async () => {
      const text = readFileSync(data!, "utf8").trimEnd().split("\n");
      const budget = text[0]!.split(",").indexOf("iso_flop");
      const isLarge = (line: string) => Number(line.split(",")[budget]) > 4e19;
      const files = [join(folder, "fit.csv"), join(folder, "large.csv")];
      const { writeFile } = await import("node:fs/promises");
      await writeFile(files[0]!, [text[0], ...text.slice(1).filter((line) => !isLarge(line))].join("\n"));
      await writeFile(files[1]!, [text[0], ...text.slice(1).filter(isLarge)].join("\n"));
      const table = join(folder, "split.parquet");
      await importTable("loss-to-loss", files, table);
      const { tables } = await reproduce("loss-to-loss", { table, starts: 64 });
      const ours = tables[0]!.rows.map(({ cells }) => cells.map((one) => one!.ours));
      expect(tables[0]!.name).toBe("table 1");
      // E1 of one task on one corpus is above losses that are fitted.
      expect(tables[0]!.rows[2]!.cells[1]).toMatchObject({
        verdict: "not reproduced",
        evidence: expect.stringMatching(
          /^\d+ of 3080 errors are of .*sciq_test on fineweb-100b.*, where a loss is not above E1 and L1 - E1 has no logarithm; they make it anything from \d\.\d{3} \(none\) to /,
        ),
      });
      EXPECTED.flat().forEach((expected, i) => {
        expect(Math.abs(ours.flat()[i]! / expected - 1)).toBeLessThan(1e-4);
      });
    });
  },
);

/** By setting: mean relative error of the laws and of the translations, per cent. */
const EXPECTED = [
  [0.843128, 0.296386],
  [0.791948, 0.779725],
  [1.93105, 1.587597],
];
