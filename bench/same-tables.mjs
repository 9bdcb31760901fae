// Whether two versions of lawfit write the same tables and reports.
//
//     npm run build && node bench/same-tables.mjs --before DIR|REV [--only WORD] [--threads T] [--keep]
//
// Runs sweeps of the four sample tables with the program of another checkout (a folder in which it is built, or a revision, which is built
// in a temporary folder) and with that of this one, and compares every file that they write: result tables and draws byte by byte, reports
// as HTML and Markdown but for times, dates, checksums and names of folders. The samples are cut down (fewer tasks, starts and resamples),
// and the presets of design choices run beside them. Prints a line a file that differs, and exits with 1 where there is one.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    before: { type: "string", default: "" },
    only: { type: "string", default: "" },
    threads: { type: "string", default: "2" },
    keep: { type: "boolean", default: false },
  },
});
if (values.before === "")
  throw new Error("--before is missing; allowed: a folder with a built lawfit, or a revision");

/** A sweep a line: its name, the sample whose table it is of, and what the sweep file says beside the table. */
const sweeps = `
ladder ladder {method: ladder, targets: [7B-4T, 13B-5T], starts: 32, backtest: {}, axes: {link: [sigmoid, log-sigmoid], drop_early: [0.1, 0.5], runs: [all, "n_rank > 1"]}, bootstrap: {resamples: 40, levels: [0.5, 0.9], intervals: [percentile, bca, expanded, basic, delta, studentised], purposes: [curve, run, checkpoint], draws: true}}
ladder-ablations ladder {preset: ladder-ablations, tasks: [task1, task2], starts: 16, bootstrap: {resamples: 10, scheme: wild}}
flp-ablations ladder {preset: flp-ablations, tasks: [task1, task2], starts: 8, bootstrap: {resamples: 10, scheme: parametric}, backtest: {}}
flp-m flp-m {method: flp-m, tasks: [arc, bbh], targets: [3B-code0, 3B-code0.2, 7B-code0.3], starts: 4, bootstrap: {resamples: 6}, mixtures: {targets: [7B-code0.3], baseline: {general: 0.7, code: 0.3}}}
flp-m-ablations flp-m {preset: flp-m-ablations, tasks: [arc], starts: 2}
loss-to-loss loss-to-loss {method: loss-to-loss, starts: 16, bootstrap: {resamples: 10}, isoflop: {subjects: own_corpus}, axes: {relation: [train-to-train, train-to-test, test-to-test, scaling-law], law: [chinchilla, kaplan-offset]}}
loss-to-loss-ablations loss-to-loss {preset: loss-to-loss-ablations, starts: 4}
overnight overnight {preset: ladder-matrix, tasks: [task1], starts: 4, bootstrap: {scheme: run, resamples: 4, fresh_starts: 1}}
`
  .trim()
  .split("\n")
  .map((line) => /^(\S+) (\S+) \{(.*)\}$/.exec(line).slice(1))
  .filter(([name]) => name.includes(values.only));

const here = fileURLToPath(new URL("..", import.meta.url));
const work = fs.mkdtempSync(join(tmpdir(), "lawfit-same-"));

/** The folder of the other program: the one given, or one in which a revision of this checkout is built. */
function otherProgram() {
  if (fs.existsSync(values.before)) return resolve(values.before);
  const folder = join(work, "program");
  fs.mkdirSync(folder);
  const archive = execFileSync("git", ["archive", values.before], { cwd: here, maxBuffer: 2 ** 31 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  fs.symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));
  execFileSync("npm", ["run", "--silent", "build"], { cwd: folder, stdio: "inherit" });
  return folder;
}

/** Runs all sweeps with a program, each with its reports beside its folder of tables. */
function runAll(program, out) {
  for (const [name] of sweeps) {
    const folder = join(out, name);
    const lawfit = (...words) =>
      execFileSync(process.execPath, [join(program, "bin/lawfit.js"), ...words], {
        cwd: work,
        stdio: "pipe",
      });
    lawfit("sweep", `${name}.yaml`, "--out", folder, "--threads", values.threads);
    for (const ending of ["html", "md"]) lawfit("report", folder, "--out", `${folder}.${ending}`);
    console.error(folder);
  }
}

/** Files that tell of the execution and not of its results. */
const isAside = (path) => /progress\.json$|manifest\.json$|(^|[\\/])(shards|\.work)[\\/]/.test(path);

function filesOf(folder) {
  const paths = fs.readdirSync(folder, { recursive: true });
  return paths.filter((path) => !isAside(path) && fs.statSync(join(folder, path)).isFile());
}

/** The content of a file as it is compared. */
function contentOf(folder, path) {
  const bytes = fs.readFileSync(join(folder, path));
  if (!/\.(html|md|svg|json)$/.test(path)) return bytes.toString("latin1");
  return bytes
    .toString("utf8")
    .replaceAll(folder, "FOLDER")
    .replace(/data-sha256="[^"]*"|sha256-[A-Za-z0-9+/=]+|[0-9a-f]{16,64}/g, "CHECKSUM")
    .replace(/20\d\d-\d\d-\d\d[T ][\d:.]+Z?/g, "DATE")
    .replace(/\d+(\.\d+)? (ms|s|min|h)\b(: read [^<|]*)?/g, "TIME")
    .replace(/[\d,.]+ fits a second/g, "RATE");
}

for (const [name, table, spec] of sweeps) {
  fs.cpSync(join(here, "data-samples", table, "checkpoints.parquet"), join(work, `${table}.parquet`));
  fs.writeFileSync(join(work, `${name}.yaml`), `{table: ${table}.parquet, ${spec}}\n`);
}
const [before, after] = [join(work, "before"), join(work, "after")];
runAll(otherProgram(), before);
runAll(here, after);
const [old, now] = [before, after].map((folder) => new Set(filesOf(folder)));
const all = [...new Set([...old, ...now])].sort();
const differing = all.filter(
  (path) => !old.has(path) || !now.has(path) || contentOf(before, path) !== contentOf(after, path),
);
for (const path of differing) console.log(`differs, or is on one side only: ${path}`);
console.log(
  differing.length === 0 ? `the same: ${all.length} files` : `${differing.length} of ${all.length} differ`,
);
if (values.keep) console.log(`kept in ${work}`);
else fs.rmSync(work, { recursive: true });
process.exitCode = differing.length === 0 ? 0 : 1;
