import { expect, test } from "vitest";
import { conformalReach } from "../../src/intervals/past-errors.ts";
import { randomStream } from "../../src/random.ts";

test("errors are taken by their scales", () => {
  const past = { errors: Float64Array.of(1, -4, 9), scales: Float64Array.of(1, 2, 3), scale: 10 };
  // 1, 2, 3 in their scales; the second of three is at level 0.5.
  expect(conformalReach(past, 0.5)).toEqual({ reach: 20, used: 3, dropped: 0 });
});

test("the promise is kept, and not by much", () => {
  const stream = randomStream("conformal");
  const [sets, past] = [4000, 12];
  const error = () => Math.exp(stream.normal()) - 1;
  let hits = 0;
  for (let set = 0; set < sets; set++) {
    const errors = Float64Array.from({ length: past }, error);
    const actual = -error(); // of a prediction 0
    const { reach } = conformalReach({ errors }, 0.7);
    if (Math.abs(actual) <= reach) hits++;
  }
  // ceil(13 x 0.7) / 13 = 10/13; four standard deviations of 4,000 trials.
  expect(Math.abs(hits / sets - 10 / 13)).toBeLessThan(4 * Math.sqrt(0.18 / sets));
});

test.each([
  [{ errors: Float64Array.of(1, 2), scales: Float64Array.of(1) }, "1 scales of 2 errors"],
  [{ errors: Float64Array.of(1), scales: Float64Array.of(0) }, "scale 0 of a past error; allowed: above 0"],
  [{ errors: Float64Array.of(1), scale: -1 }, "scale -1; allowed: above 0"],
])("scales that are none are refused", (past, message) => {
  expect(() => conformalReach(past, 0.5)).toThrow(message);
});
