export type { BacktestTables } from "./backtest/extension.ts";
export type { BacktestSpec } from "./backtest/spec.ts";
export type { CellDraws, Quantity, TargetDraws } from "./bootstrap/bootstrap-cells.ts";
export { type DegenerateReason, degenerateReasons } from "./bootstrap/degenerate.ts";
export type { Scheme } from "./bootstrap/scheme.ts";
export { schemes } from "./bootstrap/schemes.ts";
export type { Bootstrap, BootstrapSpec } from "./bootstrap/spec.ts";
export { type IntervalKind, intervalKinds } from "./bootstrap/spec.ts";
export { UserError } from "./errors.ts";
export { type ComputeOptimal, computeOptimal } from "./forms/compute-optimal.ts";
export { type DefinedForm, defineForm } from "./forms/define-form.ts";
export type { Form, FormParameter, FormRecord, StartRange } from "./forms/form.ts";
export { forms, getForm } from "./forms/registry.ts";
export type { UserForm } from "./forms/user-form.ts";
export {
  type CardOptions,
  type IdentifiabilityCard,
  identifiabilityCards,
  type ParameterCard,
  type SolvedFit,
} from "./identifiability/card.ts";
export type { Fit, Unknown } from "./identifiability/fit.ts";
export {
  type PredictionError,
  type StageEffect,
  standardErrorOfPrediction,
  standardErrorsOfPredictions,
} from "./identifiability/prediction-error.ts";
export type { Profile } from "./identifiability/profile.ts";
export { type Spread, type SpreadKind, spreadOf, standardErrors } from "./identifiability/spread.ts";
export type { Interpolation, Minimum, NoMinimum } from "./isoflop/interpolation.ts";
export { interpolations as isoflopInterpolations } from "./isoflop/interpolations.ts";
export type { IsoflopSpec } from "./isoflop/spec.ts";
export type { IsoflopTables } from "./isoflop/tables.ts";
export type { AxisInfo, AxisValue } from "./methods/axis.ts";
export type { Method } from "./methods/method.ts";
export type { MixtureTables } from "./mixture/extension.ts";
export type { MixturesSpec } from "./mixture/spec.ts";
export { Interrupted } from "./plan/interrupted.ts";
export type { RunProgress } from "./plan/meter.ts";
export type { TargetSize } from "./plan/targets.ts";
export { methods } from "./registry.ts";
export { writeReport } from "./report/load.ts";
export type { ReportFormat, ReportOptions, WrittenReport } from "./report/report.ts";
export type { ComparedCell, ComparedTable, Verdict } from "./reproduce/compare.ts";
export { formatReproduction, type ReproductionFormat } from "./reproduce/format.ts";
export type { Paper } from "./reproduce/paper.ts";
export { papers, type ReproduceOptions, type Reproduction, reproduce } from "./reproduce/reproduce.ts";
export { isoflop } from "./results/isoflop.ts";
export type { BootstrapTables, FitTables, ResultTables } from "./results/result-tables.ts";
export { type CompareOptions, compareRuns, type RunComparison } from "./run/compare-runs.ts";
export { estimateSweep, type SweepEstimate } from "./run/estimate-sweep.ts";
export type { Manifest } from "./run/manifest.ts";
export { type MergeOptions, mergeRuns } from "./run/merge-runs.ts";
export type { Part } from "./run/part.ts";
export { queryRun, readManifest } from "./run/run-directory.ts";
export { type PartResult, type RunPartOptions, runPart } from "./run/run-part.ts";
export { type RunStatus, runStatuses } from "./run/run-status.ts";
export { type RunSweepOptions, runSweep, type SweepResult } from "./run/run-sweep.ts";
export { type FlpMTruth, type SimulatedFlpM, simulateFlpM } from "./simulate/flp-m.ts";
export type { FlpMOptions } from "./simulate/flp-m-options.ts";
export { type LadderTruth, type SimulatedLadder, simulateLadder } from "./simulate/ladder.ts";
export type { LadderOptions } from "./simulate/ladder-options.ts";
export {
  type LossToLossTruth,
  type SimulatedLossToLoss,
  simulateLossToLoss,
} from "./simulate/loss-to-loss.ts";
export type { LossToLossOptions } from "./simulate/loss-to-loss-options.ts";
export { type WrittenFlpM, writeFlpM } from "./simulate/write-flp-m.ts";
export { type WriteLadderOptions, type WrittenLadder, writeLadder } from "./simulate/write-ladder.ts";
export { type WrittenLossToLoss, writeLossToLoss } from "./simulate/write-loss-to-loss.ts";
export { describeBackends, openBackend } from "./solve/backends.ts";
export { KernelError } from "./solve/check-kernel.ts";
export type { Backend } from "./solve/kernel.ts";
export type {
  BackendName,
  KernelCounts,
  Loss,
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
export type { Preset } from "./spec/presets.ts";
export { presets } from "./spec/presets.ts";
export type { SweepSpec } from "./spec/spec.ts";
export { readSweepFile, type SweepFile } from "./spec/sweep-file.ts";
export { type CheckpointTable, checkpointTableToTable, type Role } from "./tables/checkpoint-table.ts";
export type { ColumnMapping, ColumnMappingInput } from "./tables/columns.ts";
export { formatTable } from "./tables/format.ts";
export { IMPORTERS, type ImportSummary, importTable } from "./tables/import.ts";
export type { Importer } from "./tables/importers/importer.ts";
export { inspectTable } from "./tables/inspect.ts";
export type { Inspection } from "./tables/inspection.ts";
export { readTable } from "./tables/read.ts";
export { type QueryOptions, queryTable } from "./tables/sql/query.ts";
export type { Column, Table } from "./tables/table.ts";
export { readCheckpointTable, toCheckpointTable } from "./tables/to-checkpoint-table.ts";
export { writeTable } from "./tables/write.ts";
export { type BenchOptions, type BenchReport, runBench } from "./throughput/run-bench.ts";
export { version } from "./version.ts";
