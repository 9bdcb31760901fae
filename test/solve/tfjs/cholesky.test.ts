import { Matrix, solve } from "ml-matrix";
import { expect, test } from "vitest";
import type { Tensor } from "../../../src/solve/tfjs/devices.ts";
import { solvePositiveDefinite } from "../../../src/solve/tfjs/step.ts";
import { seededRandom } from "../../forms/helpers.ts";
import { deviceNamed } from "./device.ts";

/** Elements [systems] of the lower triangles, and of the right sides. */
async function solutions(matrices: readonly Matrix[], rights: readonly number[][]): Promise<number[][]> {
  const { tf } = await deviceNamed("wasm");
  const size = rights[0]!.length;
  return tf.tidy(() => {
    const elements: Tensor[] = [];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) elements.push(tf.tensor1d(matrices.map((matrix) => matrix.get(i, j))));
    }
    const right = rights[0]!.map((_, i) => tf.tensor1d(rights.map((one) => one[i]!)));
    const x = solvePositiveDefinite(tf, elements, right).map((element) => [...element.dataSync()]);
    return rights.map((_, system) => x.map((element) => element[system]!));
  });
}

test.each([1, 2, 5, 9])(
  "systems of %i unknowns, of scales far apart, are solved each by itself",
  async (size) => {
    const random = seededRandom(size);
    const scales = Array.from({ length: size }, (_, i) => 10 ** ((4 * i) % 7));
    const matrices = Array.from({ length: 20 }, () => {
      const factor = Matrix.rand(size, size, { random });
      const matrix = factor.mmul(factor.transpose()).add(Matrix.eye(size, size, 0.5));
      return new Matrix(matrix.to2DArray().map((row, i) => row.map((x, j) => x * scales[i]! * scales[j]!)));
    });
    const rights = matrices.map(() => scales.map((scale) => scale * (random() - 0.5)));
    const ours = await solutions(matrices, rights);
    matrices.forEach((matrix, m) => {
      const theirs = solve(matrix, Matrix.columnVector(rights[m]!)).to1DArray();
      const largest = Math.max(...theirs.map((x, i) => Math.abs(x * scales[i]!)));
      theirs.forEach((x, i) => {
        expect(Math.abs(ours[m]![i]! - x) * scales[i]!).toBeLessThan(1e-4 * largest);
      });
    });
  },
);

test("where a matrix is not positive definite the step is finite and goes downhill", async () => {
  const matrix = new Matrix([
    [1, 2, 0],
    [2, 1, 0],
    [0, 0, 3],
  ]);
  const gradient = [0.3, -0.2, 0.6];
  const [x] = await solutions([matrix], [gradient.map((g) => -g)]);
  expect(x!.every(Number.isFinite)).toBe(true);
  expect(x!.reduce((sum, s, i) => sum + s * gradient[i]!, 0)).toBeLessThan(0);
});
