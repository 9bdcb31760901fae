import { familiesOnTable, withTargetsOf } from "../../methods/families.ts";
import { featureOf, subjectsOf } from "../../methods/feature.ts";
import type { Quantity } from "../../methods/measured.ts";
import { defineMethod, type Plan, type Stage, type TaskData } from "../../methods/method.ts";
import { perPart } from "../../methods/parts.ts";
import { checkHasGroups, partsOfScore } from "../../methods/question-groups.ts";
import { ALL_RUNS } from "../../methods/runs.ts";
import { pairEarly, pairFitRuns, type Series } from "../../methods/series.ts";
import { sizedLaw } from "../../methods/sized-law.ts";
import { type LinkPoints, type PooledPoints, planLinkStage, poolPoints } from "../../methods/stages.ts";
import { chainTargets, needsOfSteps, planScoreStep, planStep1, planTwoSteps } from "../../methods/steps.ts";
import { type LadderRecipe, ladderChoices, ladderRecipe, type PointsPart } from "./choices.ts";

/**
 * Task scaling laws from a ladder of small models (Bhagia et al., 2024, arXiv 2412.04403): size to task loss, task
 * loss to accuracy; or in one step. The defaults of the axes are the paper's main method.
 */
export const ladder = defineMethod({
  name: "ladder",
  description:
    "two steps, from size to the task's loss and from loss to accuracy, or both in one (Bhagia et al., 2024)",
  stages: ["step1", "step2", "single"],
  choices: ladderChoices,
  recipe: ladderRecipe,
  metric: ({ score }) => score,
  needs: ({ feature, score, linkOn }) => needsOfSteps(feature, score, linkOn),
  reads: ({ feature }) => subjectsOf(feature),
  predicates: ({ predicates }) => predicates,
  laws: ({ law }) => (law === undefined ? [] : [law]),
  onTable({ family, steps, score }, table, where) {
    if (steps?.step2.points.groups === "sum") checkHasGroups(table, score, where);
    return familiesOnTable(family, table, where);
  },
  plan({ steps, single, family }, data) {
    const own = withTargetsOf(family, data);
    return steps === undefined ? planSingle(single, own) : planSteps(steps, own);
  },
});

/** The score straight from size (Bhagia et al., 2024, equation 6 and section 6.4). */
const planSingle = perPart(({ sizes, ...step }: LadderRecipe["single"], data) =>
  planScoreStep({ ...step, ...sizedLaw(sizes.single, data.index.table, sizes.flops, sizes.response) }, data),
);

type Steps = NonNullable<LadderRecipe["steps"]>;

/** Step 1 (equations 1 and 4, section 3.1) and step 2, chained (Bhagia et al., 2024, section 3.3). */
function planSteps({ step1, targets, step2 }: Steps, data: TaskData): Plan {
  const { form: law, variables } = lawOfData(step1.sizes, data);
  const runs = [step1.runs, step2.points.runs] as const;
  const { link, isPerTarget: isLinkPerTarget } = step2;
  const parts = partsOf(step2.points, data);
  return planTwoSteps(
    {
      ...{ law, variables, runs, link, isLinkPerTarget },
      residuals: [step1.residual, step2.residual],
      step1: planLaw(step1, data),
      targets: planTargets(targets, data),
      step2: planLinks(step2, data),
      ...(!("reason" in parts) && { weights: parts.map(({ weight }) => weight) }),
    },
    data,
  );
}

/** The law of step 1 on the table. */
const lawOfData = perPart(({ law, flops, response }: Steps["step1"]["sizes"], { index }) =>
  sizedLaw(law, index.table, flops, response),
);

const planLaw = perPart(({ sizes, feature, ...step1 }: Steps["step1"], data) =>
  planStep1(
    { ...step1, ...lawOfData(sizes, data), quantity: featureOf(feature, data.task, data.index) },
    data,
  ),
);

const planTargets = perPart(({ sizes, feature, score, ...ends }: Steps["targets"], data) =>
  chainTargets(
    {
      ...ends,
      variables: lawOfData(sizes, data).variables,
      feature: featureOf(feature, data.task, data.index),
      score: { metric: score, subjects: [data.task] },
    },
    data,
  ),
);

/**
 * Step 2: the score against the feature at checkpoints, treated run by run, and the anchor (Bhagia et al., 2024, equations 2
 * and 8, section 3.2). One stage on the checkpoints of all fit runs; or one for each target on its own early checkpoints, the
 * rows with a phase (appendix B.2). Of groups of questions each has its own (Xu et al., 2025, arXiv 2502.17262, fit every cluster of
 * questions apart).
 */
const planLinks = perPart((step2: Steps["step2"], data): Stage[] => {
  const { points, isPerTarget, link: form, ...more } = step2;
  const parts = partsOf(points, data);
  if ("reason" in parts) return [{ name: "step2", skipped: parts }];
  const linkOf = ({ group }: Part) => {
    return { name: "step2", form, ...(group !== undefined && { subject: `${data.task} ${group}` }), ...more };
  };
  const both = ({ metric }: Part) => `both ${points.feature.name} and ${metric} of ${data.task}`;
  if (!isPerTarget) {
    const those = points.runs === ALL_RUNS ? "" : ` with ${points.runs}`;
    return fitPoints(points, data).map(({ part, pooled }) =>
      planLinkStage(linkOf(part), pooled, `no checkpoint of a fit run${those} has ${both(part)}`),
    );
  }
  return earlyPoints(points, data).flatMap(({ target, ofParts }) =>
    ofParts.map(({ part, pooled }) => {
      const reason = `no early checkpoint (a row with a phase) of ${target} has ${both(part)}`;
      return { ...planLinkStage(linkOf(part), pooled, reason), target };
    }),
  );
});

type Parts = Exclude<ReturnType<typeof partsOf>, { reason: string }>;
type Part = Parts[number];

/** The parts of the task's questions that have a link each. */
function partsOf({ score, groups }: PointsPart, { task, index }: TaskData) {
  return partsOfScore(index, { task, score, groups });
}

/** What to make of each part; nothing where the table does not have them. */
function ofParts<Made>(points: PointsPart, data: TaskData, make: (part: Part) => Made): Made[] {
  const parts = partsOf(points, data);
  return "reason" in parts ? [] : parts.map(make);
}

/** Points of each part. */
const fitPoints = perPart((points: PointsPart, data) =>
  ofParts(points, data, (part) => {
    const series = pairFitRuns(data.index, { ...quantitiesOf(points, part, data), runs: points.runs });
    return { part, pooled: treated(points, series) };
  }),
);

/** Points of each part of each target. */
const earlyPoints = perPart((points: PointsPart, data) =>
  data.targets.map(({ name: target }) => ({
    target,
    ofParts: ofParts(points, data, (part) => {
      const early = pairEarly(data.index, { ...quantitiesOf(points, part, data), target });
      return { part, pooled: treated(points, new Map([[target, early]])) };
    }),
  })),
);

function quantitiesOf(
  { feature }: PointsPart,
  { metric }: Part,
  { task, index }: TaskData,
): Record<"x" | "y", Quantity> {
  return { x: featureOf(feature, task, index), y: { metric, subjects: [task] } };
}

function treated({ filters, anchor }: PointsPart, runs: ReadonlyMap<string, Series>): PooledPoints {
  const byRun = Array.from(runs, ([run, raw]): [string, LinkPoints] => {
    const { x, y } = filters.reduce((series, filter) => filter(series), raw);
    return [run, { x: [x], y }];
  });
  return poolPoints(new Map(byRun), anchor);
}
