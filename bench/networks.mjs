// Training of small networks by Adam: the second stage of FLP-M (5 inputs, 3 hidden ReLU units, 200 points, 2,000 steps). How
// many networks a second one core trains with each instruction set, beside the same training in NumPy, vectorised over
// networks, from the same starts to the same objectives.
//
//   node bench/networks.mjs [--seconds S] [--networks N] [--no-numpy]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openBackend } from "../dist/solve/backends.js";
import { findCompiler } from "../dist/solve/compiler.js";
import { runnableSets } from "../dist/solve/native.js";
import { randomStarts, solveProblemsOn, solveStarts } from "../dist/solve/solve.js";
import { networkProblem, operationsOfNetwork } from "./networks/problem.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    networks: { type: "string", default: "512" },
    "no-numpy": { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
/** Networks of the comparison with NumPy. */
const networks = Number(values.networks);
/** An objective this close, relative, is the same. */
const sameWithin = 1e-6;

const problem = networkProblem();
const compiler = await findCompiler();
const sets = "reason" in compiler ? [] : await runnableSets(compiler);
const speeds = [];
for (const [backend, set] of [...sets.map((name) => ["native", name]), ["portable", "WebAssembly"]]) {
  if (backend === "native") process.env.LAWFIT_INSTRUCTION_SET = set;
  const speed = await measure(backend);
  delete process.env.LAWFIT_INSTRUCTION_SET;
  speeds.push(speed);
  const rate = (speed * operationsOfNetwork(problem)) / 1e9;
  console.log(`${set}: ${speed.toFixed(0)} networks/s on one core (${rate.toFixed(1)} Gflop/s)`);
}
if (!values["no-numpy"]) numpy(Math.max(...speeds), await reference());

/** Networks a second: the median of three runs of about a third of the time each, the kernel compiled before. */
async function measure(name) {
  const backend = await openBackend(name, 1);
  try {
    const time = async (starts) => {
      const begin = performance.now();
      await solveProblemsOn(backend, [problem], { starts });
      return (performance.now() - begin) / 1000;
    };
    await time(1);
    // Whole sets of lanes, so that none is idle.
    const count = Math.max(8, Math.round((8 * seconds) / 3 / (await time(8)) / 8) * 8);
    const rates = [];
    for (let run = 0; run < 3; run++) rates.push(count / (await time(count)));
    return rates.sort((a, b) => a - b)[1];
  } finally {
    await backend.close();
  }
}

/** Starts and objectives of the comparison. */
async function reference() {
  const options = { starts: networks, threads: 1, backend: "cpu" };
  const starts = await randomStarts(problem, options);
  const { objective } = await solveStarts(problem, options);
  const width = starts.length / networks;
  return {
    starts: Array.from(objective, (_, s) => [...starts.subarray(s * width, (s + 1) * width)]),
    objective,
  };
}

function numpy(best, { starts, objective }) {
  const folder = mkdtempSync(join(tmpdir(), "lawfit-networks-"));
  try {
    const [input, output] = ["input.json", "output.json"].map((name) => join(folder, name));
    const [x, y] = [problem.variables.map((all) => [...all]), [...problem.response]];
    writeFileSync(input, JSON.stringify({ x, y, starts, hidden: 3, ...problem.training }));
    const script = fileURLToPath(new URL("peers/numpy_networks.py", import.meta.url));
    const { status, stderr, error } = spawnSync(process.env.PYTHON ?? "python3", [script, input, output]);
    if (status !== 0) throw new Error(error?.message ?? String(stderr));
    const answer = JSON.parse(readFileSync(output, "utf8"));
    const theirs = networks / answer.seconds;
    const least = (all) => all.reduce((a, b) => Math.min(a, b));
    const apart = Math.abs(least(answer.objective) / least(objective) - 1);
    const same = answer.objective.filter(
      (value, s) => Math.abs(value / objective[s] - 1) <= sameWithin,
    ).length;
    console.log(
      `NumPy, batches of ${answer.batch}: ${theirs.toFixed(1)} networks/s on one core; lawfit is ${(best / theirs).toFixed(1)} ` +
        `times as fast; ${same} of ${networks} objectives are the same within ${sameWithin}, ` +
        `the best within ${apart.toExponential(1)}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
