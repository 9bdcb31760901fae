import { type AskedBudget, type BestUse, bestUsesOf } from "./best-uses.ts";
import type { IdentifiabilityCard, SolvedFit } from "./card.ts";
import type { Fit, Unknown } from "./fit.ts";
import { type OptimumJudge, optimumJudge } from "./open-optimum.ts";
import { type ParameterErrors, parameterErrors } from "./parameter-errors.ts";
import { type Spread, spreadOf } from "./spread.ts";
import type { FitStudy } from "./study.ts";

/** The errors of the parameters of a sweep's fits, worked out once each, when they are asked for. */
export class FitErrors {
  /** Their profile intervals, by the key of the problem; undefined where they are not asked for. */
  profiles: ReadonlyMap<string, Pick<IdentifiabilityCard, "parameters">> | undefined;
  readonly #fits: ReadonlyMap<string, SolvedFit>;
  readonly #isDetailed: boolean;
  readonly #errors = new Map<string, ParameterErrors>();
  readonly #spreads = new Map<string, Spread | Unknown>();
  readonly #judges = new Map<string, OptimumJudge>();

  readonly #studies: ReadonlyMap<string, Pick<FitStudy, "bestUses">>;

  /**
   * @param isDetailed whether tables have errors of parameters (`Method.detailsFits`), which all that follows from them then has too
   * @param studies of fits, as far as there are
   */
  constructor(
    fits: readonly SolvedFit[],
    isDetailed: boolean,
    studies: ReadonlyMap<string, Pick<FitStudy, "bestUses">> = new Map(),
  ) {
    this.#studies = studies;
    this.#fits = new Map(fits.map((fit) => [fit.problem.key, fit]));
    this.#isDetailed = isDetailed;
  }

  /** @param key of the problem of a fit, as are the others here */
  has(key: string): boolean {
    return this.#fits.has(key);
  }

  /** Those of the tables, for a fit that there is. */
  of(key: string): ParameterErrors {
    const errors = this.#errors.get(key) ?? parameterErrors(this.#fit(key));
    this.#errors.set(key, errors);
    return errors;
  }

  /** For a fit that there is: what quantities that follow from the parameters have their errors from: runs are taken as independent, where the tables say nothing else. */
  spread(key: string): Spread | Unknown {
    if (this.#isDetailed) return this.of(key).spread;
    const spread = this.#spreads.get(key) ?? this.#sandwich(key);
    this.#spreads.set(key, spread);
    return spread;
  }

  /** What the tables have where runs have several points; undefined elsewhere. */
  byRuns(key: string): Spread | undefined {
    if (!this.#isDetailed) return undefined;
    const { by, spread } = this.of(key);
    return by === "runs" && !("reason" in spread) ? spread : undefined;
  }

  /** For a fit that there is: what its points leave open of optima. */
  optimumJudge(key: string): OptimumJudge {
    const judge = this.#judges.get(key) ?? optimumJudge(this.#fit(key));
    this.#judges.set(key, judge);
    return judge;
  }

  /** For a fit of a law of model size and tokens that there is: its best uses of budgets. */
  bestUses(key: string, budgets: readonly AskedBudget[]): readonly BestUse[] {
    const studied = this.#studies.get(key)?.bestUses;
    return studied ?? bestUsesOf(this.#fit(key), budgets, this.spread(key), this.optimumJudge(key));
  }

  #sandwich(key: string): Spread | Unknown {
    return spreadOf(this.#fit(key), "runs");
  }

  #fit(key: string): Fit {
    const { problem, solution, runs } = this.#fits.get(key)!;
    return { problem, parameters: solution.parameters, runs };
  }
}
