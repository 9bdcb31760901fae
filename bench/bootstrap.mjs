// The bootstrap of a published kind of fit by rows: 4,000 draws of the five-parameter law in (N, D) on 240 points, Huber's loss
// of 1e-3 on logarithms. lawfit on one core, from the fit of the data and three fresh starts a draw, beside SciPy's
// L-BFGS-B with the analytic gradient on the same draws, from the fit of the data alone.
//
//   node bench/bootstrap.mjs [draws] [--no-scipy]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getForm } from "../dist/forms/registry.js";
import { openBackend } from "../dist/solve/backends.js";
import { solveReplicatesOn } from "../dist/solve/resample.js";
import { solveProblemsOn } from "../dist/solve/solve.js";

const replicates = Number(process.argv[2] ?? 4000);
const points = 240;

/** Runs of models from 44 million to 16 billion parameters over a grid of compute, with 1 % noise and a few outliers. */
function problemOf() {
  const n = new Float64Array(points);
  const d = new Float64Array(points);
  const noise = (i) => Math.sin(12.9898 * (i + 1)) + Math.sin(78.233 * (i + 1));
  for (let i = 0; i < points; i++) {
    const compute = 6e18 * 500 ** ((i % 9) / 8);
    n[i] = 4.4e7 * 360 ** (((i * 0.6180339887498949) % 1) * 0.9 + ((i % 9) / 8) * 0.1);
    d[i] = compute / (6 * n[i]);
  }
  const response = n.map((size, i) => {
    const law = 1.82 + 482 / size ** 0.348 + 2085 / d[i] ** 0.366;
    return law * Math.exp(0.003 * noise(i) + (i % 40 === 7 ? 0.05 : 0));
  });
  const form = getForm("chinchilla");
  const loss = { kind: "huber", delta: 1e-3 };
  return { form, variables: [n, d], response, loss, residual: "log", key: "bootstrap by rows" };
}

const problem = problemOf();
const backend = await openBackend("native", 1);
console.log(backend.description);
const [{ solution }] = await solveProblemsOn(backend, [problem], { starts: 256 });
const withOptimum = { ...problem, givenStarts: [solution.parameters] };
const group = Int32Array.from({ length: points }, (_, i) => i);
const resampling = { population: "rows", draw: { kind: "groups", group, strata: [points] } };
await solveReplicatesOn(backend, withOptimum, resampling, { replicates: 8 }); // compiles the kernel
const begin = performance.now();
const ours = await solveReplicatesOn(backend, withOptimum, resampling, { replicates });
const seconds = (performance.now() - begin) / 1000;
const fresh = ours.best.reduce((count, best) => count + (best > 0 ? 1 : 0), 0) / replicates;
console.log(
  `lawfit: ${replicates} draws of 4 starts in ${seconds.toFixed(2)} s on one core; ` +
    `a fresh start was the best in ${(100 * fresh).toFixed(1)} %`,
);
await backend.close();
if (!process.argv.includes("--no-scipy")) scipy();

function scipy() {
  const folder = mkdtempSync(join(tmpdir(), "lawfit-bootstrap-"));
  try {
    const input = join(folder, "input.json");
    const output = join(folder, "output.json");
    const [n, d] = problem.variables.map((values) => [...values]);
    const data = { n, d, loss: [...problem.response], start: [...solution.parameters], replicates };
    writeFileSync(input, JSON.stringify(data));
    const script = fileURLToPath(new URL("peers/scipy_bootstrap.py", import.meta.url));
    const { status, stderr } = spawnSync(process.env.PYTHON ?? "python3", [script, input, output]);
    if (status !== 0) throw new Error(String(stderr));
    const { seconds: theirs, objective } = JSON.parse(readFileSync(output, "utf8"));
    const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
    const worse = median(objective) / median(ours.objective) - 1;
    console.log(
      `SciPy: ${replicates} draws of 1 warm start in ${theirs.toFixed(1)} s (${(theirs / seconds).toFixed(0)} times lawfit's ` +
        `time for four); its median objective is ${(100 * worse).toFixed(3)} % above lawfit's (its own draws)`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
