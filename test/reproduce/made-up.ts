import {
  type Design,
  type Explanation,
  type Paper,
  type PublishedCell,
  printed,
  type Quantity,
} from "../../src/reproduce/paper.ts";
import type { Results, StageFit } from "../../src/reproduce/results.ts";

/** A design of a paper that does not exist, and one that holds a parameter. */
export const OWN: Design = { feature: "ce" };
export const HELD: Design = { feature: "ce", bounds1: "E=1.." };

/** What a made-up sweep found for task `t`, by design. */
export interface MadeUp {
  value: number;
  objective: number;
  atBound?: boolean;
}

/** Results of one task and one stage, with E as its parameter. */
export function madeUpResults(own: MadeUp, held: MadeUp = own): Results {
  const of = (design: Design) => (design === HELD ? held : own);
  return {
    hasPredictions: true,
    prediction(design) {
      const { value } = of(design);
      const unknown = { featurePredicted: Number.NaN, featureActual: Number.NaN, linkPredicted: Number.NaN };
      return { predicted: value, actual: 0.5, ...unknown };
    },
    predictions: () => [],
    fits(design): StageFit[] {
      const { objective, atBound = false } = of(design);
      return [
        { stage: "step1", objective, leftOut: "", parameters: new Map([["E", { value: 1, atBound }]]) },
      ];
    },
    number: () => Number.NaN,
  };
}

/** The predicted score of task `t`. */
export const score: Quantity = {
  tasks: ["t"],
  value: (results, designOf) => results.prediction(designOf("t"), "t", "big").predicted,
};

export const cellOf = (text: string, quantity: Quantity = score): PublishedCell => {
  return { printed: printed(text), design: OWN, quantity };
};

export const localOptimum: Explanation = {
  design: OWN,
  task: "t",
  reason: { name: "local optimum", inside: "E", above: 0.1 },
  witness: HELD,
  held: "E >= 1",
};

export const flatValley: Explanation = { ...localOptimum, reason: { name: "flat valley" } };

/** A paper of one table with one cell. */
export function paperOf(cell: PublishedCell, explanations: readonly Explanation[] = []): Paper {
  const table = {
    name: "table 1",
    title: "scores",
    columns: ["score"],
    rows: [{ name: "t", cells: [cell] }],
  };
  return { name: "made-up", title: "A paper", source: "nobody", sweep: {}, tables: [table], explanations };
}
