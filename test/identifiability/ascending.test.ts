import { expect, test } from "vitest";
import { ascending } from "../../src/identifiability/ascending.ts";
import { randomStream } from "../../src/random.ts";

test("places are those of a stable sort, whatever the sizes and signs of the numbers", () => {
  const stream = randomStream("ascending");
  const special = [0, -0, 1, -1, Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE, 1 + Number.EPSILON];
  const drawn = Array.from({ length: 500 }, () => stream.uniform(-1, 1) * 10 ** stream.uniform(-300, 300));
  for (const numbers of [
    [],
    [3],
    special,
    drawn,
    [...special, ...drawn, ...special, ...drawn.slice(0, 90)],
  ]) {
    const sorted = numbers
      .map((_, i) => i)
      .sort((a, b) => (numbers[a]! < numbers[b]! ? -1 : numbers[a]! > numbers[b]! ? 1 : a - b));
    expect(Array.from(ascending(Float64Array.from(numbers)))).toEqual(sorted);
  }
});
