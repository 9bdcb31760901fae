import type { LoadedJob } from "../draw/job.ts";
import type { Row } from "../draw/records.ts";
import { UserError } from "../errors.ts";
import type { Solver } from "../plan/solver.ts";
import { lawsOfRun, type RunLaw } from "../planner/laws.ts";
import { checkLevels, levelOf } from "../planner/plans.ts";
import type { Table } from "../tables/table.ts";
import { formatNumber } from "../text.ts";
import { type Candidates, costsOf, type HeldValues, inputsAt, readCandidates } from "./candidates.ts";
import { type RankedRuns, rankRuns } from "./rank.ts";
import type { NextOptions } from "./spec.ts";
import { candidatesTable } from "./table.ts";

/** What is to be known better, by names of inputs. */
export interface Target {
  name: string;
  inputs: Readonly<Record<string, number>>;
}

/**
 * Which runs to train next, by the laws of a finished run: table `candidates`, a row for each law and candidate.
 *
 * @param cells rows of table `cells` whose laws are asked
 * @param targets that lie outside of the runs
 * @param solve solves the refits of simulated outcomes
 * @param where the run, for messages
 * @throws UserError where no law has draws or takes the candidates and targets, for candidates whose cost is not above 0, and for a spending
 * limit that pays for none
 */
export async function nextRuns(
  job: LoadedJob,
  cells: readonly Row[],
  {
    targets,
    solve,
    where,
    ...options
  }: Omit<NextOptions, "targets"> & { targets: readonly Target[]; solve: Solver; where: string },
): Promise<Table> {
  const { at = {}, uniqueTokens, spend, level = levelOf(job) } = options;
  checkLevels([level], where);
  const held = { at, uniqueTokens };
  const candidates = await readCandidates(options.candidates);
  const { expression, costs } = costsOf(candidates, options.cost, held);
  checkSpend(spend, candidates, costs);
  const laws = lawsOfRun(job, cells);
  if (laws.length === 0)
    throw new UserError(
      `${where}: no cell has stored a law of one fit with its points; allowed: a run whose cells have such a law`,
    );
  checkKnown(laws, candidates, held);
  const ranked: RankedRuns[] = [];
  const reasons = new Map<string, string[]>();
  for (const law of laws) {
    const asked = askedOf(law, { candidates, targets, held });
    const found = "reason" in asked ? asked : await rankRuns(law, { ...asked, costs, spend, level }, solve);
    if ("reason" in found) {
      const of = `law ${law.law.form.name}: ${found.reason}`;
      reasons.set(of, [...(reasons.get(of) ?? []), law.task]);
    } else ranked.push(found);
  }
  if (ranked.length === 0) throw new UserError(`${where}: ${[...reasons.keys()].join("; ")}`);
  for (const [reason, tasks] of reasons)
    options.onWarning?.(`${[...new Set(tasks)].join(", ")}: no runs are ranked by: ${reason}`);
  return candidatesTable(ranked, job.axes, { candidates, cost: expression, held });
}

/** Inputs of candidates and targets in the terms of a law. */
function askedOf(
  { law: { form } }: RunLaw,
  { candidates, targets, held }: { candidates: Candidates; targets: readonly Target[]; held: HeldValues },
): Pick<RankedRuns["asked"], "candidates" | "targets"> | { reason: string } {
  const names = form.variableNames;
  const places = inputsAt(names, candidates.columns, held);
  const lacks = (who: string, missing: string) => ({
    reason: `${who} no input ${missing}: it takes ${names.join(", ")}; allowed: a column ${missing}, or --at ${missing}=VALUE`,
  });
  if ("missing" in places) return lacks("the candidates have", places.missing);
  const row = places.findIndex((inputs) => !inputs.every((value) => Number.isFinite(value)));
  if (row >= 0) {
    const v = places[row]!.findIndex((value) => !Number.isFinite(value));
    throw candidates.error(row, names[v]!, "the value is missing", "a number");
  }
  const asked: { name: string; inputs: readonly number[] }[] = [];
  for (const { name, inputs } of targets) {
    const columns = new Map(Object.entries(inputs).map(([input, value]) => [input, [value]]));
    const at = inputsAt(names, columns, held);
    if ("missing" in at) return lacks(`target ${name} has`, at.missing);
    asked.push({ name, inputs: at[0]! });
  }
  return { candidates: places, targets: asked };
}

/** @throws UserError for a spending limit that pays for no candidate */
function checkSpend(spend: number | undefined, { names }: Candidates, costs: Float64Array): void {
  if (spend === undefined) return;
  const least = costs.reduce((best, cost, i) => (cost < costs[best]! ? i : best), 0);
  if (spend >= costs[least]!) return;
  throw new UserError(
    `--spend: ${formatNumber(spend)} is below the cheapest candidate, ${names[least]}, which costs ${formatNumber(costs[least]!)}; allowed: a larger limit`,
  );
}

/** @throws UserError for what is held and is neither an input of a law nor of use for the cost */
function checkKnown(laws: readonly RunLaw[], { columns }: Candidates, { at }: HeldValues): void {
  const names = [...new Set(laws.flatMap(({ law }) => law.form.variableNames))];
  const unknown = Object.keys(at).find((name) => !names.includes(name) && !columns.has(name));
  if (unknown === undefined) return;
  throw new UserError(
    `--at: no law has an input ${JSON.stringify(unknown)}; the inputs are ${names.join(", ")}`,
  );
}
