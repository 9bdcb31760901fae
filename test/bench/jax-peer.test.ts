import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { objective } from "../../src/bench/objective.ts";
import { type PresentPeer, runPeer } from "../../src/bench/peers.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import { chinchillaProblem, sigmoidProblem } from "./problems.ts";

const script = join(packageFolder, "bench", "peers", "jax_peer.py");
const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

/** The peer's own functions, run by NumPy: JAX itself is there on few machines. */
const peer: PresentPeer = {
  name: "jax-lm",
  present: true,
  version: "",
  supports: () => true,
  how: { command: "python3", args: [script, "--numpy"] },
};

const problems = [
  chinchillaProblem(),
  chinchillaProblem({ name: "squares", loss: { kind: "squared" } }),
  sigmoidProblem(),
  sigmoidProblem({ name: "robust", loss: { kind: "huber", delta: 0.005 } }),
];

describe.skipIf(!hasNumpy)("peer jax-lm, by NumPy (skipped without it)", () => {
  test("minimises the objective that it is asked to", async () => {
    const { results } = await runPeer(peer, { problems, seconds: 1, evaluate: true });
    for (const [i, problem] of problems.entries()) {
      problem.starts.forEach((start, s) => {
        const step = 1e-7;
        expect(results[i]!.objective[s]! / objective(problem, start)).toBeCloseTo(1, 12);
        const gradient = results[i]!.gradient![s]!;
        const scale = Math.max(...gradient.map(Math.abs));
        gradient.forEach((slope, j) => {
          const moved = (by: number) =>
            objective(
              problem,
              start.map((value, k) => (k === j ? value + by : value)),
            );
          expect(Math.abs(slope - (moved(step) - moved(-step)) / (2 * step))).toBeLessThan(1e-5 * scale);
        });
      });
    }
  });

  test("ends where no small change of a parameter within its bounds lowers the objective", async () => {
    const { results } = await runPeer(peer, { problems, seconds: 1 });
    for (const [i, problem] of problems.entries()) {
      const { objective: found, parameters } = results[i]!;
      const best = found.reduce<number>((least, value) => Math.min(least, value ?? Infinity), Infinity);
      const solution = parameters![found.indexOf(best)]!;
      expect(objective(problem, solution) / best).toBeCloseTo(1, 10);
      solution.forEach((value, j) => {
        for (const change of [1e-5, -1e-5]) {
          const at = value + change * Math.max(1e-3, Math.abs(value));
          if (at < (problem.lower[j] ?? -Infinity) || at > (problem.upper[j] ?? Infinity)) continue;
          const moved = solution.map((x, k) => (k === j ? at : x));
          expect(objective(problem, moved)).toBeGreaterThan(best * (1 - 1e-9));
        }
      });
    }
  });
});
