import type { CellDraws } from "./bootstrap/bootstrap-cells.ts";
import type { IntervalRow } from "./bootstrap/interval-rows.ts";
import type { ResampleSession } from "./bootstrap/resample-use.ts";
import type { Bootstrap } from "./bootstrap/spec.ts";
import type { Figure } from "./draw/figure.ts";
import type { PairReading } from "./draw/job.ts";
import type { Method } from "./methods/method.ts";
import type { PredictionJudge } from "./plan/judge-predictions.ts";
import type { Cell, PlanRequest, SweepPlan } from "./plan/plan-sweep.ts";
import type { ScoredPrediction } from "./plan/score.ts";
import type { SolveOptions, SolveResult } from "./solve/problem.ts";
import type { Table } from "./tables/table.ts";

/** Result tables by name; a sweep need not have all of them. */
export type Tables = Readonly<Record<string, Table>>;

/**
 * The additions of a method, or of an analysis that a sweep can request, to the results of every sweep. The record is in the
 * folder of the method or the analysis. The results, the terminal and the report go through all records and name none of them.
 */
export interface Extension {
  /** Names of its result tables, in order. */
  tables: readonly string[];
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

/**
 * An analysis that a sweep requests by a key of its own, and its additions. Its parts take their turns while the sweep is read,
 * planned and solved: `request`, then `prepare`, `beforeFits`, `begin`, `cell` and `finish`.
 */
export interface Analysis<Key extends string = string, Name extends string = string> extends Extension {
  /** The key of a sweep file that requests it, which names its time in the manifest too. */
  key: Key;
  tables: readonly Name[];
  /**
   * Fills in the defaults of its settings.
   *
   * @param given what the sweep has under the key
   * @throws UserError for settings that do not suit the sweep
   */
  request(given: unknown, context: AnalysisContext): RequestedAnalysis;
  /** For those who have no measured targets: how the key is written, and why predictions can be scored with it. */
  scoresPredictions?: string;
}

/** An analysis that fits the sweep again on other runs. */
export interface FittingAnalysis<Key extends string = string, Name extends string = string>
  extends Analysis<Key, Name> {
  /** Words for the progress of its phase, `back-testing`, and for its fits in an estimate, `back-tests`. */
  fitting: { verb: string; name: string };
}

/** The part of a sweep that settings may depend on. */
export interface AnalysisContext {
  /** The sweep file or what else it is from, for messages. */
  where: string;
  method: Method;
  /** All methods, for messages. */
  methods: readonly Method[];
  /** Levels of the sweep's intervals, 0.9 without a bootstrap. */
  levels: readonly number[];
}

/** An analysis with its settings. */
export interface RequestedAnalysis {
  /** The settings with every default filled in, as the manifest keeps them. */
  settings: object;
  /** @throws UserError where the table does not have what it needs */
  prepare(sweep: AnalysedSweep, plan: SweepPlan): PreparedAnalysis;
}

/** The part of a sweep that analyses use. */
export interface AnalysedSweep extends PlanRequest {
  bootstrap: Bootstrap | undefined;
  solve: Pick<SolveOptions, "starts" | "backend" | "threads"> & { seed: number };
}

/** An analysis of a planned sweep: what it does, and when. */
export interface PreparedAnalysis {
  /**
   * Plans of the sweep on other runs, which it solves and resamples as the sweep itself: their fits are counted and
   * estimated, and shards of the sweep solve their part of them.
   */
  rounds?: readonly ((session: Pick<ResampleSession, "signal">) => Promise<SweepPlan>)[];
  /** Analyses the table before anything is fitted. */
  beforeFits?(onWarning: (line: string) => void): Tables;
  /** Begins when the problems of the sweep are solved. */
  begin?(solved: SweepInWork): RunningAnalysis;
}

/** A solved sweep that goes on. */
export interface SweepInWork extends SolvedSweep {
  judge: PredictionJudge;
  session: ResampleSession;
  watch: Pick<SolveOptions, "onProgress"> & Required<Pick<SolveOptions, "onWarning">>;
}

/** An analysis that goes on with the sweep. */
export interface RunningAnalysis {
  /** Takes each cell: when it has been resampled, with its draws; in a sweep without a bootstrap, without. */
  cell?(cell: Cell, draws?: CellDraws): void;
  /** Ends when all cells are resampled. */
  finish(): Promise<AnalysisResult> | AnalysisResult;
}

/** The result of an analysis. */
export interface AnalysisResult {
  tables: Tables;
  /** What was done, in a line without its time. */
  status?: string;
  past?: PastPredictions;
}

/** What predictions of values that are measured say of the sweep's intervals. */
export interface PastPredictions {
  /** Intervals of the sweep's predictions that the errors of the past ones give. */
  intervals: readonly IntervalRow[];
  /** How often intervals of this kind held; undefined where that is unknown. */
  rate(row: IntervalRow): { rate: number; count: number } | undefined;
}
