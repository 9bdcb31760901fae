import type { Bootstrap } from "../bootstrap/spec.ts";
import type { CardOptions } from "../identifiability/card.ts";
import type { FitErrors } from "../identifiability/fit-errors.ts";
import type { Method } from "../methods/method.ts";
import type { SolveOptions } from "../solve/problem.ts";
import { levelOf } from "./fit-details.ts";

/** A sweep, as far as its profiles depend on it. */
interface ProfiledSweep {
  method: Pick<Method, "detailsFits">;
  bootstrap: Pick<Bootstrap, "levels"> | undefined;
  solve: Required<Pick<SolveOptions, "seed">>;
}

/**
 * How the profiles of a sweep are made, the same in a shard and in the whole. Where tables have errors of parameters beside them they have the
 * same level, and take the same to be independent.
 */
export function profileOptions(
  { method, bootstrap, solve: { seed } }: ProfiledSweep,
  errors: FitErrors,
  solve: CardOptions["solve"],
): CardOptions {
  return {
    ...{ seed, solve, byRuns: (key) => errors.byRuns(key) },
    ...(method.detailsFits && { level: levelOf(bootstrap) }),
  };
}
