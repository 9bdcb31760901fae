import { createHash } from "node:crypto";
import { NoCutError } from "../backtest/cuts.ts";
import { num, type Row, recordsBy, recordsOf, recordsWhere, str } from "../draw/records.ts";
import { notAmong, UserError } from "../errors.ts";
import type { AxisInfo } from "../methods/axis.ts";
import { getMethod } from "../registry.ts";
import type { ResultTables } from "../results/result-tables.ts";
import { queryJob, readManifest } from "../run/job-directory.ts";
import type { Manifest } from "../run/manifest.ts";
import { type RunSweepOptions, runSweep, type SweepResult } from "../run/run-sweep.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { shownPath } from "../store/disk-errors.ts";
import { demandFile } from "../store/places.ts";
import type { Table } from "../tables/table.ts";
import { formatNumber } from "../text.ts";
import { version } from "../version.ts";
import { checkForecast, type Forecast, HISTORY } from "./document.ts";
import { type FinishedRun, measuredRuns, NEAR, runsOfSize } from "./measured-runs.ts";
import { lawsOf, quantitiesOf } from "./quantities.ts";
import { seal } from "./seal.ts";
import { otherSettings, pinnedAsymptotes, type Settings, settingsOf, type Variation } from "./sensitivity.ts";
import {
  asSpec,
  demandOutside,
  type ForecastTarget,
  hasInputsOf,
  inTermsOf,
  readDay,
  readInputs,
  readTargets,
} from "./targets.ts";

export interface ForecastOptions extends Pick<RunSweepOptions, "signal" | "onStatus" | "onWarning"> {
  /** What is forecast: sizes `70B@15T` (parameters@tokens); of fits of other laws `N=70e9,D=15e12`. */
  targets: readonly string[];
  /** Day by which it is to be known, `YYYY-MM-DD`, not in the past. */
  by: string;
  /** Tasks to forecast. @default those of the run */
  tasks?: readonly string[] | undefined;
  /** Values of design choices of which the run has several: `{law: "kaplan"}`. @default the configuration that reports open with */
  choose?: Readonly<Record<string, string>> | undefined;
  /** Where the table of the run is now. @default where it was */
  table?: readonly string[] | undefined;
  /** @default now */
  now?: Date;
}

/**
 * Makes a sealed forecast from a run directory. The run's sweep is repeated for the new target, on the same table, with its bootstrap and
 * with back-tests; then once more, without them, over the run's other configurations, other laws and links, and with the asymptote held at the ends of its profile.
 *
 * @throws UserError where the folder is not a run directory or the run has no bootstrap, for targets inside its runs, unknown tasks and
 * choices, a day that has passed, and where the table is not the one that the run was made from
 */
export async function forecastRun(directory: string, options: ForecastOptions): Promise<Forecast> {
  const { now = new Date(), signal, onStatus, onWarning } = options;
  const manifest = await readManifest(directory);
  const shown = shownPath(directory);
  const by = readDay(options.by, now);
  const { bootstrap, backtest, method: methodName } = manifest.sweep as SweepSpec;
  const method = getMethod(methodName!, shown);
  // Method fit has errors of its predictions without draws.
  if (bootstrap === undefined && !method.detailsFits) {
    throw new UserError(
      `${shown}: the run has no draws, and so no intervals; allowed: a run of lawfit bootstrap, of lawfit sweep --interval, or of lawfit fit`,
    );
  }
  if (method.takesMixtures) {
    throw new UserError(
      `${shown}: method ${method.name} predicts by the mixture of the training data, which a forecast's target does not have; allowed: runs of other methods; ` +
        "lawfit sweep predicts targets with mix: {SOURCE: SHARE}",
    );
  }
  const isFit = method.reading !== undefined;
  const read = readTargets(options.targets, isFit);
  const cells = await queryJob(directory, "cells");
  const [runs, points] = [await queryJob(directory, "runs"), await queryJob(directory, "points")];
  demandTasks(options.tasks, new Set(recordsOf(cells).map((row) => str(row, "task"))));
  const headline = chosenCell(cells, options.choose ?? {}, method.axes);
  const settings = settingsOf(headline, method.axes);
  const variables = variablesOf(headline, points);
  const targets = inTermsOf(variables, read, isFit);
  demandOutside(targets, { runs, points }, shown);
  if (options.table === undefined) await demandFiles(manifest);
  const given = {
    ...specFor(manifest.sweep, targets, isFit ? variables : undefined),
    ...(options.tasks && { tasks: [...options.tasks] }),
    ...(options.table && { table: [...options.table] }),
  };
  const {
    runs: measured,
    responses,
    tables: checksums,
  } = await measuredRuns({ ...given, axes: settings }, shown);
  demandSame(checksums, manifest.tables);
  demandUnmeasured(targets, measured, shown);
  const spec = withoutHeldOut(given);
  const watch = { where: shown, signal, ...(onWarning && { onWarning }), ...(onStatus && { onStatus }) };
  const draws = bootstrap && { bootstrap: { ...bootstrap, draws: false } };
  const own = { ...spec, axes: settings, ...draws, profiles: true };
  const { result, why } = await withBacktests(own, backtest ?? {}, watch);
  const { tables } = result;
  demandPredictions(tables, targets, shown);
  const rivals = recordsOf(cells).filter((row) => {
    const others = variablesOf(row, points);
    return isFit
      ? others.every((input) => variables.includes(input))
      : targets.every((target) => hasInputsOf(others, target));
  });
  const [fit] = recordsOf(tables.fits);
  const variations = [
    ...otherSettings(settings, method.axes, rivals, {
      stage: str(fit, "stage"),
      form: str(fit, "form"),
      variables,
    }),
    ...pinnedAsymptotes(settings, tables.identifiability),
  ];
  // A target may have inputs that only the forecast's own law takes.
  const more = !isFit && targets.some(({ name }) => name.includes("=")) ? [settings] : [];
  const rows = await predictionsOf(spec, variations, more, { where: shown, signal });
  const varied = rows.map((row) => ({ row, settings: settingsOf(row, method.axes) }));
  const largest = largestRun(measured);
  const sized = new Map(
    recordsWhere(tables.runs, { role: "target" }).map((row) => [givenAs(str(row, "run"), targets), row]),
  );
  const names = new Map(Array.from(sized, ([{ name }, row]) => [str(row, "run"), name]));
  const { sweep_file: file } = manifest;
  const document = seal<Omit<Forecast, "seal">>({
    ...{ program: "lawfit", kind: "forecast", version, sealed: now.toISOString(), by },
    targets: targets.map((target) => {
      const [n, d, c] = ["n", "d", "c"].map((size) => num(sized.get(target), size));
      return { ...target, n: n!, d: d!, c: c!, budget_multiple: c! / (largest?.c ?? Number.NaN) };
    }),
    quantities: quantitiesOf(tables, { settings, isFit, names, measured, responses, variations, varied }),
    method: method.name,
    settings,
    laws: lawsOf(tables),
    history: {
      rows: recordsOf(tables.leave_largest_out).map(
        (row) =>
          Object.fromEntries(
            HISTORY.map((name) => [name, row[name] ?? null]),
          ) as Forecast["history"]["rows"][number],
      ),
      reason: why,
    },
    source: {
      tables: result.manifest.tables,
      sweep_file: file && {
        path: file.path,
        sha256: createHash("sha256").update(file.text, "utf8").digest("hex"),
      },
      sweep: { ...result.manifest.sweep },
      fit_runs: new Set(measured.filter(({ isFitted }) => isFitted).map(({ run }) => run)).size,
      largest_run:
        largest === undefined ? null : { run: largest.run, n: largest.n, d: largest.d, c: largest.c },
    },
  });
  return checkForecast(document, shown);
}

/** Names of the inputs of a cell's first fit, from table `points`. */
function variablesOf(cell: Row, points: Table): string[] {
  const [problem] = Object.entries(cell).flatMap(([name, value]) =>
    name.startsWith("problem_") && value !== null ? [String(value).split(", ")[0]!] : [],
  );
  const [point] = recordsBy(points, "problem", problem ?? "");
  return str(point, "variables").split(", ");
}

function demandTasks(asked: readonly string[] | undefined, known: ReadonlySet<string>): void {
  const unknown = asked?.find((task) => !known.has(task));
  if (unknown !== undefined) throw new UserError(`--tasks: unknown task ${notAmong(unknown, [...known])}`);
}

/** A cell of the configuration that is forecast with. */
function chosenCell(cells: Table, choose: Readonly<Record<string, string>>, axes: readonly AxisInfo[]): Row {
  const choiceOf = (row: Row, name: string) => String(settingsOf(row, axes)[name]);
  for (const [name, value] of Object.entries(choose)) {
    const names = axes.map((axis) => axis.name);
    if (!names.includes(name)) throw new UserError(`--choose: unknown choice ${notAmong(name, names)}`);
    const values = [...new Set(recordsOf(cells).map((row) => choiceOf(row, name)))];
    if (!values.includes(value)) throw new UserError(`--choose: ${name}: ${notAmong(value, values)}`);
  }
  const all = recordsOf(cells);
  const those = all.filter((row) =>
    Object.entries(choose).every(([name, value]) => choiceOf(row, name) === value),
  );
  const defaults = (row: (typeof all)[number]) =>
    axes.filter(({ name, default: usual }) => choiceOf(row, name) === String(usual)).length;
  const [first] = those;
  if (first === undefined)
    throw new UserError(`--choose: no configuration of the run has all of these choices together`);
  return those.reduce((best, row) => (defaults(row) > defaults(best) ? row : best), first);
}

/** Demands that the files of the table are where they were. */
async function demandFiles({ tables }: Manifest): Promise<void> {
  for (const { path } of tables) {
    await demandFile(path).catch((error: Error) => {
      throw new UserError(
        `${error.message}; the run was made from it; allowed: --table with the place of the same file`,
      );
    });
  }
}

/** Demands that the table is the one that the run was made from. */
function demandSame(found: readonly TableChecksum[], expected: readonly TableChecksum[]): void {
  expected.forEach(({ path, sha256 }, i) => {
    const other = found[i];
    if (other?.sha256 === sha256) return;
    throw new UserError(
      `${shownPath(other?.path ?? path)}: not the table that the run was made from (SHA-256 ${other?.sha256.slice(0, 12) ?? "none"}..., then ${sha256.slice(0, 12)}...); allowed: the same table, or a new run`,
    );
  });
}

/** The target that a table has under a name: method fit names targets by their inputs. */
function givenAs(name: string, targets: readonly ForecastTarget[]): ForecastTarget {
  const inputs = Object.entries(readInputs(name) ?? {});
  const isGiven = (target: ForecastTarget) =>
    target.name === name ||
    (inputs.length > 0 && inputs.every(([input, value]) => target.inputs[input] === value));
  return targets.find(isGiven)!;
}

/** The sweep of the run, with the targets of the forecast alone, and no analyses. */
function specFor(
  { backtest: _, mixtures, isoflop, derived, bootstrap, profiles, targets, fit, ...sweep }: Manifest["sweep"],
  wanted: readonly ForecastTarget[],
  variables: readonly string[] | undefined,
): SweepSpec {
  if (variables === undefined) return { ...sweep, targets: wanted.map(asSpec), profiles: false };
  const { predict, x = {}, ...columns } = (fit ?? {}) as Record<string, unknown>;
  // Columns of inputs that other laws of the run take would be refused.
  const own = Object.entries(x as object).filter(([input]) => variables.includes(input));
  return {
    ...sweep,
    fit: { ...columns, x: Object.fromEntries(own), at: wanted.map(({ inputs }) => inputs) },
    profiles: false,
  } as SweepSpec;
}

/** The sweep without the rows that a fit holds out, which would be predicted too. */
function withoutHeldOut({ fit, ...sweep }: SweepSpec): SweepSpec {
  const { test, ...columns } = (fit ?? {}) as { test?: string; where?: string };
  if (test === undefined) return { ...sweep, ...(fit && { fit }) };
  const rest = `NOT coalesce((${test}), false)`;
  const where = columns.where === undefined ? rest : `(${columns.where}) AND ${rest}`;
  return { ...sweep, fit: { ...columns, where } };
}

type Watch = Pick<RunSweepOptions, "where" | "signal" | "onStatus" | "onWarning">;

/** Runs a sweep with back-tests, or without where its runs are too few for a cut. */
async function withBacktests(
  spec: SweepSpec,
  backtest: object,
  watch: Watch,
): Promise<{ result: SweepResult; why: string | null }> {
  try {
    return { result: await runSweep({ ...spec, backtest }, watch), why: null };
  } catch (error) {
    if (!(error instanceof NoCutError)) throw error;
    return { result: await runSweep(spec, watch), why: error.reason };
  }
}

/** Demands that the table has no run of the size of a target, under whatever name. */
function demandUnmeasured(
  targets: readonly ForecastTarget[],
  measured: readonly FinishedRun[],
  where: string,
): void {
  for (const target of targets) {
    const [run] = runsOfSize(measured, target);
    if (run === undefined) continue;
    const [[task, { predicted, feature }]] = [...run.values] as [
      [string, { predicted: number; feature: number }],
    ];
    const value = formatNumber(Number.isNaN(predicted) ? feature : predicted);
    throw new UserError(
      `--target: ${JSON.stringify(target.name)} is measured already: ${run.run} in the table of ${where} has its size within ${100 * NEAR} % (${task}: ${value}); allowed: a run that is to come`,
    );
  }
}

/** Demands that something is predicted. @throws UserError with the reason why nothing is */
function demandPredictions(
  { predictions, problems_skipped: skipped }: ResultTables,
  targets: readonly ForecastTarget[],
  where: string,
): void {
  if (recordsOf(predictions).some((row) => Number.isFinite(num(row, "predicted")))) return;
  const reasons = [...new Set(recordsOf(skipped).map((row) => str(row, "reason")))];
  const why = reasons.length === 0 ? "" : `: ${reasons.slice(0, 2).join("; ")}`;
  throw new UserError(
    `${where}: nothing is predicted of ${targets.map(({ name }) => name).join(", ")}${why}; allowed: a configuration that predicts from a size alone (--choose NAME=VALUE), as relation=scaling-law of method loss-to-loss does`,
  );
}

/** Predictions of the sweep over variations of its settings, without intervals. @param own settings that are swept beside them */
async function predictionsOf(
  spec: SweepSpec,
  variations: readonly Variation[],
  own: readonly Settings[],
  watch: Watch,
) {
  const others = variations.flatMap(({ settings }): Settings[] => (settings === undefined ? [] : [settings]));
  if (others.length === 0) return [];
  const axes = [...own, ...others];
  const { tables } = await runSweep({ ...spec, axes: axes.map((one) => ({ ...one })) }, watch);
  return recordsOf(tables.predictions);
}

function largestRun(runs: readonly FinishedRun[]): FinishedRun | undefined {
  const fitted = runs.filter(({ isFitted, c }) => isFitted && Number.isFinite(c));
  return fitted.reduce<FinishedRun | undefined>(
    (largest, run) => (largest === undefined || run.c > largest.c ? run : largest),
    undefined,
  );
}
