import { forms, getForm } from "../forms/registry.ts";
import type { Loss, Problem, Residual } from "../solve/problem.ts";

/** A problem that every backend must solve alike. */
export interface ConformanceProblem {
  /** Form, residual, loss and points: "chinchilla, log, huber, 24 points". */
  name: string;
  problem: Problem;
}

/** True parameters of each built-in form, in the form's order, and the range of its variables: [low, high] each. */
const truths: Readonly<Record<string, { parameters: number[]; ranges: [number, number][]; log: boolean }>> = {
  chinchilla: {
    parameters: [5, 6.5, 0.25, 0.28, 0.5],
    ranges: [
      [1e8, 1e10],
      [1e9, 1e12],
    ],
    log: true,
  },
  "power-law": { parameters: [3.4, 0.06], ranges: [[1e18, 1e23]], log: true },
  "power-law-offset": { parameters: [5, 0.12, 0.6], ranges: [[1e18, 1e23]], log: true },
  sigmoid: { parameters: [-0.6, 1.2, 4, 0.95], ranges: [[0.5, 2.2]], log: false },
  "log-sigmoid": { parameters: [-0.15, 1, 2], ranges: [[0.4, 2.5]], log: false },
  linear: { parameters: [0.2, 0.7], ranges: [[0.1, 3]], log: false },
  "single-step": {
    parameters: [5, 6.5, 0.25, 0.28, -2, -0.7, 0.9],
    ranges: [
      [1e8, 1e10],
      [1e9, 1e12],
    ],
    log: true,
  },
};

const residuals: readonly Residual[] = ["plain", "log"];
const losses: readonly Loss[] = [{ kind: "squared" }, { kind: "huber", delta: 1e-2 }];

/** Few points: a thread of a GPU a fit. Many: a warp a fit, begun on some of the points. */
const pointCounts = [24, 700];

/**
 * Every built-in form under every residual and loss, with few points and with many: what the conformance suite crosses
 * with the backends. A form without a truth here is an error, so that a new one is not left out.
 */
export function conformanceProblems(): ConformanceProblem[] {
  return [...forms.keys()].flatMap((form) =>
    residuals.flatMap((residual) =>
      losses.flatMap((loss) => pointCounts.map((points) => conformanceProblem(form, residual, loss, points))),
    ),
  );
}

/**
 * A form's true values with noise of a hundredth, and every ninth point off by 5 %: an outlier to Huber's loss. The same
 * numbers on every machine.
 * @throws Error for a form that has no truth here
 */
export function conformanceProblem(
  formName: string,
  residual: Residual,
  loss: Loss,
  points: number,
): ConformanceProblem {
  const form = getForm(formName);
  const truth = truths[formName];
  if (!truth) throw new Error(`form ${formName} has no conformance problem; add its true parameters`);
  // Multiples of an irrational number fill the interval evenly, in no order.
  const variables = truth.ranges.map(([low, high], v) =>
    Float64Array.from({ length: points }, (_, i) => {
      const t = ((i + 1) * (v === 0 ? 0.6180339887498949 : 0.41421356237309503)) % 1;
      return truth.log ? low * (high / low) ** t : low + (high - low) * t;
    }),
  );
  const response = Float64Array.from({ length: points }, (_, i) => {
    const value = form.value(
      truth.parameters,
      variables.map((x) => x[i]!),
    );
    return value * (1 + 0.01 * Math.sin(12.9898 * (i + 1)) + (i % 9 === 4 ? 0.05 : 0));
  });
  const name = `${formName}, ${residual}, ${loss.kind}, ${points} points`;
  return { name, problem: { form, variables, response, residual, loss, key: name } };
}
