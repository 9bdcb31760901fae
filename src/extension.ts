import type { CellDraws } from "./bootstrap/bootstrap-cells.ts";
import type { IntervalRow } from "./bootstrap/interval-rows.ts";
import type { ResampleSession } from "./bootstrap/resample-use.ts";
import type { Bootstrap } from "./bootstrap/spec.ts";
import type { Figure } from "./draw/figure.ts";
import type { LoadedJob, Opening, PairReading } from "./draw/job.ts";
import type { FitErrors } from "./identifiability/fit-errors.ts";
import type { Law } from "./methods/law.ts";
import type { Method } from "./methods/method.ts";
import type { PredictionJudge } from "./plan/judge-predictions.ts";
import type { Cell, PlanRequest, SweepPlan } from "./plan/plan-sweep.ts";
import type { ScoredPrediction } from "./plan/score.ts";
import type { KernelChoice, SolveOptions, SolveResult } from "./solve/problem.ts";
import type { CheckpointTable } from "./tables/checkpoint-table.ts";
import type { Decimal } from "./tables/csv.ts";
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
  /** Of the parameters of its fits. */
  errors: FitErrors;
}

/** The additions of a method. */
export interface MethodExtension extends Extension {
  /** Makes its result tables. */
  make(solved: SolvedSweep): Tables;
  /** What reports open with. @default the predictions of the headline configuration */
  opening?(job: LoadedJob): Opening | undefined;
  /** How reports read its tables; only for a method whose cells relate two things to each other. */
  pairs?: PairReading;
}

/** A method with its additions to the results. */
export interface ExtendedMethod extends Method {
  extension?: MethodExtension;
  /** How it reads its table. @default as a checkpoint table */
  reading?: TableReading;
}

/** How a method reads tables of any columns. */
export interface TableReading {
  /** The key of a sweep file that says which part each column has. */
  key: "fit";
  /** @throws UserError for columns that are not there and cells that are not what they should be */
  read(request: ReadingRequest): Promise<CheckpointTable>;
}

/** A table of any columns that is to be read. */
export interface ReadingRequest {
  /** Files, folders and globs. */
  paths: readonly string[];
  /** What the sweep has under the key. */
  settings: unknown;
  /** The laws that take its columns. */
  laws: readonly Law[];
  decimal: Decimal | undefined;
  /** The sweep file or another origin, for messages. */
  where: string;
}

/**
 * An analysis that a sweep requests by a key of its own, and its additions. It takes part while the sweep is read (`request`),
 * planned (`prepare`) and solved (the functions of `PreparedAnalysis`).
 */
export interface Analysis extends Extension {
  /** The key of a sweep file that requests it. Its time in the manifest and its phase have the same name. */
  key: string;
  /**
   * Fills in the defaults of its settings.
   *
   * @param given what the sweep has under the key
   * @throws UserError for settings that do not suit the sweep
   */
  request(given: unknown, context: AnalysisContext): RequestedAnalysis;
  /** Words for its phase, `back-testing`, and for its fits, `back-tests`; of an analysis that fits the sweep again on other runs. */
  fitting?: { verb: string; name: string };
  /** How it is requested where targets are not measured, if it scores predictions all the same. */
  scoresPredictions?: string;
}

/** The part of a sweep that settings may depend on. */
export interface AnalysisContext {
  /** The sweep file or another origin, for messages. */
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
  /** Laws that take columns of the table, beside those of the configurations. @default none */
  laws?: readonly Law[];
  /** Whether it has targets of its own, so that a sweep without any is one all the same. @default false */
  bringsTargets?: boolean;
  /** How kernels are made, where it fits too many forms to compile a kernel for each. @default compiled */
  kernels?: KernelChoice;
  /** @throws UserError where the table does not have what it needs */
  prepare(sweep: SweepRequest, plan: SweepPlan): PreparedAnalysis;
}

/** The part of a sweep with which problems are planned, solved and resampled. */
export interface SweepRequest extends PlanRequest {
  bootstrap: Bootstrap | undefined;
  solve: Required<Pick<SolveOptions, "starts" | "seed" | "backend">> &
    Pick<SolveOptions, "threads" | "kernels">;
}

/** An analysis of a planned sweep. Its functions are called in this order. */
export interface PreparedAnalysis {
  /**
   * Plans of the sweep on other runs, which it solves and resamples as the sweep itself. Their fits are counted and estimated,
   * and shards of the sweep solve their part of them.
   */
  rounds?: readonly ((session: Pick<ResampleSession, "signal">) => Promise<SweepPlan>)[];
  /** Number of the fits that it does beside those of its rounds. @default 0 */
  fits?: number;
  /**
   * Solves a shard's part of fits that are no rounds. Later ones, which depend on their results, are solved by `finish`, so by the merge.
   *
   * @param owns says by its key whether a problem is the shard's
   */
  share?(session: Pick<ResampleSession, "solve">, owns: (key: string) => boolean): Promise<void>;
  /** Does what needs no fit. */
  begin?(onWarning: (line: string) => void): void;
  /** Takes a cell after it has been solved and, with a bootstrap, resampled. */
  cell?(cell: Cell, sweep: SweepInWork, draws?: CellDraws): void;
  /** Ends when all cells have been resampled. */
  finish(sweep: SweepInWork): Promise<AnalysisResult> | AnalysisResult;
}

/** A solved sweep that goes on. */
export interface SweepInWork extends SolvedSweep {
  sweep: SweepRequest;
  judge: PredictionJudge;
  session: ResampleSession;
  watch: Required<Pick<SolveOptions, "onProgress" | "onWarning">>;
}

/** The result of an analysis. */
export interface AnalysisResult {
  tables: Tables;
  /** What was done, in a line that its time is added to. */
  status?: string;
  /** Of an analysis that predicts values that are measured. */
  past?: PastPredictions;
}

/** What predictions of measured values say of the sweep's intervals. */
export interface PastPredictions {
  /** Intervals of the sweep's predictions that the errors of the past ones give. */
  intervals: readonly IntervalRow[];
  /** How often intervals like this one held; undefined where that is unknown. */
  rate(row: IntervalRow): { rate: number; count: number } | undefined;
}
