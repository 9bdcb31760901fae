import { didYouMean, UserError } from "../../errors.ts";
import type { CheckpointTable } from "../../tables/checkpoint-table.ts";
import { fitFamilies } from "../families.ts";
import { ALL_CORPORA, type LossToLossRecipe, type Relation } from "./recipe.ts";

/** Corpora of a source and of a destination. */
interface CorpusPair extends Readonly<Record<string, string>> {
  source: string;
  destination: string;
}

/** Relations between losses of the same runs, or with no source at all. */
const WITHIN: readonly Relation[] = ["train-to-test", "loss-to-error", "scaling-law"];

/** Whether a relation is one of the two corpora: a translation of a loss to itself says nothing, but where a table prints it. */
function isRelated(relation: Relation, source: string, destination: string): boolean {
  if (relation === "train-to-train") return true;
  return WITHIN.includes(relation) === (source === destination);
}

/**
 * The pairs of corpora that a recipe stands for on a table.
 *
 * @param where file and key, for messages
 * @throws UserError for a table without families, and a family that its fit runs do not have
 */
export function corpusPairs(
  { relation, source, destination }: LossToLossRecipe,
  table: CheckpointTable,
  where: string,
): CorpusPair[] {
  const families = fitFamilies(table);
  if (families.length === 0) {
    throw new UserError(
      `${where}: ${table.source} does not say what its fit runs were trained on; allowed: a table with the column family`,
    );
  }
  const those = (axis: string, value: string): readonly string[] => {
    if (value === ALL_CORPORA) return families;
    if (families.includes(value)) return [value];
    throw new UserError(
      `${where}.${axis}: no fit run of ${table.source} has family ${JSON.stringify(value)}; ` +
        `allowed: ${ALL_CORPORA}, ${families.join(", ")}${didYouMean(value, families)}`,
    );
  };
  const destinations = those("destination", destination);
  return those("source", source).flatMap((from) =>
    destinations
      .filter((to) => isRelated(relation, from, to))
      .map((to) => ({ source: from, destination: to })),
  );
}
