// How often the intervals of `lawfit plan` cover the truth, on simulated tables of Chinchilla's law.
//
//     npm run build && node bench/plan-coverage.mjs [--tables N] [--runs N] [--noise S] [--budget C] [--resamples B] [--seed N]
//
// Each table has runs of six sizes from 3e7 to 3e9 parameters, trained on 5 to 200 tokens a parameter, whose losses have independent noise of
// their logarithms. For size, tokens and loss at the optimum of the budget: the share of 90 % intervals that hold the true one, and the shares
// that lie above it and below it, by the delta method or, with --resamples, of the percentiles of so many resamples.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { computeOptimal, getForm, plan } from "../dist/index.js";
import { randomStream } from "../dist/random.js";
import { findColumn } from "../dist/tables/table.js";

const { values } = parseArgs({
  options: {
    tables: { type: "string", default: "300" },
    runs: { type: "string", default: "60" },
    noise: { type: "string", default: "0.005" },
    budget: { type: "string", default: "1e22" },
    resamples: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
const [tables, runs, noise, budget, resamples] = ["tables", "runs", "noise", "budget", "resamples"].map(
  (name) => Number(values[name]),
);

// Hoffmann et al. (2022), approach 3: ln A, ln B, alpha, beta, E.
const truth = Float64Array.from([Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69]);
const form = getForm("chinchilla");
const { n, d, loss } = computeOptimal(form, truth, budget);

const SIZES = 6;
const lines = ["t,N,D,loss"];
for (let t = 0; t < tables; t++) {
  const stream = randomStream(`plan coverage ${values.seed}, ${t}`);
  for (let r = 0; r < runs; r++) {
    const size = 3e7 * 100 ** ((r % SIZES) / (SIZES - 1));
    const tokens = 5 * 40 ** (Math.floor(r / SIZES) / (Math.ceil(runs / SIZES) - 1)) * size;
    lines.push(
      `t${t},${size},${tokens},${form.value(truth, [size, tokens]) * Math.exp(noise * stream.normal())}`,
    );
  }
}
const folder = await mkdtemp(join(tmpdir(), "lawfit-plan-coverage-"));
const table = join(folder, "tables.csv");
await writeFile(table, `${lines.join("\n")}\n`);
const { plans } = await plan(
  {
    ...{ table, method: "fit", fit: { group: "t" }, backend: "cpu", threads: 1 },
    axes: { law: "chinchilla", residual: "log" },
    ...(resamples > 0 && { bootstrap: { resamples } }),
  },
  { budgets: [budget] },
);
await rm(folder, { recursive: true });

const column = (name) => Array.from(findColumn(plans, name).values);
console.log(
  `${tables} tables of ${runs} runs, noise ${noise}, budget ${budget}; intervals: ${column("interval")[0]}`,
);
console.log("quantity  held (%)  above (%)  below (%)  median width (%)");
for (const [name, true_] of Object.entries({ n, d, predicted_loss: loss })) {
  const [lower, upper] = ["lower", "upper"].map((end) => column(`${name}_${end}`));
  const share = (count) => ((100 * count) / tables).toFixed(1);
  const above = lower.filter((low) => low > true_).length;
  const below = upper.filter((high) => high < true_).length;
  const widths = lower.map((low, i) => (100 * (upper[i] - low)) / true_).sort((a, b) => a - b);
  console.log(
    [name, share(tables - above - below), share(above), share(below), widths[tables >> 1].toFixed(2)].join(
      "  ",
    ),
  );
}
