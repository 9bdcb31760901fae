import { expect, test } from "vitest";
import type { PeerInput, PeerOutput } from "../../src/throughput/exchange.ts";
import { measurePeer, measurePeers } from "../../src/throughput/measure.ts";
import type { PresentPeer } from "../../src/throughput/peers.ts";
import { chinchillaProblem } from "./problems.ts";

/** A peer that solves two starts a call, whose objective is the start's first number. */
function fakePeer(calls: PeerInput[], seconds: number[]): PresentPeer {
  const run = (input: PeerInput): PeerOutput => {
    calls.push(input);
    const { name, starts } = input.problems[0]!;
    const objective = starts.slice(0, 2).map(([first]) => (first === 4 ? null : first!));
    return {
      program: "fake",
      version: "1",
      results: [
        {
          name,
          starts: objective.length,
          seconds: seconds[calls.length - 1]!,
          processorSeconds: seconds[calls.length - 1]! / 2,
          objective,
          iterations: objective.map((_, i) => 10 + i),
        },
      ],
    };
  };
  return { name: "fake", present: true, version: "1", supports: () => true, how: { run } };
}

test("three runs share the starts and the time; the median of each clock counts", async () => {
  const calls: PeerInput[] = [];
  const problem = chinchillaProblem({ starts: Array.from({ length: 9 }, (_, i) => [i, 0, 0, 0, 0]) });
  const measured = await measurePeer(fakePeer(calls, [0.1, 0.5, 0.2]), problem, 3);
  expect(calls.map(({ seconds }) => seconds)).toEqual([1, 1, 1]);
  expect(measured).toEqual({
    program: "fake",
    starts: [0, 1, 3, 4, 6, 7],
    objective: [0, 1, 3, Number.NaN, 6, 7],
    iterations: 10.5,
    secondsPerFit: { wall: 0.1, processor: 0.05 },
  });
});

test("one start is one run", async () => {
  const calls: PeerInput[] = [];
  const problem = chinchillaProblem({ starts: [[1, 0, 0, 0, 0]] });
  const { starts } = await measurePeer(fakePeer(calls, [0.1]), problem, 3);
  expect(starts).toEqual([0]);
  expect(calls).toHaveLength(1);
});

test("a peer that fails is told, one that cannot solve the problem is passed over, the rest is measured", async () => {
  const problem = chinchillaProblem({ starts: [[1, 0, 0, 0, 0]] });
  const works = fakePeer([], [0.1]);
  const breaks: PresentPeer = {
    ...works,
    name: "broken",
    how: {
      run() {
        throw new Error("no such loss");
      },
    },
  };
  const unable: PresentPeer = { ...breaks, name: "unable", supports: () => false };
  const { measurements, failed } = await measurePeers([breaks, unable, works], problem, 3);
  expect(measurements.map(({ program }) => program)).toEqual(["fake"]);
  expect(failed).toEqual([{ name: "broken on curve", reason: "no such loss" }]);
});
