import type { Figure } from "./draw/figure.ts";
import type { PairReading } from "./draw/job.ts";
import type { Method } from "./methods/method.ts";
import type { SweepPlan } from "./plan/plan-sweep.ts";
import type { ScoredPrediction } from "./plan/score.ts";
import type { SolveResult } from "./solve/problem.ts";
import type { Table } from "./tables/table.ts";

/** Result tables by name; a sweep need not have all of them. */
export type Tables = Readonly<Record<string, Table>>;

/**
 * What a method, or an analysis that a sweep can ask for, adds to the results that every sweep has. It lies in the folder of
 * the method or the analysis; results, terminal and report walk the records and know none by name.
 */
export interface Extension {
  /** Names of its result tables, in order. */
  tables: readonly string[];
  /**
   * What the terminal prints of its tables.
   *
   * @param axes those that were compared
   * @returns empty of a sweep that has none of its tables
   */
  summary?(tables: Tables, axes: readonly string[]): string;
  /** Whether that stands in the place of the predictions and the best configuration. @default false */
  summaryReplacesPredictions?: boolean;
  /** Its figures. What draws is loaded with the first report: the command line starts without it. */
  figures?(): Promise<readonly Figure[]>;
  /** What the reporting checklist says of it. */
  checklist?(tables: Tables): [item: string, said: string][];
}

/** A sweep whose problems are solved. */
export interface SolvedSweep {
  method: Method;
  plan: SweepPlan;
  results: ReadonlyMap<string, SolveResult>;
  predictions: readonly ScoredPrediction[];
}

/** What a method adds. */
export interface MethodExtension extends Extension {
  /** Makes its tables. */
  make(solved: SolvedSweep): Tables;
  /** How reports read its tables, where its cells relate two things to each other. */
  pairs?: PairReading;
}

/** A method and what it adds. */
export interface ExtendedMethod extends Method {
  extension?: MethodExtension;
}
