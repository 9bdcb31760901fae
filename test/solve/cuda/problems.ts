import { getForm } from "../../../src/forms/registry.ts";
import type { Problem } from "../../../src/solve/problem.ts";

/** Ladders of 16 points, each with a law and disturbances of its own. */
export function smallProblems(count: number): Problem[] {
  const form = getForm("chinchilla");
  const n = Float64Array.from({ length: 16 }, (_, i) => 1e8 * 4 ** (i % 4));
  const d = Float64Array.from({ length: 16 }, (_, i) => 1e10 * 3 ** Math.floor(i / 4));
  return Array.from({ length: count }, (_, k) => ({
    form,
    variables: [n, d],
    response: n.map(
      (size, i) => 400 / size ** 0.34 + (300 + k) / d[i]! ** 0.28 + 1.7 + 0.01 * Math.sin(i * (k + 1)),
    ),
    loss: { kind: "huber", delta: 1e-3 },
    residual: "log",
    key: `ladder ${k}`,
  }));
}

/** A sigmoid through many points: more than a thread takes alone. */
export function largeProblem(points = 700): Problem {
  const x = Float64Array.from({ length: points }, (_, i) => 0.4 + (1.2 * i) / points);
  return {
    form: getForm("sigmoid"),
    variables: [x],
    response: x.map((value, i) => 0.25 + 0.6 / (1 + Math.exp(9 * (value - 0.9))) + 0.01 * Math.sin(7 * i)),
    loss: { kind: "huber", delta: 0.05 },
    residual: "plain",
    key: `sigmoid ${points}`,
  };
}
