import { UserError } from "../errors.ts";
import type { Form } from "../forms/form.ts";
import type { Fit, Unknown } from "../identifiability/fit.ts";
import { parameterErrors } from "../identifiability/parameter-errors.ts";
import { standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import { type Spread, spreadOf } from "../identifiability/spread.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { readLaw } from "../methods/law.ts";
import { NO_PRIORS, priorsFor } from "../methods/priors.ts";
import { parseLoss, residualKinds } from "../solve/loss.ts";
import type { Problem } from "../solve/problem.ts";
import type { LoadedJob } from "./job.ts";
import { num, type Row, recordsBy, str } from "./records.ts";

/** A point of a fit. */
interface FitPoint {
  /** Name of the run; empty for a point that belongs to none. */
  run: string;
  /** Values in the order of the form's variables. */
  variables: number[];
  response: number;
  fitted: number;
  /** Weight of its loss; NaN where all are 1. */
  weight: number;
  /** What its residual is divided by, its standard error; NaN where none is given. */
  sigma: number;
}

/** A fit as read from the job directory. */
export interface ReportFit {
  /** The fit's row of table `fits`. */
  row: Row;
  task: string;
  form: Form;
  parameters: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  points: FitPoint[];
  /** Priors of its parameters, as `priorsFor` takes them, and the noise by which they were weighed; NaN where there are none. */
  priors: string;
  noise: number;
  /** What the errors of the run's tables rest on; empty where it has none of this fit. */
  errorsBy: string;
}

/** Confidence level of the bands about curves. */
export const BAND_LEVEL = 0.9;

/**
 * The fits of a stage of a cell, in the order in which the cell names them. Fits whose form, parameters or points the job
 * directory lacks are left out.
 */
export function fitsOf(job: LoadedJob, cell: Row, stage: string): ReportFit[] {
  const problems = str(cell, `problem_${stage}`);
  if (problems === "") return [];
  return problems.split(", ").flatMap((problem) => fitsOfProblem(job, problem, stage, cell));
}

/** Whether a fit of the second step is of a group of the task's questions, and not of the task. */
export function isOfGroup({ row }: ReportFit): boolean {
  return str(row, "subject") !== "";
}

function fitsOfProblem(job: LoadedJob, problem: string, stage: string, cell: Row): ReportFit[] {
  const { fits, parameters, points } = job.tables;
  return recordsBy(fits, "problem", problem)
    .filter((row) => row.stage === stage)
    .slice(0, 1)
    .flatMap((row): ReportFit[] => {
      const subject = row.subject ?? null;
      const isOfFit = (row: Row) => row.stage === stage && (row.subject ?? null) === subject;
      const ofFit = recordsBy(parameters, "problem", problem).filter(isOfFit);
      const rows = recordsBy(points, "problem", problem).filter(isOfFit);
      const form = job.form(str(row, "form")) ?? lawOf(job, cell, rows);
      if (form === undefined || ofFit.length < form.parameterNames.length || rows.length === 0) return [];
      const named = (column: string) =>
        Float64Array.from(form.parameterNames, (name) =>
          num(
            ofFit.find(({ parameter }) => parameter === name),
            column,
          ),
        );
      return [
        {
          ...{ row, task: str(cell, "task"), form, errorsBy: str(ofFit[0], "errors_by") },
          parameters: named("value"),
          lower: unbounded(named("lower"), Number.NEGATIVE_INFINITY),
          upper: unbounded(named("upper"), Number.POSITIVE_INFINITY),
          priors: ofFit.flatMap((parameter) => str(parameter, "prior") || []).join(", ") || NO_PRIORS,
          noise: ofFit.reduce((noise, parameter) => num(parameter, "prior_noise") || noise, Number.NaN),
          points: rows.map((point) => ({
            run: str(point, "run"),
            variables: form.variableNames.map((_, v) => num(point, `variable_${v + 1}`)),
            response: num(point, "response"),
            fitted: num(point, "fitted"),
            weight: num(point, "weight"),
            sigma: num(point, "sigma"),
          })),
        },
      ];
    });
}

/** The form of a law that the sweep gives as an expression; undefined where this version cannot read it. */
function lawOf(job: LoadedJob, cell: Row, points: readonly Row[]): Form | undefined {
  const text = str(cell, "law");
  if (text === "") return undefined;
  const form = (name: string): Form => {
    const found = job.form(name);
    if (found === undefined) throw new UserError(`no form ${name}`);
    return found;
  };
  const [law] = recordsBy(job.tables.laws, "problem", str(points[0], "problem"));
  const response = str(law, "equation").split(" = ")[0];
  try {
    return readLaw(text, { form }).formOf(new Set(str(points[0], "variables").split(", ")), response);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Bounds as read from a table, in which an infinite bound may be a missing number. */
function unbounded(bounds: Float64Array, infinite: number): Float64Array {
  return bounds.map((bound) => (Number.isNaN(bound) ? infinite : bound));
}

/** A curve's value and the ends of its band, which are NaN where the band is unknown. */
interface BandPoint {
  y: number;
  lower: number;
  upper: number;
}

/**
 * The curve of a fit at the given values of its variables, and its band: the delta method with the errors that the run's tables have of the
 * parameters, else with the sandwich covariance clustered by run, with quantiles of Student's t at `BAND_LEVEL`.
 */
export function bandOf(fit: ReportFit, at: readonly (readonly number[])[]): BandPoint[] {
  const values = (parameters: Float64Array) => at.map((variables) => fit.form.value(parameters, variables));
  const spread = spreadOfFit(fit);
  const errors = standardErrorsOfPredictions(
    ([parameters]) => (parameters === undefined ? [] : values(parameters)),
    [fit.parameters],
    [spread],
  );
  return values(fit.parameters).map((y, i) => {
    const error = errors[i];
    if (error === undefined || "reason" in error || "reason" in spread) {
      return { y, lower: Number.NaN, upper: Number.NaN };
    }
    const half = error.standardError * studentQuantile((1 + BAND_LEVEL) / 2, error.freedom);
    return { y, lower: y - half, upper: y + half };
  });
}

/** The covariance of a fit's parameters, as its errors are told; clustered by run where they are not. */
export function spreadOfFit(fit: ReportFit): Spread | Unknown {
  const fitted = fitOfPoints(fit);
  if ("reason" in fitted) return fitted;
  return fit.errorsBy === "" ? spreadOf(fitted, "runs") : parameterErrors(fitted).spread;
}

/** A fit as it was solved, from its points. */
export function fitOfPoints(fit: ReportFit): Fit | Unknown {
  const problem = problemOf(fit);
  if (problem === undefined) return { reason: "the loss is not known" };
  const runs = [...new Set(fit.points.map(({ run }) => run))].filter((run) => run !== "");
  const runLengths = runs.map((run) => fit.points.filter((point) => point.run === run).length);
  return {
    problem,
    parameters: fit.parameters,
    runs: { runs, runLengths, hasKnownErrors: problem.sigma !== undefined },
  };
}

function problemOf({
  row,
  form,
  points,
  lower,
  upper,
  priors: known,
  noise,
}: ReportFit): Problem | undefined {
  const loss = parseLoss(str(row, "loss"), Number.NaN);
  const residual = residualKinds.find((kind) => kind === str(row, "residual"));
  if (loss === undefined || residual === undefined) return undefined;
  const problem = {
    ...{ form, loss, residual, lower, upper, key: str(row, "problem") },
    variables: form.variableNames.map((_, v) => Float64Array.from(points, ({ variables }) => variables[v]!)),
    response: Float64Array.from(points, ({ response }) => response),
    ...given("weights", ({ weight }) => weight),
    ...given("sigma", ({ sigma }) => sigma),
  };
  const priors = priorsFor(known, problem);
  if ("reason" in priors) return undefined;
  return { ...problem, ...(priors.priors && { ...priors, noise }) };

  /** What the table has of every point. */
  function given(name: "weights" | "sigma", read: (point: FitPoint) => number) {
    const values = Float64Array.from(points, read);
    return values.some(Number.isNaN) ? {} : { [name]: values };
  }
}
