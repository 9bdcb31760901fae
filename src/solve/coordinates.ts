import type { Form, FormCoordinates } from "../forms/form.ts";
import { boundsOf, type Problem, startWithin } from "./problem.ts";

/** The form that a problem is solved by: its own, or the same function in the coordinates that its form has for the solver. */
export function solvedForm(
  problem: Pick<Problem, "form" | "lower" | "upper" | "training" | "startRange">,
): Form {
  const { form, training, startRange } = problem;
  const other = form.inCoordinates;
  if (other === undefined || training !== undefined || startRange !== undefined) return form;
  const { lower, upper } = boundsOf(problem);
  const fits = form.parameterNames.every((name, p) => {
    const q = other.parameterNames.indexOf(name);
    if (q < 0) return lower[p] === form.lower[p] && upper[p] === form.upper[p];
    return lower[p]! <= other.upper[q]! && upper[p]! >= other.lower[q]!;
  });
  return fits ? other : form;
}

/** A problem in the coordinates of its form, and the way back. */
export interface InCoordinates {
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
export function inCoordinates(problem: Problem, coordinates: FormCoordinates, other: Form): InCoordinates {
  const { form } = problem;
  const { lower, upper } = boundsOf(problem);
  const own = other.parameterNames.map((name) => form.parameterNames.indexOf(name));
  const low = other.lower.map((bound, q) => Math.max(bound, lower[own[q]!] ?? bound));
  const high = other.upper.map((bound, q) => Math.min(bound, upper[own[q]!] ?? bound));
  const changed =
    (change: FormCoordinates["to"], from: readonly string[], to: readonly string[]) =>
    (row: Float64Array) => {
      const named = Object.fromEntries(from.map((name, i) => [name, row[i]!]));
      const made: Readonly<Record<string, number>> = { ...named, ...change(named) };
      return Float64Array.from(to, (name) => made[name]!);
    };
  const to = changed(coordinates.to, form.parameterNames, other.parameterNames);
  return {
    problem: {
      ...problem,
      form: other,
      lower: low,
      upper: high,
      startRange: other.parameterNames.map((name, q) =>
        startWithin(coordinates.start[name]!, low[q]!, high[q]!),
      ),
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
