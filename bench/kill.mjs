// Kills sweeps, merges and reports by SIGKILL at random moments and goes on each time, runs a sweep on a disk that is too
// small until it is not, and holds what comes out against what nobody disturbed: node bench/kill.mjs [KILLS] [SEED]. Exit
// code 1 where a byte differs, or half a page is left.
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [kills = 20, seed = 1] = process.argv.slice(2).map(Number);
const program = fileURLToPath(new URL("../bin/lawfit.js", import.meta.url));
const table = fileURLToPath(new URL("../data-samples/ladder/checkpoints.parquet", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lawfit-kill-"));
const path = (name) => join(folder, name);
writeFileSync(
  path("sweep.yaml"),
  `table: ${table}
method: ladder
axes: {link: [sigmoid, log-sigmoid, linear], drop_early: [0, 0.1]}
starts: 64
bootstrap: {resamples: 500, intervals: [percentile, bca], draws: true}
backtest: {least_runs: 15}
`,
);

/** Runs lawfit, for so many milliseconds at most. @returns exit code or signal, what it printed, and the last line of that */
function run(words, life) {
  const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const timer = life === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), life);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      printed += text;
    });
  }
  return new Promise((done) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ ended: signal ?? code, printed, line: printed.trim().split("\n").at(-1) });
    });
  });
}

/** Numbers in [0, 1): a linear congruential generator is random enough for moments. */
let state = seed;
function random() {
  state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return state / 2 ** 32;
}

let failures = 0;
function check(isRight, said) {
  console.log(`${isRight ? "" : "WRONG: "}${said}`);
  if (!isRight) failures++;
}

/** Runs to the end and times it. */
async function timed(words) {
  const began = performance.now();
  const { ended, line } = await run(words);
  const took = performance.now() - began;
  if (ended !== 0) check(false, `${words[0]} ended with ${ended}: ${line}`);
  return took;
}

/**
 * Kills again and again what takes so long, in the time from a share of it on; `after` looks at what each attempt left. Where it
 * got to its end it starts over.
 */
async function killed(words, whole, { from = 0.02, after, over }) {
  let count = 0;
  for (let attempt = 1; count < kills; attempt++) {
    const life = (from + random() * (1.05 - from)) * whole;
    const { ended } = await run(words, life);
    const isKilled = ended === "SIGKILL";
    if (isKilled) count++;
    const said = after();
    console.log(
      `${words[0]} ${attempt}: ${isKilled ? "killed" : `ended (${ended})`} at ${Math.round(life)} ms, ${said}`,
    );
    if (!isKilled) over();
  }
}

/** Holds the tables of a run directory against those of the run that nobody disturbed. */
function compare(what, out) {
  const tables = (of) => readdirSync(of).filter((name) => name.endsWith(".parquet"));
  const names = [...new Set([...tables(path("whole")), ...tables(out)])];
  const read = (of, name) => (existsSync(join(of, name)) ? readFileSync(join(of, name)) : Buffer.alloc(0));
  const differing = names.filter((name) => !read(path("whole"), name).equals(read(out, name)));
  const left = readdirSync(out).filter((name) => name.startsWith("."));
  check(
    differing.length === 0,
    `${what}: ${names.length} tables, ${differing.length} differ ${differing.join(", ")}`,
  );
  check(left.length === 0, `${what}: ${left.length} temporary files are left ${left.join(", ")}`);
}

const filesIn = (of) => (existsSync(of) ? readdirSync(of).length : 0);
const remove = (of) => rmSync(of, { recursive: true, force: true });
const sweepTo = (out, ...more) => ["sweep", path("sweep.yaml"), "--out", out, "--quiet", ...more];

const sweepTime = await timed(sweepTo(path("whole")));
console.log(`sweep in one piece: ${(sweepTime / 1000).toFixed(1)} s`);
await killed(sweepTo(path("killed")), sweepTime, {
  after: () => `${filesIn(path("killed/shards"))} files in shards`,
  over: () => remove(path("killed")),
});
await timed(sweepTo(path("killed")));
compare(`a sweep after ${kills} kills`, path("killed"));

for (const part of ["1/2", "2/2"]) await timed(sweepTo(path("parts"), "--shard", part));
const mergeTo = (out) => ["merge", path("parts"), "--out", out, "--quiet"];
const mergeTime = await timed(mergeTo(path("merged")));
console.log(`merge in one piece: ${(mergeTime / 1000).toFixed(1)} s`);
compare("a merge", path("merged"));
remove(path("merged"));
await killed(mergeTo(path("merged")), mergeTime, {
  from: 0.3,
  after: () => `${filesIn(path("merged"))} files`,
  over: () => remove(path("merged")),
});
await timed(mergeTo(path("merged")));
compare(`a merge after ${kills} kills`, path("merged"));

const { printed: help } = await run(["report", "--help"]);
const force = help.includes("--force") ? ["--force"] : [];
const reportTo = (out) => ["report", path("whole"), "--format", "html", "--out", out, ...force];
const reportTime = await timed(reportTo(path("whole.html")));
console.log(`report in one piece: ${(reportTime / 1000).toFixed(1)} s`);
const page = readFileSync(path("whole.html"));
mkdirSync(path("pages"));
let halves = 0;
const written = { page: 0, before: 0 };
const before = Buffer.from("what was there");
writeFileSync(path("pages/report.html"), before);
await killed(reportTo(path("pages/report.html")), reportTime, {
  from: 0.6,
  after() {
    const bytes = readFileSync(path("pages/report.html"));
    const kind = bytes.equals(page) ? "page" : bytes.equals(before) ? "before" : "half";
    if (kind === "half") halves++;
    else written[kind]++;
    return { page: "the whole page", before: "what was there before", half: "half a page" }[kind];
  },
  over: () => writeFileSync(path("pages/report.html"), before),
});
check(
  halves === 0,
  `a report, killed ${kills} times: ${halves} half pages, ${written.before} times the file of before`,
);

/** A disk in memory; false where mounting is not permitted. */
function mount(options) {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path("disk")], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
mkdirSync(path("disk"));
if (mount("size=64k")) {
  try {
    const first = await run(sweepTo(path("disk")));
    check(first.ended === 2 && filesIn(path("disk")) === 0, `a disk of 64 kB: ${first.ended}, ${first.line}`);
    let attempts = 0;
    for (let size = 128; ; size = Math.ceil(1.5 * size)) {
      execFileSync("mount", ["-o", `remount,size=${size}k`, path("disk")]);
      const { ended, line } = await run(sweepTo(path("disk")));
      attempts++;
      console.log(`a disk of ${size} kB: ${ended}, ${filesIn(path("disk/shards"))} files in shards, ${line}`);
      if (ended === 0) break;
      if (ended !== 2) check(false, `a full disk ended with ${ended}`);
    }
    compare(`a disk that was too small ${attempts} times`, path("disk"));
  } finally {
    execFileSync("umount", [path("disk")]);
  }
} else console.log("a disk of 64 kB: skipped, mounting is not permitted here");

remove(folder);
console.log(failures === 0 ? "all as it should be" : `${failures} things are wrong`);
process.exitCode = failures === 0 ? 0 : 1;
