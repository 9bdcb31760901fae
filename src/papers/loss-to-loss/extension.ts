import type { MethodExtension } from "../../extension.ts";
import { pairs } from "./reading.ts";
import { formatRelations } from "./summary.ts";
import { relationsTable, translationsTable } from "./tables.ts";

/** What relations of losses add: how each pair is translated, and how each kind of relation does. */
export const extension: MethodExtension = {
  tables: ["translations", "relations"],
  make({ method, plan: { cells }, results, predictions }) {
    const translations = translationsTable(method, cells, results);
    if (translations === undefined) return {};
    return { translations, relations: relationsTable(method, cells, predictions, translations) };
  },
  // Cells differ in what they predict first: no configuration is the best.
  summaryReplacesPredictions: true,
  summary: ({ relations }, axes) => (relations ? formatRelations(relations, axes) : ""),
  async figures() {
    const { relations, translations } = await import("./figures.ts");
    return [relations, translations];
  },
  pairs,
};
