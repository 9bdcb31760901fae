// The 31 laws of ScaleBench beside what the authors' fitter reached.
//
//     npm run build && node bench/scalebench.mjs FOLDER [--run DIR]
//
// FOLDER has the four tables as published (`farseer/train.parquet`, ...) and expected.csv: data, law, group, train_sse and test_r2 of SciPy's
// L-BFGS-B from many starts in the same bounds. Fits bench/scalebench/sweep.yaml to them, or reads the run DIR, prints a line a fit as a row of
// the table in docs/laws.md, and exits with 1 where a sum of squares is above the listed one times 1 + 1e-6, or a fit is missing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { run: { type: "string" } } });
const [folder] = positionals;
if (folder === undefined) throw new Error("the folder is missing: node bench/scalebench.mjs FOLDER");
const program = fileURLToPath(new URL("../bin/lawfit.js", import.meta.url));
const sweep = fileURLToPath(new URL("scalebench/sweep.yaml", import.meta.url));

const begin = performance.now();
const run = values.run ?? join(mkdtempSync(join(tmpdir(), "lawfit-scalebench-")), "run");
if (values.run === undefined) {
  const tables = ["farseer", "moe", "parallel", "data_constrained"].flatMap((name) => [
    "--table",
    join(folder, name, "*.parquet"),
  ]);
  execFileSync(process.execPath, [program, "sweep", sweep, ...tables, "--out", run, "--quiet"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
const seconds = (performance.now() - begin) / 1000;

/** The rows of a table of the run. */
const rowsOf = (table) =>
  JSON.parse(
    execFileSync(process.execPath, [program, "show", run, table, "--all", "--format", "json"], {
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    }),
  );
const laws = rowsOf("laws").filter((row) => row.problem !== null);
const fits = new Map(rowsOf("fits").map((row) => [row.problem, row]));
const [, ...lines] = readFileSync(join(folder, "expected.csv"), "utf8").trim().split("\n");

const within = 1e-6;
let above = 0;
console.log("| law | group | sum of squares | listed | test R2 | listed |");
for (const line of lines) {
  const [data, number, group, , listed, listedR2] = line.split(",");
  const law = `${data.replace("_", "-")}-${number}`;
  const row = laws.find((one) => one.law === law && one.task === group);
  const fit = row && fits.get(row.problem);
  const sum = fit === undefined ? Number.NaN : 2 * fit.objective;
  const isAbove = !(sum <= Number(listed) * (1 + within));
  if (isAbove) above++;
  const cells = [sum, Number(listed), row?.test_r_squared ?? Number.NaN, Number(listedR2)];
  const shown = cells.map((value, i) => (i < 2 ? value.toPrecision(6) : value.toFixed(3)));
  console.log(`| ${[law, group, ...shown].join(" | ")} |${isAbove ? " above" : ""}`);
}
const done = values.run === undefined ? `, ${seconds.toFixed(1)} s` : "";
console.log(`${lines.length} fits: ${above} above what is listed${done}`);
process.exitCode = above === 0 ? 0 : 1;
