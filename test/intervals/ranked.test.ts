import { expect, test } from "vitest";
import { Ranked } from "../../src/intervals/ranked.ts";
import { randomStream } from "../../src/random.ts";

const { POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number;
const stream = randomStream("ranks");
const random = Float64Array.from({ length: 3000 }, () => stream.normal());

/** Orders that sorting by pivots is known to be slow or wrong on. */
const lists: Readonly<Record<string, Float64Array>> = {
  "random values": random,
  "ascending values": random.slice().sort(),
  "descending values": random.slice().sort().reverse(),
  "few different values": random.map((value) => Math.round(value) + 0),
  "one value": new Float64Array(500).fill(3),
  "an organ pipe": Float64Array.from({ length: 1001 }, (_, i) => Math.min(i, 1000 - i)),
  "infinite ends": Float64Array.of(...random.subarray(0, 100), up, down, up, down, down),
  "a single value": Float64Array.of(1),
};

test.each(Object.entries(lists))(
  "every rank of %s is that of the sorted list, in any order of asking",
  (name, values) => {
    const sorted = values.slice().sort();
    const order = randomStream(name);
    const ranked = new Ranked(values.slice());
    expect(ranked.length).toBe(values.length);
    for (let i = 0; i < 2 * values.length; i++) {
      const rank = Math.floor(order.uniform(-values.length, values.length));
      expect(ranked.at(rank)).toBe(sorted.at(rank));
    }
  },
);

test("there is no value beyond the ends", () => {
  const ranked = new Ranked(Float64Array.of(2, 1));
  expect([-3, -2, 0, 1, 2].map((rank) => ranked.at(rank))).toEqual([undefined, 1, 1, 2, undefined]);
  expect(new Ranked(new Float64Array(0)).at(0)).toBeUndefined();
});

test("values whose pivots divide badly are still ranked in little time", () => {
  // Musser's sequence, on which the median of three takes the square of the number of values.
  const half = 20_000;
  const values = new Float64Array(2 * half);
  for (let i = 1; i <= half; i++) {
    values[i - 1] = i % 2 === 1 ? i : half + i - 1;
    values[half + i - 1] = 2 * i;
  }
  expect(new Ranked(values.slice()).at(half)).toBe(values.slice().sort()[half]);
});
