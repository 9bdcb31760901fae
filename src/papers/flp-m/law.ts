import { UserError } from "../../errors.ts";
import { MOST_SOURCES } from "../../forms/builtin/families.ts";
import type { Form } from "../../forms/form.ts";
import { perIndex, type RunIndex, type Size, type VariablesOf } from "../../methods/runs.ts";
import { firstBadShares } from "../../tables/shares.ts";
import { LAWS, type MixRecipe } from "./choices.ts";

/** The law of a table: its form, and the variables of the form for a run of some size. */
export interface Law {
  form: Form;
  variables: VariablesOf;
}

/** @throws UserError for a row whose shares are not a mixture */
const demandShares = perIndex(
  () => "",
  ({ table }) => {
    const problem = firstBadShares(table);
    if (problem !== undefined) throw new UserError(problem);
    return true;
  },
);

/**
 * The law of a recipe for the sources of a table, or the reason why there is none.
 *
 * @throws UserError for shares that are not a mixture
 */
export function lawOfTable(
  { law: name, getForm, flops, policy }: MixRecipe,
  index: RunIndex,
): Law | { reason: string } {
  if (name === "m1") return { form: getForm("compute-power-law"), variables: (size) => [flops(size)] };
  demandShares(index, undefined);
  const sources = [...index.table.mixes.keys()];
  if (sources.length < 2) {
    const has =
      sources.length === 0 ? "the table has no column mix.<source>" : `the table has ${sources[0]} alone`;
    return {
      reason: `law ${name} takes the FLOPs of two sources or more and ${has}; law m1 takes their sum`,
    };
  }
  if (sources.length > MOST_SOURCES) {
    return { reason: `law ${name} takes at most ${MOST_SOURCES} sources; the table has ${sources.length}` };
  }
  const isOfPaper = LAWS.some((law) => law === name);
  const form = getForm(isOfPaper ? `mix-${name}-${sources.length}` : name);
  const { length } = form.variableNames;
  if (length !== sources.length) {
    return {
      reason: `form ${name} takes ${length} variables (${form.variableNames.join(", ")}); the table has ${sources.length} sources (${sources.join(", ")})`,
    };
  }
  return { form, variables: (size) => sourceFlops({ ...size, c: flops(size) }, sources, policy) };
}

/**
 * How a source with share 0 is counted, since the laws M2 and M4 take logarithms of FLOPs.
 *
 * - `overlap`: sources are never wholly separate, as web pages contain code: a part of the share of every source counts
 *   for each other, `C_s = C (p_s + e) / (1 + K e)` for K sources. The sum over sources stays C.
 * - `floor`: a share below e counts as e. The sum over sources may exceed C.
 * - `drop`: the run is left out.
 */
export type ZeroShare = "overlap" | "floor" | "drop";

/** How FLOPs are divided among sources. */
export interface SourcePolicy {
  zeroShare: ZeroShare;
  /** e: a share, > 0 and < 1. */
  shareFloor: number;
}

/**
 * FLOPs of each source, in the order of `sources`, or the reason why they are not known.
 *
 * @param size with c, the FLOPs of the whole run
 */
export function sourceFlops(
  { c, mix }: Size,
  sources: readonly string[],
  policy: SourcePolicy,
): number[] | { leftOut: string } {
  const shares = sources.map((source) => mix?.get(source) ?? Number.NaN);
  if (shares.some(Number.isNaN)) {
    return { leftOut: "its mixture is not known (columns mix.<source>; of a target given by its size, mix)" };
  }
  const parts = countedShares(shares, policy);
  if (parts !== undefined) return parts.map((part) => c * part);
  return { leftOut: `it has nothing of ${sources[shares.indexOf(0)]}, and zero_share is drop` };
}

/** The share that each source is counted with; undefined where a share of 0 leaves the run out. */
function countedShares(
  shares: readonly number[],
  { zeroShare, shareFloor }: SourcePolicy,
): number[] | undefined {
  switch (zeroShare) {
    case "overlap":
      return shares.map((share) => (share + shareFloor) / (1 + shares.length * shareFloor));
    case "floor":
      return shares.map((share) => Math.max(share, shareFloor));
    case "drop":
      return shares.includes(0) ? undefined : [...shares];
  }
}
