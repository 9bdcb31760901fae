import { inUnitOfResponse } from "./loss.ts";
import { drawnMember, philox, purposes, uniform } from "./philox.ts";
import { priorNumber } from "./priors.ts";
import type { Problem } from "./problem.ts";
import {
  type Draw,
  type PackedResampling,
  packResampling,
  type Resampling,
  randomKey,
} from "./resampling.ts";

/** How a resample is drawn, as a request describes it (kernels/resample.hpp). */
interface ResampleScheme extends Pick<PackedResampling, "key" | "scheme" | "drawn"> {
  seed: number;
  /** The scheme's own numbers: sizes of strata and blocks, standard deviations. */
  numbers: ArrayLike<number>;
  /** The group or run of each point; not read where groups are drawn. */
  group: ArrayLike<number>;
  /** The residual of each point; read where responses are moved. */
  residual: ArrayLike<number>;
}

/** Writes the numbers of one resample: how often each group or point is drawn, or by how much each response is moved. */
type DrawResample = (resample: number, out: Float64Array) => void;

/**
 * Draws the resamples that kernels/resample.hpp draws. The kernels return fits and not what they drew, and the host needs the
 * draws too: to recompute a replicate's objective, to find degenerate resamples, and for the TensorFlow.js search. Counts and
 * factors are the same to the last bit; normal noise differs in its last digits, because the logarithms do.
 */
export function resampleDrawer(scheme: ResampleScheme): DrawResample {
  const drawers = [drawGroups, drawBlocks, drawSigns, drawResiduals, drawNoise];
  return drawers[scheme.scheme]!(scheme);
}

const webbSizes = [Math.SQRT1_2, 1, Math.sqrt(1.5)];

/** One of Webb's six factors, each with the same probability. */
function webbFactor(word: number): number {
  const which = drawnMember(word, 6);
  return which < 3 ? -webbSizes[which]! : webbSizes[which - 3]!;
}

/** Calls `take` with every group that is drawn and the number of the draw. */
function eachDraw(
  { seed, key, numbers }: ResampleScheme,
  resample: number,
  take: (group: number, number: number) => void,
): void {
  const words = new Uint32Array(4);
  let first = 0;
  for (let stratum = 0; stratum < numbers[0]!; stratum++) {
    const size = numbers[1 + stratum]!;
    for (let i = 0; i < size; i++) {
      if (i % 4 === 0) philox(seed, key, [i / 4, resample, stratum, purposes.draw], words);
      take(first + drawnMember(words[i % 4]!, size), first + i);
    }
    first += size;
  }
}

function drawGroups(scheme: ResampleScheme): DrawResample {
  return (resample, out) => {
    out.fill(0, 0, scheme.drawn);
    eachDraw(scheme, resample, (group) => {
      out[group]! += 1;
    });
  };
}

function drawBlocks(scheme: ResampleScheme): DrawResample {
  const { seed, key, numbers, drawn } = scheme;
  const strata = numbers[0]!;
  const blockLength = numbers[1 + strata]!;
  const firstPoint = Array.from(numbers).slice(2 + strata);
  const words = new Uint32Array(4);
  return (resample, out) => {
    out.fill(0, 0, firstPoint.at(-1));
    out.fill(1, firstPoint.at(-1), drawn);
    eachDraw(scheme, resample, (run, number) => {
      const first = firstPoint[run]!;
      const length = firstPoint[run + 1]! - first;
      for (let done = 0, block = 0; done < length; done += blockLength, block++) {
        philox(seed, key, [block, resample, number, purposes.block], words);
        const begin = drawnMember(words[0]!, length);
        for (let i = 0; i < blockLength && done + i < length; i++) out[first + ((begin + i) % length)]! += 1;
      }
    });
  };
}

function drawSigns({ seed, key, drawn, group, residual }: ResampleScheme): DrawResample {
  const words = new Uint32Array(4);
  return (resample, out) => {
    for (let q = 0; q < drawn; q++) {
      philox(seed, key, [group[q]!, resample, 0, purposes.sign], words);
      out[q] = (webbFactor(words[0]!) - 1) * residual[q]!;
    }
  };
}

function drawResiduals({ seed, key, drawn, numbers, residual }: ResampleScheme): DrawResample {
  const resampled = numbers[0]!;
  const words = new Uint32Array(4);
  return (resample, out) => {
    out.fill(0, 0, drawn);
    for (let q = 0; q < resampled; q++) {
      philox(seed, key, [q, resample, 0, purposes.residual], words);
      out[q] = residual[drawnMember(words[0]!, resampled)]! - residual[q]!;
    }
  };
}

/** Standard normal numbers by Marsaglia's polar method. */
function normals(seed: number, key: number) {
  const words = new Uint32Array(4);
  return (index: number, resample: number, purpose: number): number => {
    for (let attempt = 0; ; attempt++) {
      philox(seed, key, [index, resample, attempt, purpose], words);
      const u = 2 * uniform(words[0]!, words[1]!) - 1;
      const v = 2 * uniform(words[2]!, words[3]!) - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
}

/** Priors of replicates: the centre of each is a measurement with an error, drawn anew. */
function priorDrawer(
  { form, priors }: Problem,
  key: number,
  seed: number,
): (replicate: number) => Pick<Problem, "priors"> {
  if (priors === undefined) return () => ({});
  const normal = normals(seed, key);
  return (replicate) => ({
    priors: priors.map((prior) => ({
      ...prior,
      centre: prior.centre + prior.sd * normal(priorNumber(prior.parameter, form), replicate, purposes.prior),
    })),
  });
}

function drawNoise({ seed, key, drawn, numbers, group, residual }: ResampleScheme): DrawResample {
  const [resampled, between, within] = [numbers[0]!, numbers[1]!, numbers[2]!];
  const normal = normals(seed, key);
  return (resample, out) => {
    out.fill(0, 0, drawn);
    for (let q = 0; q < resampled; q++) {
      const run = between * normal(group[q]!, resample, purposes.run);
      out[q] = run + within * normal(q, resample, purposes.point) - residual[q]!;
    }
  };
}

/** A draw that changes the weights of points and does not move their responses. */
export type WeighingDraw = Extract<Draw, { kind: "groups" | "blocks" }>;

/**
 * How often each point is in the resamples of a population.
 *
 * @returns writes one count a point, of the resample of a number, from 1
 */
export function drawCounter(
  population: string,
  draw: WeighingDraw,
  seed: number,
  points: number,
): (resample: number, counts: Float64Array) => void {
  const packed = packResampling({ response: new Float64Array(points) }, { population, draw });
  const drawInto = resampleDrawer({ ...packed, seed, group: [], residual: [] });
  if (draw.kind === "blocks") return drawInto;
  const drawn = new Float64Array(packed.drawn);
  return (resample, counts) => {
    drawInto(resample, drawn);
    for (let q = 0; q < points; q++) counts[q] = drawn[draw.group[q]!]!;
  };
}

/**
 * The problems of replicates, as the kernels solve them: points weigh as often as they were drawn, or responses are moved.
 *
 * @param seed of the draws
 * @returns the problem of the replicate of a number; number 0 is the problem itself
 */
export function replicateMaker(
  problem: Problem,
  { population, draw }: Resampling,
  seed: number,
): (replicate: number) => Problem {
  const { response, weights, sigma, residual: kind } = problem;
  const priorsOf = priorDrawer(problem, randomKey(population), seed);
  const numbers = new Float64Array(response.length);
  if (draw.kind === "groups" || draw.kind === "blocks") {
    const count = drawCounter(population, draw, seed, response.length);
    return (replicate) => {
      if (replicate === 0) return problem;
      count(replicate, numbers);
      return {
        ...problem,
        ...priorsOf(replicate),
        weights: numbers.map((times, q) => (weights?.[q] ?? 1) * times),
      };
    };
  }
  const packed = packResampling(problem, { population, draw });
  const [group, residual] = packed.rows as [Float64Array, Float64Array];
  const drawInto = resampleDrawer({ ...packed, seed, group, residual });
  return (replicate) => {
    if (replicate === 0) return problem;
    drawInto(replicate, numbers);
    const moved = (y: number, q: number): number => {
      const by = numbers[q]! * (sigma?.[q] ?? 1);
      return inUnitOfResponse(kind) ? y + by : y * Math.exp(by);
    };
    return { ...problem, ...priorsOf(replicate), response: response.map(moved) };
  };
}
