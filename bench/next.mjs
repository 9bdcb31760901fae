// Whether `lawfit plan --next` chooses runs by which a law predicts larger ones, on three tables of ScaleBench (Li et al. 2026, arXiv 2604.22753).
//
//     npm run build && node bench/next.mjs FOLDER [--repeats 10] [--data farseer,moe,data_constrained] [--laws 1,2] [--shares 0.01,0.05,0.1]
//
// FOLDER has the tables as published (`farseer/train.parquet`, ...). The candidates are the training rows, whose responses are seen once they are
// bought; the targets are the test rows, whose responses decide nothing. A design begins with as many random rows as the law has
// parameters, of those that cost at most a quarter of the budget together. It fits the law, takes the batch for what is left of the budget, buys
// its first quarter (of the rows that are there), and so on to the end. Beside it: rows in random order, and the cheapest first. Fits on the way have the weak
// priors of the command (`--prior starts`); at the end each rule's rows are fitted with them and without, from as many starts as a fit asks for. Prints the mean test R2 over the laws and repeats (one below -1 counts as -1) with the median, and exits with 1 where one with priors, as the command predicts, is below what
// is published, or below random rows or the cheapest.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import YAML from "yaml";
import { readUserForms } from "../dist/forms/user-form.js";
import { defineForm, openBackend, readTable, solveProblemsOn } from "../dist/index.js";
import { startPriors } from "../dist/methods/start-priors.js";
import { batchFor } from "../dist/next/batch.js";
import { inSpreads } from "../dist/next/discrepancy.js";
import { knowledgeOf } from "../dist/next/knowledge.js";
import { beliefOf } from "../dist/next/posterior.js";
import { solveWeighed } from "../dist/plan/prior-noise.js";
import { randomStream } from "../dist/random.js";

const DATA = {
  farseer: {
    response: "loss",
    cost: ({ N, D }) => 6 * N * D,
    published: { 0.01: 0.6, 0.05: 0.88, 0.1: 0.93 },
  },
  moe: {
    ...{ response: "loss_validation", published: { 0.01: 0.59, 0.05: 0.65, 0.1: 0.83 } },
    cost: ({ num_experts, dense_parameter_count }) => num_experts * dense_parameter_count,
  },
  data_constrained: {
    ...{ response: "loss", published: { 0.01: 0.73, 0.05: 0.85, 0.1: 0.86 } },
    cost: ({ params, tokens }) => 6 * params * tokens,
  },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: "string", default: "10" },
    data: { type: "string", default: Object.keys(DATA).join(",") },
    laws: { type: "string" },
    shares: { type: "string", default: "0.01,0.05,0.1" },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("the folder is missing: node bench/next.mjs FOLDER");
const repeats = Number(values.repeats);
const shares = values.shares.split(",").map(Number);

const sweep = YAML.parse(
  readFileSync(fileURLToPath(new URL("scalebench/sweep.yaml", import.meta.url)), "utf8"),
);
const forms = [...readUserForms(sweep.forms, "sweep.yaml")].map(([name, record]) => ({
  name,
  form: defineForm(record),
}));
const backend = await openBackend();

/** Rows of a table, with the names of a law's inputs, `y` and `cost`. */
async function rowsOf(name, part) {
  const { columns, rows } = await readTable([join(folder, name, `${part}.parquet`)]);
  const { response, cost } = DATA[name];
  return Array.from({ length: rows }, (_, i) => {
    const row = Object.fromEntries(columns.map((column) => [column.name, column.values[i]]));
    const short = { N: row.params, D: row.tokens, U: row.unique_tokens };
    for (const key of Object.keys(row)) if (typeof row[key] === "bigint") row[key] = Number(row[key]);
    return { ...short, ...row, y: Number(row[response]), cost: cost(row) };
  });
}

const inputsOf = (form, row) => form.variableNames.map((name) => Number(row[name]));

async function fitted(form, rows, key, givenStarts, { starts, hasPriors }) {
  const problem = {
    ...{ form, key, givenStarts, loss: { kind: "squared" }, residual: "plain" },
    variables: form.variableNames.map((name) => Float64Array.from(rows, (row) => Number(row[name]))),
    response: Float64Array.from(rows, ({ y }) => y),
  };
  const asked = { ...problem, ...(hasPriors && startPriors(problem)) };
  const solve = (problems) => solveProblemsOn(backend, problems, { starts });
  const [{ solution }] = await solveWeighed([asked], solve, () => ({
    ...{ runs: rows.map((_, i) => String(i)), runLengths: rows.map(() => 1) },
  }));
  return { problem: { ...asked, noise: solution?.noise }, parameters: solution?.parameters };
}

/** Of so many random rows a design begins with the one that is farthest from those that it has (Mitchell, 1991). */
const LOOKED_AT = 30;
const squaredDistance = (a, b) => a.reduce((sum, value, v) => sum + (value - b[v]) ** 2, 0);
/** Random starts of a fit on the way. */
const STARTS = 16;
/** Rows that are bought before the next fit, of those that are there. */
const BOUGHT = 0.25;
/** Bounds are the priors: no draws are needed for them. */
const noDraws = (form) => ({
  ...{ width: form.parameterNames.length, isHeld: false },
  ...{ parameters: new Float64Array(0), degenerate: new Uint8Array(0) },
});

async function designed(form, { train, test }, budget, repeat) {
  const { uniform } = randomStream(`next ${form.name} ${budget} ${repeat}`);
  const size = form.parameterNames.length;
  const cheap = train.filter(({ cost }) => cost <= budget / 4 / size);
  const rows = [];
  const scaled = new Map(inSpreads(cheap.map((row) => inputsOf(form, row))).map((z, i) => [cheap[i], z]));
  const apart = (row) =>
    rows.reduce(
      (least, other) => Math.min(least, squaredDistance(scaled.get(row), scaled.get(other))),
      Number.POSITIVE_INFINITY,
    );
  while (rows.length < size) {
    const left = cheap.filter((row) => !rows.includes(row));
    const few = Array.from({ length: LOOKED_AT }, () => left[Math.floor(uniform(0, left.length))]);
    rows.push(few.reduce((best, row) => (apart(row) > apart(best) ? row : best)));
  }
  const targets = test.map((row) => inputsOf(form, row));
  let given = [];
  for (let round = 0; ; round++) {
    const spend = budget - rows.reduce((sum, { cost }) => sum + cost, 0);
    const taken = new Set(rows);
    const open = train.filter((row) => !taken.has(row) && row.cost <= spend);
    if (open.length === 0) return { rows, given };
    const { problem, parameters } = await fitted(form, rows, `next ${repeat} ${round}`, given, {
      ...{ starts: STARTS, hasPriors: true },
    });
    given = [parameters];
    const { wary } = knowledgeOf(problem, parameters, noDraws(form));
    const candidates = open.map((row) => inputsOf(form, row));
    const belief = beliefOf({ ...wary, modes: [{ parameters, weight: 1 }] }, candidates, targets);
    const order = batchFor(belief, { cost: Float64Array.from(open, ({ cost }) => cost), spend });
    if (order.length === 0) return { rows, given };
    rows.push(...order.slice(0, Math.ceil(BOUGHT * rows.length)).map((i) => open[i]));
  }
}

/** Rows in an order, as long as the budget pays for them. */
function affordable(rows, budget) {
  let spent = 0;
  return rows.filter(({ cost }) => {
    if (spent + cost > budget) return false;
    spent += cost;
    return true;
  });
}

const RULES = {
  "plan --next": designed,
  random(_, { train }, budget, repeat) {
    const { uniform } = randomStream(`random ${budget} ${repeat}`);
    const keys = new Map(train.map((row) => [row, uniform(0, 1)]));
    return {
      rows: affordable(
        train.toSorted((a, b) => keys.get(a) - keys.get(b)),
        budget,
      ),
      given: [],
    };
  },
  "cheapest first": (_, { train }, budget, repeat) =>
    repeat > 0
      ? undefined
      : {
          rows: affordable(
            train.toSorted((a, b) => a.cost - b.cost),
            budget,
          ),
          given: [],
        },
};

async function testR2(form, { test }, { rows, given }, { key, hasPriors }) {
  const { parameters } = await fitted(form, rows, key, given, { starts: "auto", hasPriors });
  if (parameters === undefined) return Number.NEGATIVE_INFINITY;
  const mean = test.reduce((sum, { y }) => sum + y, 0) / test.length;
  const squares = (of) => test.reduce((sum, row) => sum + (row.y - of(row)) ** 2, 0);
  return 1 - squares((row) => form.value(parameters, inputsOf(form, row))) / squares(() => mean);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

const begin = performance.now();
const PRIORS = ["starts", "none"];
const below = { starts: 0, none: 0 };
console.log(`| data | rows by | priors | ${shares.map((share) => `${100 * share} %`).join(" | ")} | rows |`);
console.log(`| --- | --- | --- |${" --- |".repeat(shares.length + 1)}`);
for (const name of values.data.split(",")) {
  const data = { train: await rowsOf(name, "train"), test: await rowsOf(name, "test") };
  const total = data.train.reduce((sum, { cost }) => sum + cost, 0);
  const wanted = values.laws?.split(",");
  const laws = forms.filter(({ name: law }) => {
    const [, of, number] = /^(.*)-(\d+)$/.exec(law);
    return of.replace("-", "_") === name && (wanted === undefined || wanted.includes(number));
  });
  const published = shares.map((share) => DATA[name].published[share] ?? Number.NaN);
  const scoresOf = new Map();
  for (const [rule, choose] of Object.entries(RULES)) {
    const counts = [];
    const cells = { starts: [], none: [] };
    for (const share of shares) {
      const scores = await Promise.all(
        laws.map(async ({ name: law, form }) => {
          const own = { starts: [], none: [] };
          for (let repeat = 0; repeat < repeats; repeat++) {
            const chosen = await choose(form, data, share * total, repeat);
            if (chosen === undefined) continue;
            counts.push(chosen.rows.length);
            for (const priors of PRIORS)
              own[priors].push(
                await testR2(form, data, chosen, {
                  ...{ key: `${rule} ${share} ${repeat} ${priors}`, hasPriors: priors === "starts" },
                }),
              );
          }
          return { law, own };
        }),
      );
      for (const priors of PRIORS) {
        const all = scores.flatMap(({ own }) => own[priors]);
        const score = mean(all.map((r2) => Math.max(-1, r2)));
        cells[priors].push(`${score.toFixed(2)} (${median(all).toFixed(2)})`);
        const known = `${rule} ${priors}`;
        scoresOf.set(known, [...(scoresOf.get(known) ?? []), score]);
        if (rule === "plan --next")
          console.error(
            `${name} ${share} ${priors}: ${scores.map(({ law, own }) => `${law} ${mean(own[priors]).toFixed(2)}`).join(", ")}`,
          );
      }
    }
    const range = `${Math.min(...counts)} to ${Math.max(...counts)}`;
    for (const priors of PRIORS)
      console.log(`| ${[name, rule, priors, ...cells[priors], range].join(" | ")} |`);
  }
  console.log(`| ${[name, "published", "", ...published.map((r2) => r2.toFixed(2)), ""].join(" | ")} |`);
  for (const priors of PRIORS) {
    const of = (rule) => scoresOf.get(`${rule} ${priors}`);
    const bars = [published, of("random"), of("cheapest first")];
    below[priors] += of("plan --next").filter((score, s) =>
      bars.some((bar) => score < bar[s] - 0.005),
    ).length;
  }
}
const { user, system } = process.cpuUsage();
console.log(
  `${((performance.now() - begin) / 1000).toFixed(0)} s, ${((user + system) / 1e6).toFixed(0)} s of the processor; below what is published or another rule: ${below.starts} with priors, ${below.none} without`,
);
await backend.close();
process.exitCode = below.starts === 0 ? 0 : 1;
