// What a search for laws finds, and what it takes.
//
//     npm run build && node bench/search.mjs truth|noise|speed [--tables 60] [--first 0] [--forms 1000] [--threads 2]
//     npm run build && node bench/search.mjs scalebench FOLDER [--forms 2000] [--table moe]
//
// truth: simulated tables of ten laws, with noise of 0.5 and 2 % and 1 to 3 cuts: how often the true law, or one that is within its noise at ten
// times the cost, is first or second. noise: tables without any law: how often something is claimed. speed: forms of up to 7 parameters on 200
// points, three cuts, 64 starts each, in processor time, of which every 40th form is timed. scalebench: R2 of the law to go on with, of the best form
// and of the average on the rows that are held out, beside the best and the median of the listed laws (expected.csv).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { getForm } from "#lawfit/forms/registry.js";
import { solverSession } from "#lawfit/plan/solver.js";
import { randomStream } from "#lawfit/random.js";
import { searchForms } from "#lawfit/search-laws/search.js";
import { searchLaws } from "#lawfit/search-laws/search-laws.js";
import { searchSchema } from "#lawfit/search-laws/spec.js";
import { readTable } from "#lawfit/tables/read.js";
import { LAWS, simulated } from "./search/tables.mjs";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: "string", default: "60" },
    table: { type: "string", multiple: true },
    first: { type: "string", default: "0" },
    forms: { type: "string", default: "1000" },
    threads: { type: "string" },
  },
});
const [part, folder] = positionals;
const forms = Number(values.forms);
const [tables, first] = [Number(values.tables), Number(values.first)];
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

/** The average, as what has predictions. */
const asLaw = (average) => ({ name: "average", details: average });

async function truth() {
  let [held, answered, beaten] = [0, 0, 0];
  const errors = { answer: [], "best form": [], average: [], "true law": [] };
  for (let table = first; table < first + tables; table++) {
    const [name, costOf] = LAWS[table % LAWS.length];
    const cell = Math.floor(table / LAWS.length);
    const [noise, cuts] = [[0.005, 0.02][cell % 2], 1 + (Math.floor(cell / 2) % 3)];
    const {
      inputs,
      response,
      cost,
      far,
      truth: exact,
    } = simulated(name, costOf, { rows: ROWS, noise, seed: table });
    const options = { ...common, cuts, residual: "log", laws: [name], at: [far] };
    const { laws, average, isAverageBest } = await searchLaws({ inputs, response, cost }, options);
    const own = laws.find(({ isReference }) => isReference);
    const choices = laws.filter(({ choice }) => choice > 0).toSorted((a, b) => a.choice - b.choice);
    const answer = isAverageBest ? asLaw(average) : choices[0];
    const found = [...new Set([answer, ...choices, ...laws])].slice(0, 2);
    const isHeld = own !== undefined && found.some((law) => isAsGood(law, own, noise));
    if (isHeld) held++;
    if (own !== undefined && isAsGood(answer, own, noise)) answered++;
    if (own?.details !== undefined && own.details.rivals.p < CLAIM) beaten++;
    const told = { answer, "best form": laws[0], average, "true law": own };
    for (const [what, one] of Object.entries(told)) {
      const value = (one?.details ?? one)?.predictions[0]?.value;
      errors[what].push(value > 0 ? Math.abs(Math.log(value / exact)) : Number.POSITIVE_INFINITY);
    }
    console.log(
      `${table} ${name}, noise ${noise}, ${cuts} cuts: rank ${own?.rank}, ${isHeld ? "held" : "missed"}, p ${own?.details?.rivals.p.toPrecision(2)}; answer ${answer?.name}; best ${laws[0]?.name}`,
    );
  }
  console.log(
    `the true law, or one within its noise, is first or second in ${held} of ${tables}, and the answer in ${answered}; it is said to be beaten in ${beaten}`,
  );
  for (const [what, all] of Object.entries(errors)) {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (share) => (100 * sorted[Math.floor(share * (sorted.length - 1))]).toFixed(2);
    console.log(
      `error of the ${what} at ten times the cost, per cent: median ${at(0.5)}, nine tenths below ${at(0.9)}`,
    );
  }
}

async function noise() {
  let claimed = 0;
  for (let table = first; table < first + tables; table++) {
    const { inputs, cost } = simulated("chinchilla", LAWS[1][1], { rows: ROWS, noise: 0, seed: table });
    const stream = randomStream(`search noise ${table}`);
    const response = cost.map(() => 3 * Math.exp(0.02 * stream.normal()));
    const { constant } = await searchLaws({ inputs, response, cost }, { ...common, residual: "log" });
    if (constant.p < CLAIM) claimed++;
  }
  console.log(`without a law something is claimed in ${claimed} of ${tables}`);
}

/** One of so many forms is timed; the others are solved from one start, so that the search goes on as it would. */
const TIMED = 40;

async function speed() {
  const { inputs, response, cost } = simulated("chinchilla", LAWS[1][1], { rows: 200, noise: 0.01, seed: 0 });
  const data = {
    name: "speed",
    inputs: new Map(Object.entries(inputs).map(([name, column]) => [name, Float64Array.from(column)])),
    response: Float64Array.from(response),
    cost: Float64Array.from(cost),
  };
  const settings = searchSchema.parse({ tries: forms, rounds: 3, first_starts: 64, final_starts: 64 });
  const request = {
    ...{ settings, references: [], loss: { kind: "squared" }, residual: "log", seed: 0, where: "speed" },
    context: { form: (name) => getForm(name) },
  };
  const session = solverSession(undefined, { kernels: "interpreted", threads: Number(values.threads ?? 1) });
  let [met, timed, seconds, quick] = [0, 0, 0, 0];
  const parameters = [];
  const seen = new Map();
  const used = async (solve) => {
    const before = process.cpuUsage();
    const results = await solve();
    const { user, system } = process.cpuUsage(before);
    return [results, (user + system) / 1e6];
  };
  const isTimed = (problem) => {
    if (!seen.has(problem.form)) seen.set(problem.form, met++ % TIMED === 0);
    return seen.get(problem.form);
  };
  const solve = async (problems, options) => {
    const [chosen, others] = [true, false].map((is) => problems.filter((one) => isTimed(one) === is));
    const [slow, spent] = await used(() => session.solve(chosen, options));
    const [fast, spentOnOthers] = await used(() => session.solve(others, { ...options, starts: 1 }));
    timed += chosen.length;
    seconds += spent;
    quick += spentOnOthers;
    for (const { form } of chosen) parameters.push(form.parameterNames.length);
    const found = new Map([
      ...chosen.map((one, i) => [one, slow[i]]),
      ...others.map((one, i) => [one, fast[i]]),
    ]);
    return problems.map((one) => found.get(one));
  };
  // Kernels are compiled once and kept.
  await searchForms(
    data,
    { ...request, settings: { ...settings, tries: 4 * TIMED, first_starts: 1, final_starts: 1 } },
    { solve: session.solve },
  );
  const [end, all] = await used(() => searchForms(data, request, { solve }));
  await session.close();
  const fits = 3 * end.count;
  const beside = all - seconds - quick;
  const whole = beside + (seconds * fits) / timed;
  const shares = [...new Set(parameters)]
    .sort()
    .map((p) => `${p}: ${parameters.filter((one) => one === p).length}`);
  console.log(
    `${end.count} forms; ${timed} fits from 64 starts take ${seconds.toFixed(0)} s, which is ${((1e3 * seconds) / timed).toFixed(1)} ms each, beside ${beside.toFixed(0)} s for all else; fits of so many parameters: ${shares.join(", ")}`,
  );
  console.log(
    `${(end.count / whole).toFixed(2)} forms a second of one core; 10,000 take ${((10_000 * whole) / end.count / 120).toFixed(1)} min on two`,
  );
}

const SETS = {
  farseer: { x: ["N", "D"], y: "loss", laws: ["chinchilla"], cost: ({ N, D }) => 6 * N * D },
  moe: {
    x: ["num_experts", "dense_parameter_count"],
    y: "loss_validation",
    laws: ["E + A*num_experts^(-a) + B*dense_parameter_count^(-b)"],
    cost: (v) => v.num_experts * v.dense_parameter_count,
  },
  parallel: {
    x: ["num_params", "parallel_size"],
    y: "loss",
    laws: ["E + A*num_params^(-a) + B*parallel_size^(-b)"],
    cost: (v) => v.num_params,
  },
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
    if (values.table?.includes(name) === false) continue;
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
      const {
        laws: found,
        average,
        isAverageBest,
      } = await searchLaws({ ...pick(train), cost: costs }, { ...common, laws, test: pick(test) });
      const others = listed
        .filter(([set, , one]) => set === name && one === group)
        .map((cells) => Number(cells[5]))
        .sort((a, b) => a - b);
      const middle = others.length / 2;
      const median = (others[Math.floor(middle)] + others[Math.ceil(middle) - 1]) / 2;
      const r2 = (errors) => errors?.rSquared.toFixed(4) ?? "none";
      const answer = isAverageBest ? asLaw(average) : found.find(({ choice }) => choice === 1);
      console.log(
        `| ${name} | ${group} | \`${answer?.name}\` | ${r2(answer?.details?.test)} | \`${found[0].name}\` | ${r2(found[0].details?.test)} | ${r2(average?.test)} | ${others.at(-1).toFixed(4)} | ${median.toFixed(4)} |`,
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
