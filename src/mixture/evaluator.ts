import { type CellDraws, replicateReader } from "../bootstrap/bootstrap-cells.ts";
import type { Verdict } from "../identifiability/determined.ts";
import type { Size, Target } from "../methods/runs.ts";
import type { PredictionJudge } from "../plan/judge-predictions.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { fittedParameters } from "../plan/score.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Shares } from "./space.ts";

/** Predicted values of one cell over mixtures: of the fits of the data, and of each replicate. */
export interface Evaluator {
  cell: Cell;
  /**
   * @param target whose size it is
   * @param replicate undefined for the fits of the data
   * @returns NaN where there is no prediction
   */
  at(target: Target, shares: Shares, replicate: number | undefined): number;
  /** Whether the data determine what is predicted for mixtures. */
  judge(target: Target, mixtures: readonly Shares[]): Verdict[];
  /** 0 without a bootstrap. */
  replicates: number;
}

/**
 * The evaluator of a cell; undefined for a method that predicts targets alone.
 *
 * @param sources in the order of the shares
 * @param known the cell's replicates, where it has been resampled, and the judge of its fits
 */
export function evaluatorOf(
  cell: Cell,
  sources: readonly string[],
  results: ReadonlyMap<string, SolveResult>,
  { draws, judge }: { draws: CellDraws | undefined; judge: PredictionJudge },
): Evaluator | undefined {
  const { plan } = cell;
  if (plan.at === undefined) return undefined;
  const at = plan.at.bind(plan);
  const fitted = fittedParameters(cell, results);
  const stages = draws?.outcomes.map((outcome) => outcome?.replicates) ?? [];
  const read = replicateReader(stages);
  // Every replicate is asked for the same mixtures.
  const mixes = new WeakMap<Shares, Size["mix"]>();
  const mixOf = (shares: Shares): NonNullable<Size["mix"]> => {
    const mix = mixes.get(shares) ?? new Map(sources.map((source, s) => [source, shares[s]!]));
    mixes.set(shares, mix);
    return mix;
  };
  let last = -1;
  let parameters: readonly (Float64Array | undefined)[] = [];
  return {
    cell,
    replicates: Math.max(0, ...stages.map((stage) => stage?.degenerate.length ?? 0)),
    judge({ n, d, c }, mixtures) {
      const sizes = mixtures.map((shares): Size => ({ n, d, c, mix: mixOf(shares) }));
      return judge.judge(cell, { predict: (own) => sizes.map((size) => at(own, size)), sizes });
    },
    at({ n, d, c }, shares, replicate) {
      if (replicate !== undefined && replicate !== last) {
        parameters = read(replicate);
        last = replicate;
      }
      return at(replicate === undefined ? fitted : parameters, { n, d, c, mix: mixOf(shares) });
    },
  };
}
