import { indexRuns } from "../../src/methods/runs.ts";
import { planSweep, type SweepPlan } from "../../src/plan/plan-sweep.ts";
import { selectRuns } from "../../src/plan/selection.ts";
import { type ResolvedSweep, resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec, type SweepSpec } from "../../src/spec/spec.ts";
import { type Row, tableOfRows, trueAccuracy, trueLoss } from "../methods/tables.ts";

/** Between -1 and 1, another number for each text. */
export function wobble(text: string): number {
  let hash = 7;
  for (const character of text) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return Math.sin(hash);
}

/**
 * Rows of 16 fit runs, 8 checkpoints each, and one target, near the laws of `smallLadder`: with noise of runs and of
 * checkpoints, the same for all subjects but for a little.
 */
export function noisyLadder(subjects: readonly string[] = ["t"]): Row[] {
  const row = (run: string, n: number, d: number): Row[] =>
    subjects.map((subject) => {
      const place = `${run} ${d}`;
      const noise = 0.01 * wobble(run) + 0.004 * wobble(place) + 0.002 * wobble(`${place} ${subject}`);
      const loss = trueLoss(n, d);
      const metrics = { loss: loss * Math.exp(noise), accuracy: trueAccuracy(loss) - noise / 2 };
      return { run, n, d, subject, metrics };
    });
  const sizes = [2e8, 4e8, 8e8, 1.3e9].flatMap((n) =>
    [1, 2, 5, 10].map((multiple) => ({ n, d: 20 * n * multiple })),
  );
  const fit = sizes.flatMap(({ n, d }) =>
    Array.from({ length: 8 }, (_, i) => row(`${n}-${d}`, n, (d * (i + 1)) / 8)).flat(),
  );
  return [...fit, ...row("big", 7e9, 4e12).map((one) => ({ ...one, role: "target" as const }))];
}

/** A sweep of method ladder over rows made by hand, planned. */
export async function planned(
  spec: SweepSpec,
  rows: readonly Row[] = noisyLadder(),
): Promise<{ sweep: ResolvedSweep; plan: SweepPlan }> {
  const table = tableOfRows(rows);
  const checked = checkSpec({ method: "ladder", table: "hand.csv", ...spec }, "sweep.yaml");
  const sweep = resolveSweep(checked, "sweep.yaml");
  const predicates = sweep.configurations.flatMap((configuration) => configuration.predicates);
  const index = indexRuns(table, await selectRuns(table, predicates, "test"));
  return { sweep, plan: await planSweep(index, sweep) };
}
