export type { BacktestTables } from "./backtest/extension.ts";
export type { BacktestSpec } from "./backtest/spec.ts";
export type { CellDraws, Quantity, TargetDraws } from "./bootstrap/bootstrap-cells.ts";
export { type DegenerateReason, degenerateReasons } from "./bootstrap/degenerate.ts";
export type { Residuals } from "./bootstrap/residuals.ts";
export type { RunPoints, Scheme, SchemeOptions } from "./bootstrap/schemes.ts";
export { schemes } from "./bootstrap/schemes.ts";
export type { Bootstrap, BootstrapSpec } from "./bootstrap/spec.ts";
export type { AnswerPlaces } from "./decide/answer.ts";
export { compareRecipes, type RecipeComparison } from "./decide/compare-recipes.ts";
export { planNext, type RankedCandidates } from "./decide/next.ts";
export { type Planned, plan } from "./decide/plan.ts";
export type { Theme } from "./draw/theme.ts";
export { UserError } from "./errors.ts";
export { type Calibration, calibrationOf, readScoredFolder } from "./forecast/calibration.ts";
export { type Forecast, type ForecastQuantity, readForecast } from "./forecast/document.ts";
export { writeForecast, writeScored } from "./forecast/files.ts";
export { type ForecastOptions, forecastRun } from "./forecast/forecast-run.ts";
export { intervalScore } from "./forecast/interval-score.ts";
export {
  type IntervalOutcome,
  type QuantityScore,
  type RivalOutcome,
  readScored,
  type ScoredForecast,
  scoredForecast,
  scoreForecast,
  scoresOf,
} from "./forecast/score.ts";
export { readSealed, type SealCheck, type SealedFile } from "./forecast/seal.ts";
export { type ParameterValues, parametersByName, parametersInOrder, predict } from "./forms/by-name.ts";
export { type BestSizeOptions, type ComputeOptimal, computeOptimal } from "./forms/compute-optimal.ts";
export type { DefinedForm } from "./forms/define-form.ts";
export type { BuiltInForm, Form, FormExample, FormParameter, FormRecord, StartRange } from "./forms/form.ts";
export { defineGivenForm as defineForm } from "./forms/given-form.ts";
export { forms, getForm, laws } from "./forms/registry.ts";
export type { RowVariable } from "./forms/row-runner.ts";
export type { NamedUserForm, UserForm } from "./forms/user-form.ts";
export type { AskedBudget } from "./identifiability/best-uses.ts";
export {
  type CardOptions,
  type IdentifiabilityCard,
  identifiabilityCards,
  type ParameterCard,
  type SolvedFit,
} from "./identifiability/card.ts";
export type { ErrorBasis, Fit, Standing, Unknown } from "./identifiability/fit.ts";
export {
  type Predict,
  type PredictionError,
  type StageEffect,
  standardErrorOfPrediction,
  standardErrorsOfPredictions,
} from "./identifiability/prediction-error.ts";
export type { Profile } from "./identifiability/profile.ts";
export { type Spread, spreadOf, standardErrors } from "./identifiability/spread.ts";
export { type IntervalKind, intervalKinds } from "./intervals/kinds.ts";
export type { SpreadKind } from "./intervals/method.ts";
export type { Interpolation, LossCurve, Minimum, NoMinimum, SizeLosses } from "./isoflop/interpolation.ts";
export { interpolations as isoflopInterpolations } from "./isoflop/interpolations.ts";
export type { PowerShape, ShapeDraw } from "./isoflop/powers.ts";
export type { IsoflopSpec } from "./isoflop/spec.ts";
export type { IsoflopTables } from "./isoflop/tables.ts";
export type { AxisContext, AxisInfo, AxisValue } from "./methods/axis.ts";
export type { Configuration, Method, PointRuns } from "./methods/method.ts";
export type { MixtureTables } from "./mixture/extension.ts";
export type { MixturesSpec } from "./mixture/spec.ts";
export type { NextOptions } from "./next/spec.ts";
export { defineProblem, type ProblemRecord } from "./plan/define-problem.ts";
export { Interrupted } from "./plan/interrupted.ts";
export type { TargetSize } from "./plan/selection.ts";
export type { Solver } from "./plan/solver.ts";
export type { PlanOptions } from "./planner/spec.ts";
export type { RecipesOptions } from "./recipes/spec.ts";
export { methods } from "./registry.ts";
export { writeReport } from "./report/load.ts";
export type { DrawnFigure, ReportFormat, ReportOptions, WrittenReport } from "./report/report.ts";
export type { ComparedCell, ComparedTable, Verdict } from "./reproduce/compare.ts";
export { formatReproduction, type ReproductionFormat } from "./reproduce/format.ts";
export type { Paper, PublishedTable } from "./reproduce/paper.ts";
export { papers, type ReproduceOptions, type Reproduction, reproduce } from "./reproduce/reproduce.ts";
export { isoflop } from "./results/isoflop.ts";
export type { BootstrapTables, FitTables, ResultTables } from "./results/result-tables.ts";
export {
  type CompareOptions,
  compareJobs as compareRuns,
  type JobComparison as RunComparison,
} from "./run/compare-jobs.ts";
export { estimateSweep, type SweepEstimate } from "./run/estimate-sweep.ts";
export { queryJob as queryRun, readManifest } from "./run/job-directory.ts";
export { type JobStatus as RunStatus, jobStatuses as runStatuses } from "./run/job-status.ts";
export type { Manifest } from "./run/manifest.ts";
export { type MergeOptions, mergeShards as mergeRuns } from "./run/merge-shards.ts";
export type { JobProgress as RunProgress, Phase } from "./run/meter.ts";
export type { PlannedFits } from "./run/needs.ts";
export {
  type RunShardOptions as RunPartOptions,
  runShard as runPart,
  type ShardResult as PartResult,
} from "./run/run-shard.ts";
export { type RunSweepOptions, runSweep, type SweepResult } from "./run/run-sweep.ts";
export type { Shard as Part } from "./run/shard.ts";
export type { Found as FoundLaws, FoundLaw } from "./search-laws/found.ts";
export type { GrammarSpec } from "./search-laws/grammar.ts";
export { type LawRows, type SearchLawsOptions, searchLaws } from "./search-laws/search-laws.ts";
export type { SearchSpec } from "./search-laws/spec.ts";
export { type FlpMOptions, type FlpMTruth, type SimulatedFlpM, simulateFlpM } from "./simulate/flp-m.ts";
export {
  type LadderOptions,
  type LadderTruth,
  type SimulatedLadder,
  simulateLadder,
} from "./simulate/ladder.ts";
export {
  type LossToLossOptions,
  type LossToLossTruth,
  type SimulatedLossToLoss,
  simulateLossToLoss,
} from "./simulate/loss-to-loss.ts";
export {
  type WriteLadderOptions,
  type WrittenFlpM,
  type WrittenLadder,
  type WrittenLossToLoss,
  writeFlpM,
  writeLadder,
  writeLossToLoss,
} from "./simulate/write.ts";
export { type BackendState, describeBackends, openBackend } from "./solve/backends.ts";
export { KernelError } from "./solve/check-kernel.ts";
export type { Backend, Kernel, KernelVariant } from "./solve/kernel.ts";
export type {
  BackendChoice,
  BackendName,
  KernelChoice,
  KernelCounts,
  Loss,
  Prior,
  Problem,
  Residual,
  Solution,
  SolveOptions,
  SolveResult,
  StartResults,
  Termination,
  Training,
} from "./solve/problem.ts";
export { type ReplicateOptions, type Replicates, solveReplicatesOn } from "./solve/resample.ts";
export type { Draw, Resampling } from "./solve/resampling.ts";
export { randomStarts, solveProblems, solveProblemsOn, solveStarts } from "./solve/solve.ts";
export type { PrepareOptions } from "./spec/prepare-sweep.ts";
export type { Preset } from "./spec/presets.ts";
export { presets } from "./spec/presets.ts";
export type { SweepSpec } from "./spec/spec.ts";
export { readSweepFile, type SweepFile } from "./spec/sweep-file.ts";
export type { LockOptions } from "./store/lock.ts";
export { type CheckpointTable, checkpointTableToTable, type Role } from "./tables/checkpoint-table.ts";
export type { ColumnMapping, ColumnMappingInput } from "./tables/columns.ts";
export { type FormatOptions, formatTable } from "./tables/format.ts";
export { IMPORTERS, type ImportSummary, type ImportTableOptions, importTable } from "./tables/import.ts";
export type { Imported, Importer, ImportOptions } from "./tables/importers/importer.ts";
export { inspectTable } from "./tables/inspect.ts";
export type { Inspection } from "./tables/inspection.ts";
export { type ReadOptions, readTable } from "./tables/read.ts";
export { type QueryOptions, queryTable } from "./tables/sql/query.ts";
export type { Column, SourcedTable, Table } from "./tables/table.ts";
export {
  type CheckpointTableOptions,
  type ReadCheckpointsOptions,
  readCheckpointTable,
  toCheckpointTable,
} from "./tables/to-checkpoint-table.ts";
export { writeTable } from "./tables/write.ts";
export { type BenchOptions, type BenchReport, runBench } from "./throughput/run-bench.ts";
export { version } from "./version.ts";
