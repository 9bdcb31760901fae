import { Matrix, solve } from "ml-matrix";
import { expect, test } from "vitest";
import { dampedStep, triangle } from "../../../src/solve/tfjs/step.ts";
import { deviceNamed } from "./device.ts";

/** Level 0 answers to slopes 1 and 2 in the shifted coordinates, q0 = p0 + 2 p1 - 0.5 p2; 3 is of its own. */
const links = [
  { level: 0, slope: 1, columns: [] },
  { level: 0, slope: 2, columns: [] },
];
const coefficients = [2, -0.5];
/** In the shifted coordinates. */
const matrix = new Matrix([
  [4, 1, 0.5, 0.2],
  [1, 3, 0.3, 0.1],
  [0.5, 0.3, 2, 0.4],
  [0.2, 0.1, 0.4, 1],
]);
const gradient = [1, -2, 0.5, 0.7];

const toShifted = Matrix.eye(4, 4);
links.forEach(({ level, slope }, k) => {
  toShifted.set(level, slope, coefficients[k]!);
});

/** The step in the user's coordinates, by elimination in float64: fixed parameters move by what is said. */
function reference(fixed: readonly number[], moved: readonly number[]): number[] {
  const own = toShifted.transpose().mmul(matrix).mmul(toShifted);
  const slopes = toShifted.transpose().mmul(Matrix.columnVector(gradient));
  const free = fixed.flatMap((isFixed, i) => (isFixed ? [] : [i]));
  const right = free.map((i) => -slopes.get(i, 0) - moved.reduce((sum, d, m) => sum + own.get(i, m) * d, 0));
  const found = solve(own.selection(free, free), Matrix.columnVector(right)).to1DArray();
  const step = [...moved];
  free.forEach((i, place) => {
    step[i] = found[place]!;
  });
  return step;
}

test.each([
  ["nothing fixed", [0, 0, 0, 0], [0, 0, 0, 0]],
  ["a level fixed", [1, 0, 0, 0], [0, 0, 0, 0]],
  ["a slope fixed", [0, 1, 0, 0], [0, 0, 0, 0]],
  ["a level at a wall", [1, 0, 0, 0], [0.3, 0, 0, 0]],
  ["a level fixed, a slope and another at walls", [1, 0, 1, 1], [0, 0, -0.2, 0.1]],
])("%s: the step is that of the user's coordinates", async (_, fixed, moved) => {
  const { tf } = await deviceNamed("wasm");
  const one = (x: number) => tf.tensor1d([x]);
  const step = tf.tidy(() => {
    const elements = gradient.flatMap((_, i) =>
      gradient.slice(0, i + 1).map((_, j) => one(matrix.get(i, j))),
    );
    expect(elements).toHaveLength(triangle(3, 3) + 1);
    const problem = {
      gradient: gradient.map(one),
      matrix: elements,
      lambda: one(0),
      dampingFloor: 1e-7,
      links,
      coefficients: coefficients.map(one),
    };
    return dampedStep(tf, problem, fixed.map(one), moved.map(one)).map((s) => s.dataSync()[0]!);
  });
  const inUsers = solve(toShifted, Matrix.columnVector(step)).to1DArray();
  reference(fixed, moved).forEach((s, i) => {
    expect(inUsers[i]!).toBeCloseTo(s, 4);
  });
});
