// How often the intervals of `lawfit fit` cover the truth, on simulated tables of Chinchilla's law.
//
//     npm run build && node bench/fit-coverage.mjs [--tables N] [--runs N] [--rows N] [--resamples B] [--loss NAME] [--threads N] [--seed N]
//
// Every table has runs of six sizes, each trained for evenly spaced multiples of tokens. With --rows 1 a run is one row with independent noise;
// with more it has so many checkpoints, whose noise is mostly that of the run (--shared is its share of the variance), and rows of one run are
// taken together (key `run`). For each quantity and kind of interval: the share of 90 % intervals that hold the truth, and the shares that
// lie above it and below it. Writes a table to standard output.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { computeOptimal, getForm, runSweep } from "../dist/index.js";
import { randomStream } from "../dist/random.js";
import { findColumn } from "../dist/tables/table.js";

const { values } = parseArgs({
  options: {
    tables: { type: "string", default: "300" },
    runs: { type: "string", default: "60" },
    rows: { type: "string", default: "1" },
    shared: { type: "string", default: "0.8" },
    noise: { type: "string", default: "0.005" },
    resamples: { type: "string", default: "0" },
    loss: { type: "string", default: "squared" },
    profiles: { type: "boolean", default: false },
    threads: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});
const [tables, runs, rows, resamples] = [values.tables, values.runs, values.rows, values.resamples].map(
  Number,
);
const [shared, noise] = [rows > 1 ? Number(values.shared) : 0, Number(values.noise)];

// Hoffmann et al. (2022), approach 3.
const truth = { A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28, E: 1.69 };
const BUDGET = 1e22;
const parameters = Float64Array.from([
  Math.log(truth.A),
  Math.log(truth.B),
  truth.alpha,
  truth.beta,
  truth.E,
]);
const best = computeOptimal(getForm("chinchilla"), parameters, BUDGET);
const true_ = { ...truth, N_opt: best.n, D_opt: best.d, L_opt: best.loss, exponent: best.exponent };

const SIZES = 6;
const lines = ["t,run,N,D,loss"];
for (let t = 0; t < tables; t++) {
  const stream = randomStream(`fit coverage ${values.seed}, ${t}`);
  for (let r = 0; r < runs; r++) {
    const n = 3e7 * 100 ** ((r % SIZES) / (SIZES - 1));
    const tokens = 5 * 40 ** (Math.floor(r / SIZES) / (Math.ceil(runs / SIZES) - 1)) * n;
    const ofRun = Math.sqrt(shared) * stream.normal();
    for (let c = 1; c <= rows; c++) {
      // Checkpoints of the second half of the training: the whole of it would differ in its learning rate.
      const d = tokens * (rows === 1 ? 1 : 0.5 + (0.5 * c) / rows);
      const mean = truth.E + truth.A / n ** truth.alpha + truth.B / d ** truth.beta;
      const off = noise * (ofRun + Math.sqrt(1 - shared) * stream.normal());
      lines.push(`t${t},t${t}r${r},${n},${d},${mean * Math.exp(off)}`);
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), "lawfit-fit-coverage-"));
const file = join(folder, "tables.csv");
await writeFile(file, `${lines.join("\n")}\n`);
const { tables: found } = await runSweep({
  table: file,
  method: "fit",
  fit: { group: "t", run: "run" },
  axes: { law: "chinchilla", residual: "log", loss: values.loss },
  derived: Object.fromEntries(
    ["N_opt", "D_opt", "L_opt"]
      .map((name) => [`${name}_`, `${name}(${BUDGET})`])
      .concat([["exponent_", `exponent_opt(${BUDGET})`]]),
  ),
  ...(resamples > 0 && { bootstrap: { resamples, scheme: "run" } }),
  profiles: values.profiles,
  threads: Number(values.threads),
  backend: "cpu",
});
await rm(folder, { recursive: true });

/** Counts by quantity and kind of interval. */
const counts = new Map();
function count(quantity, kind, lower, upper) {
  const key = `${quantity}\t${kind}`;
  const counted = counts.get(key) ?? { all: 0, held: 0, above: 0, below: 0 };
  counts.set(key, counted);
  counted.all++;
  if (lower > true_[quantity]) counted.above++;
  else if (upper < true_[quantity]) counted.below++;
  else if (lower !== null && upper !== null) counted.held++;
}
const reader = (table) => (name, row) => findColumn(table, name)?.values[row] ?? null;
const columnsOf = {
  error: ["interval_lower", "interval_upper"],
  bootstrap: ["bootstrap_lower", "bootstrap_upper"],
};
const parameter = reader(found.parameters);
for (let row = 0; row < found.parameters.rows; row++) {
  for (const [kind, [low, high]] of Object.entries(columnsOf)) {
    if (findColumn(found.parameters, low) === undefined) continue;
    count(parameter("quantity", row), kind, parameter(low, row), parameter(high, row));
  }
}
const card = reader(found.identifiability);
for (let row = 0; values.profiles && row < found.identifiability.rows; row++) {
  const name = card("parameter", row);
  const inTerms = (end) => (name === "a" || name === "b" ? Math.exp(end) : end);
  const ends = ["profile_lower", "profile_upper"].map((end) => inTerms(card(end, row)));
  count(name === "a" || name === "b" ? name.toUpperCase() : name, "profile", ...ends);
}
const derived = reader(found.derived);
for (let row = 0; row < found.derived.rows; row++) {
  const name = derived("quantity", row);
  if (!name.endsWith("_")) continue;
  count(name.slice(0, -1), derived("interval", row), derived("lower", row), derived("upper", row));
}
const share = (part, { all }) => `${((100 * part) / all).toFixed(1)} %`;
console.log(
  `${tables} tables of ${runs} runs of ${rows} rows, noise ${noise}, ${values.loss} loss, seed ${values.seed}`,
);
console.log("| quantity | interval | held | lies above | lies below |\n| --- | --- | --- | --- | --- |");
for (const [key, counted] of counts) {
  const shares = [counted.held, counted.above, counted.below].map((part) => share(part, counted));
  console.log(`| ${[...key.split("\t"), ...shares].join(" | ")} |`);
}
