import { getForm } from "../../src/forms/registry.ts";
import type { Fit } from "../../src/identifiability/fit.ts";
import type { PointRuns } from "../../src/methods/method.ts";
import type { Loss, Problem } from "../../src/solve/problem.ts";
import { quickForm } from "../forms/helpers.ts";

/** Every point a run of its own: r0, r1, ... */
export function onePointEach(points: number): PointRuns {
  return { runs: Array.from({ length: points }, (_, i) => `r${i}`), runLengths: new Array(points).fill(1) };
}

const lineX = [0.2, 0.5, 0.9, 1.3, 1.6, 2.1, 2.2, 2.9, 3.1, 3.8, 4.4, 5.0];
const lineY = [1.31, 1.62, 1.98, 2.71, 2.62, 3.35, 3.89, 4.31, 4.18, 5.29, 5.41, 6.52];

/** Four runs of 3, 2, 4 and 3 points. */
export const fourRuns: PointRuns = { runs: ["p", "q", "r", "s"], runLengths: [3, 2, 4, 3] };

/** Twelve points about a straight line. */
export function lineProblem(loss: Loss = { kind: "squared" }): Problem {
  return {
    form: getForm("linear")!,
    variables: [Float64Array.from(lineX)],
    response: Float64Array.from(lineY),
    loss,
    residual: "plain",
    key: "line",
  };
}

/** The least squares line through them, as numpy.linalg.lstsq has it. */
export function lineFit(runs: PointRuns = onePointEach(lineX.length)): Fit {
  const parameters = Float64Array.of(1.1529830053667247, 1.048364426271403);
  return { problem: lineProblem(), parameters, runs };
}

/** Six points about a power law with an offset: three parameters, strongly curved. */
export function curvedProblem(): Problem {
  return {
    form: getForm("power-law-offset")!,
    variables: [Float64Array.of(1, 2, 3, 5, 7, 10)],
    response: Float64Array.of(3.1, 2.62, 2.31, 2.1, 1.95, 1.92),
    loss: { kind: "squared" },
    residual: "plain",
    lower: new Float64Array(3),
    upper: new Float64Array(3).fill(Number.POSITIVE_INFINITY),
    startRange: [
      [0, 2],
      [0, 2],
      [0, 2],
    ],
    key: "curved",
  };
}

const linkRuns: PointRuns = {
  runs: ["r1", "r2", "r3", "r4", "r5", "r6"],
  runLengths: [3, 3, 3, 2, 3, 2],
};

/**
 * A chain: a law on six runs, a link on checkpoints of five of them and one more, and an anchor, whose offset is fixed.
 * Parameters are SciPy's.
 */
export const chain: { law: Fit; link: Fit } = {
  law: {
    problem: {
      form: quickForm("y = A*C^(-alpha) + E", "A alpha E", "C"),
      variables: [Float64Array.of(1, 2, 4, 8, 16, 32)],
      response: Float64Array.of(1.62, 1.31, 1.17, 0.98, 0.93, 0.84),
      loss: { kind: "squared" },
      residual: "log",
      key: "law",
    },
    parameters: Float64Array.of(0.9153421650745975, 0.5212782091238027, 0.6959260983804582),
    runs: onePointEach(6),
  },
  link: {
    problem: {
      form: getForm("sigmoid")!,
      variables: [
        Float64Array.of(
          ...[1.5, 1.38, 1.33, 1.3, 1.2, 1.16, 1.1, 1.02, 0.97],
          ...[1.05, 0.95, 0.96, 0.9, 0.85, 1.45, 1.25, 0],
        ),
      ],
      response: Float64Array.of(
        ...[0.27, 0.3, 0.33, 0.32, 0.36, 0.38, 0.41, 0.43, 0.46],
        ...[0.42, 0.47, 0.49, 0.52, 0.55, 0.25, 0.33, 1],
      ),
      loss: { kind: "squared" },
      residual: "plain",
      lower: Float64Array.of(-1, 0, 0, 1),
      upper: Float64Array.of(0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1),
      key: "link",
    },
    parameters: Float64Array.of(-0.7568855227470078, 0.7702577368821711, 4.218089737985191, 1),
    runs: linkRuns,
  },
};
