// How often the intervals of FLP-M cover the truth, on simulated mixing designs whose laws are known.
//
//     npm run build && node bench/mixtures.mjs [--datasets N] [--resamples B] [--network] [--out DIR]
//
// For each data set: the losses of the domains at the targets by the law (M4), the scores by a linear function of them, the
// best share of code at the 7B target's size; intervals of 90 %, runs resampled. Three times: with the simulation's noise, the
// same with checkpoints judged by their neighbours' scores, and with exact scores (no questions). --network: scores by the trained network in place of the linear function, all tasks.
// Writes DIR/flp-m.json and DIR/flp-m.md; without --out the tables go to standard output.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkpointTableToTable, runSweep, simulateFlpM } from "../dist/index.js";
import { writeTable } from "../dist/tables/write.js";

const { values } = parseArgs({
  options: {
    datasets: { type: "string", default: "100" },
    resamples: { type: "string", default: "399" },
    network: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const datasets = Number(values.datasets);
const resamples = Number(values.resamples);
const link = values.network ? "network" : "linear";
/** Of each fit, of the data and of a resample alike. */
const STARTS = 4;
const LARGEST = "7B-code0.3";

/** Rows of a result table as objects. */
const rowsOf = ({ rows, columns }) =>
  Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[i]])),
  );

const folder = await mkdtemp(join(tmpdir(), "lawfit-mixtures-"));
const counts = new Map();
const count = (arm, what, isCovered) => {
  const counted = counts.get(JSON.stringify([arm, what])) ?? { covered: 0, of: 0 };
  counted.covered += isCovered ? 1 : 0;
  counted.of++;
  counts.set(JSON.stringify([arm, what]), counted);
};

async function countDataSet(arm, options, neighbours = 0) {
  const { table, truth } = simulateFlpM(options);
  const path = join(folder, "checkpoints.parquet");
  await writeTable(path, checkpointTableToTable(table));
  const { tables } = await runSweep({
    table: path,
    method: "flp-m",
    axes: [{ link: "none" }, { link, neighbours }],
    starts: STARTS,
    seed: options.seed,
    profiles: false,
    bootstrap: { resamples, fresh_starts: STARTS - 1, intervals: ["percentile", "expanded"] },
    mixtures: { targets: [LARGEST] },
  });
  for (const row of rowsOf(tables.intervals)) {
    // There is none of the kind expanded where a network has more parameters than there are runs.
    if (row.quantity !== "predicted" || Number.isNaN(row.lower)) continue;
    const { loss, accuracy } = truth.targets.find(
      (candidate) => candidate.target === row.target && candidate.subject === row.task,
    );
    const value = row.link === "none" ? loss : accuracy;
    const isCovered = row.lower <= value && value <= row.upper;
    if (row.link === "none") count(arm, `loss of domains, ${row.interval}`, isCovered);
    else count(arm, `score of ${row.task}, ${row.interval}`, isCovered);
  }
  for (const row of rowsOf(tables.mixture_optima)) {
    if (row.link === "none") continue;
    const optimum = truth.optimum.tasks.find(({ subject }) => subject === row.task) ?? truth.optimum.mean;
    // A share that a grid of 0.01 holds is known to half of it.
    const isCovered =
      row["mix.code_lower"] <= optimum.code + 0.005 && optimum.code - 0.005 <= row["mix.code_upper"];
    count(arm, `best share of code, ${row.task}`, isCovered);
  }
}

const began = performance.now();
try {
  for (let seed = 1; seed <= datasets; seed++) {
    await countDataSet("noise", { seed });
    await countDataSet("neighbours", { seed }, 1);
    await countDataSet("exact scores", { seed, questions: 0 });
    if (seed % 10 === 0)
      console.error(`${seed} of ${datasets}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const arms = ["noise", "neighbours", "exact scores"];
const whats = [...new Set([...counts.keys()].map((key) => JSON.parse(key)[1]))].sort();
const result = {
  link,
  datasets,
  resamples,
  coverage: whats.map((what) => ({
    what,
    ...Object.fromEntries(arms.map((arm) => [arm, counts.get(JSON.stringify([arm, what]))])),
  })),
};
const percent = (counted) =>
  counted === undefined ? "none" : ((100 * counted.covered) / counted.of).toFixed(0);
const markdown = [
  `Link ${link}, ${datasets} data sets, ${resamples} resamples, nominal 90 %; per cent that cover the truth:`,
  "",
  `| what | ${arms.join(" | ")} | of |`,
  `| --- |${" --- |".repeat(arms.length + 1)}`,
  ...result.coverage.map(
    (row) =>
      `| ${row.what} | ${arms.map((arm) => percent(row[arm])).join(" | ")} | ${arms.map((arm) => row[arm]?.of ?? 0).reduce((a, b) => Math.max(a, b))} |`,
  ),
  "",
].join("\n");
if (values.out === undefined) console.log(markdown);
else {
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, `flp-m-${link}.json`), `${JSON.stringify(result, null, 1)}\n`);
  await writeFile(join(values.out, `flp-m-${link}.md`), markdown);
}
