import { expect, test } from "vitest";
import { estimateSweep } from "../../src/run/estimate-sweep.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { smallSweep } from "./small-sweep.ts";

const { folder } = temporaryFolder();

test("a form that no axis uses is among the warnings of a dry run and of the manifest", async () => {
  const { bootstrap, backtest, ...sweep } = await smallSweep(`${folder}/table.parquet`);
  const mine = {
    expression: "y = w*x",
    variables: { x: "loss" },
    parameters: { w: { start: [0, 1] as [number, number] } },
  };
  const spec = { ...sweep, forms: { mine } };
  const line = expect.stringMatching(
    /^forms\.mine: no axis uses it, so it is not fitted; axes that take forms: .*link/,
  );
  expect((await estimateSweep(spec)).warnings).toContainEqual(line);
  expect((await runSweep(spec)).manifest.warnings).toContainEqual(line);
});
