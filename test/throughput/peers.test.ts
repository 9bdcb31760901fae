import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  objective,
  type PeerInput,
  type PeerOutput,
  type PeerProblem,
} from "../../src/throughput/exchange.ts";
import { availablePeers, type PresentPeer, peerNames, runPeer } from "../../src/throughput/peers.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { chinchillaProblem, sigmoidProblem } from "./problems.ts";

/** The ways to a peer: a script that solves, one that is told its bounds otherwise, and one of this process. `npm run test:all` has all. */
const names = wholeCrosses ? peerNames : ["scipy-lbfgsb", "numpy-varpro", "ml-levenberg-marquardt"];
const peers = await availablePeers({ names });

const problems = [
  chinchillaProblem(),
  chinchillaProblem({ name: "squares", loss: { kind: "squared" } }),
  sigmoidProblem(),
  sigmoidProblem({ name: "robust", loss: { kind: "huber", delta: 0.005 } }),
];

/** What each peer makes of all problems that it can solve, asked once. */
const solved = new Map<string, Promise<PeerOutput>>();
function solvedBy(peer: PresentPeer): Promise<PeerOutput> {
  const found = solved.get(peer.name) ?? runPeer(peer, inputFor(peer));
  solved.set(peer.name, found);
  return found;
}

/** The part of the problems that the peer can solve. */
function inputFor(peer: PresentPeer, change: Partial<PeerInput> = {}): PeerInput {
  return { problems: problems.filter(peer.supports), seconds: 20, ...change };
}

function problemNamed(name: string): PeerProblem {
  return problems.find((problem) => problem.name === name)!;
}

/** Central differences of the plain objective. */
function slopes(problem: PeerProblem, at: number[]): number[] {
  const step = 1e-7;
  return at.map((_, j) => {
    const moved = (by: number) =>
      objective(
        problem,
        at.map((value, k) => (k === j ? value + by : value)),
      );
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

describe.each(peers)("peer $name", (peer) => {
  const absent = peer.present ? "" : ` (absent: ${peer.reason})`;

  test.skipIf(!peer.present)(`minimises the objective that it is asked to${absent}`, async () => {
    if (!peer.present) return;
    const { results } = await runPeer(peer, inputFor(peer, { evaluate: true }));
    expect(results.length).toBeGreaterThan(0);
    for (const result of results) {
      const problem = problemNamed(result.name);
      problem.starts.forEach((start, i) => {
        const expected = objective(problem, start);
        expect(Math.abs(result.objective[i]! - expected)).toBeLessThanOrEqual(1e-12 * expected);
        const gradient = slopes(problem, start);
        const scale = Math.max(...gradient.map(Math.abs));
        gradient.forEach((slope, j) => {
          expect(Math.abs(result.gradient![i]![j]! - slope)).toBeLessThanOrEqual(1e-5 * scale);
        });
      });
    }
  });

  test.skipIf(!peer.present)(`solves every start, inside the bounds, and reports it${absent}`, async () => {
    if (!peer.present) return;
    const { program, version, results } = await solvedBy(peer);
    expect(program).toBe(peer.name);
    expect(version).toBe(peer.version);
    for (const result of results) {
      const problem = problemNamed(result.name);
      expect(result.starts).toBe(problem.starts.length);
      expect(result.seconds).toBeGreaterThan(0);
      expect(result.processorSeconds).toBeGreaterThan(0);
      expect(result.iterations.every((count) => count > 0)).toBe(true);
      result.parameters!.forEach((p, i) => {
        expect(result.objective[i]).toBeCloseTo(objective(problem, p), 12);
        expect(result.objective[i]).toBeLessThan(objective(problem, problem.starts[i]!));
        p.forEach((value, j) => {
          expect(value).toBeGreaterThanOrEqual(problem.lower[j] ?? -Infinity);
          expect(value).toBeLessThanOrEqual(problem.upper[j] ?? Infinity);
        });
      });
    }
  });

  const isStopped = peer.present && (wholeCrosses || peer.name !== "scipy-lbfgsb");
  test.runIf(isStopped)(`stops at the time limit${absent}`, async () => {
    if (!peer.present) return;
    const { results } = await runPeer(peer, inputFor(peer, { seconds: 0 }));
    for (const result of results) {
      expect(result.starts).toBe(1);
      expect(result.objective).toHaveLength(1);
      expect(result.iterations).toHaveLength(1);
    }
  });
});

test("the peers that are present reach the same best objective", async () => {
  const best = new Map<string, number[]>();
  for (const peer of peers) {
    if (!peer.present) continue;
    for (const { name, objective } of (await solvedBy(peer)).results) {
      const values = objective.filter((value) => value !== null);
      best.set(name, [...(best.get(name) ?? []), Math.min(...values)]);
    }
  }
  for (const values of best.values()) {
    expect(Math.max(...values) / Math.min(...values)).toBeLessThan(1 + 1e-4);
  }
});

const projection = peers.find(({ name }) => name === "numpy-varpro")!;

test.skipIf(!projection.present)(
  "variable projection takes of a start only what the form is not linear in",
  async () => {
    if (!projection.present) return;
    const [alpha, beta] = [0.3, 0.3];
    // The same exponents; factors and offset that are nowhere near the curve.
    const starts = [
      [4, 5, alpha, beta, 0.4],
      [30, 0, alpha, beta, 50],
    ];
    const { results } = await runPeer(projection, { problems: [chinchillaProblem({ starts })], seconds: 20 });
    const [first, second] = results[0]!.parameters!;
    expect(second).toEqual(first);
  },
);

describe("a machine without them", () => {
  let empty: string;
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), "lawfit-no-peers-"));
  });
  afterAll(() => rm(empty, { recursive: true }));

  test("peers are reported with the reason", async () => {
    const found = await availablePeers({
      python: join(empty, "python3"),
      cmake: join(empty, "cmake"),
      buildFolder: join(empty, "build"),
    });
    expect(found.map(({ name }) => name)).toEqual(peerNames);
    const reason = (name: string) => {
      const peer = found.find((candidate) => candidate.name === name)!;
      return peer.present ? "present" : peer.reason;
    };
    expect(reason("scipy-lbfgsb")).toMatch(/SciPy is needed: .*python3 was not found/);
    expect(reason("numpy-varpro")).toMatch(/NumPy is needed: .*python3 was not found/);
    expect(reason("ceres")).toMatch(/cmake was not found; needs libceres-dev/);
    expect(reason("cminpack")).toMatch(/cmake was not found; needs libcminpack-dev/);
  });

  test("a program that fails says what it printed", async () => {
    const broken: PresentPeer = {
      name: "broken",
      present: true,
      version: "0",
      supports: () => true,
      how: {
        command: process.execPath,
        args: ["-e", "console.error('error: no such loss'); process.exit(3)", "--"],
      },
    };
    await expect(runPeer(broken, { problems, seconds: 1 })).rejects.toThrow(
      "broken failed: error: no such loss",
    );
  });
});

test("a problem that a peer cannot solve is refused", async () => {
  const peer = peers.find(({ name }) => name === "ml-levenberg-marquardt")!;
  if (!peer.present) throw new Error(peer.reason);
  await expect(runPeer(peer, { problems: [chinchillaProblem()], seconds: 1 })).rejects.toThrow(
    "ml-levenberg-marquardt cannot solve curve: huber loss",
  );
});
