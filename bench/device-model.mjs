// How busy a device would be that answers so many fits a second: a model of a device, not a GPU. The sweep's requests are first answered
// by the processor's kernels and recorded; then the same sweep is solved again by a backend that answers each request from the
// record, at once, and notes how long the modelled device would have worked on it. What remains is the time of the host.
//
//   node bench/device-model.mjs [--preset NAME] [--table TABLE] [--tasks a,b] [--resamples N] [--rate FITS/S]
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

process.env.UV_THREADPOOL_SIZE ??= "4";

const sample = fileURLToPath(new URL("../data-samples/ladder", import.meta.url));
const { values } = parseArgs({
  options: {
    preset: { type: "string", default: "ladder-matrix" },
    table: { type: "string", default: sample },
    tasks: { type: "string" },
    resamples: { type: "string", default: "0" },
    rate: { type: "string", default: "15e6" },
  },
});
const [resamples, rate] = [Number(values.resamples), Number(values.rate)];
if (!existsSync(values.table) || !Number.isInteger(resamples) || !(rate > 0)) {
  console.error("--table must exist, --resamples must be a whole number, --rate a number > 0");
  process.exit(2);
}

const { bootstrapCells } = await import("../dist/bootstrap/bootstrap-cells.js");
const { solvePlan } = await import("../dist/plan/plan-sweep.js");
const { openBackend } = await import("../dist/solve/backends.js");
const { solveProblemsOn } = await import("../dist/solve/solve.js");
const { prepareSweep } = await import("../dist/spec/prepare-sweep.js");

const spec = {
  preset: values.preset,
  table: existsSync(join(values.table, "checkpoints.parquet"))
    ? join(values.table, "checkpoints.parquet")
    : values.table,
  ...(values.tasks && { tasks: values.tasks.split(",") }),
  ...(resamples > 0 && { bootstrap: { scheme: "run", resamples } }),
};

/** What tells the requests of a sweep apart. */
function keyOf(request) {
  const { problemKey, firstStart, firstResample, count, starts, limit, polish } = request;
  const { structured = 0, population, data, scalars, givenStarts } = request;
  const sums = [data, scalars, givenStarts].map(checksum).join();
  return `${problemKey},${firstStart},${firstResample},${count},${starts},${limit},${polish},${structured},${population?.key ?? 0},${sums}`;
}

function checksum(numbers) {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++)
    if (Math.abs(numbers[i]) < 1e300) sum += numbers[i] * (1 + (i & 63));
  return sum;
}

const recorded = new Map();
let device = { fits: 0, requests: 0 };
let isRecording = true;

/** A backend whose kernels answer from the record; the first time from those of the processor. */
function modelOf(backend) {
  const kernels = new Map();
  const model = (kernel) => ({
    starts: (request, range) => kernel.starts(request, range),
    async solve(request) {
      const key = keyOf(request);
      if (isRecording) {
        const answer = await kernel.solve(request);
        recorded.set(key, answer);
        return answer;
      }
      device.fits += request.count;
      device.requests++;
      const answer = recorded.get(key);
      if (answer === undefined) throw new Error("a request that the first pass did not have");
      return answer;
    },
  });
  return {
    ...backend,
    // Of the size that the cuda backend takes; the record has the same requests.
    startsPerRequest: 65_536,
    get concurrency() {
      return isRecording ? backend.concurrency : 4096;
    },
    async kernel(variant) {
      const kernel = await backend.kernel(variant);
      if (!kernels.has(kernel)) kernels.set(kernel, model(kernel));
      return kernels.get(kernel);
    },
  };
}

const prepared = await prepareSweep(spec);
const { plan, sweep } = prepared;
const backend = await openBackend("native", sweep.solve.threads);
const modelled = modelOf(backend);

const processorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Does a phase, and says what it took of the host and what it would have of the device. */
async function measure(name, count, work) {
  device = { fits: 0, requests: 0 };
  const begin = [performance.now() / 1000, processorSeconds()];
  await work();
  const wall = performance.now() / 1000 - begin[0];
  const host = processorSeconds() - begin[1];
  if (isRecording) return;
  const busy = device.fits / rate;
  console.log(
    `${name}: ${count} problems, ${device.fits} fits in ${device.requests} requests; host ${((1e3 * host) / count).toFixed(3)} ms of processor ` +
      `time a problem (${host.toFixed(2)} s, ${wall.toFixed(2)} s on the clock); the device works ${busy.toFixed(3)} s: busy ` +
      `${((100 * busy) / Math.max(host, busy)).toFixed(1)} %`,
  );
}

const resampling = sweep.bootstrap && (sweep.bootstrap.scheme.moves ? "moved" : "reweighted");
for (const pass of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
  isRecording = pass === 0;
  const results = new Map(prepared.results);
  await measure("fits", plan.shared.problems.length, () =>
    solvePlan(plan, results, (problems) =>
      solveProblemsOn(modelled, problems, { ...sweep.solve, resampling }),
    ),
  );
  if (!sweep.bootstrap) continue;
  await measure("resampling", plan.shared.problems.length, async () => {
    for await (const _ of bootstrapCells(modelled, plan, results, sweep.bootstrap, {
      seed: sweep.solve.seed,
    }));
  });
}
await backend.close();
