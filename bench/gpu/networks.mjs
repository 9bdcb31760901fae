import { openBackend } from "../../dist/solve/backends.js";
import { solveReplicatesOn } from "../../dist/solve/resample.js";
import { solveProblemsOn } from "../../dist/solve/solve.js";
import { networkProblem, operationsOfNetwork } from "../networks/problem.mjs";
import { resamplingsOf } from "./resamplings.mjs";

/**
 * Few points: a thread a network. Many: a warp a network, which adds up in another order, so that after many steps a unit may be
 * on at another point.
 */
const compared = [
  { points: 200, within: 1e-9 },
  { points: 700, within: 1e-6 },
];
const starts = 64;
const replicates = { replicates: 40, starts: 4 };

/** Networks that are timed at once: some for every thread of a large device. */
const timed = { gpu: 262_144, cpu: 1024 };

/** Training by Adam on the GPU and on the processor: the same networks, and how many a second. */
export async function networks({ backend }) {
  const warnings = [];
  const onWarning = (line) => warnings.push(line);
  const programs = [...new Set([backend, "cpu"])];
  const opened = await Promise.all(programs.map((name) => openBackend(name, undefined, { onWarning })));
  const rows = [];
  const wrong = [];
  const solve = async (device, problem, count) => {
    const [{ solution, skipped }] = await solveProblemsOn(device, [problem], { starts: count });
    if (skipped) throw new Error(skipped.reason);
    return solution;
  };
  try {
    for (const { points, within } of compared) {
      const problem = networkProblem({ points });
      const [answered, expected] = [
        await solve(opened[0], problem, starts),
        await solve(opened.at(-1), problem, starts),
      ];
      const differences = [Math.abs(answered.objective / expected.objective - 1)];
      for (const resampling of Object.values(resamplingsOf(problem))) {
        const best = [];
        for (const device of opened) {
          best.push((await solveReplicatesOn(device, problem, resampling, replicates)).objective);
        }
        // Nearly all: a replicate whose best starts are a hair apart may have another best on another device.
        const apart = [...best[0]]
          .map((value, r) => Math.abs(value / best.at(-1)[r] - 1))
          .sort((a, b) => a - b);
        differences.push(apart[Math.floor(0.9 * apart.length)]);
      }
      const largest = Math.max(...differences);
      if (!(largest <= within)) wrong.push(`${points} points: objectives differ by ${largest}`);
      for (const [i, device] of opened.entries()) {
        const count = device.name === "cuda" ? timed.gpu : timed.cpu;
        const begin = performance.now();
        await solve(device, problem, count);
        const seconds = (performance.now() - begin) / 1000;
        const rate = (count / seconds) * operationsOfNetwork(problem);
        rows.push({
          points,
          program: programs[i],
          networks: count,
          seconds,
          rate,
          largestDifference: largest,
        });
        console.log(
          `${points} points, ${programs[i]}: ${Math.round(count / seconds).toLocaleString("en")} networks/s ` +
            `(${(rate / 1e9).toFixed(0)} Gflop/s); best objectives within ${largest.toExponential(1)}`,
        );
      }
    }
  } finally {
    for (const device of opened) await device.close();
  }
  return { result: { rows, warnings }, wrong: [...wrong, ...warnings] };
}
