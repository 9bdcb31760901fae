// Two ways to keep the cores busy with the same solves: koffi's asynchronous calls, which run on libuv's threads (the
// native backend's way), and piscina's worker threads that each call koffi synchronously.
//
//     npm run build && node bench/threading.mjs [threads]
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import koffi from "koffi";
import { Piscina } from "piscina";
import { getForm } from "../dist/forms/registry.js";
import { openBackend } from "../dist/solve/backends.js";
import { answerSize, requestNumbers } from "../dist/solve/kernel.js";
import { packProblem, variantOf } from "../dist/solve/pack.js";
import { formProblem } from "../dist/throughput/bench-problems.js";
import { median } from "../dist/throughput/score.js";

const signature =
  "void lawfit_solve(int32_t points, int32_t flags, uint32_t seed, uint32_t problem, int32_t first_start, int32_t first_resample, int32_t count, int32_t starts, int32_t limit, int32_t given, int32_t structured, uint32_t population, int32_t drawn, double tolerance, const double* data, const double* scalars, const double* starts, _Out_ double* real, _Out_ int32_t* whole)";
const threads = Number(process.argv[2] ?? 2);
const total = 65536;
const repetitions = 7;

const { problem } = formProblem(getForm("chinchilla"));
const packed = packProblem(problem);
const parameters = problem.form.parameterNames.length;
const settings = { seed: 0, limit: 600, tolerance: 1e-16, polish: false, firstResample: 0, each: false };
const requestOf = (firstStart, count) => ({ ...packed, ...settings, firstStart, count, starts: count });

// The backend compiles the kernel into an empty cache, where the workers then find it.
const cache = await mkdtemp(join(tmpdir(), "lawfit-threading-"));
process.env.LAWFIT_CACHE = cache;
try {
  const began = performance.now();
  const backend = await openBackend("native", threads);
  const kernel = await backend.kernel(variantOf(problem));
  console.log(`${backend.description}; compiled in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const library = await kernelIn(cache);
  const opened = performance.now();
  const pool = new Piscina({
    filename: new URL("./threading-worker.mjs", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  });

  const asynchronous = (firstStart, count) => kernel.solve(requestOf(firstStart, count));
  const workers = (firstStart, count) => {
    const request = requestOf(firstStart, count);
    const { reals, wholes } = answerSize(request, count, parameters);
    const values = [...requestNumbers(request, parameters), packed.data, packed.scalars, packed.givenStarts];
    return pool.run({ library, signature, values, realLength: reals, wholeLength: wholes });
  };

  const [ours, theirs] = await Promise.all([asynchronous(0, 64), workers(0, 64)]);
  console.log(`the workers' first answer after ${(performance.now() - opened).toFixed(0)} ms`);
  if (ours.objective.some((value, i) => value !== theirs.real[i])) throw new Error("the two ways differ");

  console.log(
    "starts a request, requests in flight: fits/s of koffi's asynchronous calls, of piscina's workers",
  );
  for (const count of [1024, 256, 32, 8]) {
    for (const inFlight of [threads, 2 * threads]) {
      const rates = await compare([asynchronous, workers], count, inFlight);
      console.log(`${count}, ${inFlight}: ${rates.map((value) => Math.round(value)).join(", ")}`);
    }
  }
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
  await pool.destroy();
  await backend.close();
} finally {
  await rm(cache, { recursive: true });
}

/** The library in the folder that has the solver: the other one asks the processor what it can do. */
async function kernelIn(folder) {
  for (const name of await readdir(folder)) {
    try {
      koffi.load(join(folder, name)).func(signature);
      return join(folder, name);
    } catch {
      // Not this one.
    }
  }
  throw new Error(`no kernel in ${folder}`);
}

/** Fits a second of each way, in turns, the median of the repetitions after one that warms up. */
async function compare(ways, count, inFlight) {
  const seconds = ways.map(() => []);
  for (let r = 0; r <= repetitions; r++) {
    for (const [w, solve] of ways.entries()) seconds[w].push(await time(solve, count, inFlight));
  }
  return seconds.map((all) => total / median(all.slice(1)));
}

async function time(solve, count, inFlight) {
  const begin = performance.now();
  let next = 0;
  const drive = async () => {
    while (next < total) {
      const first = next;
      next += count;
      await solve(first, count);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, drive));
  return (performance.now() - begin) / 1000;
}
