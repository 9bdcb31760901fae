import type { Extension } from "../extension.ts";
import { formatCandidates } from "./summary.ts";

/** What runs to train next add to a run: their table, and its text and figure. */
export const candidates: Extension = {
  tables: {
    candidates:
      "law, run that may be trained and target: what the run would tell of it; `lawfit plan --next`",
  },
  summary: ({ candidates: table }, axes) => (table === undefined ? "" : formatCandidates(table, axes)),
  async figures() {
    const { candidatesFigure } = await import("./figure.ts");
    return [candidatesFigure];
  },
};
