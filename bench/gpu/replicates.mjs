import { openBackend } from "../../dist/solve/backends.js";
import { solveReplicatesOn } from "../../dist/solve/resample.js";
import { conformanceProblem } from "../../dist/throughput/conformance-problems.js";
import { resamplingsOf } from "./resamplings.mjs";

/** As many starts that a replicate's best objective is the same on every device, to this. */
const agreement = { replicates: 200, starts: 40 };
const objectiveWithin = 1e-9;

/** A night's bootstrap: replicates of one fit, each from four starts. */
const night = { replicates: 40_000, starts: 4 };

/** Replicates by every way to resample, on the GPU and on the processor, and how many a second. */
export async function replicates({ backend }) {
  const warnings = [];
  const onWarning = (line) => warnings.push(line);
  const programs = [...new Set([backend, "cpu"])];
  const opened = await Promise.all(programs.map((name) => openBackend(name, undefined, { onWarning })));
  const problems = [
    conformanceProblem("chinchilla", "log", { kind: "huber", delta: 1e-2 }, 24),
    conformanceProblem("sigmoid", "plain", { kind: "squared" }, 1400),
  ];
  const rows = [];
  const wrong = [];
  try {
    for (const { name, problem } of problems) {
      for (const [scheme, resampling] of Object.entries(resamplingsOf(problem))) {
        const solved = [];
        for (const device of opened)
          solved.push(await solveReplicatesOn(device, problem, resampling, agreement));
        const away = solved[0].objective.map((value, r) => Math.abs(value / solved.at(-1).objective[r] - 1));
        const largest = away.reduce((most, value) => Math.max(most, value), 0);
        if (!(largest <= objectiveWithin)) wrong.push(`${name}, ${scheme}: objectives differ by ${largest}`);
        const begin = performance.now();
        await solveReplicatesOn(opened[0], problem, resampling, night);
        const seconds = (performance.now() - begin) / 1000;
        rows.push({ problem: name, scheme, largestDifference: largest, ...night, seconds });
        console.log(
          `${name}, ${scheme}: objectives within ${largest.toExponential(1)}, ` +
            `${Math.round(night.replicates / seconds).toLocaleString("en")} replicates/s of ${night.starts} starts`,
        );
      }
    }
  } finally {
    for (const device of opened) await device.close();
  }
  return { result: { rows, warnings }, wrong: [...wrong, ...warnings] };
}
