import type { LogTerm } from "../../forms/form.ts";
import type { Bending } from "./bend.ts";
import type { Link } from "./coordinates.ts";
import type { Quadratic } from "./quadratic.ts";
import type { Tensor } from "./tensor-flow.ts";

/** Where the fits of a batch are; tensors are [fits] unless said otherwise. */
export interface SearchState {
  /** Parameters in the user's coordinates, [parameters, fits]: they tell which bounds are reached. */
  p: Tensor;
  /** In the shifted coordinates: the form is evaluated at these. */
  q: Tensor[];
  at: Quadratic;
  lambda: Tensor;
  /** Factor of the damping after a rejected step. */
  rise: Tensor;
  /** Quiet steps in a row. */
  quiet: Tensor;
  /** 1 before the first step. */
  young: Tensor;
  /** 1 while the fit goes on. */
  active: Tensor;
  /** Evaluations so far. */
  count: Tensor;
}

/** What does not change while a batch is advanced; tensors are [fits] unless said otherwise. */
export interface SearchBatch {
  /** [parameters, fits]; infinite where there is none. */
  lower: Tensor;
  upper: Tensor;
  /** Whether any fit has a bound of any parameter. */
  bounded: boolean;
  logTerms: readonly LogTerm[];
  /** Largest distance of each column from its mean; of columns of log-terms. */
  halfRanges: readonly (Tensor | undefined)[];
  links: readonly Link[];
  coefficients: readonly Tensor[];
  bending: Bending | undefined;
  /** [parameters, 1]: 1 for parameters that the first step leaves alone; undefined where it leaves none. */
  fixedAtFirst: Tensor | undefined;
  /** Most evaluations of a fit. */
  limit: number;
  evaluate(q: readonly Tensor[]): Quadratic;
}
