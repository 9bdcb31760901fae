import { median } from "../statistics.ts";
import {
  type CheckpointRule,
  chanceOf,
  judgeCheckpoints,
  judgedScores,
  whyNoneEmerged,
} from "./emergence.ts";
import { type Joined, joinFitRuns, joinTarget } from "./joined.ts";
import { type LeftOutPoints, leftOutOf } from "./left-out.ts";
import { type LinkPoints, type LinkStage, planLinkStage } from "./link-stage.ts";
import { describeQuantity, measureFitRuns, type Quantity } from "./measured.ts";
import type { Stage, TaskData } from "./method.ts";
import { ALL_RUNS, type RunIndex, type Target } from "./runs.ts";

/** Whose intermediate checkpoints a stage is fitted on: the fit runs', or those of targets smaller than the one predicted. */
export type LinkRuns = "fit" | "siblings";

/** What the points of a stage on intermediate checkpoints are made of. */
export interface CheckpointStage {
  inputs: readonly Quantity[];
  score: Quantity;
  /** The pre-training loss whose improvement is asked for. */
  pretraining: Quantity;
  rule: CheckpointRule;
  /** Predicate on the fit runs. */
  runs: string;
}

/**
 * A last loss of language models in nats a token, which the median of a table's stands for where losses are rounded in a unit of
 * their own: two decimals then mean about what they do in nats.
 */
const USUAL_LOSS = 2.5;

/** Points by run, and those that are not taken; or why there is none. */
export type CheckpointPoints =
  | { points: ReadonlyMap<string, LinkPoints>; leftOut?: readonly LeftOutPoints[] }
  | { reason: string };

/** Points of the fit runs. */
export function fitRunPoints(stage: CheckpointStage, data: TaskData): CheckpointPoints {
  const { runs } = stage;
  const joined = joinFitRuns(data.index, { quantities: quantitiesOf(stage), runs });
  return judged(stage, data, joined, `fit run${runs === ALL_RUNS ? "" : ` with ${runs}`}`);
}

/** Points of all targets with fewer parameters than one (Chen et al., 2025, appendix B). */
export function siblingPoints(stage: CheckpointStage, data: TaskData, target: Target): CheckpointPoints {
  const { index } = data;
  const siblings = index.targets.filter(({ n }) => n < target.n);
  if (siblings.length === 0) return { reason: `no target is smaller than ${target.name}` };
  const quantities = quantitiesOf(stage);
  const joined = new Map(siblings.map(({ name }) => [name, joinTarget(index, { quantities, target: name })]));
  return judged(stage, data, joined, `target smaller than ${target.name}`);
}

/** The stage on such points, which keeps what they leave out. */
export function planCheckpointStage(link: LinkStage, taken: CheckpointPoints): Stage {
  if ("reason" in taken) return { name: link.name, skipped: taken };
  const stage = planLinkStage(link, taken.points, "no checkpoint is kept");
  return taken.leftOut === undefined ? stage : { ...stage, leftOut: taken.leftOut };
}

function quantitiesOf({ score, pretraining, inputs }: CheckpointStage): Quantity[] {
  return [score, pretraining, ...inputs];
}

function judged(
  { score, pretraining, inputs, rule, runs: predicate }: CheckpointStage,
  { index, task }: TaskData,
  joined: ReadonlyMap<string, Joined>,
  whose: string,
): CheckpointPoints {
  const all = [...joined.values()];
  if (all.every(({ values }) => values[0]!.length === 0)) {
    const wanted = [...new Set([score, ...inputs, pretraining].map(describeQuantity))];
    return { reason: `no checkpoint of a ${whose} has ${wanted.join(" and ")}` };
  }
  const chance = rule.margin === undefined ? 0 : chanceOf(index, task);
  if (typeof chance !== "number") return chance;
  const unit =
    rule.improvementUnit === "table" ? 1 : medianLastLoss(index, pretraining, predicate) / USUAL_LOSS;
  const runs = Array.from(joined, ([run, { values }]) => {
    const [scores, loss, ...x] = values as [Float64Array, Float64Array, ...Float64Array[]];
    return {
      run,
      scores,
      x,
      verdicts: judgeCheckpoints(
        loss.map((one) => one / unit),
        scores,
        rule,
        chance,
      ),
    };
  });
  const reasons = runs.flatMap(({ verdicts }) => verdicts.filter((verdict) => verdict !== "kept"));
  const points = new Map(
    runs.map(({ run, scores, x, verdicts }): [string, LinkPoints] => {
      const keep = (own: Float64Array): Float64Array => own.filter((_, i) => verdicts[i] === "kept");
      return [run, { x: x.map(keep), y: keep(scores) }];
    }),
  );
  const kept = [...points.values()].reduce((sum, { y }) => sum + y.length, 0);
  if (kept === 0 && rule.margin !== undefined) {
    const judged = runs.map(({ scores, verdicts }) => ({
      scores: judgedScores(scores, rule.neighbours),
      verdicts,
    }));
    return { reason: whyNoneEmerged(task, judged, chance, rule.margin) };
  }
  return { points, ...leftOutOf(reasons) };
}

/** The median over the fit runs of the last loss of each; 1 where none is measured, or it is no size. */
function medianLastLoss(index: RunIndex, quantity: Quantity, runs: string): number {
  const measured = [...measureFitRuns(index, { quantity, runs }).values()];
  const middle = median(measured.map(({ values }) => values.at(-1)!));
  return middle > 0 ? middle : 1;
}
