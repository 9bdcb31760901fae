import assert from "node:assert/strict";
import {
  formatReproduction,
  papers,
  reproduce,
  runBench,
  writeReport,
} from "lawfit";
import { csv } from "./runs.ts";
import { run } from "./sweeps.ts";

// #region writeReport
// The page of a run; with `figure` and a format of pictures one figure alone.
const { files, drawn } = await writeReport(run);
assert.deepEqual(files, [`${run}.html`]);
assert(drawn.length > 0);
// #endregion writeReport

// #region papers
assert.deepEqual([...papers.keys()], ["ladder", "loss-to-loss"]);
// #endregion papers

// #region reproduce
// Every printed number of a paper beside ours, from the paper's own table.
const compared = async (table: string) =>
  formatReproduction(await reproduce("ladder", { table }), "md");
// Another table lacks what the paper prints.
await assert.rejects(compared(csv), /UserError/);
// #endregion reproduce

// #region formatReproduction
const nothing = {
  paper: papers.get("ladder")!,
  tables: [],
  counts: { agrees: 0 },
} as never;
assert.equal(formatReproduction(nothing, "json"), "[]\n");
// #endregion formatReproduction

// #region runBench
// Fits per second of a straight line; a benchmark that means something takes the defaults.
const { rows } = await runBench({
  forms: ["linear"],
  peers: [],
  starts: 64,
  repetitions: 1,
  seconds: 0.1,
});
assert(rows.every(({ fitsPerSecond }) => fitsPerSecond! > 0));
// #endregion runBench
