import { entryOf } from "../../errors.ts";
import type { Figure } from "../figure.ts";
import { answer } from "./answer.ts";
import { backtests } from "./backtests.ts";
import { bestSizes } from "./best-sizes.ts";
import { chain } from "./chain.ts";
import { choices } from "./choices.ts";
import { contours } from "./contours.ts";
import { direct } from "./direct.ts";
import { distributions } from "./distributions.ts";
import { domainLaws } from "./domain-laws.ts";
import { errorCurves } from "./error-curves.ts";
import { isoflop } from "./isoflop.ts";
import { lawByCompute, lawByParameters, lawByTokens } from "./law.ts";
import { link } from "./link.ts";
import { matrix } from "./matrix.ts";
import { mixtures } from "./mixtures.ts";
import { relations } from "./relations.ts";
import { stages } from "./stages.ts";
import { translations } from "./translations.ts";
import { variance } from "./variance.ts";

/** The figures, in the order of the report. A new one is a record in a file of its own and a line here. */
export const figures: readonly Figure[] = [
  answer,
  relations,
  translations,
  chain,
  lawByParameters,
  lawByTokens,
  lawByCompute,
  contours,
  domainLaws,
  link,
  direct,
  mixtures,
  isoflop,
  bestSizes,
  distributions,
  backtests,
  errorCurves,
  choices,
  stages,
  matrix,
  variance,
];

/**
 * The figure of a name.
 *
 * @throws UserError with the nearest name where there is none
 */
export function figureOf(name: string): Figure {
  return entryOf(new Map(figures.map((figure) => [figure.name, figure])), name, "unknown figure");
}
