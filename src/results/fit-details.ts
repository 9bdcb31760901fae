import type { StageReplicates } from "../bootstrap/resample-stage.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import type { SolvedSweep } from "../extension.ts";
import { standingAs, standings } from "../identifiability/fit.ts";
import type { FitErrors } from "../identifiability/fit-errors.ts";
import {
  type Estimate,
  estimateOf,
  leverages,
  type ParameterErrors,
} from "../identifiability/parameter-errors.ts";
import { covariance, freedomAlong, varianceAlong } from "../identifiability/spread.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { centralInterval, drawsOf, moments } from "../intervals/draws.ts";
import type { Target } from "../methods/runs.ts";
import { fitDoubts } from "../plan/fit-quality.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, number, tableOf, text, via } from "../tables/table-of.ts";
import { type Fit, type FitParameter, fitIdentity, solvedFits } from "./fit-tables.ts";
import type { PointRow } from "./runs-tables.ts";

/** Level of the intervals of parameters, and of what follows from them: the first of the bootstrap. @default 0.9 */
export const levelOf = (bootstrap?: Pick<Bootstrap, "levels">): number => bootstrap?.levels[0] ?? 0.9;

/** What resamples say of a parameter, in the user's terms. */
export interface ResampledParameter {
  standardError: number;
  lower: number;
  upper: number;
}

/** What tables of fits have in addition where fits are what users look at (`Method.detailsFits`). */
export class FitDetails {
  readonly #errors: FitErrors;
  readonly #level: number;
  readonly #fits: readonly Fit[];

  constructor({ plan, results, errors }: Pick<SolvedSweep, "plan" | "results" | "errors">, level: number) {
    this.#errors = errors;
    this.#fits = solvedFits(plan.shared.uses, results);
    this.#level = level;
  }

  #estimate({ fit: { key, problem, solution }, p }: FitParameter): Estimate {
    const { spread, standardErrors } = this.#errors.of(key);
    const name = problem.form.parameterNames[p]!;
    const along = Float64Array.from(problem.form.parameterNames, (_, q) => Number(q === p));
    const freedom = "reason" in spread ? Number.NaN : freedomAlong(spread, along);
    return estimateOf(
      name,
      problem.form.record.parameters[name]!,
      solution.parameters[p]!,
      standardErrors[p]!,
      { level: this.#level, freedom },
    );
  }

  #errorsOf({ keys: [key] }: ScoredPrediction["cell"]): ParameterErrors | undefined {
    return key !== undefined && this.#errors.has(key) ? this.#errors.of(key) : undefined;
  }

  /** Columns of table `parameters`. */
  parameters(
    resampled?: ReadonlyMap<string, readonly ResampledParameter[]>,
  ): readonly ColumnOf<FitParameter>[] {
    const of = (read: (estimate: Estimate) => number) => (row: FitParameter) => read(this.#estimate(row));
    const columns: ColumnOf<FitParameter>[] = [
      text(
        "quantity",
        "the parameter in the user's terms, A where it is the logarithm; method `fit`, as are the next nine columns",
        (row) => this.#estimate(row).quantity,
      ),
      number(
        "estimate",
        "its value",
        of(({ estimate }) => estimate),
      ),
      number(
        "standard_error",
        "its standard error; null where a bound holds it or the data do not determine it",
        of(({ standardError }) => standardError),
      ),
      number(
        "interval_lower",
        "lower end of its interval, by Student's t; of a logarithm, and of a scale such as A in A/N^alpha, that of the logarithm",
        of(({ lower }) => lower),
      ),
      number(
        "interval_upper",
        "upper end",
        of(({ upper }) => upper),
      ),
      number("interval_level", "level of the interval", () => this.#level),
      text(
        "errors_by",
        "what the errors rest on: `points` (residuals, points independent), `runs` (residuals, runs independent) or `sigma` (the given errors)",
        ({ fit }) => this.#errors.of(fit.key).by,
      ),
    ];
    if (this.#errors.profiles !== undefined) columns.push(...this.#profileColumns());
    if (resampled === undefined) return columns;
    const ofDraws =
      (read: (parameter: ResampledParameter) => number) =>
      ({ fit, p }: FitParameter) => {
        const parameter = resampled.get(fit.key)?.[p];
        return parameter && read(parameter);
      };
    return [
      ...columns,
      number(
        "bootstrap_standard_error",
        "standard deviation of the quantity over the resamples, with a bootstrap, as the next two columns",
        ofDraws(({ standardError }) => standardError),
      ),
      number(
        "bootstrap_lower",
        "lower end of the interval of their percentiles",
        ofDraws(({ lower }) => lower),
      ),
      number(
        "bootstrap_upper",
        "upper end",
        ofDraws(({ upper }) => upper),
      ),
    ];
  }

  #profileColumns(): readonly ColumnOf<FitParameter>[] {
    const end =
      (side: "lower" | "upper") =>
      ({ fit, p }: FitParameter): number => {
        const found = this.#errors.profiles?.get(fit.key)?.parameters[p]?.profile;
        if (found === undefined || "reason" in found) return Number.NaN;
        const { form } = fit.problem;
        const isLogarithm = form.record.parameters[form.parameterNames[p]!]!.logarithm === true;
        const value = isLogarithm ? Math.exp(found[side]) : found[side];
        return Number.isFinite(value) ? value : Number.NaN;
      };
    return [
      number(
        "profile_lower",
        "lower end of its profile interval, with `profiles`; null if it is open",
        end("lower"),
      ),
      number("profile_upper", "upper end", end("upper")),
    ];
  }

  /** Columns of table `fits`. */
  fits(): readonly ColumnOf<Fit>[] {
    return [
      number(
        "residual_sd",
        "root of the weighted squares of the residuals (over sigma, if it is given) over points less free parameters; method `fit`",
        (fit) => {
          const { linear } = this.#errors.of(fit.key);
          if ("reason" in linear) return Number.NaN;
          const free = standingAs(standings(linear), "free").length;
          const left = linear.points - free;
          const squares = linear.residual.reduce((sum, r, i) => sum + linear.weights[i]! * r * r, 0);
          return left > 0 ? Math.sqrt(squares / left) : Number.NaN;
        },
      ),
    ];
  }

  /** Columns of table `points`. */
  points(): readonly ColumnOf<PointRow>[] {
    const kept = new Map<string, Float64Array>();
    const leverageOf = ({ fit: { key }, q }: PointRow): number => {
      const { linear } = this.#errors.of(key);
      if ("reason" in linear) return Number.NaN;
      const of = kept.get(key) ?? leverages(linear);
      kept.set(key, of);
      return of[q]!;
    };
    return [
      number(
        "residual",
        "fitted - response, that over the response, or that of their logarithms; method `fit`, as are the next two columns",
        ({ fit, q }) => {
          const { linear } = this.#errors.of(fit.key);
          const unit = fit.problem.sigma?.[q] ?? 1;
          return "reason" in linear ? undefined : unit * linear.residual[q]!;
        },
      ),
      number(
        "sigma",
        "what the residual is divided by, its given standard error; null if none is given",
        ({ fit, q }) => fit.problem.sigma?.[q],
      ),
      number("leverage", "share of the point's own response in its fitted value, 0 to 1", leverageOf),
    ];
  }

  /** Columns of table `predictions`. */
  predictions(targets: readonly Target[]): readonly ColumnOf<ScoredPrediction>[] {
    const doubts = new Map(
      this.#fits.map(({ key, problem, solution }) => [key, fitDoubts({ ...problem, key }, solution)]),
    );
    const sizes = new Map(targets.map((target) => [target.name, target]));
    const errorOf = ({ cell, target }: ScoredPrediction): { standardError: number; freedom: number } => {
      const [stage] = cell.plan.stages;
      const inputs = stage?.inputsOf?.(sizes.get(target)!);
      const errors = this.#errorsOf(cell);
      const none = { standardError: Number.NaN, freedom: Number.NaN };
      if (inputs === undefined || errors === undefined || "reason" in errors.linear) return none;
      if ("reason" in errors.spread) return none;
      const { form } = errors.linear.problem;
      const gradient = new Float64Array(form.parameterNames.length);
      form.gradient(errors.linear.parameters, inputs, gradient);
      const standardError = Math.sqrt(varianceAlong(errors.spread, gradient));
      return { standardError, freedom: freedomAlong(errors.spread, gradient) };
    };
    const end = (side: -1 | 1) => (prediction: ScoredPrediction) => {
      const { predicted, cell } = prediction;
      const { standardError, freedom } = errorOf(prediction);
      const half = studentQuantile((1 + this.#level) / 2, freedom) * standardError;
      const [stage] = cell.plan.stages;
      const isOfLogarithm = stage !== undefined && "problem" in stage && stage.problem.residual === "log";
      return isOfLogarithm ? predicted * Math.exp((side * half) / predicted) : predicted + side * half;
    };
    return [
      number(
        "standard_error",
        "standard error of the curve there, by the delta method; method `fit`, as are the next two columns",
        (prediction) => errorOf(prediction).standardError,
      ),
      number(
        "interval_lower",
        "lower end of its interval, by Student's t; of the logarithm where residuals are of logarithms",
        end(-1),
      ),
      number("interval_upper", "upper end", end(1)),
      text(
        "doubtful",
        "what speaks against the law as a whole, as in `laws`; method `fit`",
        ({ cell: { keys } }) => doubts.get(keys[0] ?? "")?.join("; ") || null,
      ),
    ];
  }

  /** Table `covariance`: one row for each pair of parameters of each fit. */
  covariance(): Table {
    const rows = this.#fits.flatMap((fit) => {
      const names = fit.problem.form.parameterNames;
      return names.flatMap((_, a) => names.slice(a).map((_, k) => ({ fit, a, b: a + k })));
    });
    type Row = (typeof rows)[number];
    const of = ({ fit, a, b }: Row): number => {
      const { spread, standardErrors } = this.#errors.of(fit.key);
      const isKnown = [a, b].every((p) => !Number.isNaN(standardErrors[p]!));
      return "reason" in spread || !isKnown ? Number.NaN : covariance(spread, a, b);
    };
    const nameOf = ({ fit }: Row, p: number) => fit.problem.form.parameterNames[p];
    return tableOf<Row>(rows, [
      ...via(fitIdentity, ({ fit }: Row) => fit),
      text("parameter", "name of one parameter", (row) => nameOf(row, row.a)),
      text("other", "name of another, or of the same", (row) => nameOf(row, row.b)),
      number(
        "covariance",
        "covariance of their errors, in the form's own coordinates; null where it is not known",
        of,
      ),
      number("correlation", "the same over the product of their standard errors", (row) => {
        const { standardErrors } = this.#errors.of(row.fit.key);
        return of(row) / (standardErrors[row.a]! * standardErrors[row.b]!);
      }),
    ]);
  }
}

/** What the replicates of a fit say of each parameter. */
export function resampledParameters(
  form: Fit["problem"]["form"],
  { parameters, width, degenerate, isHeld }: StageReplicates,
  bootstrap: Pick<Bootstrap, "levels">,
): ResampledParameter[] {
  const level = levelOf(bootstrap);
  return form.parameterNames.map((name, p) => {
    const isLogarithm = form.record.parameters[name]!.logarithm === true;
    const values = new Float64Array(isHeld ? 0 : degenerate.length);
    for (let i = 0; i < values.length; i++) {
      const value = parameters[i * width + p]!;
      values[i] = degenerate[i] !== 0 ? Number.NaN : isLogarithm ? Math.exp(value) : value;
    }
    const draws = drawsOf(values);
    if (draws.count < 2) return { standardError: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    const { lower, upper } = centralInterval(draws, level);
    return { standardError: moments(draws).sd, lower, upper };
  });
}
