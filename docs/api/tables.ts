import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  checkpointTableToTable,
  formatTable,
  IMPORTERS,
  importTable,
  inspectTable,
  queryTable,
  readCheckpointTable,
  readTable,
  simulateFlpM,
  simulateLadder,
  simulateLossToLoss,
  type Table,
  toCheckpointTable,
  writeFlpM,
  writeLadder,
  writeLossToLoss,
  writeTable,
} from "lawfit";
import { csv, folder } from "./runs.ts";

// #region readTable
// Parquet, CSV, JSON lines and Arrow, by columns.
const table = await readTable(csv);
assert.deepEqual(
  table.columns.map(({ name }) => name),
  ["N", "D", "loss"],
);
// #endregion readTable

// #region formatTable
assert.match(
  formatTable(table, { maxRows: 2 }),
  /^ +N +D +loss\n(?:.*\n)+\.\.\. 13 more rows/,
);
// #endregion formatTable

// #region queryTable
const small = await queryTable(csv, { where: "N <= 2e8", columns: ["loss"] });
assert.equal(small.rows, 6);
// #endregion queryTable

// #region simulateLadder
const { table: ladder, truth } = simulateLadder({ tasks: 1, checkpoints: 4 });
assert(truth.targets.some(({ target }) => target === "7B-4T"));
// #endregion simulateLadder

// #region simulateFlpM
assert(simulateFlpM({ checkpoints: 2 }).truth.domains.length > 0);
// #endregion simulateFlpM

// #region simulateLossToLoss
assert(simulateLossToLoss().truth.corpora.length > 0);
// #endregion simulateLossToLoss

// #region checkpointTableToTable
const plain: Table = checkpointTableToTable(ladder);
assert.equal(plain.rows, ladder.rows);
// #endregion checkpointTableToTable

// #region toCheckpointTable
assert.equal(toCheckpointTable(plain, "simulated").rows, plain.rows);
// #endregion toCheckpointTable

// #region writeTable
const parquet = join(folder, "ladder.parquet");
await writeTable(parquet, plain);
// #endregion writeTable

// #region readCheckpointTable
const checkpoints = await readCheckpointTable(parquet);
assert.equal(checkpoints.rows, plain.rows);
// #endregion readCheckpointTable

// #region inspectTable
const { runs, findings } = inspectTable(checkpoints);
assert(runs.length > 0 && Array.isArray(findings));
// #endregion inspectTable

// #region writeLadder
// The table, a sweep file for it, and the truth.
const { files } = await writeLadder(join(folder, "ladder"), {
  tasks: 1,
  checkpoints: 4,
});
assert(files.some((file) => file.endsWith("truth.json")));
// #endregion writeLadder

// #region writeFlpM
await writeFlpM(join(folder, "flp-m"), { checkpoints: 2 });
// #endregion writeFlpM

// #region writeLossToLoss
await writeLossToLoss(join(folder, "loss-to-loss"));
// #endregion writeLossToLoss

// #region IMPORTERS
assert(IMPORTERS.some(({ name }) => name === "olmo-ladder"));
// #endregion IMPORTERS

// #region importTable
// A run of the OLMo ladder's layout, one file a run.
const source = join(folder, "olmo");
await mkdir(source);
await assert.rejects(
  importTable("olmo-ladder", source, join(folder, "olmo.parquet")),
  /olmo/,
);
// #endregion importTable
