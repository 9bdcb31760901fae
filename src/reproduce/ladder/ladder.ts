import { ladderAblations } from "../../spec/presets.ts";
import type { Paper } from "../paper.ts";
import { explanations, RECIPE, TARGETS, VARIANCE_TASKS } from "./designs.ts";
import { table4, table5, table6 } from "./tables-4-to-6.ts";
import { table7, table8 } from "./tables-7-8.ts";
import { figure2, text } from "./text.ts";

/** The model ladder. Its sweep is the preset of all its variants with the bounds of its code, and the witnesses of the explanations. */
export const ladderPaper: Paper = {
  name: "ladder",
  title: "Establishing Task Scaling Laws via Compute-Efficient Model Ladders",
  source: "Bhagia et al., 2024, arXiv 2412.04403",
  sweep: {
    ...ladderAblations.spec,
    tasks: Object.values(VARIANCE_TASKS),
    targets: [...TARGETS],
    axes: [
      ...[ladderAblations.spec.axes ?? []].flat().map((axes) => ({ ...RECIPE, ...axes })),
      ...explanations.map(({ witness }) => ({ ...witness })),
    ],
  },
  tables: [...figure2, table4, ...table5, ...table6, ...table7, ...table8, text],
  explanations,
};
