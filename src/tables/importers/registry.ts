import { UserError } from "../../errors.ts";
import { didYouMean } from "../nearest.ts";
import { dataMixing } from "./data-mixing.ts";
import type { Importer } from "./importer.ts";
import { lossToLoss } from "./loss-to-loss.ts";
import { olmoLadder } from "./olmo-ladder.ts";

/** All importers. A new one is one record here. */
export const IMPORTERS: readonly Importer[] = [olmoLadder, lossToLoss, dataMixing];

/** The importer of that name. @throws UserError naming those there are */
export function findImporter(name: string): Importer {
  const importer = IMPORTERS.find((candidate) => candidate.name === name);
  if (importer !== undefined) return importer;
  const names = IMPORTERS.map((candidate) => candidate.name);
  throw new UserError(
    `unknown importer ${JSON.stringify(name)}${didYouMean(name, names)}; allowed: ${names.join(", ")}`,
  );
}
