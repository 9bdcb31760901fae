import { ownValue } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { RunIndex, Target } from "../methods/runs.ts";
import { approximateFlops } from "../tables/checkpoint-table.ts";
import { didYouMean } from "../tables/nearest.ts";
import { SHARES_TOLERANCE } from "../tables/shares.ts";

/**
 * The targets of a sweep: those asked for, by name or size; without a list, all of the table.
 *
 * @param mayBeNone whether a sweep without any is one all the same
 * @throws UserError for an unknown or doubled name, and where there is none at all
 */
export function chooseTargets(
  index: RunIndex,
  asked: readonly (string | TargetSize)[] | undefined,
  where: string,
  mayBeNone = false,
): Target[] {
  const known = index.targets.map(({ name }) => name);
  const targets = asked?.map((one) =>
    typeof one === "string" ? findTarget(one) : sizedTarget(one, [...index.table.mixes.keys()], where),
  );
  const twice = targets?.find(({ name }, i) => targets.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined)
    throw new UserError(`${where}: targets: ${JSON.stringify(twice.name)} stands there twice`);
  if (targets !== undefined) return targets;
  if (known.length > 0 || mayBeNone) return [...index.targets];
  const phased = new Set(index.table.run.filter((_, row) => index.table.role[row] === "target"));
  if (phased.size > 0) {
    throw new UserError(
      `${where}: no target: all rows of ${[...phased].slice(0, 3).join(", ")}${phased.size > 3 ? ", ..." : ""} (role "target") of ` +
        `${index.table.source} have a phase, which marks early checkpoints; allowed: an empty phase on the final ones`,
    );
  }
  throw new UserError(
    `${where}: no target: ${index.table.source} has no run of role "target"; allowed: such runs, or sizes under ` +
      "targets ({name: 70B, n: 7e10, d: 2e12}) in the sweep file",
  );

  function findTarget(name: string): Target {
    const target = index.targets.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    const allowed = known.length > 0 ? known.join(", ") : "sizes only, the table has no targets";
    throw new UserError(
      `${where}: unknown target ${JSON.stringify(name)}; allowed: ${allowed}${didYouMean(name, known)}`,
    );
  }
}

/** @param sources of the table's mixtures */
function sizedTarget({ name, n, d, c, mix }: TargetSize, sources: readonly string[], where: string): Target {
  const size = { name, n, d, c: c ?? approximateFlops(n, d) };
  if (mix === undefined) return size;
  const place = `${where}: targets: mix of ${JSON.stringify(name)}`;
  return { ...size, mix: readMixture(mix, sources, place) };
}

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

/** A target given by its size, which the table need not have. */
export interface TargetSize {
  name: string;
  /** Parameters. */
  n: number;
  /** Training tokens. */
  d: number;
  /** Training FLOPs. @default 6*n*d */
  c?: number | undefined;
  /** Share of each source of the training data, for methods that take mixtures; they sum to 1. */
  mix?: Record<string, number> | undefined;
}
