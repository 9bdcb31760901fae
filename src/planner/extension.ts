import type { Extension } from "../extension.ts";
import { formatPlans } from "./summary.ts";

/** What plans add to a run: their table, and its text and figure. */
export const plans: Extension = {
  tables: { plans: "law of model size and tokens, budget and level: the best size; `lawfit plan`" },
  summary: ({ plans: table }, axes) => (table === undefined ? "" : formatPlans(table, axes)),
  async figures() {
    const { plansFigure } = await import("./figure.ts");
    return [plansFigure];
  },
};
