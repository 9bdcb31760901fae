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
 * The additions of a method, or of an analysis that a sweep can request, to the results of every sweep. The record is in the
 * folder of the method or the analysis. The results, the terminal and the report go through all records and name none of them.
 */
export interface Extension {
  /** Its result tables by name, in order, and what each has a row for. */
  tables: Readonly<Record<string, string>>;
  /**
   * The text that the terminal prints about its tables.
   *
   * @param axes names of the axes that were compared
   * @returns an empty text for a sweep that has none of its tables
   */
  summary?(tables: Tables, axes: readonly string[]): string;
  /** Whether `summary` replaces the predictions and the best configuration in the terminal. @default false */
  summaryReplacesPredictions?: boolean;
  /** Its figures. The drawing code is loaded with the first report, so that the command line starts without it. */
  figures?(): Promise<readonly Figure[]>;
  /** Its items of the reporting checklist. */
  checklist?(tables: Tables): [item: string, said: string][];
}

/** A sweep whose problems are solved. */
export interface SolvedSweep {
  method: Method;
  plan: SweepPlan;
  results: ReadonlyMap<string, SolveResult>;
  predictions: readonly ScoredPrediction[];
}

/** The additions of a method. */
export interface MethodExtension extends Extension {
  /** Makes its result tables. */
  make(solved: SolvedSweep): Tables;
  /** How reports read its tables; only for a method whose cells relate two things to each other. */
  pairs?: PairReading;
}

/** A method with its additions to the results. */
export interface ExtendedMethod extends Method {
  extension?: MethodExtension;
}
