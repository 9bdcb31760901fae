import { defineMethod, type Plan, type TaskData } from "../method.ts";
import { selectedRuns } from "../runs.ts";
import { planAverageSteps } from "./average-steps.ts";
import { mixAxes } from "./axes.ts";
import { planDomainSteps } from "./domain-steps.ts";
import { planFlopsToScore, planLawAlone } from "./law-alone.ts";
import { emptyRecipe, type MixRecipe } from "./recipe.ts";
import { lawOfTable } from "./step1.ts";

/**
 * From the FLOPs of each source through the losses of domains to the score, for mixtures of data (Chen et al., 2025, arXiv
 * 2410.08527, sections 4 to 6, appendices E and F). The defaults of the axes are the paper's FLP-M.
 */
export const flpM = defineMethod<MixRecipe>({
  name: "flp-m",
  description:
    "from the FLOPs of each data source to the loss of each domain and from there to the score (Chen et al., 2025)",
  stages: ["step1", "step2", "single"],
  axes: mixAxes,
  takesMixtures: true,
  emptyRecipe,
  metric: metricOf,
  needs: (recipe) => [{ metric: metricOf(recipe), on: "fit" }],
  predicates: ({ runs }) => [runs],
  plan,
});

function metricOf({ link, score, domains }: MixRecipe): string {
  return link === "none" ? domains.metric : score;
}

function plan(recipe: MixRecipe, data: TaskData): Plan {
  const law = lawOfTable(recipe, data.index);
  const isSingle = recipe.link === "flops" || recipe.link === "none";
  if ("reason" in law) {
    return {
      stages: [{ name: isSingle ? "single" : "step1", skipped: law }],
      fitRuns: selectedRuns(data.index, recipe.runs),
      predict: () => [],
    };
  }
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
