import type { LogTerm } from "../forms/form.ts";
import type { Problem } from "./problem.ts";

/** A term that is smaller at every point than this share of the form's value is lost. */
const share = 1e-6;

/** The log-terms of a form at the points of a problem. */
function termsAt({ form, variables, response }: Problem) {
  const inputs = Array.from(response, (_, q) => Float64Array.from(variables, (variable) => variable[q]!));
  const columns = inputs.map((input) => {
    const values = new Float64Array(form.columns.length);
    form.columnValues(input, values);
    return values;
  });
  /** The logarithm of a term at point q. */
  const logOf = (term: LogTerm, parameters: Float64Array, q: number): number =>
    logOfTerm(term, parameters, 0, columns[q]!);
  const isLost = (term: LogTerm, parameters: Float64Array): boolean =>
    inputs.every(
      (input, q) => Math.exp(logOf(term, parameters, q)) < share * Math.abs(form.value(parameters, input)),
    );
  /** Whether a term is lost, or is the same at every point, like an offset. */
  const isIdle = (term: LogTerm, parameters: Float64Array): boolean => {
    const values = inputs.map((_, q) => Math.exp(logOf(term, parameters, q)));
    const size = Math.max(...inputs.map((input) => Math.abs(form.value(parameters, input))));
    return Math.max(...values) - Math.min(...values) < share * size;
  };
  return { columns, logOf, isLost, isIdle };
}

/** The logarithm of a term at a point with these columns; `first` is the place of the first parameter. */
function logOfTerm(
  { level, levelSign, slopes }: LogTerm,
  parameters: Float64Array,
  first: number,
  columns: Float64Array,
): number {
  let sum = levelSign * parameters[first + level]!;
  for (const { parameter, column, sign } of slopes)
    sum += sign * parameters[first + parameter]! * columns[column]!;
  return sum;
}

/**
 * Number of fits in which a power-law term of the form is lost: it is nearly 0 at every point, so that neither its scale nor its
 * exponent is determined.
 *
 * @param parameters fits x parameters, row-major
 */
export function countLostTerms(problem: Problem, parameters: Float64Array): number {
  const { form } = problem;
  if (form.logTerms.length === 0) return 0;
  const width = form.parameterNames.length;
  const fits = parameters.length / width;
  // A term that is there at the first point is not lost, and nearly all are.
  const input = Float64Array.from(problem.variables, (variable) => variable[0]!);
  const first = new Float64Array(form.columns.length);
  form.columnValues(input, first);
  const values = new Float64Array(fits);
  form.valueOfRows(parameters, [...input], values);
  let all: ReturnType<typeof termsAt> | undefined;
  let lost = 0;
  for (let i = 0; i < fits; i++) {
    const limit = share * Math.abs(values[i]!);
    let mayBeLost = false;
    for (let t = 0; t < form.logTerms.length && !mayBeLost; t++) {
      mayBeLost = Math.exp(logOfTerm(form.logTerms[t]!, parameters, i * width, first)) < limit;
    }
    if (!mayBeLost) continue;
    all ??= termsAt(problem);
    const { isLost } = all;
    const fit = parameters.subarray(i * width, (i + 1) * width);
    if (form.logTerms.some((term) => isLost(term, fit))) lost++;
  }
  return lost;
}

/** Range of the exponents of restored terms: that of published laws. */
const [LEAST_EXPONENT, MOST_EXPONENT] = [0.3, 1];

/** Sizes of restored terms, relative to the mean response. */
const PARTS = [0.1, 0.3, 0.6];

/**
 * Parameters in which terms of a fit are restored, one at a time: terms that are lost, are the same at every point, or are steeper
 * than published laws, which follow the noise of a few runs. A restored term is a part of the mean response and has the exponent of
 * a published law; all other parameters are unchanged.
 *
 * @returns of each term and size the parameters, and the index of the term's level, which may be held while the others adapt
 */
export function withLostTerms(
  problem: Problem,
  parameters: Float64Array,
): { parameters: Float64Array; level: number }[] {
  const { form, response } = problem;
  if (form.logTerms.length === 0) return [];
  const { logOf, isIdle } = termsAt(problem);
  const mean = response.reduce((sum, y) => sum + Math.abs(y), 0) / response.length;
  return form.logTerms
    .filter((term) => {
      const isSteep = term.slopes.some(({ parameter }) => parameters[parameter]! > MOST_EXPONENT);
      return isSteep || isIdle(term, parameters);
    })
    .flatMap((term) => PARTS.map((part) => ({ term, part })))
    .map(({ term, part }) => {
      const restored = parameters.slice();
      for (const { parameter } of term.slopes) {
        restored[parameter] = Math.min(Math.max(restored[parameter]!, LEAST_EXPONENT), MOST_EXPONENT);
      }
      const now = response.reduce((sum, _, q) => sum + logOf(term, restored, q), 0) / response.length;
      restored[term.level] = restored[term.level]! + term.levelSign * (Math.log(part * mean) - now);
      return { parameters: restored, level: term.level };
    });
}
