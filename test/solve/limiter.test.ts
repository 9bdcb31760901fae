import { expect, test } from "vitest";
import { growingParts, limiter } from "../../src/solve/in-parallel.ts";

test("no more tasks than allowed run at once, all of them run, in order, and a failure frees its place", async () => {
  const inTurn = limiter(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const results = await Promise.allSettled(
    [0, 1, 2, 3, 4, 5].map((k) =>
      inTurn(async () => {
        begun.push(k);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        if (k === 1) throw new Error("one fails");
        return k;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  expect(results.map((result) => result.status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
  ]);
});

test("growing parts are all of the numbers once, of the least size at first and of the most at most", async () => {
  const parts: [first: number, count: number][] = [];
  await growingParts(2, 1003, { least: 10, most: 100 }, async (first, count) => {
    parts.push([first, count]);
  });
  const done = parts.toSorted(([a], [b]) => a - b);
  let next = 0;
  for (const [first, count] of done) {
    expect(first).toBe(next);
    next += count;
  }
  expect(next).toBe(1003);
  expect(done[0]).toEqual([0, 10]);
  const sizes = done.map(([, count]) => count);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  // Nothing is faster than this work, so they have grown; the last ones are small again.
  expect(Math.max(...sizes)).toBeGreaterThan(40);
  expect(sizes.at(-2)).toBeLessThanOrEqual(10);
});
