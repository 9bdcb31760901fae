// Whether the fits of one run are as good as those of another of the same sweep.
//
//     npm run build && node bench/objectives.mjs BEFORE AFTER
//
// Compares the table `fits` of two run directories, row by row: each objective of AFTER may be at most that of BEFORE, times 1 + 1e-9
// (below the rounding noise of an exact fit all are equal). Prints a line a fit that is worse, the number of fits that are better, and the
// mean number of starts of each form; exits with 1 where a fit is worse or missing.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../bin/lawfit.js", import.meta.url));

/** The rows of a run's fits. */
function fitsOf(run) {
  const words = [program, "show", run, "fits", "--all", "--format", "json"];
  return JSON.parse(execFileSync(process.execPath, words, { maxBuffer: 2 ** 31, encoding: "utf8" }));
}

/** What says that two rows are of the same regression. The problem's hash does not: where starts are drawn from is a part of it. */
const identity = ["stage", "subject", "task", "form", "residual", "loss", "points"];
/** Objectives of exact fits are rounding errors. */
const exact = 1e-24;

const [before, after] = process.argv.slice(2, 4).map(fitsOf);
if (before.length !== after.length) throw new Error(`${before.length} fits before, ${after.length} after`);
const forms = new Map();
let worse = 0;
let better = 0;
for (const [i, old] of before.entries()) {
  const now = after[i];
  const differs = identity.find((column) => old[column] !== now[column]);
  if (differs !== undefined)
    throw new Error(`row ${i + 1}: ${differs} ${old[differs]} before, ${now[differs]} after`);
  const { fits, starts, iterations } = forms.get(old.form) ?? { fits: 0, starts: 0, iterations: 0 };
  forms.set(old.form, {
    fits: fits + 1,
    starts: starts + now.starts,
    iterations: iterations + now.iterations,
  });
  if (old.objective < exact && now.objective < exact) continue;
  const excess = now.objective / old.objective - 1;
  if (excess < -1e-9) better++;
  if (!(excess > 1e-9)) continue;
  worse++;
  const ends = `${old.termination} of ${old.starts} starts, ${now.termination} of ${now.starts}`;
  console.log(
    `worse by ${excess.toExponential(2)}: ${identity.map((column) => old[column] ?? "-").join(" ")} (${ends})`,
  );
}
for (const [form, { fits, starts }] of forms)
  console.log(`${form}: ${fits} fits, ${(starts / fits).toFixed(1)} starts each`);
console.log(`${before.length} fits: ${worse} worse, ${better} better`);
process.exitCode = worse === 0 ? 0 : 1;
