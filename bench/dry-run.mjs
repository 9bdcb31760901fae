// What `--dry-run` foretells of sweeps, and what they then take, as a table in Markdown: wall time from start to end, and the most
// memory of the process. Kernels are compiled before. On an idle machine; beside other work both are longer.
//
//     npm run build && node bench/dry-run.mjs [--table LADDER] [--only WORD] [--resamples N]
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { values } = parseArgs({
  options: {
    table: { type: "string", default: here("data-samples/ladder/checkpoints.parquet") },
    only: { type: "string", default: "" },
    resamples: { type: "string", default: "1000" },
  },
});
if (!fs.existsSync(values.table)) throw new Error(`--table ${values.table}: there is no such file`);

const ladderOf = (preset, more = {}) => [preset, { preset, table: values.table, ...more }];
const bootstrap = { scheme: "run", resamples: Number(values.resamples) };
const sample = (name) => here(`data-samples/${name}/checkpoints.parquet`);
/** Sweeps by name: the presets, and one that resamples. */
const sweeps = [
  ladderOf("ladder"),
  ladderOf("ladder-ablations"),
  ladderOf("ladder-matrix"),
  ladderOf("flp-ablations"),
  ["loss-to-loss-ablations", { preset: "loss-to-loss-ablations", table: sample("loss-to-loss") }],
  [`ladder, ${bootstrap.resamples} resamples`, { preset: "ladder", table: values.table, bootstrap }],
].filter(([name]) => name.includes(values.only));

const work = fs.mkdtempSync(join(tmpdir(), "lawfit-dry-"));
const watch = join(work, "watch.mjs");
fs.writeFileSync(
  watch,
  `import { writeFileSync } from "node:fs";
process.on("exit", () => {
  const { maxRSS } = process.resourceUsage();
  writeFileSync(process.env.LAWFIT_WATCHED, JSON.stringify({ bytes: maxRSS * 1024 }));
});
`,
);

/** Runs lawfit. @returns what it printed, its seconds and its most memory in bytes */
function run(...words) {
  const began = performance.now();
  const watched = join(work, "watched.json");
  const printed = execFileSync(
    process.execPath,
    ["--import", watch, here("bin/lawfit.js"), "sweep", ...words],
    {
      env: { ...process.env, LAWFIT_WATCHED: watched },
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    },
  );
  const seconds = (performance.now() - began) / 1000;
  return { printed, seconds, ...JSON.parse(fs.readFileSync(watched, "utf8")) };
}

const megabytes = (bytes) => Math.round(bytes / 1e6);
const ratio = (told, done) => (told / done).toFixed(2);
console.log(
  "| sweep | foretold | done | time, foretold / done | memory, foretold / done | the dry run took |",
);
console.log("| --- | --- | --- | ---: | ---: | ---: |");
try {
  for (const [name, spec] of sweeps) {
    const file = join(work, "sweep.json");
    fs.writeFileSync(file, JSON.stringify(spec));
    const out = join(work, "run");
    run(file, "--out", out, "--fresh");
    const dry = run(file, "--dry-run", "--format", "json");
    const { seconds, memory } = JSON.parse(dry.printed);
    const done = run(file, "--out", out, "--fresh");
    console.log(
      `| ${name} | ${seconds.toFixed(1)} s, ${megabytes(memory)} MB | ${done.seconds.toFixed(1)} s, ${megabytes(done.bytes)} MB | ` +
        `${ratio(seconds, done.seconds)} | ${ratio(memory, done.bytes)} | ${dry.seconds.toFixed(1)} s |`,
    );
  }
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}
