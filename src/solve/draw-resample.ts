import { drawnMember, philox, purposes, uniform } from "./philox.ts";
import type { Problem } from "./problem.ts";
import { packResampling, type Resampling } from "./resampling.ts";

/** What a resample is drawn by, as a request has it (kernels/resample.hpp). */
interface ResampleScheme {
  seed: number;
  /** Key of the population's draws, beside the seed. */
  key: number;
  scheme: number;
  /** Numbers that a resample is. */
  drawn: number;
  /** What the scheme draws by. */
  numbers: ArrayLike<number>;
  /** Of each point its group, or its run; unused where groups are drawn. */
  group: ArrayLike<number>;
  /** Of each point; used where responses are moved. */
  residual: ArrayLike<number>;
}

/** Writes the numbers of one resample. */
type DrawResample = (resample: number, out: Float64Array) => void;

/**
 * Draws resamples as kernels/resample.hpp does, here once more because the kernels give their fits and not what they drew:
 * how often each group or point is drawn, or by how much each response is moved. Counts and factors are the same numbers;
 * normal noise differs in its last digits.
 */
export function resampleDrawer(scheme: ResampleScheme): DrawResample {
  const drawers = [drawGroups, drawBlocks, drawSigns, drawResiduals, drawNoise];
  return drawers[scheme.scheme]!(scheme);
}

const webbSizes = [Math.SQRT1_2, 1, Math.sqrt(1.5)];

/** Webb's six factors, each with the same chance. */
export function webbFactor(word: number): number {
  const which = drawnMember(word, 6);
  return which < 3 ? -webbSizes[which]! : webbSizes[which - 3]!;
}

/** Calls `take` with every group drawn, and the number of the draw. */
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

function drawNoise({ seed, key, drawn, numbers, group, residual }: ResampleScheme): DrawResample {
  const [resampled, between, within] = [numbers[0]!, numbers[1]!, numbers[2]!];
  const words = new Uint32Array(4);
  /** A standard normal number by Marsaglia's polar method. */
  const normal = (index: number, resample: number, purpose: number): number => {
    for (let attempt = 0; ; attempt++) {
      philox(seed, key, [index, resample, attempt, purpose], words);
      const u = 2 * uniform(words[0]!, words[1]!) - 1;
      const v = 2 * uniform(words[2]!, words[3]!) - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
  return (resample, out) => {
    out.fill(0, 0, drawn);
    for (let q = 0; q < resampled; q++) {
      const run = between * normal(group[q]!, resample, purposes.run);
      out[q] = run + within * normal(q, resample, purposes.point) - residual[q]!;
    }
  };
}

/**
 * The problem of one replicate, made here as the kernels make it: its points weigh as often as they were drawn, or its responses
 * are moved.
 *
 * @param resample number of the replicate; 0 for the data as they are
 * @param seed of the draws
 */
export function resampledProblem(
  problem: Problem,
  resampling: Resampling,
  resample: number,
  seed: number,
): Problem {
  if (resample === 0) return problem;
  const { draw } = resampling;
  const packed = packResampling(problem, resampling);
  const [group = [], residual = []] = packed.rows;
  const drawn = new Float64Array(packed.drawn);
  resampleDrawer({ ...packed, seed, group, residual })(resample, drawn);
  const { response, weights } = problem;
  if (draw.kind === "groups" || draw.kind === "blocks") {
    const times = (q: number): number => drawn[draw.kind === "groups" ? draw.group[q]! : q]!;
    return { ...problem, weights: response.map((_, q) => (weights?.[q] ?? 1) * times(q)) };
  }
  const isLog = problem.residual === "log";
  return { ...problem, response: response.map((y, q) => (isLog ? y * Math.exp(drawn[q]!) : y + drawn[q]!)) };
}
