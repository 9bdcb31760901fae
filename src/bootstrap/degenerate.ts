import { getOrInsert } from "../collections.ts";
import { drawCounter, type WeighingDraw } from "../solve/draw-resample.ts";
import { freeParameters, type Problem, terminations } from "../solve/problem.ts";
import type { Replicates } from "../solve/resample.ts";
import type { Draw } from "../solve/resampling.ts";
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

const names = Object.keys(degenerateReasons) as DegenerateReason[];

/** Of each replicate 0, or the place of its reason in `degenerateReasons`, from 1. */
export function degenerateReplicates(
  points: StagePoints,
  { population, draw, drawsRuns }: { population: string; draw: Draw; drawsRuns: boolean },
  { termination }: Pick<Replicates, "termination">,
  seed: number,
): Uint8Array {
  const codes = new Uint8Array(termination.length);
  const isUndefined = terminations.indexOf("undefined");
  const codeOf = (reason: DegenerateReason | undefined) =>
    reason === undefined ? 0 : degenerateCode(reason);
  const judge =
    draw.kind === "groups" || draw.kind === "blocks" ? judgeOfDraws(points, drawsRuns) : undefined;
  if (judge !== undefined) {
    const counts = new Float64Array(points.points);
    const count = drawCounter(population, draw as WeighingDraw, seed, points.points);
    for (let i = 0; i < codes.length; i++) {
      count(i + 1, counts);
      codes[i] = codeOf(judge(counts));
    }
  }
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === 0 && termination[i] === isUndefined) codes[i] = codeOf("undefined");
  }
  return codes;
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
  drawsRuns: boolean,
): (counts: Float64Array) => DegenerateReason | undefined {
  const first = firstPoints(runLengths);
  const needed = freeParameters(problem);
  const inputOf = inputNumbers(problem);
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
  const numbers = new Map<string, number>();
  return Uint32Array.from(response, (_, q) => {
    const key = variables.map((variable) => variable[q]).join();
    return getOrInsert(numbers, key, () => numbers.size);
  });
}
