import type { Problem } from "../solve/problem.ts";

/** A term that is smaller than this share of the form's value at every point is lost. */
const share = 1e-6;

/**
 * Fits in which a power-law term of the form is lost: it is next to nothing at every point, so that its scale and its
 * exponent are not known. What such a fit predicts is known all the same: it is not degenerate, but worth counting.
 *
 * @param parameters fits x parameters of the form, row-major
 */
export function countLostTerms({ form, variables, response }: Problem, parameters: Float64Array): number {
  if (form.logTerms.length === 0) return 0;
  const width = form.parameterNames.length;
  const inputs = Array.from(response, (_, q) => Float64Array.from(variables, (variable) => variable[q]!));
  const columns = inputs.map((input) => {
    const values = new Float64Array(form.columns.length);
    form.columnValues(input, values);
    return values;
  });
  const isLost = (own: Float64Array): boolean =>
    form.logTerms.some(({ level, levelSign, slopes }) =>
      inputs.every((input, q) => {
        let exponent = levelSign * own[level]!;
        for (const { parameter, column, sign } of slopes) {
          exponent += sign * own[parameter]! * columns[q]![column]!;
        }
        return Math.exp(exponent) < share * Math.abs(form.value(own, input));
      }),
    );
  let lost = 0;
  for (let first = 0; first < parameters.length; first += width) {
    if (isLost(parameters.subarray(first, first + width))) lost++;
  }
  return lost;
}
