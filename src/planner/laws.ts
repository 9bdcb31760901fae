import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { getOrInsert } from "../collections.ts";
import { fitOfPoints, fitsOf, type ReportFit, spreadOfFit } from "../draw/fits.ts";
import type { LoadedJob } from "../draw/job.ts";
import { num, type Row, recordsBy, str } from "../draw/records.ts";
import type { Unknown } from "../identifiability/fit.ts";
import { linearise } from "../identifiability/linearise.ts";
import { reducedSandwich } from "../identifiability/reduced-sandwich.ts";
import type { Spread } from "../identifiability/spread.ts";
import type { SolutionRows } from "../methods/method.ts";
import { findColumn, rowsOf, type Table } from "../tables/table.ts";

/** A fit of a finished run, with what is known of the errors of its parameters. */
export interface StoredFit extends ReportFit {
  /** The covariance of the errors: that of table `covariance`, else from the points, runs taken as independent. */
  spread: Spread | Unknown;
  /** Its parameters on every resample, where the run has stored them (`parameter_draws`). */
  draws: SolutionRows | undefined;
}

/** A law of a run: the fits of a cell that are chained, the last of which gives what the cell predicts. */
export interface RunLaw {
  /** The cell's row of table `cells`: number, task and the value of each axis. */
  cell: Row;
  task: string;
  /** The first fit, a law of sizes. */
  law: StoredFit;
  /** The second step, a score by the law's loss; undefined where there is one step, or a step for each target. */
  link: StoredFit | undefined;
}

/**
 * The laws of a finished run, one for each cell that has one, in the order of the cells. Cells whose points, parameters or form the run
 * does not have are left out.
 */
export function lawsOfRun(job: LoadedJob, cells: readonly Row[]): RunLaw[] {
  const draws = drawsByProblem(job.tables.parameter_draws);
  const stored = new Map<string, StoredFit>();
  const store = (fit: ReportFit): StoredFit => {
    const problem = str(fit.row, "problem");
    return getOrInsert(stored, `${problem} ${str(fit.row, "stage")}`, () => ({
      ...fit,
      spread: storedSpread(job, fit) ?? spreadOfFit(fit),
      draws: drawsOfFit(fit, draws.get(problem)),
    }));
  };
  return cells.flatMap((cell): RunLaw[] => {
    const stages = Object.keys(cell)
      .filter((name) => name.startsWith("problem_") && cell[name] !== null)
      .map((name) => fitsOf(job, cell, name.slice("problem_".length)));
    const [first, second = []] = stages;
    if (first?.length !== 1) return [];
    const link = second.length === 1 && second[0]!.form.variableNames.length === 1 ? second[0] : undefined;
    return [
      {
        cell,
        task: str(cell, "task"),
        law: store(first[0]!),
        link: link === undefined ? undefined : store(link),
      },
    ];
  });
}

/** The covariance that the run has stored of a fit; undefined where it has none. */
function storedSpread({ tables }: LoadedJob, fit: ReportFit): Spread | Unknown | undefined {
  const { row, form, points } = fit;
  const problem = str(row, "problem");
  const rows = recordsBy(tables.covariance, "problem", problem);
  if (rows.length === 0) return undefined;
  const names = form.parameterNames;
  const parameters = recordsBy(tables.parameters, "problem", problem);
  if (parameters[0]?.errors_by === "runs") return spreadByRuns(fit);
  const own = names.map((name) => parameters.find(({ parameter }) => parameter === name));
  const errors = names.map((name) =>
    Math.sqrt(
      num(
        rows.find(({ parameter, other }) => parameter === name && other === name),
        "covariance",
      ),
    ),
  );
  const untold = names.filter(
    (_, p) => Number.isNaN(errors[p]) && !str(own[p], "at_bound") && own[p]!.lower !== own[p]!.upper,
  );
  if (untold.length > 0) return { reason: `the errors of ${untold.join(", ")} are not known` };
  const known = names.flatMap((_, p) => (Number.isNaN(errors[p]) ? [] : [p]));
  const correlation = Matrix.eye(known.length);
  for (const { parameter, other, correlation: value } of rows) {
    const [a, b] = [parameter, other].map((name) => known.indexOf(names.indexOf(String(name))));
    if (a! < 0 || b! < 0 || typeof value !== "number") continue;
    correlation.set(a!, b!, value);
    correlation.set(b!, a!, value);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(correlation, {
    assumeSymmetric: true,
  });
  const width = names.length;
  const parts = new Float64Array(known.length * width);
  realEigenvalues.forEach((value, k) => {
    known.forEach((p, c) => {
      parts[k * width + p] = Math.sqrt(Math.max(0, value)) * eigenvectorMatrix.get(c, k) * errors[p]!;
    });
  });
  const isKnown = str(own[known[0]!], "errors_by") === "sigma";
  return { parts, width, freedom: isKnown ? Number.POSITIVE_INFINITY : points.length - known.length };
}

/** The errors of runs, whose degrees of freedom are of each direction and in no table. */
function spreadByRuns(fit: ReportFit): Spread | Unknown {
  const fitted = fitOfPoints(fit);
  const linear = "reason" in fitted ? fitted : linearise(fitted);
  return "reason" in linear ? linear : reducedSandwich(linear);
}

/** Rows of table `parameter_draws` by fit. */
function drawsByProblem(table: Table | undefined): Map<string, { table: Table; rows: number[] }> {
  const found = new Map<string, { table: Table; rows: number[] }>();
  const problem = table && findColumn(table, "problem");
  if (table === undefined || problem?.type !== "string") return found;
  for (const row of rowsOf(table)) {
    getOrInsert(found, problem.values[row] ?? "", () => ({ table, rows: [] })).rows.push(row);
  }
  return found;
}

function drawsOfFit(
  { form }: Pick<ReportFit, "form">,
  found: { table: Table; rows: readonly number[] } | undefined,
): SolutionRows | undefined {
  if (found === undefined) return undefined;
  const [replicate, parameter, value] = ["replicate", "parameter", "value"].map(
    (name) => findColumn(found.table, name)!.values as ArrayLike<unknown>,
  );
  const width = form.parameterNames.length;
  const place = new Map(form.parameterNames.map((name, p) => [name, p]));
  const count = found.rows.reduce((most, row) => Math.max(most, Number(replicate![row])), 0);
  const parameters = new Float64Array(count * width).fill(Number.NaN);
  for (const row of found.rows) {
    const p = place.get(String(parameter![row]));
    const number = value![row];
    if (p !== undefined && typeof number === "number")
      parameters[(Number(replicate![row]) - 1) * width + p] = number;
  }
  const degenerate = Uint8Array.from({ length: count }, (_, r) =>
    parameters.subarray(r * width, (r + 1) * width).some(Number.isNaN) ? 1 : 0,
  );
  return { width, parameters, isHeld: false, degenerate };
}
