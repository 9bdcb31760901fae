import { UserError } from "../errors.ts";
import { ownValue } from "../own-value.ts";
import { didYouMean } from "../tables/nearest.ts";
import { SHARES_TOLERANCE } from "../tables/shares.ts";

/**
 * A mixture that a user gave: the share of each source, as a part of their sum. Sources that it does not name have share 0.
 *
 * @param sources of the table's mixtures
 * @param where file and key, for messages
 * @throws UserError for a source that the table has not, and shares that do not sum to 1
 */
export function readMixture(
  given: Readonly<Record<string, number>>,
  sources: readonly string[],
  where: string,
): ReadonlyMap<string, number> {
  const unknown = Object.keys(given).find((source) => !sources.includes(source));
  if (unknown !== undefined) {
    const allowed = sources.length > 0 ? sources.join(", ") : "none, the table has no column mix.<source>";
    throw new UserError(
      `${where}: unknown source ${JSON.stringify(unknown)}; allowed: ${allowed}${didYouMean(unknown, sources)}`,
    );
  }
  const sum = Object.values(given).reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > SHARES_TOLERANCE) {
    throw new UserError(
      `${where}: the shares of ${Object.keys(given).join(", ")} sum to ${Number(sum.toPrecision(12))}; allowed: shares that sum to 1, within ${SHARES_TOLERANCE}`,
    );
  }
  return new Map(sources.map((source) => [source, (ownValue(given, source) ?? 0) / sum]));
}
