// Everything that is to be known of lawfit on an NVIDIA GPU, in one command; bench/gpu.md says how and what. Each step's
// failure is recorded and the next goes on; the exit code is 1 if any failed.
//
//   node bench/gpu.mjs [--out DIR] [--table TABLE] [--steps a,b] [--seconds S] [--backend cuda]
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// The solver's calls run on libuv's threads, whose number is fixed when the first of them starts.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

/** In their order; a later one may use what an earlier one found. Each is a function of its name in gpu/NAME.mjs. */
const steps = [
  "machine",
  "doctor",
  "conformance",
  "replicates",
  "networks",
  "sanitizer",
  "throughput",
  "peers",
];

const values = readArguments({
  out: { type: "string", default: process.env.OUT || "runs/gpu" },
  table: { type: "string" },
  steps: { type: "string", default: steps.join(",") },
  seconds: { type: "string", default: "3" },
  backend: { type: "string", default: "cuda" },
});
const wanted = values.steps.split(",");
const unknown = wanted.find((name) => !steps.includes(name));
const seconds = Number(values.seconds);
if (unknown !== undefined || !(seconds > 0)) {
  const what = unknown !== undefined ? `--steps: "${unknown}"` : `--seconds: "${values.seconds}"`;
  const allowed = unknown !== undefined ? steps.join(", ") : "a number > 0";
  console.error(`${what}; allowed: ${allowed}`);
  process.exit(2);
}
const folder = fileURLToPath(new URL("..", import.meta.url));
if (!existsSync(join(folder, "dist", "index.js"))) {
  console.error("dist/ is missing: run `npm run build` and carry it along");
  process.exit(2);
}

mkdirSync(values.out, { recursive: true });
const report = {
  date: new Date().toISOString(),
  command: ["bench/gpu.sh", ...process.argv.slice(2)].join(" "),
  backend: values.backend,
  seconds,
  steps: [],
  results: {},
};
const context = { ...values, seconds, folder, results: report.results };

const { markdown } = await import("./gpu/report.mjs");
for (const name of steps) {
  if (!wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const begin = performance.now();
  let failure = null;
  try {
    // A step says what it found, and what of it is wrong.
    const step = await import(`./gpu/${name}.mjs`);
    const { result, wrong = [] } = await step[name](context);
    report.results[name] = result;
    if (wrong.length > 0) failure = wrong.join("; ");
  } catch (error) {
    failure = error?.message ?? String(error);
  }
  const time = (performance.now() - begin) / 1000;
  report.steps.push({ name, failure, seconds: time });
  console.log(failure === null ? `ok, ${time.toFixed(1)} s` : `FAILED: ${failure}`);
  // After every step: what was measured is kept even if the machine is taken away.
  writeFileSync(join(values.out, "gpu.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(values.out, "gpu.md"), markdown(report));
}

console.log(`\nwritten: ${join(values.out, "gpu.json")}, ${join(values.out, "gpu.md")}`);
// The driver or a library may keep the event loop alive.
process.exit(report.steps.some(({ failure }) => failure !== null) ? 1 : 0);

function readArguments(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(error.message.split("\n")[0]);
    process.exit(2);
  }
}
