// How often `lawfit choices` says that a choice matters beyond noise: between two arms of runs of the same sizes, which differ by
// noise alone, and between the sigmoid and the line, of which the first is the truth. node bench/choice-effects.mjs [LADDERS] [TASKS]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordsOf } from "../dist/draw/records.js";
import { runSweep } from "../dist/run/run-sweep.js";
import { simulateLadder } from "../dist/simulate/ladder.js";
import { checkpointTableToTable } from "../dist/tables/checkpoint-table.js";
import { writeTable } from "../dist/tables/write.js";

const [ladders, tasks] = [process.argv[2] ?? 40, process.argv[3] ?? 6].map(Number);
// Two runs of each size: names, and so noise, are those of the size, and which arm has the larger one alternates.
const arms = [
  [200e6, 402e6, 800e6, 1306e6],
  [201e6, 400e6, 804e6, 1300e6],
];
const among = (sizes) => `n IN (${sizes.join(", ")})`;
const folder = await mkdtemp(join(tmpdir(), "choices-"));
const counts = new Map();
for (let seed = 0; seed < ladders; seed++) {
  const table = join(folder, `${seed}.parquet`);
  const sizes = arms.flat().sort((a, b) => a - b);
  await writeTable(table, checkpointTableToTable(simulateLadder({ seed, tasks, sizes }).table));
  const axes = [{ runs: arms.map(among) }, { runs: among(arms[0]), link: ["sigmoid", "linear"] }];
  const spec = { method: "ladder", table, axes, starts: 8, backend: "cpu" };
  const backtest = { least_runs: 16, levels: [0.95] };
  const { tables } = await runSweep({ ...spec, backtest }, {});
  for (const { axis, lower, upper, shift } of recordsOf(tables.choice_effects)) {
    const count = counts.get(axis) ?? { judged: 0, beyond: 0, worse: 0 };
    count.judged += Number.isFinite(lower) ? 1 : 0;
    count.beyond += lower > 0 || upper < 0 ? 1 : 0;
    count.worse += shift > 0 ? 1 : 0;
    counts.set(axis, count);
  }
}
await rm(folder, { recursive: true });
for (const [axis, { judged, beyond, worse }] of counts) {
  console.log(`${axis}: beyond noise at 95 % in ${beyond} of ${judged} ladders (worse in ${worse})`);
}
