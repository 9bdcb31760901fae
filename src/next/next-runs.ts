import type { LoadedJob } from "../draw/job.ts";
import type { Row } from "../draw/records.ts";
import { notAmong, UserError } from "../errors.ts";
import { isUniqueTokens } from "../forms/size-inputs.ts";
import type { Solver } from "../plan/solver.ts";
import { checkHeld } from "../planner/held-inputs.ts";
import { lawsOfRun, type RunLaw } from "../planner/laws.ts";
import { checkLevels, levelOf } from "../planner/plans.ts";
import { readCountName } from "../tables/guess/input-names.ts";
import type { Table } from "../tables/table.ts";
import { formatNumber } from "../text.ts";
import { type Candidates, type HeldValues, inputsAt, type PricedCandidates } from "./candidates.ts";
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
 * @param priced the candidates and what they cost
 * @param targets that lie outside of the runs
 * @param solve solves the refits of simulated outcomes
 * @param where the run, for messages
 * @throws UserError where no law has draws or takes the candidates and targets
 */
export async function nextRuns(
  job: LoadedJob,
  cells: readonly Row[],
  { candidates, cost, costs, held }: PricedCandidates,
  {
    targets,
    solve,
    where,
    spend,
    level = levelOf(job),
    onWarning,
  }: Omit<NextOptions, "targets"> & { targets: readonly Target[]; solve: Solver; where: string },
): Promise<Table> {
  checkLevels([level], where);
  const laws = lawsOfRun(job, cells);
  if (laws.length === 0)
    throw new UserError(
      `${where}: no cell has stored a law of one fit with its points; allowed: a run whose cells have such a law`,
    );
  checkHeld(
    laws.map(({ law }) => law.form),
    held,
    { sizes: "what candidates and targets say", allowed: "it in --candidates and --target" },
    where,
  );
  checkTargets(laws, targets);
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
    onWarning?.(`${[...new Set(tasks)].join(", ")}: no runs are ranked by: ${reason}`);
  return candidatesTable(ranked, job.axes, { candidates, cost, held });
}

/** Inputs of candidates and targets in the terms of a law. */
function askedOf(
  { law: { form, parameters } }: RunLaw,
  { candidates, targets, held }: { candidates: Candidates; targets: readonly Target[]; held: HeldValues },
): Pick<RankedRuns["asked"], "candidates" | "targets"> | { reason: string } {
  const names = form.variableNames;
  const read = (
    who: string,
    columns: Candidates["columns"],
    refuse: Candidates["error"],
  ): { places: number[][] } | { reason: string } => {
    const found = inputsAt(names, columns, held);
    const missing = names.find((_, v) => found[v] === undefined);
    if (missing !== undefined) {
      const of = `it takes ${names.join(", ")}; allowed: a column ${missing}, or --at ${missing}=VALUE`;
      return { reason: `${who} no input ${missing}: ${of}` };
    }
    const places = Array.from(found[0]!, (_, i) => found.map((values) => values![i]!));
    places.forEach((inputs, row) => {
      inputs.forEach((value, v) => {
        const name = names[v]!;
        const isCount = readCountName(name) !== undefined || isUniqueTokens(name);
        if (!Number.isFinite(value)) throw refuse(row, name, "the value is missing", "a number");
        if (isCount && value <= 0) throw refuse(row, name, formatNumber(value), "a number above 0");
      });
      if (!Number.isFinite(form.value(parameters, inputs)))
        throw refuse(
          row,
          names.join(", "),
          `the law ${form.name} has no value there`,
          "inputs at which it has",
        );
    });
    return { places };
  };
  const places = read("the candidates have", candidates.columns, candidates.error);
  if ("reason" in places) return places;
  const asked: { name: string; inputs: readonly number[] }[] = [];
  for (const { name, inputs } of targets) {
    const columns = new Map(Object.entries(inputs).map(([input, value]) => [input, [value]]));
    const at = read(
      `target ${name} has`,
      columns,
      (_, input, problem, allowed) =>
        new UserError(`--target: ${JSON.stringify(name)}: ${input}: ${problem}; allowed: ${allowed}`),
    );
    if ("reason" in at) return at;
    asked.push({ name, inputs: at.places[0]! });
  }
  return { candidates: places.places, targets: asked };
}

/** @throws UserError for an input of a target that no law takes, nor follows an input from */
function checkTargets(laws: readonly RunLaw[], targets: readonly Target[]): void {
  const names = [...new Set(laws.flatMap(({ law }) => law.form.variableNames))];
  const counts = names.map((name) => readCountName(name)?.key);
  const isTaken = (input: string): boolean => {
    if (names.includes(input)) return true;
    const count = readCountName(input)?.key;
    // Of parameters and tokens FLOPs and ratios follow, of FLOPs alone neither.
    return count === "c" ? counts.includes(count) : count !== undefined && counts.some((key) => key);
  };
  for (const { name, inputs } of targets) {
    const unknown = Object.keys(inputs).find((input) => !isTaken(input));
    if (unknown === undefined) continue;
    throw new UserError(`--target: ${JSON.stringify(name)}: no law has an input ${notAmong(unknown, names)}`);
  }
}
