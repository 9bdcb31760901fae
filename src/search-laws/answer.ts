import { variance } from "../statistics.ts";
import { CLAIM, type Superiority } from "./compare.ts";
import { CONSTANT, type Tried } from "./search.ts";

/** Standard errors of the best form's error within which laws that stand by themselves are preferred. */
const WITHIN = 2;

/**
 * The laws to go on with, the first before the others: those that stand by themselves (those of the library, and those that were named), by their
 * errors, unless they are beaten: their error is within two standard errors of that of the best form, or no form is better beyond noise.
 * Laws that held for other tables are more likely to hold far out than the best of thousands of forms that one table chose. Where there is
 * none, the average of the best forms is the one to go on with (docs/search.md has the measurement).
 *
 * @param laws the best first
 * @param rivalsOf whether another form is better than one beyond noise
 */
export function knownLaws(laws: readonly Tried[], rivalsOf: (law: Tried) => Superiority): Tried[] {
  const [best] = laws;
  if (best === undefined) return [];
  const most = best.errors.data + WITHIN * Math.sqrt(variance(best.errors.draws));
  const standing = laws.filter(({ member, name }) => member === undefined && name !== CONSTANT);
  return standing.filter((law) => law.errors.data <= most || rivalsOf(law).p >= CLAIM);
}
