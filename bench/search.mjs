// What a search for laws finds, and what it takes.
//
//     npm run build && node bench/search.mjs truth|noise|speed [--tables 60] [--forms 1000] [--threads 2]
//     npm run build && node bench/search.mjs scalebench FOLDER [--forms 2000]
//
// truth: simulated tables of ten laws, with noise of 0.5 and 2 % and 1 to 3 cuts: how often the true law, or one that is within its noise at ten
// times the cost, is first or second. noise: tables without any law: how often something is claimed. speed: forms of up to 7 parameters on 200
// points, three cuts, 64 starts each, in processor time. scalebench: R2 of the best form and of the average on the rows that are held out, beside
// the best and the median of the listed laws (expected.csv).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomStream } from "#lawfit/random.js";
import { searchLaws } from "#lawfit/search-laws/search-laws.js";
import { readTable } from "#lawfit/tables/read.js";
import { LAWS, simulated } from "./search/tables.mjs";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: "string", default: "60" },
    forms: { type: "string", default: "1000" },
    threads: { type: "string" },
  },
});
const [part, folder] = positionals;
const forms = Number(values.forms);
const tables = Number(values.tables);
const common = { tries: forms, ...(values.threads && { threads: Number(values.threads) }) };
const ROWS = 60;
const CLAIM = 0.05;

/** Whether a form is the true law, or predicts what it does within the noise of that at ten times the cost. */
function isAsGood(law, truth, noise) {
  if (law === undefined || law === truth) return law !== undefined;
  const [own, true_] = [law, truth].map(({ details }) => details?.predictions[0]);
  if (own === undefined || true_ === undefined) return false;
  const spread = (true_.upper - true_.lower) / 2;
  return Math.abs(own.value - true_.value) <= Math.hypot(spread, 1.645 * noise * true_.value);
}

async function truth() {
  let [held, beaten] = [0, 0];
  for (let table = 0; table < tables; table++) {
    const [name, costOf] = LAWS[table % LAWS.length];
    const cell = Math.floor(table / LAWS.length);
    const [noise, cuts] = [[0.005, 0.02][cell % 2], 1 + (Math.floor(cell / 2) % 3)];
    const { inputs, response, cost, far } = simulated(name, costOf, { rows: ROWS, noise, seed: table });
    const options = { ...common, cuts, residual: "log", laws: [name], at: [far] };
    const { laws } = await searchLaws({ inputs, response, cost }, options);
    const own = laws.find(({ isReference }) => isReference);
    const isHeld = own !== undefined && laws.slice(0, 2).some((law) => isAsGood(law, own, noise));
    if (isHeld) held++;
    if (own?.details !== undefined && own.details.rivals.p < CLAIM) beaten++;
    const best = laws[0]?.name;
    console.log(
      `${name}, noise ${noise}, ${cuts} cuts: rank ${own?.rank}, ${isHeld ? "held" : "missed"}; best ${best}`,
    );
  }
  console.log(
    `the true law, or one within its noise, is first or second in ${held} of ${tables}; it is said to be beaten in ${beaten}`,
  );
}

async function noise() {
  let claimed = 0;
  for (let table = 0; table < tables; table++) {
    const { inputs, cost } = simulated("chinchilla", LAWS[1][1], { rows: ROWS, noise: 0, seed: table });
    const stream = randomStream(`search noise ${table}`);
    const response = cost.map(() => 3 * Math.exp(0.02 * stream.normal()));
    const { constant } = await searchLaws({ inputs, response, cost }, { ...common, residual: "log" });
    if (constant.p < CLAIM) claimed++;
  }
  console.log(`without a law something is claimed in ${claimed} of ${tables}`);
}

async function speed() {
  const { inputs, response, cost } = simulated("chinchilla", LAWS[1][1], { rows: 200, noise: 0.01, seed: 0 });
  const before = process.cpuUsage();
  const { end } = await searchLaws(
    { inputs, response, cost },
    { ...common, residual: "log", rounds: 3, first_starts: 64, final_starts: 64 },
  );
  const spent = process.cpuUsage(before);
  const seconds = (spent.user + spent.system) / 1e6;
  console.log(
    `${end.count} forms, ${(end.count / seconds).toFixed(1)} a second of one core; 10,000 take ${((10_000 * seconds) / end.count / 120).toFixed(1)} min on two`,
  );
}

const SETS = {
  farseer: { x: ["N", "D"], y: "loss", laws: ["chinchilla"], cost: ({ N, D }) => 6 * N * D },
  moe: {
    x: ["num_experts", "dense_parameter_count"],
    y: "loss_validation",
    laws: [],
    cost: (v) => v.num_experts * v.dense_parameter_count,
  },
  parallel: { x: ["num_params", "parallel_size"], y: "loss", laws: [], cost: (v) => v.num_params },
  data_constrained: {
    x: ["unique_tokens", "params", "tokens"],
    names: { unique_tokens: "U", params: "N", tokens: "D" },
    y: "loss",
    laws: ["repeated-data"],
    cost: (v) => v.params * v.tokens,
  },
};

async function scalebench() {
  const [, ...lines] = readFileSync(join(folder, "expected.csv"), "utf8").trim().split("\n");
  const listed = lines.map((line) => line.split(","));
  for (const [name, { x, y, names = {}, laws, cost }] of Object.entries(SETS)) {
    const [train, test] = await Promise.all(
      ["train", "test"].map(async (half) => columns(await readTable(join(folder, name, `${half}.parquet`)))),
    );
    for (const group of new Set(train.group)) {
      const rowsOf = (from) => from.group.flatMap((one, row) => (one === group ? [row] : []));
      const pick = (from) => ({
        inputs: Object.fromEntries(
          x.map((one) => [names[one] ?? one, rowsOf(from).map((row) => from[one][row])]),
        ),
        response: rowsOf(from).map((row) => from[y][row]),
      });
      const costs = rowsOf(train).map((row) =>
        cost(Object.fromEntries(x.map((one) => [one, train[one][row]]))),
      );
      const { laws: found, average } = await searchLaws(
        { ...pick(train), cost: costs },
        { ...common, laws, test: pick(test) },
      );
      const others = listed
        .filter(([set, , one]) => set === name && one === group)
        .map((cells) => Number(cells[5]))
        .sort((a, b) => a - b);
      const middle = others.length / 2;
      const median = (others[Math.floor(middle)] + others[Math.ceil(middle) - 1]) / 2;
      const r2 = (errors) => errors?.rSquared.toFixed(4) ?? "none";
      console.log(
        `| ${name} | ${group} | \`${found[0].name}\` | ${r2(found[0].details?.test)} | ${r2(average?.test)} | ${others.at(-1).toFixed(4)} | ${median.toFixed(4)} |`,
      );
    }
  }
}

/** The columns of a table as arrays. */
function columns(table) {
  return Object.fromEntries(
    table.columns.map(({ name, values: all }) => [
      name,
      Array.from(all, (value) => (typeof value === "bigint" ? Number(value) : value)),
    ]),
  );
}

const begin = process.cpuUsage();
const parts = { truth, noise, speed, scalebench };
if (parts[part] === undefined) throw new Error(`allowed: ${Object.keys(parts).join(", ")}`);
await parts[part]();
const { user, system } = process.cpuUsage(begin);
console.log(`${((user + system) / 1e6).toFixed(0)} s of processor time`);
