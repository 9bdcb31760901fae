import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  compareRuns,
  estimateSweep,
  Interrupted,
  isoflop,
  isoflopInterpolations,
  mergeRuns,
  presets,
  queryRun,
  readManifest,
  readSweepFile,
  runPart,
  runStatuses,
  runSweep,
  type SweepSpec,
  searchLaws,
  simulateLossToLoss,
} from "lawfit";
import { csv, D, folder, L, N } from "./runs.ts";

// #region readSweepFile
// One law on a table of any columns, with draws for intervals.
const path = join(folder, "sweep.yaml");
await writeFile(
  path,
  `table: runs.csv
method: fit
axes: {law: chinchilla, residual: log}
bootstrap: {resamples: 40, draws: true}
backend: cpu
`,
);
const { spec } = await readSweepFile(path);
assert.deepEqual(spec.table, [csv]);
// #endregion readSweepFile

// #region estimateSweep
const { problems, seconds } = await estimateSweep(spec);
assert(problems === 1 && seconds > 0);
// #endregion estimateSweep

// #region runSweep
export const run = join(folder, "run");
const { tables } = await runSweep(spec, { out: run });
const parameters = tables.parameters!;
assert(parameters.columns.some(({ name }) => name === "standard_error"));
// #endregion runSweep

// #region readManifest
const { counts, warnings } = await readManifest(run);
assert(counts.cells === 1 && Array.isArray(warnings));
// #endregion readManifest

// #region queryRun
const ofE = await queryRun(run, "parameters", {
  where: "parameter = 'E'",
  columns: ["value", "standard_error"],
});
assert.equal(ofE.rows, 1);
// #endregion queryRun

// #region runStatuses
const [status] = await runStatuses(run);
assert.equal(status!.standing, "finished");
// #endregion runStatuses

// #region runPart
// Two parts, which two machines may run. They share the problems of the sweep.
const parts = [1, 2].map((index) => join(folder, `part-${index}`));
for (const [i, out] of parts.entries())
  await runPart(spec, { out, part: { index: i + 1, count: 2 } });
// #endregion runPart

// #region mergeRuns
const merged = join(folder, "merged");
await mergeRuns(parts, { out: merged });
// #endregion mergeRuns

// #region compareRuns
// The parts give the numbers of the whole, bit for bit.
const { counts: same } = await compareRuns(run, merged);
assert.equal(same.changed, 0);
// #endregion compareRuns

// #region Interrupted
// A sweep that is asked to stop keeps what is finished; the same call continues it.
const stopped = runSweep(spec, {
  out: join(folder, "stopped"),
  signal: AbortSignal.abort(),
});
await assert.rejects(stopped, Interrupted);
// #endregion Interrupted

// #region presets
const ladder: SweepSpec = { ...presets.get("ladder")!.spec, table: csv };
assert.equal(ladder.method, "ladder");
// #endregion presets

// #region searchLaws
// Polynomials in logarithms only: a search that means something takes the default grammar (docs/search.md).
const rows = { inputs: { N, D }, response: L };
const grammar = { factors: ["ln(x)"], links: ["S"], laws: [], parameters: 3 };
const found = await searchLaws(rows, {
  grammar,
  tries: 4,
  rounds: 1,
  keep: 2,
  resamples: 50,
  backend: "cpu",
});
assert(found.laws.length > 0);
await assert.rejects(
  searchLaws(rows, { tries: 0 }),
  /tries: 0; allowed: a whole number/,
);
// #endregion searchLaws

// #region isoflop
const { table } = simulateLossToLoss();
const { isoflop: best } = isoflop(table, { subjects: "own_corpus" });
assert(best.rows > 0);
// #endregion isoflop

// #region isoflopInterpolations
assert(isoflopInterpolations.has("parabola"));
// #endregion isoflopInterpolations
