import { availableParallelism } from "node:os";
import { openBackend } from "../../dist/solve/backends.js";
import { partsInParallel } from "../../dist/solve/in-parallel.js";
import { packProblem, variantOf } from "../../dist/solve/pack.js";
import { isGood, median } from "./good.mjs";
import { readSeries } from "./series.mjs";

/** What a start may take, and when it ends: as a sweep solves. */
const manner = { limit: 600, tolerance: 1e-16, polish: false, seed: 0, firstResample: 0, each: false };

const repetitions = 3;
const fewest = 4096;
const most = 1 << 24;

/** Fits a second of every series, on the GPU and on all of the processor's cores: copies and scheduling counted in. */
export async function throughput(context) {
  const { backend: wanted, seconds } = context;
  const { data, series } = await readSeries(context);
  const warnings = [];
  const measured = [];
  // Without a C++ compiler the processor's share is WebAssembly's.
  for (const name of new Set([wanted, "cpu"])) {
    const backend = await openBackend(name, availableParallelism(), { onWarning: (w) => warnings.push(w) });
    try {
      for (const one of series) {
        // The processor is the smaller part of the story, and the slower.
        const time = name === wanted ? seconds : Math.min(1, seconds);
        measured.push({
          ...one,
          program: `lawfit-${backend.name}`,
          ...(await measure(backend, one.problem, time)),
        });
      }
    } finally {
      await backend.close();
    }
  }
  const rows = measured.map(({ name, kind, problem, program, objective, iterations, fitsPerSecond }) => {
    const same = measured.filter((other) => other.name === name);
    const best = same.reduce((least, { objective }) => Math.min(least, smallest(objective)), Infinity);
    const share = objective.filter((value) => isGood(value, best)).length / objective.length;
    const row = { series: name, kind, points: problem.response.length, program, starts: objective.length };
    return {
      ...row,
      best,
      fitsPerSecond,
      goodShare: share,
      goodFitsPerSecond: share * fitsPerSecond,
      iterations,
    };
  });
  for (const row of rows) {
    const rate = Math.round(row.goodFitsPerSecond).toLocaleString("en");
    console.log(
      `${row.series}, ${row.program}: ${rate} good fits/s (${(100 * row.goodShare).toFixed(1)} % good)`,
    );
  }
  return { result: { data, rows, warnings }, wrong: warnings };
}

/** The median rate of some runs of about so many seconds, and where the starts of one of them ended. */
async function measure(backend, problem, seconds) {
  const kernel = await backend.kernel(variantOf(problem));
  const packed = packProblem(problem);
  await solve(backend, kernel, packed, fewest); // compiled, loaded, memory taken
  const pilot = await solve(backend, kernel, packed, fewest);
  let total = fewest;
  let rate = fewest / pilot.seconds;
  // A GPU is not full with few starts: its rate is found step by step.
  for (;;) {
    const next = Math.min(most, Math.max(fewest, 2 ** Math.round(Math.log2((rate * seconds) / repetitions))));
    if (next <= total) break;
    total = Math.min(next, 16 * total);
    rate = total / (await solve(backend, kernel, packed, total)).seconds;
  }
  const runs = [];
  for (let r = 0; r < repetitions; r++) runs.push(await solve(backend, kernel, packed, total));
  const { objective, iterations } = runs[0];
  return { objective, iterations, fitsPerSecond: total / median(runs.map(({ seconds }) => seconds)) };
}

/** Solves random starts of one problem, in as many requests at the same time as the backend takes. */
async function solve(backend, kernel, packed, total) {
  const objective = new Float64Array(total);
  let rounds = 0;
  const begin = performance.now();
  await partsInParallel(backend.concurrency, total, backend.startsPerRequest, async (firstStart, count) => {
    const answer = await kernel.solve({
      ...packed,
      ...manner,
      givenStarts: new Float64Array(),
      firstStart,
      count,
      starts: count,
    });
    objective.set(answer.objective, firstStart);
    rounds += answer.allIterations[0];
  });
  const seconds = (performance.now() - begin) / 1000;
  return { objective, iterations: rounds / total, seconds };
}

function smallest(values) {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}
