import { expect, test } from "vitest";
import { autoregressiveNoise, randomStream } from "../../src/random.ts";

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const sd = (values: ArrayLike<number>) => {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - centre) ** 2)));
};
const draw = (key: string, count: number) => {
  const stream = randomStream(key);
  return Array.from({ length: count }, () => stream.normal());
};

test("a key names its numbers", () => {
  expect(draw("0/a", 5)).toEqual(draw("0/a", 5));
  const other = draw("0/b", 5);
  expect(draw("0/a", 5).every((value, i) => value !== other[i])).toBe(true);
});

test("streams that are open at once do not disturb each other", () => {
  const first = randomStream("first");
  const second = randomStream("second");
  const mixed = [first.normal(), second.normal(), first.normal(), second.normal()];
  const [a, b] = [draw("first", 2), draw("second", 2)];
  expect(mixed).toEqual([a[0], b[0], a[1], b[1]]);
});

test("normal numbers have mean 0, standard deviation 1 and the share beyond 1.96", () => {
  const values = draw("moments", 40_000);
  expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(40_000));
  expect(Math.abs(sd(values) - 1)).toBeLessThan(4 / Math.sqrt(2 * 40_000));
  const beyond = values.filter((value) => Math.abs(value) > 1.959964).length / 40_000;
  expect(Math.abs(beyond - 0.05)).toBeLessThan(0.005);
});

test("binomial numbers have the mean and variance of their law", () => {
  const stream = randomStream("binomial");
  const values = Array.from({ length: 5000 }, () => stream.binomial(100, 0.3));
  expect(Math.abs(mean(values) - 30)).toBeLessThan(4 * Math.sqrt(21 / 5000));
  expect(Math.abs(sd(values) ** 2 / 21 - 1)).toBeLessThan(0.09);
  expect([stream.binomial(10, 0), stream.binomial(10, 1), stream.binomial(0, 0.5)]).toEqual([0, 10, 0]);
});

test.each([0, 0.5, 0.9])("autoregressive noise of correlation %f is stationary", (rho) => {
  const length = 40_000;
  const noise = autoregressiveNoise(randomStream(`ar ${rho}`), length, 0.02, rho);
  // The effective number of independent values of a variance is length*(1 - rho^2)/(1 + rho^2).
  const tolerance = 4 / Math.sqrt((2 * length * (1 - rho ** 2)) / (1 + rho ** 2));
  expect(Math.abs(sd(noise) / 0.02 - 1)).toBeLessThan(tolerance);
  for (const lag of [1, 3]) {
    const products = Array.from(noise.subarray(lag), (value, i) => value * noise[i]!);
    expect(Math.abs(mean(products) / sd(noise) ** 2 - rho ** lag)).toBeLessThan(0.025);
  }
  // The first value has the same spread as the others: it is not a run-in.
  const firsts = Array.from(
    { length: 2000 },
    (_, i) => autoregressiveNoise(randomStream(`first ${i}`), 1, 0.02, rho)[0]!,
  );
  expect(Math.abs(sd(firsts) / 0.02 - 1)).toBeLessThan(4 / Math.sqrt(2 * 2000));
});

test("no noise is zero", () => {
  expect(autoregressiveNoise(randomStream("none"), 3, 0, 0.5).every((value) => value === 0)).toBe(true);
});
