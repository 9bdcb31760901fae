import { median } from "../statistics.ts";
import {
  type CheckpointRule,
  chanceOf,
  judgeCheckpoints,
  judgedScores,
  whyNoneEmerged,
} from "./emergence.ts";
import { featureOf } from "./feature.ts";
import { describeQuantity, measureFitRuns, type Quantity } from "./measured.ts";
import type { LeftOutPoints, Stage, TaskData } from "./method.ts";
import { ALL_RUNS, type RunIndex, type Target } from "./runs.ts";
import { type Joined, joinFitRuns, joinTarget } from "./series.ts";
import type { CheckpointRecipe } from "./shared-choices.ts";
import { type LinkPoints, type LinkStage, leftOutOf, planLinkStage, poolPoints } from "./stages.ts";

/** The quantities that the points of a stage on intermediate checkpoints are made of, and the rule that selects checkpoints. */
interface CheckpointStage {
  inputs: readonly Quantity[];
  score: Quantity;
  /** The pre-training loss that must improve. */
  pretraining: Quantity;
  rule: CheckpointRule;
  /** Predicate on the fit runs. */
  runs: string;
}

/**
 * The stage of a recipe on intermediate checkpoints.
 *
 * @param startingLoss the loss that the stage starts from, which must improve where the recipe names no other
 */
export function checkpointStage(
  recipe: CheckpointRecipe & { score: string; runs: string },
  inputs: readonly Quantity[],
  startingLoss: Quantity,
  { index, task }: TaskData,
): CheckpointStage {
  const { pretraining, rule, score, runs } = recipe;
  return {
    inputs,
    score: { metric: score, subjects: [task] },
    pretraining: pretraining === undefined ? startingLoss : featureOf(pretraining, task, index),
    rule,
    runs,
  };
}

/**
 * A usual last loss of language models, in nats per token. Where losses are in another unit, the median last loss of the table is
 * taken for this one, so that two decimals mean about what they mean in nats.
 */
const USUAL_LOSS = 2.5;

/** Points by run, and how many are left out; or the reason why there is none. */
export type CheckpointPoints =
  | { points: ReadonlyMap<string, LinkPoints>; leftOut?: readonly LeftOutPoints[] }
  | { reason: string };

/** Points of the fit runs. */
export function fitRunPoints(stage: CheckpointStage, data: TaskData): CheckpointPoints {
  const { runs } = stage;
  const joined = joinFitRuns(data.index, { quantities: quantitiesOf(stage), runs });
  return selectPoints(stage, data, joined, `fit run${runs === ALL_RUNS ? "" : ` with ${runs}`}`);
}

/** Points of all targets that have fewer parameters than the given one (Chen et al., 2025, appendix B). */
export function siblingPoints(stage: CheckpointStage, data: TaskData, target: Target): CheckpointPoints {
  const { index } = data;
  const siblings = index.targets.filter(({ n }) => n < target.n);
  if (siblings.length === 0) return { reason: `no target is smaller than ${target.name}` };
  const quantities = quantitiesOf(stage);
  const joined = new Map(siblings.map(({ name }) => [name, joinTarget(index, { quantities, target: name })]));
  return selectPoints(stage, data, joined, `target smaller than ${target.name}`);
}

/** The regression on such points, which reports those that are left out. */
export function planCheckpointStage(link: LinkStage, selected: CheckpointPoints): Stage {
  if ("reason" in selected) return { name: link.name, skipped: selected };
  const stage = planLinkStage(link, poolPoints(selected.points), "no checkpoint is kept");
  return selected.leftOut === undefined ? stage : { ...stage, leftOut: selected.leftOut };
}

function quantitiesOf({ score, pretraining, inputs }: CheckpointStage): Quantity[] {
  return [score, pretraining, ...inputs];
}

/** @param whose what the runs are, in words, for reasons */
function selectPoints(
  { score, pretraining, inputs, rule, runs: predicate }: CheckpointStage,
  { index, task }: TaskData,
  joined: ReadonlyMap<string, Joined>,
  whose: string,
): CheckpointPoints {
  if ([...joined.values()].every(({ values }) => values[0]!.length === 0)) {
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
        loss.map((value) => value / unit),
        scores,
        rule,
        chance,
      ),
    };
  });
  const reasons = runs.flatMap(({ verdicts }) => verdicts.filter((verdict) => verdict !== "kept"));
  const points = new Map(
    runs.map(({ run, scores, x, verdicts }): [string, LinkPoints] => {
      const keep = (values: Float64Array): Float64Array => values.filter((_, i) => verdicts[i] === "kept");
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

/** The median of the last losses of the fit runs; 1 where no loss is measured or the median is not positive. */
function medianLastLoss(index: RunIndex, quantity: Quantity, runs: string): number {
  const measured = [...measureFitRuns(index, { quantity, runs }).values()];
  const middle = median(measured.map(({ values }) => values.at(-1)!));
  return middle > 0 ? middle : 1;
}
