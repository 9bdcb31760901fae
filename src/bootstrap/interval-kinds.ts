import type { SpreadKind } from "../identifiability/spreads.ts";
import type { IntervalMethod } from "../intervals/method.ts";
import { getIntervalMethod } from "../intervals/registry.ts";

/** A kind of interval that a sweep can make: a method, and where its standard errors are from. */
export interface IntervalKind {
  /** Name in sweep files and result tables. */
  name: string;
  method: IntervalMethod;
  /** What the standard errors take as independent; undefined where it needs none. */
  spread?: SpreadKind;
}

const kind = (name: string, spread?: SpreadKind, method = name): IntervalKind => {
  return { name, method: getIntervalMethod(method, "bootstrap"), ...(spread && { spread }) };
};

/** The kinds by name. Conformal intervals are not among them: they need past errors. */
export const intervalKinds: ReadonlyMap<string, IntervalKind> = new Map(
  [
    kind("percentile"),
    kind("expanded"),
    kind("basic"),
    kind("bca"),
    kind("studentised", "runs"),
    kind("delta", "runs"),
    kind("paper-delta", "paper-delta", "delta"),
  ].map((one) => [one.name, one]),
);
