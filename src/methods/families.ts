import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { perIndex } from "./per-index.ts";

/** Family of every run, fit runs and targets: the corpus that it was trained on. */
export const familyOfRuns = perIndex(
  () => "",
  ({ table: { run, family } }) => new Map(run.map((name, row) => [name, family[row] ?? undefined])),
);

/** Families of the fit runs, in the order of their names. */
export function fitFamilies({ role, family }: CheckpointTable): string[] {
  const own = family.filter((name, row) => name !== null && role[row] === "fit");
  return [...new Set(own as string[])].sort();
}
