import { resampleDrawer } from "./draw-resample.ts";
import type { Problem } from "./problem.ts";
import { packResampling, type Resampling } from "./resampling.ts";

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
