import type { Extension } from "../extension.ts";
import { formatLaws } from "./summary.ts";

/** Rows of laws that the terminal prints after a sweep. */
const MOST_ROWS = 60;

/** The extension of an isoflop analysis: the best model size of each budget, the runs behind it, and how it grows. */
export const isoflop: Extension = {
  tables: {
    isoflop:
      "family, subject and budget of FLOPs: the best model size; key `isoflop`, as are the next two tables",
    isoflop_points: "run of a budget, as the analysis used it",
    isoflop_laws: "family, subject and quantity (size, tokens): how the best one grows with the budget",
  },
  summary: ({ isoflop_laws: laws }) =>
    laws ? `\nbest size n and tokens d of a budget c\n${formatLaws(laws, MOST_ROWS)}` : "",
  async figures() {
    const { bestSizes, isoflop } = await import("./figures.ts");
    return [isoflop, bestSizes];
  },
};
