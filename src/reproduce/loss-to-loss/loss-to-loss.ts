import type { Paper } from "../paper.ts";
import { EQUATION_3, explanations, FAMILIES, HELD_OUT, TASKS, TRAIN } from "./designs.ts";
import { table1, table2, table3 } from "./tables-1-to-3.ts";
import { table6, table7, table8 } from "./tables-6-8.ts";

/** Corpora that axes list by name: the witnesses of one corpus are of no other. */
const within = FAMILIES.map((family) => ({ source: family, destination: family }));

/** Loss-to-loss prediction. Its sweep has the cells of the tables and the witnesses of the explanations. */
export const lossToLossPaper: Paper = {
  name: "loss-to-loss",
  title: "Loss-to-Loss Prediction: Scaling Laws for All Datasets",
  source: "Brandfonbrener et al., 2024, arXiv 2411.12925",
  sweep: {
    method: "loss-to-loss",
    tasks: [TRAIN, ...HELD_OUT, ...TASKS],
    axes: [
      { relation: ["train-to-train", "composed"], source: FAMILIES, destination: FAMILIES },
      ...within.map((corpus) => ({ relation: ["train-to-test", "scaling-law"], ...corpus })),
      ...within.map((corpus) => ({ relation: "scaling-law", ...corpus, ...EQUATION_3 })),
      ...explanations.map(({ witness }) => ({ ...witness })),
    ],
  },
  tables: [table1, table2, table3, table6, table7, table8],
  explanations,
};
