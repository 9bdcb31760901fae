// A small batch for compute-sanitizer, which slows the GPU down a hundredfold: both kernels, points in shared memory and
// not, more starts than threads, and resamples.

import { solveProblems } from "../../dist/index.js";
import { openBackend } from "../../dist/solve/backends.js";
import { solveReplicatesOn } from "../../dist/solve/resample.js";
import { conformanceProblem } from "../../dist/throughput/conformance-problems.js";
import { networkProblem } from "../networks/problem.mjs";
import { resamplingsOf } from "./resamplings.mjs";

const huber = { kind: "huber", delta: 1e-2 };
const squared = { kind: "squared" };
const problems = [
  conformanceProblem("chinchilla", "log", huber, 24),
  conformanceProblem("single-step", "log", huber, 24),
  conformanceProblem("sigmoid", "plain", squared, 24),
  conformanceProblem("sigmoid", "plain", squared, 4000),
].map(({ problem }) => problem);
problems.push(networkProblem({ points: 60, steps: 20 }), networkProblem({ points: 600, steps: 20 }));
const onWarning = (line) => {
  console.error(line);
  process.exitCode = 3;
};
const options = { backend: process.argv[2] ?? "cuda", starts: 150, onWarning };
const results = await solveProblems(problems, options).catch((error) => {
  console.error(error.message);
  process.exit(5);
});
for (const result of results) {
  console.log(result.skipped?.reason ?? result.solution.objective);
  if (result.skipped) process.exitCode = 4;
}

const backend = await openBackend(options.backend, undefined, { onWarning });
for (const problem of [problems[0], problems[3], problems[4]]) {
  for (const [name, resampling] of Object.entries(resamplingsOf(problem))) {
    const { objective } = await solveReplicatesOn(backend, problem, resampling, {
      replicates: 40,
      starts: 2,
    });
    console.log(`${name}: ${objective[39]}`);
  }
}
await backend.close();
