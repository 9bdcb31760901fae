import type { Draw } from "../solve/resampling.ts";
import type { Residuals } from "./residuals.ts";

const block: Scheme = {
  name: "block",
  description: "runs with replacement, and of each as many checkpoints as it has, in blocks of neighbours",
  source: "the two-stage cluster bootstrap with the circular blocks of Politis & Romano (1992)",
  drawsRuns: true,
  weighsRuns: true,
  fewestRuns: 4,
  draw: ({ runLengths, strata }, _, { blockLength }) => ({ kind: "blocks", runLengths, strata, blockLength }),
  caution({ runLengths }, { blockLength }) {
    // A stage of final values has one point a run: nothing was meant to be drawn within.
    if (runLengths.every((length) => length <= 1)) return undefined;
    const short = runLengths.filter((length) => length > 0 && length <= blockLength).length;
    if (short === 0) return undefined;
    const those = short === 1 ? "1 run has" : `${short} runs have`;
    return `${those} no more checkpoints than a block (${blockLength}): they are drawn whole, nothing varies within them`;
  },
};

const parametric: Scheme = {
  name: "parametric",
  moves: true,
  description: "the fit plus normal noise, of the run and of the point, as large as the residuals say",
  source: "Davison & Hinkley (1997), sections 2.2 and 3.8",
  drawsRuns: false,
  fewestRuns: 1,
  draw({ runLengths }, residuals) {
    const { plain, betweenRuns, withinRuns } = residuals();
    return { kind: "parametric", runLengths, residual: plain, betweenRuns, withinRuns };
  },
};

const residual: Scheme = {
  name: "residual",
  moves: true,
  description: "the fit plus residuals of points drawn with replacement; takes points as independent",
  source: "Davison & Hinkley (1997), section 6.2.3",
  drawsRuns: false,
  fewestRuns: 1,
  draw: ({ runLengths }, residuals) => ({ kind: "residual", runLengths, residual: residuals().byPoints }),
  caution: cautionOfCheckpoints(
    "residuals of checkpoints are drawn as if independent: intervals come out too narrow where runs differ",
  ),
};

const row: Scheme = {
  name: "row",
  description: "points with replacement, whatever their run; for comparison only",
  source: "the pairs bootstrap; Efron & Tibshirani (1993), section 9.5",
  drawsRuns: false,
  fewestRuns: 1,
  draw({ runLengths, points }) {
    const resampled = firstPoints(runLengths).at(-1)!;
    return {
      kind: "groups",
      group: Int32Array.from({ length: points }, (_, q) => Math.min(q, resampled)),
      strata: resampled < points ? [resampled, 1] : [resampled],
    };
  },
  caution: cautionOfCheckpoints(
    "checkpoints of a run are not independent: intervals of this step by row are 4 to 14 times too narrow on real ladders",
  ),
};

const run: Scheme = {
  name: "run",
  description: "runs with replacement, as many as there are, each with all its checkpoints",
  source: "the cluster or pairs bootstrap; Davison & Hinkley (1997), section 3.8",
  drawsRuns: true,
  weighsRuns: true,
  fewestRuns: 4,
  draw: groupsByRun,
};

const runBySize: Scheme = {
  name: "run-by-size",
  description: "runs with replacement within each model size, as many of each as there are",
  source: "the stratified bootstrap; Davison & Hinkley (1997), section 3.2",
  drawsRuns: true,
  weighsRuns: true,
  fewestRuns: 4,
  bySize: true,
  draw: groupsByRun,
  refuse({ strata }) {
    if (strata.some((size) => size > 1)) return undefined;
    return `each of the ${strata.length} model sizes has one run: within a size there is nothing to draw; take scheme run or wild`;
  },
  caution({ strata }) {
    const single = strata.filter((size) => size === 1).length;
    if (single === 0) return undefined;
    return `${single} of ${strata.length} model sizes have one run, which every resample holds: intervals leave its noise out`;
  },
};

const wild: Scheme = {
  name: "wild",
  moves: true,
  description:
    "the fit plus the residuals, those of a run times one of Webb's six factors, drawn for the run; for 4 to 20 runs",
  source: "the wild cluster bootstrap; Cameron, Gelbach & Miller (2008), Webb (2014)",
  drawsRuns: true,
  fewestRuns: 4,
  draw: ({ runLengths }, residuals) => ({ kind: "wild", runLengths, residual: residuals().byRuns }),
};

/** The schemes of resampling by name. A new one is a record above and a name here. */
export const schemes: ReadonlyMap<string, Scheme> = new Map(
  [run, runBySize, wild, block, residual, parametric, row].map((scheme) => [scheme.name, scheme]),
);

/** The scheme of a name that is known to be one. */
export function getScheme(name: string): Scheme {
  const scheme = schemes.get(name);
  if (scheme === undefined) throw new RangeError(`no scheme of resampling ${JSON.stringify(name)}`);
  return scheme;
}

/** The points of a stage as a scheme sees them: run by run in the order of the population, then those of no run. */
export interface RunPoints {
  /** Number of points of each run of the population; 0 for a run without points. */
  runLengths: readonly number[];
  /** Number of runs of each stratum of the population. */
  strata: readonly number[];
  /** Number of all points. */
  points: number;
}

/** What a scheme may need in addition to the points. */
export interface SchemeOptions {
  /** Number of points of a block. */
  blockLength: number;
}

/**
 * How resamples are drawn.
 *
 * A scheme only says what is drawn (`draw`); kernels draw and solve the resamples, from counters and not from a stream, so
 * that a replicate is the same on every machine and in every order. The bootstrap also needs the facts
 * below, since they decide what may be compared:
 *
 * - Schemes that draw runs draw once for all stages and cells on the same runs (`drawsRuns`). Replicate k of one cell then
 *   goes with replicate k of another: chains of stages stay consistent, and differences of configurations are paired. Schemes
 *   that draw points or noise draw for each stage.
 * - A stage whose points are made with the fits of others can be resampled only where a resample is a weight for each run
 *   (`weighsRuns`): it is then set up again with the replicate's own fits.
 * - With few runs a resample has too few different ones (`fewestRuns`): the stage is left out, and the tables say why.
 */
export interface Scheme {
  /** Name in sweep files and result tables. */
  name: string;
  /** What it draws, in a sentence without its full stop. */
  description: string;
  source: string;
  /**
   * Whether runs as a whole are drawn (or their residuals turned): then one draw feeds all stages and cells on the same
   * runs. Else each stage has draws of its own.
   */
  drawsRuns: boolean;
  /**
   * Whether a resample is how often each run is drawn: then stages whose points are made with others' fits are resampled
   * with them. @default false
   */
  weighsRuns?: boolean;
  /** Whether it moves responses; else it changes the weights of points. @default false */
  moves?: boolean;
  /** Smallest number of runs with points that it needs. */
  fewestRuns: number;
  /** Whether runs of each model size are a stratum of their own. @default false */
  bySize?: boolean;
  /** The draws of a stage. */
  draw(points: RunPoints, residuals: () => Residuals, options: SchemeOptions): Draw;
  /** Why the stage cannot be resampled although it has points; undefined if it can. */
  refuse?(points: RunPoints, options: SchemeOptions): string | undefined;
  /** What a user should know before trusting intervals from these points. */
  caution?(points: RunPoints, options: SchemeOptions): string | undefined;
}

/**
 * Factor by which a scheme's draws of a stage are spread too little: the variance of n runs (points, for schemes that draw those) drawn with
 * replacement is (n - 1)/n of that of their population (Hesterberg, 2015). Schemes that move responses enlarge them themselves.
 */
export function spreadFactor(
  { moves = false, drawsRuns }: Scheme,
  drawn: { runs: number; points: number },
): number {
  const n = drawsRuns ? drawn.runs : drawn.points;
  return moves || !(n > 1) ? 1 : Math.sqrt(n / (n - 1));
}

/** What is to be known where a run has several points. */
function cautionOfCheckpoints(text: string): NonNullable<Scheme["caution"]> {
  return ({ runLengths }) => (runLengths.some((length) => length > 1) ? text : undefined);
}

/** First point of each run, and after the last the number of points of all runs. */
export function firstPoints(runLengths: readonly number[]): number[] {
  const first = [0];
  for (const length of runLengths) first.push(first.at(-1)! + length);
  return first;
}

/** Group of each point: its run's number, and one more for the points of no run, which is always drawn once. */
export function groupsByRun({ runLengths, strata, points }: RunPoints): Draw {
  const first = firstPoints(runLengths);
  const group = new Int32Array(points).fill(runLengths.length);
  for (let r = 0; r < runLengths.length; r++) group.fill(r, first[r], first[r + 1]);
  return { kind: "groups", group, strata: first.at(-1)! < points ? [...strata, 1] : strata };
}
