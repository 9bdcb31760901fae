import { describe, expect, test } from "vitest";
import { noiseShapes } from "../../bench/coverage/noise.ts";
import { randomStream } from "../../src/random.ts";

const draws = 20_000;

function effects(name: string, n: number): { loss: Float64Array; score: Float64Array } {
  const stream = randomStream(`noise of ${name}`);
  const all = Array.from({ length: draws }, () =>
    noiseShapes.get(name)!.draw(stream, n, () => randomStream(`shared of ${name}`)),
  );
  return {
    loss: Float64Array.from(all, ({ loss }) => loss),
    score: Float64Array.from(all, ({ score }) => score),
  };
}

const mean = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const product = (a: Float64Array, b: Float64Array): number => mean(a.map((x, i) => x * b[i]!));
const sd = (values: Float64Array): number => Math.sqrt(product(values, values) - mean(values) ** 2);

describe.each([
  ["normal", 1, 1],
  ["small-noisier", Math.SQRT1_2, Math.SQRT2],
  ["large-noisier", Math.SQRT2, Math.SQRT1_2],
  ["tied", 1, 1],
])("%s", (name, atLarge, atSmall) => {
  test.each([
    [1e9, atLarge],
    [2.5e8, atSmall],
  ])("at %f parameters effects have their standard deviation", (n, wanted) => {
    const { loss, score } = effects(name, n);
    expect(Math.abs(mean(loss))).toBeLessThan(0.04 * wanted);
    expect(Math.abs(sd(loss) / wanted - 1)).toBeLessThan(0.03);
    expect(Math.abs(sd(score) / wanted - 1)).toBeLessThan(0.03);
  });
});

test("heavy tails: the quartiles and the far tail of Student's t with 3 degrees of freedom, scaled to 1", () => {
  const sorted = effects("heavy-tails", 1e9).loss.sort();
  // scipy.stats.t.ppf(0.75, 3) / sqrt(3) and ppf(0.99, 3) / sqrt(3)
  expect(Math.abs(sorted[0.75 * draws]! / 0.44159 - 1)).toBeLessThan(0.04);
  expect(Math.abs(sorted[0.99 * draws]! / 2.62157 - 1)).toBeLessThan(0.1);
});

test.each([
  ["normal", 0],
  ["tied", -0.8],
])("%s: correlation of score and loss %f", (name, wanted) => {
  const { loss, score } = effects(name, 1e9);
  expect(Math.abs(product(loss, score) / (sd(loss) * sd(score)) - wanted)).toBeLessThan(0.03);
});
