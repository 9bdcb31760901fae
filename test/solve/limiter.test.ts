import { expect, test } from "vitest";
import { limiter } from "../../src/solve/in-parallel.ts";

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
