import type { MethodExtension } from "../extension.ts";
import { fitOpening } from "./opening.ts";
import { formatFits } from "./summary.ts";
import { lawsTable } from "./tables.ts";

/** The additions of fits: each law with its numbers, and how it does on rows that are held out. */
export const extension: MethodExtension = {
  tables: { laws: "group of rows and assignment of all axes: the law with its numbers; method `fit`" },
  make: (solved) => ({ laws: lawsTable(solved) }),
  summaryReplacesPredictions: true,
  summary: formatFits,
  opening: fitOpening,
  async figures() {
    const { fittedFigure, residualsFigure } = await import("./figures.ts");
    const { curvesFigure } = await import("./curves-figure.ts");
    const { contoursFigure } = await import("./contours-figure.ts");
    const { pairsFigure } = await import("./pairs-figure.ts");
    return [curvesFigure, contoursFigure, fittedFigure, residualsFigure, pairsFigure];
  },
};
