import { describe, expect, test } from "vitest";
import { objective, type PeerProblem, plainForms } from "../../src/throughput/exchange.ts";
import { chinchillaProblem, sigmoidProblem } from "./problems.ts";

describe("objective", () => {
  // A curve of height 2 everywhere: exp(0) + exp(0) + 0, so the residuals are known.
  const flat = (change: Partial<PeerProblem>) =>
    chinchillaProblem({
      columns: [
        [0, 0],
        [0, 0],
      ],
      residual: "plain",
      ...change,
    });

  test("squared loss is half the square of each residual", () => {
    const problem = flat({ response: [2.5, 1], loss: { kind: "squared" } });
    expect(objective(problem, [0, 0, 0, 0, 0])).toBe(0.5 * 0.25 + 0.5);
  });

  test("Huber's loss is linear beyond delta and continuous at it", () => {
    const problem = flat({ response: [2.5, 5], loss: { kind: "huber", delta: 1 } });
    expect(objective(problem, [0, 0, 0, 0, 0])).toBe(0.5 * 0.25 + 1 * (3 - 0.5));
    const at = (response: number) =>
      objective(flat({ response: [response, 2], loss: { kind: "huber", delta: 1 } }), [0, 0, 0, 0, 0]);
    expect(at(3 + 1e-9)).toBeCloseTo(at(3 - 1e-9), 8);
  });

  test("residuals of logarithms", () => {
    const problem = flat({ response: [2 * Math.E, 2], residual: "log", loss: { kind: "squared" } });
    expect(objective(problem, [0, 0, 0, 0, 0])).toBeCloseTo(0.5, 14);
  });
});

describe.each([chinchillaProblem(), sigmoidProblem()])("$form", (problem) => {
  test("gradient agrees with finite differences", () => {
    const form = plainForms[problem.form];
    const at = problem.starts[0]!;
    const x = (column: number) => problem.columns[column]![5]!;
    form.gradient(at, x).forEach((slope, j) => {
      const moved = (step: number) =>
        form.value(
          at.map((value, k) => (k === j ? value + step : value)),
          x,
        );
      expect(slope).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 7);
    });
  });
});
