import { join } from "node:path";
import { expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { tableOfRows } from "../../methods/tables.ts";
import { rowsOf } from "../../run/published.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { flpRows, TARGET_FLOPS, TRUE_A, TRUTH, trueLoss, trueScore } from "./made-up.ts";

const { folder } = temporaryFolder();
const table = join(folder, "flp.parquet");

test("FLP finds the true laws of a table that follows them, and predicts the target", async () => {
  await writeTable(table, checkpointTableToTable(tableOfRows(flpRows())));
  const { tables } = await runSweep({ method: "flp", table, starts: 16, backend: "cpu" });
  const fitted = rowsOf(tables.parameters).map(({ stage, parameter, value }) => [stage, parameter, value]);
  expect(fitted).toEqual([
    ["step1", "a", expect.closeTo(TRUE_A, 8)],
    ["step1", "alpha", expect.closeTo(TRUTH.alpha, 10)],
    ["step2", "w0", expect.closeTo(TRUTH.w0, 8)],
    ["step2", "w1", expect.closeTo(TRUTH.w1, 8)],
  ]);
  const loss = trueLoss(TARGET_FLOPS);
  expect(rowsOf(tables.predictions)).toMatchObject([
    {
      task: "t",
      target: "big",
      predicted: expect.closeTo(trueScore(loss), 8),
      feature_predicted: expect.closeTo(loss, 8),
    },
  ]);
  const [law, link] = rowsOf(tables.fits);
  expect(law).toMatchObject({ points: 4, left_out: null, r_squared: expect.closeTo(1, 10) });
  expect(link!.left_out).toMatch(/^\d+ at chance$/);
  expect(Number(link!.points) + Number.parseInt(String(link!.left_out), 10)).toBe(24);
});
