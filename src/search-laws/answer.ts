import { variance } from "../statistics.ts";
import { CONSTANT, type Tried } from "./search.ts";

/** Standard errors of the best form's error within which laws that stand by themselves are preferred. */
const WITHIN = 2;

/**
 * The laws to go on with, the first before the others: of the laws that stand by themselves (those of the library, and those that were named) the
 * ones whose error is within two standard errors of that of the best form, by their errors. Laws that held for other tables are more likely to
 * hold far out than the best of thousands of forms that one table chose. Where there is none, the average of the best forms is the one to go on
 * with (docs/search.md has the measurement).
 *
 * @param laws the best first
 */
export function knownLaws(laws: readonly Tried[]): Tried[] {
  const [best] = laws;
  if (best === undefined) return [];
  const most = best.errors.data + WITHIN * Math.sqrt(variance(best.errors.draws));
  return laws.filter(
    ({ member, name, errors }) => member === undefined && name !== CONSTANT && errors.data <= most,
  );
}
