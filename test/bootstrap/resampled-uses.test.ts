import { setTimeout } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { type CellDraws, chainCells } from "../../src/bootstrap/bootstrap-cells.ts";
import { planBootstrap } from "../../src/bootstrap/plan-bootstrap.ts";
import type { OutcomeStore } from "../../src/bootstrap/resample-use.ts";
import { ResampledUses } from "../../src/bootstrap/resampled-uses.ts";
import { solvePlan } from "../../src/plan/plan-sweep.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { noisyLadder, planned } from "./noisy-ladder.ts";

const backend = await openBackend("cpu", 2);
afterAll(() => backend.close());

/** A planned bootstrap of the fits of four tasks, whose outcomes a store may have. */
async function bootstrapped(resamples: number, kept?: OutcomeStore) {
  const { sweep, plan } = await planned(
    { bootstrap: { resamples, intervals: "percentile" } },
    noisyLadder(["t", "u", "v", "w"]),
  );
  const results = new Map<string, SolveResult>();
  await solvePlan(plan, results, (problems) => solveProblemsOn(backend, problems, { starts: 8 }));
  const bootstrap = sweep.bootstrap!;
  const uses = planBootstrap(plan, results, bootstrap);
  const resampled = new ResampledUses(backend, plan, uses, bootstrap, { seed: 0, kept });
  const chain = async (): Promise<CellDraws[]> => {
    const cells: CellDraws[] = [];
    for await (const draws of chainCells(resampled, uses, bootstrap, {})) cells.push(draws);
    return cells;
  };
  return { resampled, chain };
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await setTimeout(2);
}

test("once begun, problems are resampled before a cell asks for any, and the cells have the same draws", async () => {
  const ahead = await bootstrapped(40);
  ahead.resampled.begin();
  await until(() => ahead.resampled.done === ahead.resampled.total);
  expect(ahead.resampled.total).toBeGreaterThan(3);
  const asked = await bootstrapped(40);
  const targets = (cells: readonly CellDraws[]) => cells.map(({ targets: of }) => of);
  expect(targets(await ahead.chain())).toEqual(targets(await asked.chain()));
});

test("as many replicates wait for their cells as the memory for them holds, and no more", async () => {
  let begun = 0;
  const { resampled } = await bootstrapped(400_000, async () => {
    begun++;
    return { replicates: undefined, leftOut: undefined } as never;
  });
  resampled.begin();
  await setTimeout(50);
  // 41 bytes each of five parameters and 33 of four: three problems, which are resampled at a time, are more than 32 MB.
  expect(begun).toBe(3);
});
