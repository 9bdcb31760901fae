// Kills a sweep by SIGKILL at random moments, goes on each time, and holds its tables against those of a run that
// nobody killed: node bench/kill.mjs [KILLS] [SEED]. Exit code 1 where a byte differs.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [kills = 20, seed = 1] = process.argv.slice(2).map(Number);
const program = fileURLToPath(new URL("../bin/lawfit.js", import.meta.url));
const table = fileURLToPath(new URL("../data-samples/ladder/checkpoints.parquet", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lawfit-kill-"));
const sweep = join(folder, "sweep.yaml");
writeFileSync(
  sweep,
  `table: ${table}
method: ladder
axes: {link: [sigmoid, log-sigmoid, linear], drop_early: [0, 0.1]}
starts: 64
bootstrap: {resamples: 500, intervals: [percentile, bca], draws: true}
backtest: {least_runs: 15}
`,
);

/** Runs the sweep, for so many milliseconds at most. */
function run(out, life) {
  const child = spawn(process.execPath, [program, "sweep", sweep, "--out", out, "--quiet"], {
    stdio: "ignore",
  });
  const timer = life === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), life);
  return new Promise((done) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done(signal ?? code);
    });
  });
}

/** Numbers in [0, 1): a linear congruential generator is random enough for moments. */
let state = seed;
function random() {
  state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return state / 2 ** 32;
}

const began = performance.now();
await run(join(folder, "whole"));
const whole = performance.now() - began;
console.log(`in one piece: ${(whole / 1000).toFixed(1)} s`);
const out = join(folder, "killed");
let killed = 0;
for (let attempt = 0; killed < kills; attempt++) {
  // Where the run got to its end before it was to be killed, it starts over.
  const life = 300 + random() * 0.8 * whole;
  const ended = await run(out, life);
  const folder = join(out, "shards");
  const shards = existsSync(folder) ? readdirSync(folder).length : 0;
  if (ended === "SIGKILL") killed++;
  else rmSync(out, { recursive: true });
  console.log(
    `attempt ${attempt + 1}: ${ended === "SIGKILL" ? "killed" : "ended"} after ${Math.round(life)} ms, ${shards} files in shards`,
  );
}
console.log(`last: ${await run(out)}`);
const names = readdirSync(join(folder, "whole")).filter((name) => name.endsWith(".parquet"));
const differing = names.filter(
  (name) => !readFileSync(join(folder, "whole", name)).equals(readFileSync(join(out, name))),
);
console.log(`${killed} kills; ${names.length} tables, ${differing.length} differ ${differing.join(", ")}`);
rmSync(folder, { recursive: true });
process.exitCode = differing.length === 0 ? 0 : 1;
