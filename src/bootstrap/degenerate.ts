import { getOrInsert, getOrInsertRecent } from "../collections.ts";
import { drawCounter, type WeighingDraw } from "../solve/draw-resample.ts";
import { freeParameters, type Problem, terminations } from "../solve/problem.ts";
import type { Replicates } from "../solve/resample.ts";
import type { Draw } from "../solve/resampling.ts";
import { sum } from "../statistics.ts";
import type { StagePoints } from "./population.ts";
import { firstPoints } from "./schemes.ts";

/**
 * Why a replicate is degenerate: the first of these reasons that holds. Such a replicate is counted and left out of intervals.
 *
 * Only the drawn points decide, and whether the form has a value: a replicate whose fit ends at a bound is a legitimate
 * result, and leaving it out would distort the distribution.
 */
export const degenerateReasons = {
  "few-runs": "fewer than 2 different runs",
  "few-points": "fewer different inputs than free parameters",
  "one-value": "one value of an input",
  undefined: "no start at which the form is finite",
  unposed: "a fit that its points are made with is left out, or leaves it too few points",
} as const;

export type DegenerateReason = keyof typeof degenerateReasons;

type GroupsDraw = Extract<Draw, { kind: "groups" }>;

const names = Object.keys(degenerateReasons) as DegenerateReason[];

/** Of each replicate 0, or the place of its reason in `degenerateReasons`, from 1. */
export function degenerateReplicates(
  points: StagePoints,
  { population, draw, drawsRuns }: { population: string; draw: Draw; drawsRuns: boolean },
  { termination }: Pick<Replicates, "termination">,
  seed: number,
): Uint8Array {
  const isDrawn = draw.kind === "groups" || draw.kind === "blocks";
  const codes = isDrawn
    ? codesOfDraws(points, { population, draw, drawsRuns }, seed, termination.length).slice()
    : new Uint8Array(termination.length);
  const isUndefined = terminations.indexOf("undefined");
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === 0 && termination[i] === isUndefined) codes[i] = degenerateCode("undefined");
  }
  return codes;
}

/** How the points of a stage are drawn. */
interface Drawing<Kind extends Draw = WeighingDraw> {
  population: string;
  draw: Kind;
  drawsRuns: boolean;
}

/** Codes of the stages that were met last. */
const recentCodes = new Map<string, Uint8Array>();

/** The codes that follow from what is drawn. Stages of the same runs mostly have the same inputs, which is all that decides. */
function codesOfDraws(
  points: StagePoints,
  { population, draw, drawsRuns }: Drawing,
  seed: number,
  resamples: number,
): Uint8Array {
  const { problem, runLengths } = points;
  const { response } = problem;
  const inputs = problem.variables.map((variable) => inputNumbers({ variables: [variable], response }));
  const { group = new Int32Array(0), ...how } = "group" in draw ? draw : { ...draw, group: undefined };
  const facts = [population, how, seed, resamples, drawsRuns, inputsNeeded(problem), runLengths];
  const key = [JSON.stringify(facts), group, ...inputs].join(" ");
  return getOrInsertRecent(recentCodes, MOST_RECENT, key, () => {
    const codes = new Uint8Array(resamples);
    const inputOf = inputNumbers(problem);
    const judge = judgeOfDraws(points, inputOf, drawsRuns);
    const counts = new Float64Array(points.points);
    const read: (resample: number, counts: Float64Array) => unknown =
      draw.kind === "groups"
        ? groupReader(points, inputOf, { population, draw, drawsRuns }, seed, resamples)
        : drawCounter(population, draw, seed, points.points);
    for (let i = 0; i < codes.length; i++) {
      if (read(i + 1, counts) === true) continue;
      const reason = judge(counts);
      if (reason !== undefined) codes[i] = degenerateCode(reason);
    }
    return codes;
  });
}

/**
 * Counts how often each point is in a resample of whole groups, unless nothing needs to be counted: several runs were drawn, and one
 * of them says enough by itself, as a run with many checkpoints does.
 *
 * @returns whether the resample is known not to be degenerate
 */
function groupReader(
  { problem, runLengths }: StagePoints,
  inputOf: Uint32Array,
  { population, draw, drawsRuns }: Drawing<GroupsDraw>,
  seed: number,
  resamples: number,
): (resample: number, counts: Float64Array) => boolean {
  const { group, strata } = draw;
  const drawn = new Float64Array(sum(strata));
  const drawInto = groupDraws(population, strata, seed, resamples);
  const needed = inputsNeeded(problem);
  const first = firstPoints(runLengths);
  const groupsOfRuns = runLengths.flatMap((length, run) => (length > 0 ? [group[first[run]!]!] : []));
  const inputsOf = Array.from(drawn, () => new Set<number>());
  for (const [q, of] of group.entries()) inputsOf[of]!.add(inputOf[q]!);
  const varying = problem.variables.map((variable) => varyingGroups(variable, group, drawn.length));
  const telling = inputsOf.flatMap((inputs, of) =>
    inputs.size >= needed && varying.every((varies) => varies[of] !== 0) ? [of] : [],
  );
  return (resample, counts) => {
    drawInto(resample, drawn);
    let runs = drawsRuns ? 0 : 2;
    for (let r = 0; r < groupsOfRuns.length && runs < 2; r++) if (drawn[groupsOfRuns[r]!] !== 0) runs++;
    if (runs === 2 && telling.some((of) => drawn[of] !== 0)) return true;
    for (let q = 0; q < counts.length; q++) counts[q] = drawn[group[q]!]!;
    return false;
  };
}

/** Of each group 1 where a variable has different values at its points. */
function varyingGroups(variable: Float64Array, group: Int32Array, groups: number): Uint8Array {
  const varies = new Uint8Array(groups);
  const seen = new Uint8Array(groups);
  const first = new Float64Array(groups);
  for (let q = 0; q < variable.length; q++) {
    const of = group[q]!;
    if (seen[of] === 0) first[of] = variable[q]!;
    else if (first[of] !== variable[q]) varies[of] = 1;
    seen[of] = 1;
  }
  return varies;
}

/** Resamples of populations that were met last, and their number. */
const recentDraws = new Map<string, Uint16Array>();
const MOST_RECENT = 16;
/** More numbers than these are drawn again for each stage. */
const MOST_KEPT = 1_000_000;

/** How often each group of a population is drawn, for stage after stage of the same population. */
function groupDraws(
  population: string,
  strata: readonly number[],
  seed: number,
  resamples: number,
): (resample: number, drawn: Float64Array) => void {
  const groups = sum(strata);
  const group = Int32Array.from({ length: groups }, (_, of) => of);
  const count = drawCounter(population, { kind: "groups", group, strata }, seed, groups);
  if (resamples * groups > MOST_KEPT) return count;
  const key = JSON.stringify([population, strata, seed, resamples]);
  const kept = getOrInsertRecent(recentDraws, MOST_RECENT, key, () => {
    const all = new Uint16Array(resamples * groups);
    const drawn = new Float64Array(groups);
    for (let i = 0; i < resamples; i++) {
      count(i + 1, drawn);
      all.set(drawn, i * groups);
    }
    return all;
  });
  return (resample, drawn) => {
    const first = (resample - 1) * groups;
    for (let of = 0; of < groups; of++) drawn[of] = kept[first + of]!;
  };
}

/** The code of a reason. */
export function degenerateCode(reason: DegenerateReason): number {
  return names.indexOf(reason) + 1;
}

/** How many replicates have each reason. */
export function countReasons(codes: Uint8Array): Map<DegenerateReason, number> {
  const counts = new Map<DegenerateReason, number>();
  for (const code of codes) {
    if (code === 0) continue;
    const reason = names[code - 1]!;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}

/** The reason why a resample of the points is degenerate, from how often each point is in it. */
function judgeOfDraws(
  { problem, runLengths }: StagePoints,
  inputOf: Uint32Array,
  drawsRuns: boolean,
): (counts: Float64Array) => DegenerateReason | undefined {
  const first = firstPoints(runLengths);
  const needed = inputsNeeded(problem);
  const seen = new Uint32Array(inputOf.length);
  let resample = 0;
  return (counts) => {
    resample++;
    let runs = drawsRuns ? 0 : 2;
    for (let r = 0; r < runLengths.length && runs < 2; r++) {
      for (let q = first[r]!; q < first[r + 1]!; q++) {
        if (counts[q] === 0) continue;
        runs++;
        break;
      }
    }
    if (runs < 2) return "few-runs";
    let different = 0;
    for (let q = 0; q < counts.length && different < needed; q++) {
      const input = inputOf[q]!;
      if (counts[q] === 0 || seen[input] === resample) continue;
      seen[input] = resample;
      different++;
    }
    if (different < needed) return "few-points";
    return problem.variables.some((variable) => isConstant(variable, counts)) ? "one-value" : undefined;
  };
}

/** Different inputs that a fit needs: one a free parameter that no prior knows. */
function inputsNeeded(problem: Problem): number {
  return freeParameters(problem) - (problem.priors?.length ?? 0);
}

/** Whether all points with a count have one value. */
export function isConstant(values: Float64Array, counts?: Float64Array): boolean {
  let value: number | undefined;
  for (let q = 0; q < values.length; q++) {
    if (counts !== undefined && counts[q] === 0) continue;
    if (value === undefined) value = values[q]!;
    else if (values[q] !== value) return false;
  }
  return true;
}

/** Points with the same values of all variables have the same number. */
export function inputNumbers({ variables, response }: Pick<Problem, "variables" | "response">): Uint32Array {
  const numbers = new Uint32Array(response.length);
  for (const variable of variables) {
    // Points that agreed in the variables before, by their value of this one.
    const seen = new Map<number, Map<number, number>>();
    let count = 0;
    for (let q = 0; q < numbers.length; q++) {
      const ofEarlier = getOrInsert(seen, numbers[q]!, () => new Map<number, number>());
      numbers[q] = getOrInsert(ofEarlier, variable[q]!, () => count++);
    }
  }
  return numbers;
}
