import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { KernelAnswer, KernelRequest } from "../../../src/solve/kernel.ts";
import { KernelCalls, requestsPerCall } from "../../../src/solve/native/kernel-calls.ts";

/** A kernel whose answers tell their requests apart, and the sizes of the calls that it got. */
function recording(hasMany = true) {
  const calls: number[] = [];
  const answer = async (requests: readonly KernelRequest[]): Promise<KernelAnswer[]> => {
    calls.push(requests.length);
    await setImmediate();
    return requests.map(({ problemKey }) => ({ objective: Float64Array.of(problemKey) }) as KernelAnswer);
  };
  const solve = async (request: KernelRequest) => (await answer([request]))[0]!;
  const starts = async () => new Float64Array(0);
  return { calls, kernel: { solve, starts, ...(hasMany && { solveMany: answer }) } };
}

const small = (problemKey: number) =>
  ({ problemKey, count: 8, data: new Float64Array(64) }) as unknown as KernelRequest;
const large = { problemKey: -1, count: 8, data: new Float64Array(100_000) } as unknown as KernelRequest;

test("small requests that wait together are answered by few calls, each with its own answer", async () => {
  const { calls, kernel } = recording();
  const { solve } = new KernelCalls(2).of(kernel);
  const answersTo = (requests: number) =>
    Promise.all(Array.from({ length: requests }, async (_, i) => (await solve(small(i))).objective[0]));
  // Two calls at once share what waits, up to the most that one takes.
  const fitsIn = requestsPerCall + 2;
  expect(await answersTo(fitsIn)).toEqual([...Array(fitsIn).keys()]);
  expect(calls).toEqual([fitsIn / 2, fitsIn / 2]);
  const more = 2 * requestsPerCall + 3;
  expect(await answersTo(more)).toEqual([...Array(more).keys()]);
  expect(calls.slice(2)).toEqual([requestsPerCall, requestsPerCall, 3]);
});

test("large requests, and those of kernels that take one at a time, have calls of their own", async () => {
  const { calls, kernel } = recording();
  const { solve } = new KernelCalls(1).of(kernel);
  await Promise.all([solve(small(0)), solve(large), solve(small(1))]);
  expect(calls).toEqual([2, 1]);
  const one = recording(false);
  const alone = new KernelCalls(1).of(one.kernel);
  await Promise.all([alone.solve(small(0)), alone.solve(small(1))]);
  expect(one.calls).toEqual([1, 1]);
});

test("an error of a call is that of each of its requests, and later ones are answered", async () => {
  const { kernel } = recording();
  let isBroken = true;
  const { solve } = new KernelCalls(1).of({
    ...kernel,
    solveMany: async (requests) => {
      if (isBroken) throw new Error("broken");
      return kernel.solveMany!(requests);
    },
  });
  const both = await Promise.allSettled([solve(small(0)), solve(small(1))]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isBroken = false;
  await expect(Promise.all([solve(small(2)), solve(small(3))])).resolves.toHaveLength(2);
});
