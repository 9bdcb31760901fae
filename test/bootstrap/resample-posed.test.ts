import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootstrapCells, type CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { planSweep, solvePlan } from "../../src/plan/plan-sweep.ts";
import { simulateLossToLoss } from "../../src/simulate/loss-to-loss.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { drawCounter } from "../../src/solve/draw-resample.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { onTable } from "../../src/spec/read-table.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec, type SweepSpec } from "../../src/spec/spec.ts";

const backend = await openBackend("cpu", 2);
afterAll(() => backend.close());

const { table } = simulateLossToLoss();
const SEED = 3;

/** The train losses of code from those of web, resampled. */
async function resample(bootstrap: SweepSpec["bootstrap"], on: Backend = backend): Promise<CellDraws> {
  const spec = {
    method: "loss-to-loss",
    table: "t",
    axes: { source: "web", destination: "code" },
    tasks: ["own_corpus"],
    seed: SEED,
    bootstrap,
  };
  const sweep = onTable(resolveSweep(checkSpec(spec, "f.yaml"), "f.yaml"), table);
  const plan = await planSweep(indexRuns(table), sweep);
  const results = new Map<string, SolveResult>();
  await solvePlan(plan, results, (problems) => solveProblemsOn(on, problems, { starts: 32 }));
  for await (const draws of bootstrapCells(on, plan, results, sweep.bootstrap!, { seed: SEED })) return draws;
  throw new Error("no cell");
}

/** Least squares of y on x with weights: slope and value at 0. */
function weightedLine(x: readonly number[], y: readonly number[], weights: readonly number[]) {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = (values: readonly number[]) => values.reduce((sum, v, i) => sum + weights[i]! * v, 0) / total;
  const [mx, my] = [mean(x), mean(y)];
  const slope =
    x.reduce((sum, v, i) => sum + weights[i]! * (v - mx) * (y[i]! - my), 0) /
    x.reduce((sum, v, i) => sum + weights[i]! * (v - mx) ** 2, 0);
  return { slope, constant: my - slope * mx };
}

/** Final train losses of a corpus, in the order in which runs are drawn. */
function lossesOf(family: string): number[] {
  const loss = table.metrics.get("loss")!;
  return indexRuns(table)
    .fitRuns("own_corpus")
    .flatMap(({ rows }) => (table.family[rows[0]!] === family ? [loss[rows[0]!]!] : []));
}

describe("a translation, resampled with the laws that it takes E0 and E1 from", () => {
  const RESAMPLES = 40;
  let draws: CellDraws;

  beforeAll(async () => {
    draws = await resample({ resamples: RESAMPLES, intervals: ["percentile", "bca"] });
  });

  test("is on each replicate the line of least squares through its drawn points, with its own E0 and E1", () => {
    const [source, destination, translation] = draws.outcomes.map((outcome) => outcome!.replicates);
    const [x, y] = [lossesOf("web"), lossesOf("code")];
    const { name, runs } = draws.uses[2]!.population;
    const group = Int32Array.from({ length: runs.length }, (_, r) => r);
    const count = drawCounter(name, { kind: "groups", group, strata: [runs.length] }, SEED, runs.length);
    const weights = new Float64Array(runs.length);
    for (let i = 0; i < RESAMPLES; i++) {
      const [E0, E1] = [source!, destination!].map(
        ({ parameters, width }) => parameters[i * width + width - 1]!,
      );
      count(i + 1, weights);
      const usable = x.map((_, q) => q).filter((q) => weights[q]! > 0 && x[q]! > E0! && y[q]! > E1!);
      const { slope, constant } = weightedLine(
        usable.map((q) => Math.log(x[q]! - E0!)),
        usable.map((q) => Math.log(y[q]! - E1!)),
        usable.map((q) => weights[q]!),
      );
      const [k, kappa] = translation!.parameters.subarray(4 * i, 4 * i + 2);
      expect(kappa).toBeCloseTo(slope, 8);
      expect(k).toBeCloseTo(constant, 8);
    }
  });

  test("so that E0 varies over the replicates, and the prediction with it", () => {
    const [source] = draws.outcomes.map((outcome) => outcome!.replicates);
    const E0 = Array.from({ length: RESAMPLES }, (_, i) => source!.parameters[5 * i + 4]);
    expect(new Set(E0).size).toBe(RESAMPLES);
    const [target] = draws.targets;
    expect(target!.target).toBe("code-2040M-6e20");
    expect(new Set(target!.values.predicted).size).toBe(RESAMPLES);
  });

  test("is fitted anew without each run, with the laws without it", () => {
    const [source, , translation] = draws.outcomes.map((outcome) => outcome!.leftOut!);
    expect(translation).toHaveLength(30);
    const [x, y] = [lossesOf("web"), lossesOf("code")];
    const E = [source!, draws.outcomes[1]!.leftOut!].map((own) => own[7]!.at(-1)!);
    const kept = x.map((_, q) => q).filter((q) => q !== 7 && x[q]! > E[0]! && y[q]! > E[1]!);
    const { slope } = weightedLine(
      kept.map((q) => Math.log(x[q]! - E[0]!)),
      kept.map((q) => Math.log(y[q]! - E[1]!)),
      kept.map(() => 1),
    );
    expect(translation![7]![1]).toBeCloseTo(slope, 8);
  });

  test("has the same draws on one thread", async () => {
    const alone = await openBackend("cpu", 1);
    const again = await resample({ resamples: RESAMPLES }, alone);
    await alone.close();
    expect(again.targets).toEqual(draws.targets);
  });
});

test.each(["wild", "residual", "parametric", "row"])(
  "scheme %s leaves it out, with the reason",
  async (scheme) => {
    const { uses, targets } = await resample({ resamples: 5, scheme });
    expect(uses[2]!.skipped).toBe(
      `its points are made with other fits: schemes that weigh runs resample it, scheme ${scheme} does not`,
    );
    expect(targets).toEqual([]);
  },
);

test("scheme run-by-size resamples it within each size, or says why not", async () => {
  const { uses } = await resample({ resamples: 5, scheme: "run-by-size" });
  // Every run of a corpus has a size of its own.
  expect(uses[2]!.skipped).toMatch(
    /law_source, which is not resampled: each of the 30 model sizes has one run/,
  );
});
