import { expect, test } from "vitest";
import { drawsOf } from "../../../src/intervals/draws.ts";
import { bca, shareBelow } from "../../../src/intervals/kinds.ts";
import { randomStream } from "../../../src/random.ts";
import { hours, indices, leftOut, mean, resampled, sd } from "../air-conditioning.ts";
import { expectClose } from "../close.ts";

const draws = drawsOf(resampled(1999, sd));
const inputs = { estimate: sd(hours), draws, jackknife: [leftOut(hours, sd)] };

// scipy.stats.bootstrap with method="BCa"; see percentile.test.ts
test.each([
  [0.8, 67.89571630816738, 201.7196583803509, "ok"],
  [0.9, 61.93137576661698, 216.6637071242767, "ok"],
  [0.99, 44.38839328899577, 232.93030473337433, "few-draws"],
])("at level %f as SciPy", (level, lower, upper, status) => {
  const interval = bca.compute(inputs, level);
  expectClose(interval.lower, lower);
  expectClose(interval.upper, upper);
  expect(interval.status).toBe(status);
});

test("two strata, as SciPy with two samples", () => {
  // scipy.stats.bootstrap((hours[:5], hours[5:]), lambda x, y: mean(y) / mean(x), method="BCa", ...)
  const [x, y] = [hours.slice(0, 5), hours.slice(5)];
  const next = indices(420);
  const draw = (values: Float64Array) => mean(values.map(() => values[next() % values.length]!));
  const ratios = Float64Array.from({ length: 1999 }, () => {
    const below = draw(x);
    return draw(y) / below;
  });
  const jackknife = [leftOut(x, mean).map((m) => mean(y) / m), leftOut(y, mean).map((m) => m / mean(x))];
  const interval = bca.compute({ estimate: mean(y) / mean(x), draws: drawsOf(ratios), jackknife }, 0.9);
  expectClose(interval.lower, 4.554477613286075);
  expectClose(interval.upper, 29.661654135338345);
});

test("draws that equal the estimate count half", () => {
  expect(shareBelow(drawsOf(Float64Array.of(1, 2, 2, 3)), 2)).toBe(0.5);
});

test("the Monte Carlo error is what another set of draws changes, the bias correction's part included", () => {
  const stream = randomStream("BCa");
  const [sets, count] = [400, 1000];
  const jackknife = [Float64Array.of(0, 0.4, 0.5, 0.6, 0.65)]; // acceleration 0.1
  const lower = new Float64Array(sets);
  const upper = new Float64Array(sets);
  let [lowerError, upperError] = [0, 0];
  for (let set = 0; set < sets; set++) {
    const values = Float64Array.from({ length: count }, () => stream.normal());
    const interval = bca.compute({ estimate: 0.2, draws: drawsOf(values), jackknife }, 0.9);
    [lower[set], upper[set]] = [interval.lower, interval.upper];
    lowerError += interval.lowerError / sets;
    upperError += interval.upperError / sets;
  }
  // The standard deviation of 400 sets is known to 3.5 %; without the correction's part the errors would be 0.7 of it.
  expect(Math.abs(sd(lower) / lowerError - 1)).toBeLessThan(0.12);
  expect(Math.abs(sd(upper) / upperError - 1)).toBeLessThan(0.12);
});

test.each([
  ["all draws are above the estimate", { ...inputs, estimate: 0 }, "infinite-bias"],
  ["all draws are below it", { ...inputs, estimate: 1e6 }, "infinite-bias"],
  [
    "a left-out estimate is missing",
    { ...inputs, jackknife: [Float64Array.of(1, 2, Number.NaN, 4)] },
    "no-acceleration",
  ],
  ["two units", { ...inputs, jackknife: [Float64Array.of(1, 2)] }, "no-acceleration"],
  ["no unit has influence", { ...inputs, jackknife: [Float64Array.of(0.1, 0.1, 0.1)] }, "no-acceleration"],
  [
    "strata of one unit",
    { ...inputs, jackknife: [1, 2, 3].map((x) => Float64Array.of(x)) },
    "no-acceleration",
  ],
  ["no unit was left out", { estimate: 1, draws }, "missing-input"],
])("%s", (_, given, status) => {
  const interval = bca.compute(given, 0.9);
  expect(interval).toMatchObject({ status, lower: Number.NaN, upper: Number.NaN, draws: 1999, dropped: 0 });
});

test("one unit moves the estimate too far for the level", () => {
  const jackknife = [Float64Array.from({ length: 40 }, (_, i) => (i === 0 ? -1 : 0))];
  expect(bca.compute({ ...inputs, estimate: 215, jackknife }, 0.9999).status).toBe("acceleration-too-large");
});

test("draws without spread are said to be so", () => {
  const constant = drawsOf(new Float64Array(50).fill(3));
  expect(
    bca.compute({ estimate: 3, draws: constant, jackknife: [new Float64Array(8).fill(3)] }, 0.9),
  ).toMatchObject({
    status: "no-spread",
    lower: 3,
    upper: 3,
  });
});
