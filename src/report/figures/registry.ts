import { type Figure, PARTS } from "../../draw/figure.ts";
import { didYouMean, UserError } from "../../errors.ts";
import { extensions } from "../../registry.ts";
import { answer } from "./answer.ts";
import { chain } from "./chain.ts";
import { choices } from "./choices.ts";
import { contours } from "./contours.ts";
import { direct } from "./direct.ts";
import { distributions } from "./distributions.ts";
import { domainLaws } from "./domain-laws.ts";
import { errorCurves } from "./error-curves.ts";
import { lawByCompute, lawByParameters, lawByTokens } from "./law.ts";
import { link } from "./link.ts";
import { matrix } from "./matrix.ts";
import { stages } from "./stages.ts";
import { variance } from "./variance.ts";

/** The figures of every sweep. A new figure is a record in a new file and an entry here. */
const general: readonly Figure[] = [
  ...[answer, chain, lawByParameters, lawByTokens, lawByCompute, contours, domainLaws, link, direct],
  ...[distributions, errorCurves, choices, stages, matrix, variance],
];

/** All figures in the order of the report: by part, and within a part those of every sweep first. */
export async function loadFigures(): Promise<readonly Figure[]> {
  const added = await Promise.all(extensions.map(async (extension) => extension.figures?.() ?? []));
  return PARTS.flatMap((part) => [...general, ...added.flat()].filter((figure) => figure.part === part));
}

/**
 * Looks up a figure by its name.
 *
 * @throws UserError with the nearest name where there is no such figure
 */
export function figureOf(figures: readonly Figure[], name: string): Figure {
  const figure = figures.find((candidate) => candidate.name === name);
  if (figure !== undefined) return figure;
  const names = figures.map((figure) => figure.name);
  throw new UserError(
    `unknown figure ${JSON.stringify(name)}; allowed: ${names.join(", ")}${didYouMean(name, names)}`,
  );
}
