import { concatenated } from "../collections.ts";
import type { Form, FormCoordinates, FormUnits, InputSpans, StartRange } from "../forms/form.ts";
import { extremes } from "../statistics.ts";
import type { KernelAnswer } from "./kernel.ts";
import { inUnitOfResponse, isAbsolute } from "./loss.ts";
import { convertedPriors } from "./priors.ts";
import { boundsOf, type Problem, startWithin } from "./problem.ts";
import type { Draw, Resampling } from "./resampling.ts";

/**
 * A problem in the units that it is solved in: inputs and output are divided by their means, so that the same table in other
 * units is the same problem; and in the coordinates of its form. Answers are converted back into the parameters and units of the table.
 */
export interface ScaledProblem {
  problem: Problem;
  resampling: Resampling | undefined;
  /** Converts rows of parameters from the solver's units into those of the table. */
  parametersOf(rows: Float64Array): Float64Array;
  /** Whether a row of the solver's parameters is on a limit of the form, which is no bound of the problem. */
  isAtLimit(row: Float64Array): boolean;
  objectiveOf(objective: number): number;
  /** Converts the objectives and parameters of an answer, or of ends. */
  answerOf<Answer extends Pick<KernelAnswer, "objective" | "parameters">>(answer: Answer): Answer;
}

/**
 * Scales a problem. Some stay in the units of the table: forms that do not say how their parameters depend on units (a user's
 * form, whose start ranges are in the units of the table), networks that are trained, problems with start ranges of their own,
 * and those with a bound on a parameter, or a prior of one, that depends on other parameters in other units (ln A, whose bound would be
 * slanted).
 */
export function scaleProblem(problem: Problem, resampling?: Resampling): ScaledProblem {
  const { form, variables, response, sigma, loss, residual } = problem;
  const { units } = form.record;
  const asIs: ScaledProblem = {
    problem,
    resampling,
    parametersOf: (rows) => rows,
    isAtLimit: () => false,
    objectiveOf: (objective) => objective,
    answerOf: (answer) => answer,
  };
  if (units === undefined || problem.training !== undefined || problem.startRange !== undefined) return asIs;
  const scales = scalesOf(units, form, variables, response);
  const { lower, upper } = boundsOf(problem);
  const toScaled = rescaler(
    units,
    form,
    mapValues(scales, (scale) => 1 / scale),
  );
  const scaledLower = lower.map((bound, p) => scaledBound(toScaled, p, bound));
  const scaledUpper = upper.map((bound, p) => scaledBound(toScaled, p, bound));
  const priors =
    problem.priors && convertedPriors(problem.priors, form, (p, value) => scaledBound(toScaled, p, value));
  if ([...scaledLower, ...scaledUpper].some(Number.isNaN) || (problem.priors && priors === undefined)) {
    return { ...asIs, problem: startedInBox(problem, scales, scaledLower, scaledUpper) };
  }

  const output = scales[form.output]!;
  /** The unit of residuals, and of what their loss is taken of. */
  const inUnit = inUnitOfResponse(residual) ? output : 1;
  const ofLoss = sigma === undefined ? inUnit : 1;
  const scaledVariables = variables.map((variable, v) => divided(variable, scales[form.variableNames[v]!]!));
  const gridRange = gridRangeOf(form, scaledVariables);
  const inUnits: Problem = {
    ...problem,
    variables: scaledVariables,
    response: divided(response, output),
    loss: "delta" in loss ? { ...loss, delta: loss.delta / ofLoss } : loss,
    ...(sigma && { sigma: divided(sigma, inUnit) }),
    ...(priors && { priors, noise: problem.noise! / ofLoss }),
    lower: scaledLower,
    upper: scaledUpper,
    startRange: form.parameterNames.map((name, p) =>
      startWithin(units.start[name]!, scaledLower[p]!, scaledUpper[p]!),
    ),
    ...(gridRange && {
      gridRange: gridRange.map((range, p) => startWithin(range, scaledLower[p]!, scaledUpper[p]!)),
    }),
    ...(problem.givenStarts && { givenStarts: problem.givenStarts.map(toScaled) }),
  };
  const other = solvedForm(problem);
  const inOther = other === form ? undefined : inCoordinates(inUnits, form.record.coordinates!, other);
  const width = lower.length;
  const parametersOf = (rows: Float64Array): Float64Array => {
    const out = new Float64Array(rows.length);
    // One record for all rows: replicates are converted by the thousand.
    const named: Record<string, number> = {};
    for (let at = 0; at < rows.length; at += width) {
      // A row of its own only where the coordinates are others: a view of each costs more than its conversion.
      const row = inOther?.from(rows.subarray(at, at + width)) ?? rows;
      const first = row === rows ? at : 0;
      for (let p = 0; p < width; p++) named[form.parameterNames[p]!] = row[first + p]!;
      const changed = units.rescaled(named, scales);
      for (let p = 0; p < width; p++) {
        const value = row[first + p]!;
        // A parameter that ends on its bound, or is held, gets the bound to the last bit.
        if (value === scaledLower[p] || lower[p] === upper[p]) out[at + p] = lower[p]!;
        else if (value === scaledUpper[p]) out[at + p] = upper[p]!;
        else out[at + p] = changed[form.parameterNames[p]!] ?? value;
      }
    }
    return out;
  };
  const objectiveOf = (objective: number): number => objective * ofLoss * (isAbsolute(loss) ? 1 : ofLoss);
  return {
    problem: inOther?.problem ?? inUnits,
    resampling: resampling && { ...resampling, draw: scaledDraw(resampling.draw, ofLoss) },
    parametersOf,
    isAtLimit: (row) => inOther?.isAtLimit(row) ?? false,
    objectiveOf,
    answerOf: (answer) => ({
      ...answer,
      objective: answer.objective.map(objectiveOf),
      parameters: parametersOf(answer.parameters),
    }),
  };
}

/** The intervals of a form's grid of starts over scaled variables; undefined where they are those of the random starts. */
function gridRangeOf(form: Form, variables: readonly Float64Array[]): StartRange[] | undefined {
  const { start, grid } = form.record.units!;
  const spans = grid && spansOf(form, variables, 0);
  if (spans === undefined) return undefined;
  const own = grid!(spans);
  return form.parameterNames.map((name) => own[name] ?? start[name]!);
}

/**
 * What each input spans without a share of its values at both ends; undefined where one then has a single value.
 *
 * @param left below 0.5
 */
function spansOf(
  { variableNames }: Form,
  variables: readonly Float64Array[],
  left: number,
): InputSpans | undefined {
  const spans = variables.map((values): StartRange => {
    const first = Math.floor(left * values.length);
    if (first === 0) return extremes(values);
    const sorted = values.toSorted();
    return [sorted[first]!, sorted[values.length - 1 - first]!];
  });
  if (spans.some(([low, high]) => !(low < high))) return undefined;
  return Object.fromEntries(variableNames.map((name, v) => [name, spans[v]!]));
}

/** The form that a problem is solved by: its own, or the same function in the coordinates that its form has for the solver. */
export function solvedForm(
  problem: Pick<Problem, "form" | "lower" | "upper" | "training" | "startRange" | "priors">,
): Form {
  const { form, training, startRange, priors = [] } = problem;
  const other = form.inCoordinates;
  if (other === undefined || training !== undefined || startRange !== undefined) return form;
  if (priors.some(({ parameter }) => !other.parameterNames.includes(parameter))) return form;
  const { lower, upper } = boundsOf(problem);
  const fits = form.parameterNames.every((name, p) => {
    const q = other.parameterNames.indexOf(name);
    if (q < 0) {
      const isFree = lower[p] === form.lower[p] && upper[p] === form.upper[p];
      return isFree || (lower[p] === upper[p] && heldCoordinates(form, lower, upper, [p]).size > 0);
    }
    return lower[p]! <= other.upper[q]! && upper[p]! >= other.lower[q]!;
  });
  return fits ? other : form;
}

/**
 * The coordinates that are held where parameters of a form are, which say of themselves alone what they are: the width of a bend by its
 * steepness.
 *
 * @param which indices of the parameters that are looked at
 */
function heldCoordinates(
  form: Form,
  lower: Float64Array,
  upper: Float64Array,
  which: readonly number[],
): Map<string, number> {
  const { to, parameters } = form.record.coordinates!;
  const held = new Map<string, number>();
  for (const p of which) {
    const name = form.parameterNames[p]!;
    if (name in parameters || lower[p] !== upper[p]) continue;
    const unknown = Object.fromEntries(form.parameterNames.map((other) => [other, Number.NaN]));
    for (const [coordinate, value] of Object.entries(to({ ...unknown, [name]: lower[p]! })))
      if (Number.isFinite(value)) held.set(coordinate, value);
  }
  return held;
}

/** Share of an input's values that random starts leave out at both ends: the first checkpoints lie far from the others. */
const leftOut = 0.02;

/** A problem in the coordinates of its form, and the way back. */
interface InCoordinates {
  problem: Problem;
  /** The form's own parameters of one row of coordinates. */
  from(row: Float64Array): Float64Array;
  /** Whether a coordinate is on a bound that the problem does not have: on a limit of the form. */
  isAtLimit(row: Float64Array): boolean;
}

/**
 * Puts a problem into the coordinates of its form.
 *
 * @param problem in the units of the solver; `solvedForm` must have given another form for it
 */
function inCoordinates(problem: Problem, coordinates: FormCoordinates, other: Form): InCoordinates {
  const { form } = problem;
  const { lower, upper } = boundsOf(problem);
  const own = other.parameterNames.map((name) => form.parameterNames.indexOf(name));
  const spans = coordinates.startAmong && spansOf(form, problem.variables, leftOut);
  const held = heldCoordinates(form, lower, upper, [...form.parameterNames.keys()]);
  const heldAt = (q: number): number | undefined => held.get(other.parameterNames[q]!);
  const low = other.lower.map((bound, q) => heldAt(q) ?? Math.max(bound, lower[own[q]!] ?? bound));
  const high = other.upper.map((bound, q) => heldAt(q) ?? Math.min(bound, upper[own[q]!] ?? bound));
  const changed =
    (change: FormCoordinates["to"], from: readonly string[], to: readonly string[]) =>
    (row: Float64Array) => {
      const named = Object.fromEntries(from.map((name, i) => [name, row[i]!]));
      const made: Readonly<Record<string, number>> = { ...named, ...change(named) };
      return Float64Array.from(to, (name) => made[name]!);
    };
  const to = changed(coordinates.to, form.parameterNames, other.parameterNames);
  const within = (ranges: Readonly<Record<string, StartRange>>): StartRange[] =>
    other.parameterNames.map((name, q) =>
      startWithin(ranges[name] ?? coordinates.start[name]!, low[q]!, high[q]!),
    );
  return {
    problem: {
      ...problem,
      form: other,
      lower: low,
      upper: high,
      startRange: within(spans ? coordinates.startAmong!(spans) : {}),
      ...(spans && { gridRange: within({}) }),
      ...(problem.givenStarts && { givenStarts: problem.givenStarts.map(to) }),
    },
    from: changed(coordinates.from, other.parameterNames, form.parameterNames),
    isAtLimit: (row) =>
      row.some(
        (value, q) =>
          (value === low[q] && value !== lower[own[q]!] && own[q]! >= 0) ||
          (value === high[q] && value !== upper[own[q]!] && own[q]! >= 0),
      ),
  };
}

/** The scale of each variable and of the output, by name: what it is divided by. */
function scalesOf(
  { output, together = [], held = [], largest }: FormUnits,
  form: Form,
  variables: readonly Float64Array[],
  response: Float64Array,
): Record<string, number> {
  const scales: Record<string, number> = {};
  const valuesOf = (name: string): Float64Array => variables[form.variableNames.indexOf(name)]!;
  for (const names of together) {
    const scale = scaleOf(concatenated(names.map(valuesOf)));
    for (const name of names) scales[name] = scale;
  }
  for (const name of held) scales[name] = 1;
  for (const name of form.variableNames) {
    scales[name] ??= (largest && largestOf(valuesOf(name))) || scaleOf(valuesOf(name));
  }
  scales[form.output] = output ? scaleOf(response) : 1;
  return scales;
}

/** The largest of some values; 0 where none is positive, or one is not finite. */
function largestOf(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return Number.isFinite(most) ? most : 0;
}

function divided(values: Float64Array, by: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; ++i) out[i] = values[i]! / by;
  return out;
}

/** The geometric mean of positive values, else the mean of their sizes; 1 where that is 0 or not finite. */
function scaleOf(values: ArrayLike<number>): number {
  let logs = 0;
  let sizes = 0;
  for (let i = 0; i < values.length; ++i) {
    const size = Math.abs(values[i]!);
    logs += Math.log(size);
    sizes += size;
  }
  // The logarithm of 0 is -Infinity, that of no number NaN.
  const scale = Number.isFinite(logs) ? Math.exp(logs / values.length) : sizes / values.length;
  return scale > 0 && Number.isFinite(scale) ? scale : 1;
}

type Rescaler = (parameters: Float64Array) => Float64Array;

function rescaler(
  units: FormUnits,
  { parameterNames }: Form,
  by: Readonly<Record<string, number>>,
): Rescaler {
  const named: Record<string, number> = {};
  return (parameters) => {
    parameterNames.forEach((name, p) => {
      named[name] = parameters[p]!;
    });
    const changed = units.rescaled(named, by);
    return parameters.map((value, p) => changed[parameterNames[p]!] ?? value);
  };
}

/** A bound in the solver's units; NaN where it depends on other parameters. */
function scaledBound(toScaled: Rescaler, parameter: number, bound: number): number {
  if (!Number.isFinite(bound)) return bound;
  // A conversion that reads another parameter gives NaN.
  return toScaled(new Float64Array(parameter + 1).fill(Number.NaN).with(parameter, bound))[parameter]!;
}

/**
 * The problem in the units of the table, with start ranges that fit its data and lie within its bounds.
 *
 * @param scaledLower bounds in the solver's units; NaN where they depend on other parameters
 */
function startedInBox(
  problem: Problem,
  scales: Readonly<Record<string, number>>,
  scaledLower: Float64Array,
  scaledUpper: Float64Array,
): Problem {
  const { form } = problem;
  const { units } = form.record;
  const { lower, upper } = boundsOf(problem);
  const ranges = form.parameterNames.map((name, p) => {
    const [low, high] = [scaledLower[p]!, scaledUpper[p]!];
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
    // The range of a level is that of the middle slopes: over the range of all slopes most starts would lie far from the data.
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
  const changed: Record<string, number> = {};
  for (const key of Object.keys(values)) changed[key] = change(values[key]!);
  return changed;
}
