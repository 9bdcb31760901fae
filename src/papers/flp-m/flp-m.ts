import { planCheckpointStage } from "../../methods/checkpoint-points.ts";
import { featureOf } from "../../methods/feature.ts";
import { whyNotPositive } from "../../methods/measured.ts";
import { defineMethod, type Plan, type TaskData } from "../../methods/method.ts";
import { selectedRuns } from "../../methods/runs.ts";
import { chainTargets, planScoreStep, planSingleStep, planStep1, planTwoSteps } from "../../methods/steps.ts";
import { type MixRecipe, mixChoices, mixRecipe } from "./choices.ts";
import { planDomainSteps } from "./domain-steps.ts";
import { type Law, lawOfTable } from "./law.ts";
import { seekLink } from "./seek-link.ts";
import { scorePoints } from "./step2.ts";

/**
 * From the FLOPs of each source through the losses of domains to the score, for mixtures of data (Chen et al., 2025, arXiv
 * 2410.08527, sections 4 to 6, appendices E and F). The defaults of the axes are the paper's FLP-M.
 */
export const flpM = defineMethod({
  name: "flp-m",
  description:
    "from the FLOPs of each data source to the loss of each domain and from there to the score (Chen et al., 2025)",
  stages: ["step1", "step2", "single"],
  choices: mixChoices,
  recipe: mixRecipe,
  takesMixtures: true,
  metric: metricOf,
  needs: (recipe) => [{ metric: metricOf(recipe), on: "fit" }],
  predicates: ({ runs }) => [runs],
  seek: (recipe) => (recipe.link === "search" ? (data, solve) => seekLink(recipe, data, solve) : undefined),
  plan,
});

function metricOf({ link, score, domains }: MixRecipe): string {
  return link === "none" ? domains.metric : score;
}

function plan(recipe: MixRecipe, data: TaskData): Plan {
  const law = lawOfTable(recipe, data.index);
  const isSingle = recipe.link === "flops" || recipe.link === "none";
  if ("reason" in law) return planSkipped(isSingle ? "single" : "step1", law.reason, recipe, data);
  switch (recipe.link) {
    case "flops":
      return planFlopsToScore(recipe, law, data);
    case "none":
      return planLawAlone(recipe, law, data);
    case "average":
      return planAverageSteps(recipe, law, data);
    default:
      return planDomainSteps(recipe, law, data);
  }
}

/** A plan of one stage that cannot be posed. */
function planSkipped(name: string, reason: string, { runs }: MixRecipe, { index }: TaskData): Plan {
  return { stages: [{ name, skipped: { reason } }], fitRuns: selectedRuns(index, runs), predict: () => [] };
}

/** The loss of the task, which is a domain, by the law alone (Chen et al., 2025, figure 7). */
function planLawAlone(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { index, task } = data;
  const { metric } = recipe.domains;
  if (!index.domains(metric).includes(task)) {
    const reason = `${task} is no domain: it has an accuracy, or no ${metric}; link none predicts the ${metric} of domains`;
    return planSkipped("single", reason, recipe, data);
  }
  return planSingleStep(
    {
      ...law,
      quantity: { metric, subjects: [task] },
      ...recipe.step1,
      residual: "log",
      check: (final) => whyNotPositive(index.table, metric, final, "log"),
    },
    data,
  );
}

/** The final score straight from FLOPs by the form of the law (Chen et al., 2025, section 6.2, FLOPs). */
function planFlopsToScore({ score, step1 }: MixRecipe, law: Law, data: TaskData): Plan {
  // Scores may be 0: their logarithms are not taken.
  return planScoreStep({ ...law, score, ...step1, residual: "plain" }, data);
}

/** FLP on mixtures: one law for the mean of the domain losses, and a linear function of it (Chen et al., 2025, section 5.3). */
function planAverageSteps(recipe: MixRecipe, { form, variables }: Law, data: TaskData): Plan {
  const average = featureOf(recipe.domains, data.task, data.index);
  const link = recipe.getForm("linear");
  const step2 = planCheckpointStage(
    { name: "step2", form: link, ...recipe.step2 },
    scorePoints(recipe, [average], data),
  );
  const { step1, runs, score } = recipe;
  const subject = average.subjects.length > 1 ? "mean" : average.subjects[0]!;
  const ends = { variables, feature: average, score: { metric: score, subjects: [data.task] } };
  return planTwoSteps(
    {
      ...{ law: form, variables, runs: [runs, runs], link, step2: [step2], isLinkPerTarget: false },
      step1: planStep1({ ...step1, subject, variables, form, quantity: average }, data),
      targets: chainTargets({ ...ends, finalWindow: step1.finalWindow }, data),
    },
    data,
  );
}
