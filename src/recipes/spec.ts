import type { HeldInputs } from "../forms/size-inputs.ts";

/**
 * What the laws of recipes have in common: nothing (`own`), the parameters that no unit of the inputs or of the response changes, which are the
 * exponents (`shared`), or exponents of their own about a common one, as far apart as the runs say (`partial`).
 */
export const poolings = ["own", "shared", "partial"] as const;

export type Pooling = (typeof poolings)[number];

/** What is asked of recipes. */
export interface RecipesOptions {
  /** Where the recipes are compared: sizes `70B@15T`, or the law's inputs, `N=70e9,D=15e12`; beyond the runs. */
  targets: readonly string[];
  /** Inputs of the law that targets do not say, such as experts. @default none */
  at?: HeldInputs["at"];
  /** What the laws have in common; `auto` takes what predicted larger runs from smaller ones best. @default "auto" */
  pooling?: Pooling | "auto";
  /** Whether the smallest or the largest value is the best. @default "lowest" */
  best?: "lowest" | "highest";
  /** The recipe whose compute the others are compared with. @default the first by name */
  reference?: string | undefined;
  /** Simulated tables that intervals and probabilities are of, >= 20. @default 400 */
  draws?: number;
  /** Coverage of the intervals, between 0 and 1. @default 0.9 */
  level?: number;
  /** Called with what is left out, and why. */
  onWarning?: ((line: string) => void) | undefined;
}

/** Simulated tables where none are asked for. */
export const DRAWS = 400;
