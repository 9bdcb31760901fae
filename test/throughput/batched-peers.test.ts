import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageFolder } from "../../src/solve/paths.ts";
import { objective, type PeerOutput } from "../../src/throughput/exchange.ts";
import { type PresentPeer, runPeer } from "../../src/throughput/peers.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { chinchillaProblem, sigmoidProblem } from "./problems.ts";

const hasNumpy = answers("import numpy");

/** Whether Python runs a program; what only a benchmark needs is tested by `npm run test:all`. */
function answers(program: string): boolean {
  return wholeCrosses && spawnSync("python3", ["-c", program]).status === 0;
}

/** The batched peers of the GPU's benchmark, by their library where it is there, and always by NumPy. */
const ways = ["jax", "torch"].flatMap((library) => {
  const script = join(packageFolder, "bench", "peers", `${library}_peer.py`);
  const peer = (...options: string[]): PresentPeer => ({
    name: `${library}-lm`,
    present: true,
    version: "",
    supports: () => true,
    how: { command: "python3", args: [script, ...options] },
  });
  return [
    { way: `${library}-lm by NumPy`, peer: peer("--numpy"), here: hasNumpy },
    { way: `${library}-lm itself`, peer: peer("--batch", "64"), here: answers(`import numpy, ${library}`) },
  ];
});

const problems = [
  chinchillaProblem(),
  chinchillaProblem({ name: "squares", loss: { kind: "squared" } }),
  sigmoidProblem(),
  sigmoidProblem({ name: "robust", loss: { kind: "huber", delta: 0.005 } }),
];

for (const { way, peer, here } of ways) {
  describe.skipIf(!here)(`${way}${here ? "" : " (not installed, or not test:all)"}`, () => {
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

    let solved: PeerOutput;
    beforeAll(async () => {
      // Without time to repeat it each start is solved once.
      solved = await runPeer(peer, { problems, seconds: 0 });
    });

    test("says who it is and how many fits it solved in its seconds", () => {
      const { program, version, results } = solved;
      expect(program).toBe(peer.name);
      expect(version).not.toBe("");
      for (const [i, { starts }] of problems.entries()) {
        expect(results[i]).toMatchObject({ name: problems[i]!.name, starts: starts.length });
        expect(results[i]!.objective).toHaveLength(starts.length);
        expect(results[i]!.iterations.every((count) => count > 0 && count < 500)).toBe(true);
        expect(Reflect.get(results[i]!, "batch")).toBeGreaterThanOrEqual(starts.length);
      }
    });

    test("ends where no small change of a parameter within its bounds lowers the objective", () => {
      for (const [i, problem] of problems.entries()) {
        const { objective: found, parameters } = solved.results[i]!;
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
}
