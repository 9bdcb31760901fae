import type { MethodExtension } from "../../extension.ts";
import { pairs } from "./reading.ts";
import { formatRelations } from "./summary.ts";
import { relationsTable, translationsTable } from "./tables.ts";

/** The extension of relations of losses: the translation of each pair, and the errors of each kind of relation. */
export const extension: MethodExtension = {
  tables: {
    translations: "fitted relation of two losses; method `loss-to-loss`, as is the next table",
    relations: "kind of relation, over all pairs of corpora, tasks and targets, compared with scaling laws",
  },
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
