import { UserError } from "../errors.ts";
import { didYouMean } from "../tables/nearest.ts";
import { ladderPaper } from "./ladder/ladder.ts";
import { lossToLossPaper } from "./loss-to-loss/loss-to-loss.ts";
import type { Paper } from "./paper.ts";

/** The papers by name. A new one is a record in a folder of its own and a line here. */
export const papers: ReadonlyMap<string, Paper> = new Map(
  [ladderPaper, lossToLossPaper].map((paper) => [paper.name, paper]),
);

/**
 * The paper of a name.
 *
 * @throws UserError with the nearest name where there is none
 */
export function getPaper(name: string): Paper {
  const paper = papers.get(name);
  if (paper !== undefined) return paper;
  const names = [...papers.keys()];
  throw new UserError(
    `unknown paper ${JSON.stringify(name)}; allowed: ${names.join(", ")}${didYouMean(name, names)}`,
  );
}
