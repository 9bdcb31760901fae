import type { Form, FormUnits } from "../forms/form.ts";
import { mean } from "../statistics.ts";
import type { KernelAnswer } from "./answer.ts";
import { boundsOf, type Problem, startWithin } from "./problem.ts";
import type { Draw, Resampling } from "./resampling.ts";

/**
 * A problem in the units that it is solved in: inputs and output divided by their means, so that the same table in other units
 * is the same problem. Answers are turned back into the table's units.
 */
export interface OwnUnits {
  problem: Problem;
  resampling: Resampling | undefined;
  /** Parameters in the table's units, of rows in the solver's units. */
  parametersOf(rows: Float64Array): Float64Array;
  objectiveOf(objective: number): number;
  answerOf(answer: KernelAnswer): KernelAnswer;
}

/**
 * Puts a problem into units of its own. Those that stay in the table's units: forms that do not say how their parameters
 * follow units (a user's, whose start ranges are in the units of his table), networks that are trained, problems that say
 * where to start, and those with a bound on a parameter that depends on others in other units (ln A: its bound would be
 * slanted there).
 */
export function inOwnUnits(problem: Problem, resampling?: Resampling): OwnUnits {
  const { form, variables, response, loss, residual } = problem;
  const { units } = form.record;
  const asIs: OwnUnits = {
    problem,
    resampling,
    parametersOf: (rows) => rows,
    objectiveOf: (objective) => objective,
    answerOf: (answer) => answer,
  };
  if (units === undefined || problem.training !== undefined || problem.startRange !== undefined) return asIs;
  const scales = scalesOf(units, form, variables, response);
  const { lower, upper } = boundsOf(problem);
  const toOwn = rescaler(
    units,
    form,
    mapValues(scales, (scale) => 1 / scale),
  );
  const ownLower = lower.map((bound, p) => ownBound(toOwn, p, bound));
  const ownUpper = upper.map((bound, p) => ownBound(toOwn, p, bound));
  if ([...ownLower, ...ownUpper].some(Number.isNaN)) {
    return { ...asIs, problem: startedInBox(problem, scales, ownLower, ownUpper) };
  }

  const output = scales[form.output]!;
  const toTable = rescaler(units, form, scales);
  const width = lower.length;
  const parametersOf = (rows: Float64Array): Float64Array => {
    const out = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at += width) {
      const own = rows.subarray(at, at + width);
      // A parameter that ends on its bound has the bound to the last bit.
      out.set(
        toTable(own).map((value, p) =>
          own[p] === ownLower[p] ? lower[p]! : own[p] === ownUpper[p] ? upper[p]! : value,
        ),
        at,
      );
    }
    return out;
  };
  /** The unit of residuals. */
  const inUnit = residual === "log" ? 1 : output;
  const objectiveOf = (objective: number): number => objective * inUnit * inUnit;
  return {
    problem: {
      ...problem,
      variables: variables.map((variable, v) => {
        const scale = scales[form.variableNames[v]!]!;
        return variable.map((x) => x / scale);
      }),
      response: response.map((y) => y / output),
      loss: loss.kind === "huber" ? { ...loss, delta: loss.delta / inUnit } : loss,
      lower: ownLower,
      upper: ownUpper,
      startRange: form.parameterNames.map((name, p) =>
        startWithin(units.start[name]!, ownLower[p]!, ownUpper[p]!),
      ),
      ...(problem.givenStarts && { givenStarts: problem.givenStarts.map(toOwn) }),
    },
    resampling: resampling && { ...resampling, draw: scaledDraw(resampling.draw, inUnit) },
    parametersOf,
    objectiveOf,
    answerOf: (answer) => ({
      ...answer,
      objective: answer.objective.map(objectiveOf),
      parameters: parametersOf(answer.parameters),
    }),
  };
}

/** By name of each variable and of the output, what it is divided by. */
function scalesOf(
  { output, together }: FormUnits,
  form: Form,
  variables: readonly Float64Array[],
  response: Float64Array,
): Record<string, number> {
  const all = together ? scaleOf(variables.flatMap((values) => [...values])) : undefined;
  return {
    ...Object.fromEntries(form.variableNames.map((name, v) => [name, all ?? scaleOf(variables[v]!)])),
    [form.output]: output ? scaleOf(response) : 1,
  };
}

/** Geometric mean of positive values, else the mean size; 1 where there is none. */
function scaleOf(values: ArrayLike<number>): number {
  const sizes = Array.from(values, Math.abs);
  const scale = sizes.every((size) => size > 0) ? Math.exp(mean(sizes.map(Math.log))) : mean(sizes);
  return scale > 0 && Number.isFinite(scale) ? scale : 1;
}

type Rescaler = (parameters: Float64Array) => Float64Array;

function rescaler(
  units: FormUnits,
  { parameterNames }: Form,
  by: Readonly<Record<string, number>>,
): Rescaler {
  return (parameters) => {
    const named = Object.fromEntries(parameterNames.map((name, p) => [name, parameters[p]!]));
    const changed = units.rescaled(named, by);
    return parameters.map((value, p) => changed[parameterNames[p]!] ?? value);
  };
}

/** A bound in other units; NaN where it depends on other parameters. */
function ownBound(toOwn: Rescaler, parameter: number, bound: number): number {
  if (!Number.isFinite(bound)) return bound;
  // What reads another parameter becomes NaN.
  return toOwn(new Float64Array(parameter + 1).fill(Number.NaN).with(parameter, bound))[parameter]!;
}

/**
 * The problem in the table's units, with starts that fit its data and lie within its bounds.
 *
 * @param ownLower bounds in the solver's units; NaN where they depend on other parameters
 */
function startedInBox(
  problem: Problem,
  scales: Readonly<Record<string, number>>,
  ownLower: Float64Array,
  ownUpper: Float64Array,
): Problem {
  const { form } = problem;
  const { units } = form.record;
  const { lower, upper } = boundsOf(problem);
  const ranges = form.parameterNames.map((name, p) => {
    const [low, high] = [ownLower[p]!, ownUpper[p]!];
    return startWithin(
      units!.start[name]!,
      Number.isNaN(low) ? -Infinity : low,
      Number.isNaN(high) ? Infinity : high,
    );
  });
  const toTable = rescaler(units!, form, scales);
  const middle = Float64Array.from(ranges, ([low, high]) => (low + high) / 2);
  return {
    ...problem,
    // A level is started about where the middle slopes put it: over all slopes most starts would be far off the data.
    startRange: ranges.map((range, p) => {
      const [low, high] = range.map((end) => toTable(middle.with(p, end))[p]!);
      return startWithin([low!, high!], lower[p]!, upper[p]!);
    }),
  };
}

function scaledDraw(draw: Draw, by: number): Draw {
  if (by === 1 || draw.kind === "groups" || draw.kind === "blocks") return draw;
  const residual = draw.residual.map((r) => r / by);
  if (draw.kind !== "parametric") return { ...draw, residual };
  return { ...draw, residual, betweenRuns: draw.betweenRuns / by, withinRuns: draw.withinRuns / by };
}

function mapValues(
  values: Readonly<Record<string, number>>,
  change: (value: number) => number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
