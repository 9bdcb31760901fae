import { ladderAblations } from "../../sweep/presets/ladder-ablations.ts";
import type { Paper } from "../paper.ts";
import { RECIPE } from "./designs.ts";
import { explanations } from "./explanations.ts";
import { figure2 } from "./figure2.ts";
import { table4 } from "./table4.ts";
import { table5 } from "./table5.ts";
import { table6 } from "./table6.ts";
import { table7 } from "./table7.ts";
import { table8 } from "./table8.ts";
import { TARGETS, VARIANCE_TASKS } from "./tasks.ts";
import { text } from "./text.ts";

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
