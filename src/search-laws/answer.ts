import { variance } from "../statistics.ts";
import { CONSTANT, type Tried } from "./search.ts";

/** Standard errors of the best form's error within which a law that stands by itself is preferred. */
const WITHIN = 2;

/**
 * The law to go on with: of the laws that stand by themselves (those of the library, and those that were named) the one with the least
 * error, where it is within two standard errors of the best form; else the best form. Laws that held for other tables are more likely to hold
 * far out than the best of thousands of forms that one table chose (docs/search.md has the measurement).
 *
 * @param laws the best first
 */
export function answerOf(laws: readonly Tried[]): Tried | undefined {
  const [best] = laws;
  if (best === undefined) return undefined;
  const most = best.errors.data + WITHIN * Math.sqrt(variance(best.errors.draws));
  const known = laws.find(({ member, name }) => member === undefined && name !== CONSTANT);
  return known !== undefined && known.errors.data <= most ? known : best;
}
