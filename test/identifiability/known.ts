import type { Fit, Unknown } from "../../src/identifiability/fit.ts";
import { type LinearFit, linearise } from "../../src/identifiability/linearise.ts";

/** What is known; fails the test with the reason where it is not. */
export function known<Known>(value: Known | Unknown): Exclude<Known, Unknown> {
  if (typeof value === "object" && value !== null && "reason" in value) throw new Error(String(value.reason));
  return value as Exclude<Known, Unknown>;
}

export function linear(fit: Fit): LinearFit {
  return known(linearise(fit));
}
