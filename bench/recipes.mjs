// Whether the probabilities of `lawfit compare-recipes` are as often right as they say, on simulated tables whose order of recipes is known.
//
//     npm run build && node bench/recipes.mjs [--tables N] [--recipes N] [--sizes N] [--noise SD] [--apart SD] [--spread SD] [--pooling NAME] [--draws N] [--seed N]
//
// Every table has recipes with a law of Chinchilla's form each, whose E, A and B are about those of Hoffmann et al. (2022) (--apart: standard
// deviation of their logarithms), and whose exponents are the same, or about those (--spread). Runs are of some sizes, each trained for 10, 20, 40 and 80
// tokens a parameter, with independent noise of the logarithm. Printed are, at 7B@560B: the reliability of the probability of pairs, how often intervals
// of predictions, ranks and compute multipliers hold the truth, and the share of pairs that laws order right, beside the ranking of the largest runs.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareRecipes } from "../dist/index.js";
import { randomStream } from "../dist/random.js";
import { rowsOf, valueAt } from "../dist/tables/table.js";

const { values } = parseArgs({
  options: {
    tables: { type: "string", default: "300" },
    recipes: { type: "string", default: "6" },
    sizes: { type: "string", default: "4" },
    noise: { type: "string", default: "0.003" },
    apart: { type: "string", default: "0.02" },
    spread: { type: "string", default: "0" },
    pooling: { type: "string", default: "auto" },
    draws: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});
const [tables, recipes, sizes, noise, apart, spread, draws] = [
  values.tables,
  values.recipes,
  values.sizes,
  values.noise,
  values.apart,
  values.spread,
  values.draws,
].map(Number);

const TARGET = { n: 7e9, d: 560e9 };
const truths = Array.from({ length: tables }, (_, t) => {
  const { normal } = randomStream(`${values.seed} truth ${t}`);
  return Array.from({ length: recipes }, () => ({
    E: 1.69 * Math.exp(apart * normal()),
    A: 406.4 * Math.exp(3 * apart * normal()),
    B: 410.7 * Math.exp(3 * apart * normal()),
    alpha: 0.34 + spread * normal(),
    beta: 0.28 + spread * normal(),
  }));
});
const lossOf = ({ E, A, B, alpha, beta }, n, d) => E + A / n ** alpha + B / d ** beta;

const names = Array.from({ length: tables }, (_, t) => `t${t}`);
const lines = [`recipe,N,D,${names.join()}`];
const noises = names.map((name) => randomStream(`${values.seed} noise ${name}`).normal);
const largest = truths.map((of) => of.map(() => [0, 0]));
for (let r = 0; r < recipes; r++)
  for (let s = 0; s < sizes; s++)
    for (const ratio of [10, 20, 40, 80]) {
      const n = 5e7 * 2 ** s;
      const measured = truths.map((of, t) => lossOf(of[r], n, ratio * n) * Math.exp(noise * noises[t]()));
      lines.push(`r${r},${n},${ratio * n},${measured.join()}`);
      measured.forEach((value, t) => {
        if (ratio * n * n > largest[t][r][0]) largest[t][r] = [ratio * n * n, value];
      });
    }
const folder = await mkdtemp(join(tmpdir(), "recipes-"));
const table = join(folder, "runs.csv");
await writeFile(table, `${lines.join("\n")}\n`);
const began = performance.now();
const found = await compareRecipes(
  { table, method: "fit", fit: { y: names, group: "recipe" }, axes: { residual: "log" } },
  { targets: ["7B@560B"], pooling: values.pooling, draws },
).finally(() => rm(folder, { recursive: true }));
const seconds = (performance.now() - began) / 1000;

const sets = { predicted: [0, 0], rank: [0, 0], multiplier: [0, 0] };
const count = (set, holds) => {
  set[1]++;
  if (holds) set[0]++;
};
const truthAt = truths.map((of) => of.map((law) => lossOf(law, TARGET.n, TARGET.d)));
const at = (t, r) => truthAt[t][r];
const read = (of, row) => (name) => valueAt(of, name, row);
const poolings = {};
let [regret, regretOfRanking] = [0, 0];
for (const row of rowsOf(found.recipes)) {
  const value = read(found.recipes, row);
  const [t, r] = [Number(value("response").slice(1)), Number(value("recipe").slice(1))];
  const truth = at(t, r);
  const rank = 1 + truthAt[t].filter((other) => other < truth).length;
  count(sets.predicted, truth >= value("lower") && truth <= value("upper"));
  count(sets.rank, rank >= value("rank_lower") && rank <= value("rank_upper"));
  if (r > 0) {
    // The reference's compute for the recipe's loss, sizes in the target's ratio.
    let [low, high] = [-30, 30];
    for (let step = 0; step < 80; step++) {
      const middle = (low + high) / 2;
      if (lossOf(truths[t][0], TARGET.n * Math.exp(middle / 2), TARGET.d * Math.exp(middle / 2)) > truth)
        low = middle;
      else high = middle;
    }
    const factor = low > 29 ? Number.POSITIVE_INFINITY : Math.exp(low);
    const [from, to] = [value("compute_multiplier_lower"), value("compute_multiplier_upper")];
    count(
      sets.multiplier,
      factor >= (from ?? Number.POSITIVE_INFINITY) && factor <= (to ?? Number.POSITIVE_INFINITY),
    );
  }
  if (value("rank") === 1) {
    poolings[value("pooling")] = (poolings[value("pooling")] ?? 0) + 1;
    const best = Math.min(...truthAt[t]);
    const ranked = largest[t].reduce((first, [, loss], i) => (loss < largest[t][first][1] ? i : first), 0);
    regret += truth - best;
    regretOfRanking += at(t, ranked) - best;
  }
}
const bins = Array.from({ length: 5 }, () => ({ pairs: 0, said: 0, right: 0 }));
let [pairs, byLaws, byRanking, brier] = [0, 0, 0, 0];
for (const row of rowsOf(found.recipe_pairs)) {
  const value = read(found.recipe_pairs, row);
  const t = Number(value("response").slice(1));
  const [a, b] = ["better", "other"].map((name) => Number(value(name).slice(1)));
  const right = at(t, a) < at(t, b);
  const probability = value("probability");
  const bin = bins[Math.min(4, Math.max(0, Math.floor((probability - 0.5) * 10)))];
  bin.pairs++;
  bin.said += probability;
  if (right) bin.right++;
  pairs++;
  brier += (probability - Number(right)) ** 2;
  if (right) byLaws++;
  if (largest[t][a][1] < largest[t][b][1] === right) byRanking++;
}
const percent = (share) => `${(100 * share).toFixed(1)} %`;
console.log(
  `${tables} tables of ${recipes} recipes of ${4 * sizes} runs, noise ${noise}, apart ${apart}, exponents ${spread === 0 ? "common" : `${spread} apart`}; ` +
    `pooling ${values.pooling} (${Object.entries(poolings)
      .map(([name, tables]) => `${name} ${tables}`)
      .join(", ")}); ${draws} draws; ${seconds.toFixed(0)} s`,
);
console.log("probability   pairs   said     right");
for (const [i, { pairs, said, right }] of bins.entries())
  console.log(
    `${(0.5 + i / 10).toFixed(1)} to ${(0.6 + i / 10).toFixed(1)}   ${String(pairs).padStart(6)}   ${percent(said / pairs)}   ${percent(right / pairs)}`,
  );
const said = bins.reduce((sum, bin) => sum + bin.said, 0);
console.log(
  `all          ${String(pairs).padStart(6)}   ${percent(said / pairs)}   ${percent(byLaws / pairs)}; Brier score ${(brier / pairs).toFixed(4)}`,
);
console.log(`ranking of the largest runs: ${percent(byRanking / pairs)} of the pairs right`);
console.log(
  `regret of the first: laws ${(regret / tables).toFixed(5)}, ranking ${(regretOfRanking / tables).toFixed(5)}`,
);
for (const [name, [held, all]] of Object.entries(sets))
  console.log(`90 % intervals of ${name}: ${percent(held / all)} of ${all}`);
