import { getOrInsert } from "../collections.ts";
import type { Form } from "../forms/form.ts";
import { formOf, type PlainForm, plainForm } from "../forms/plain-form.ts";
import type { Problem, Solution } from "../solve/problem.ts";
import type { SolvedFit } from "./card.ts";
import { type FitStudy, studyFit } from "./study.ts";

/** A fit as a thread is given it. */
export interface SentFit extends Pick<SolvedFit, "runs" | "flops" | "budgets"> {
  problem: Omit<Problem, "form"> & { form: PlainForm };
  solution: Solution;
}

/** What a thread is to be given of a fit. */
export function sentFit({
  problem,
  solution,
  runs: { runs, runLengths },
  flops,
  budgets,
}: SolvedFit): SentFit {
  const { form, variables, response, weights, sigma, lower, upper } = problem;
  return {
    problem: {
      // What a problem has beside its arrays is sent with it, whatever it is.
      ...problem,
      form: plainForm(form),
      variables: variables.map(alone),
      response: alone(response),
      ...(weights && { weights: alone(weights) }),
      ...(sigma && { sigma: alone(sigma) }),
      ...(lower && { lower: alone(lower) }),
      ...(upper && { upper: alone(upper) }),
      givenStarts: [],
    },
    // Other starts' ends say nothing of the points.
    solution: { ...solution, parameters: alone(solution.parameters), alternatives: [] },
    runs: { runs, runLengths },
    ...(flops && { flops }),
    ...(budgets && { budgets }),
  };
}

/** An array without the rest of its buffer, which would be copied with it. */
function alone(array: Float64Array): Float64Array {
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
}

/** Forms of earlier parts. */
const forms = new Map<number, Form>();

/** Studies fits of one thread on this one, in order. */
export default function studyFits(fits: readonly SentFit[]): FitStudy[] {
  return fits.map(({ problem, ...fit }) => {
    const form = getOrInsert(forms, problem.form.id, () => formOf(problem.form));
    return studyFit({ ...fit, problem: { ...problem, form } });
  });
}
