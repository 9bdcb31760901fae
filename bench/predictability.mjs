// Whether the verdicts of table `predictability` are right: errors on the two targets, which no verdict knows of, by verdict and kind of
// task, over simulated ladders: as they are, noisy, and at chance. node bench/predictability.mjs [LADDERS] [TASKS]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordsOf } from "../dist/draw/records.js";
import { randomStream } from "../dist/random.js";
import { runSweep } from "../dist/run/run-sweep.js";
import { simulateLadder } from "../dist/simulate/ladder.js";
import { median } from "../dist/statistics.js";
import { checkpointTableToTable } from "../dist/tables/checkpoint-table.js";
import { writeTable } from "../dist/tables/write.js";

const [ladders, tasks] = [process.argv[2] ?? 10, process.argv[3] ?? 4].map(Number);
const CHANCE = 0.25;
const QUESTIONS = 300;
const KINDS = {
  plain: {},
  noisy: { runEffect: 0.03, checkpointNoise: 0.03, questions: 200 },
  "at chance": { atChance: true },
};

/** Scores of all runs that are those of guessing on so many questions. */
function guessed(table, seed) {
  const stream = randomStream(`${seed}/guessed`);
  const scores = table.metrics.get("accuracy");
  for (let row = 0; row < scores.length; row++) {
    if (!Number.isNaN(scores[row])) scores[row] = stream.binomial(QUESTIONS, CHANCE) / QUESTIONS;
  }
}

const folder = await mkdtemp(join(tmpdir(), "predictability-"));
const found = new Map();
for (const [kind, { atChance, ...options }] of Object.entries(KINDS)) {
  for (let seed = 0; seed < ladders; seed++) {
    const path = join(folder, `${kind}-${seed}.parquet`);
    const { table } = simulateLadder({ seed, tasks, ...options });
    if (atChance) guessed(table, seed);
    await writeTable(path, checkpointTableToTable(table));
    const spec = { method: "ladder", table: path, starts: 8, backend: "cpu", chance: CHANCE, backtest: {} };
    const { tables } = await runSweep(spec, {});
    const errors = recordsOf(tables.predictions);
    for (const { task, verdict } of recordsOf(tables.predictability)) {
      const key = `${kind}, ${verdict}`;
      const ofTask = errors.filter((row) => row.task === task).map(({ error }) => Math.abs(error));
      found.set(key, [...(found.get(key) ?? []), ofTask]);
    }
  }
}
await rm(folder, { recursive: true });
for (const [key, errors] of found) {
  const points = (100 * median(errors.flat())).toFixed(2);
  console.log(`${key}: ${errors.length} tasks, median error of the targets ${points} points`);
}
