import type { LogTerm } from "../forms/form.ts";
import type { Problem } from "./problem.ts";

/** A term that is smaller than this share of the form's value at every point is lost. */
const share = 1e-6;

/** A form and its points, as its log-terms see them. */
function termsAt({ form, variables, response }: Problem) {
  const inputs = Array.from(response, (_, q) => Float64Array.from(variables, (variable) => variable[q]!));
  const columns = inputs.map((input) => {
    const values = new Float64Array(form.columns.length);
    form.columnValues(input, values);
    return values;
  });
  /** Logarithm of a term at a point. */
  const logOf = ({ level, levelSign, slopes }: LogTerm, own: Float64Array, q: number): number =>
    slopes.reduce(
      (sum, { parameter, column, sign }) => sum + sign * own[parameter]! * columns[q]![column]!,
      levelSign * own[level]!,
    );
  const isLost = (term: LogTerm, own: Float64Array): boolean =>
    inputs.every((input, q) => Math.exp(logOf(term, own, q)) < share * Math.abs(form.value(own, input)));
  /** Whether a term is lost, or is the same at every point, as one without an exponent is: an offset. */
  const isIdle = (term: LogTerm, own: Float64Array): boolean => {
    const values = inputs.map((_, q) => Math.exp(logOf(term, own, q)));
    const size = Math.max(...inputs.map((input) => Math.abs(form.value(own, input))));
    return Math.max(...values) - Math.min(...values) < share * size;
  };
  return { logOf, isLost, isIdle };
}

/**
 * Fits in which a power-law term of the form is lost: it is next to nothing at every point, so that its scale and its
 * exponent are not known.
 *
 * @param parameters fits x parameters of the form, row-major
 */
export function countLostTerms(problem: Problem, parameters: Float64Array): number {
  const { form } = problem;
  if (form.logTerms.length === 0) return 0;
  const { isLost } = termsAt(problem);
  const width = form.parameterNames.length;
  let lost = 0;
  for (let first = 0; first < parameters.length; first += width) {
    const own = parameters.subarray(first, first + width);
    if (form.logTerms.some((term) => isLost(term, own))) lost++;
  }
  return lost;
}

/** Exponents that a term is given back with: those of published laws. */
const [LEAST_EXPONENT, MOST_EXPONENT] = [0.3, 1];

/** Parts of the mean response that it is given back. */
const PARTS = [0.1, 0.3, 0.6];

/**
 * Parameters in which each term of a fit that is lost, an offset, or steeper than laws are (it follows the noise of a few runs) is there again: a part of the mean response, with an exponent that laws have. The others
 * are as they were; the level of the term is named, to be held while they make up for it.
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
      const own = parameters.slice();
      for (const { parameter } of term.slopes) {
        own[parameter] = Math.min(Math.max(own[parameter]!, LEAST_EXPONENT), MOST_EXPONENT);
      }
      const now = response.reduce((sum, _, q) => sum + logOf(term, own, q), 0) / response.length;
      own[term.level] = own[term.level]! + term.levelSign * (Math.log(part * mean) - now);
      return { parameters: own, level: term.level };
    });
}
