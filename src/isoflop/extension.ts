import type { Analysis, Tables } from "../extension.ts";
import { analyseBudgets } from "./analyse.ts";
import { isoflopSchema, planIsoflop, withDefaults } from "./spec.ts";
import { formatLaws } from "./summary.ts";
import { isoflopTables, isoflopWarnings } from "./tables.ts";

/** Rows of laws that the terminal prints after a sweep. */
const MOST_ROWS = 60;

/** The isoflop analysis: the best model size of each budget, the runs behind it, and how it grows. It uses no fit of the sweep. */
export const isoflop = {
  key: "isoflop",
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
  request(given, { levels }) {
    const settings = withDefaults(isoflopSchema.parse(given), levels);
    return {
      settings,
      prepare({ where, solve: { seed } }, { index, tasks }) {
        const plan = planIsoflop(settings, index, { tasks, seed }, `${where}: isoflop`);
        let tables: Tables = {};
        return {
          begin(onWarning) {
            const results = analyseBudgets(index, plan);
            for (const line of isoflopWarnings(results)) onWarning(line);
            tables = { ...isoflopTables(results) };
          },
          finish: () => ({ tables }),
        };
      },
    };
  },
} as const satisfies Analysis;
