import { describeConfiguration, pairOf } from "../draw/job.ts";
import { roundInterval, roundTo, shortCount } from "../draw/numbers.ts";
import {
  extremes,
  type HeadlinePrediction,
  headlinePredictions,
  heldLine,
  MOST_SHOWN,
  openingPredictions,
} from "../draw/predictions.ts";
import { num, recordsOf, recordsWhere, str } from "../draw/records.ts";
import { sizesOf } from "../draw/sizes.ts";
import { haveOneBest } from "../results/analysis/rank-configurations.ts";
import { mean } from "../statistics.ts";
import { countOf, percent } from "../text.ts";
import type { ReportJob } from "./read-job.ts";

/** Most targets that are named. */
const MOST_TARGETS = 12;

/** A row of the table of predictions, formatted for display. */
export interface AnswerRow {
  task: string;
  target: string;
  predicted: string;
  interval: string;
  actual: string;
  error: string;
  /** The share of such intervals that held the measured value in back-tests; empty without back-tests. */
  held: string;
  mark: "best" | "worst" | "";
}

/** The opening of a report. */
export interface Summary {
  /** The heading of the column that, with the target, tells the rows apart: `task`, or what a relation connects. */
  head: string;
  /** Sentences, one in each entry. */
  lines: string[];
  /** Parts that are missing from the job, and warnings that a reader should see before trusting it. */
  cautions: string[];
  rows: AnswerRow[];
  /** The kind of the intervals, with its level; empty without intervals. */
  intervalKind: string;
  /** The method, the data, the work and the time, as names and values. */
  facts: [name: string, value: string][];
}

/** Summarises a job: its predictions, the warnings about them and the facts about its execution. */
export function summarise(job: ReportJob): Summary {
  const predictions = headlinePredictions(job).filter(({ predicted }) => Number.isFinite(predicted));
  const opening = openingPredictions(job);
  const { best, worst } = extremes(opening);
  const { pairs } = job;
  return {
    head: pairs?.head ?? "task",
    lines: [
      ...(job.opening?.lines ?? []),
      ...(job.opening !== undefined && predictions.length === 0
        ? []
        : (pairs?.answer(job, predictions, opening.length) ?? linesOf(job, predictions))),
    ],
    cautions: cautionsOf(job, predictions),
    rows: opening
      .slice(0, pairs ? MOST_SHOWN : opening.length)
      .map((row) => rowOf(row, row === best ? "best" : row === worst ? "worst" : "")),
    intervalKind: predictions.find(({ interval }) => interval.kind !== "")?.interval.kind ?? "",
    facts: factsOf(job),
  };
}

function rowOf(
  { label: task, target, predicted, determined, actual, relError, interval, backtest }: HeadlinePrediction,
  mark: AnswerRow["mark"],
): AnswerRow {
  const { lower, upper, reason, status } = interval;
  const ends = roundInterval(lower, upper);
  return {
    ...{ task, target, mark, held: backtest },
    predicted: `${roundTo(predicted, lower, upper)}${determined === "yes" ? "" : ` (not determined: ${determined})`}`,
    interval: ends === "" ? reason : status === "ok" ? ends : `${ends} ${status}`,
    actual: roundTo(actual),
    error: Number.isFinite(relError) ? `${relError > 0 ? "+" : "−"}${percent(Math.abs(relError))}` : "",
  };
}

function linesOf(job: ReportJob, predictions: readonly HeadlinePrediction[]): string[] {
  const errors = predictions.map(({ relError }) => Math.abs(relError)).filter(Number.isFinite);
  const ranked = recordsOf(job.tables.configurations, (row) => row === 0)[0];
  const configurations = job.tables.configurations?.rows ?? 0;
  return [
    `${countOf(predictions.length, "prediction")} of the headline configuration (${describeConfiguration(job.headline[0] ?? {}, job.axes)})` +
      `${errors.length > 0 ? `; mean relative error ${percent(mean(errors), 3)} over the ${errors.length} with a measured value` : "; none has a measured value"}.`,
    ...heldLine(predictions),
    ...(ranked !== undefined &&
    configurations > 1 &&
    haveOneBest(job.tables.configurations!) &&
    Number.isFinite(num(ranked, "mean_abs_rel_error"))
      ? [
          `Best of ${configurations} configurations, chosen after the fact: ${describeConfiguration(ranked, job.axes)}, mean relative error ` +
            `${percent(num(ranked, "mean_abs_rel_error"), 3)} over ${countOf(num(ranked, "predictions"), "prediction")}.`,
        ]
      : []),
  ];
}

function cautionsOf(job: ReportJob, predictions: readonly HeadlinePrediction[]): string[] {
  const { manifest, missing, tables } = job;
  const skipped = tables.problems_skipped?.rows ?? 0;
  return [
    ...(predictions.length === 0 && !(job.opening && hasNoTargets(job)) ? [nothingPredicted(job)] : []),
    ...(job.headline.length === 1 && job.opening === undefined ? [oneCell(job)] : []),
    ...(missing.size > 0
      ? [
          `The run directory is incomplete: ${[...missing].map(([name, reason]) => `${name} (${reason})`).join("; ")}.`,
        ]
      : []),
    ...(skipped > 0
      ? [`${countOf(skipped, "stage")} of cells had no solution: table problems_skipped has the reasons.`]
      : []),
    ...(tables.points === undefined && !missing.has("points")
      ? ["The run directory has no table points (an older version of lawfit wrote it): no figure shows fits."]
      : []),
    ...(manifest.warnings ?? []),
  ];
}

const hasNoTargets = ({ manifest }: ReportJob): boolean => manifest.counts?.targets === 0;

function nothingPredicted(job: ReportJob): string {
  return hasNoTargets(job)
    ? "The sweep has no targets: there are fits, but no predictions."
    : "The headline configuration predicts nothing: see the skipped fits below.";
}

function oneCell(job: ReportJob): string {
  const pair = pairOf(job, job.headline[0]!);
  return pair === ""
    ? "The run has one task in its headline configuration."
    : `The headline configuration is one relation: ${str(job.headline[0], "task")}, ${pair}.`;
}

function factsOf(job: ReportJob): [string, string][] {
  const { manifest, tables } = job;
  const { counts } = manifest;
  const seconds = Object.entries(manifest.seconds ?? {}).filter(([, value]) => value >= 0.005);
  const total = seconds.reduce((sum, [, value]) => sum + value, 0);
  const sizes = sizesOf(job);
  const targets = recordsWhere(tables.runs, { role: "target" }).map((row) => {
    return `${str(row, "run")} (${shortCount(num(row, "n"))} parameters, ${shortCount(num(row, "d"))} tokens)`;
  });
  const fitted = [...sizes.values()].filter(({ role }) => role === "fit").length;
  return [
    ["method", String(manifest.sweep?.method ?? "?")],
    ["made", `${manifest.created}, lawfit ${manifest.version}, seed ${manifest.seed}`],
    ["tables", (manifest.tables ?? []).map(({ path, rows }) => `${path} (${rows} rows)`).join(", ")],
    ["targets", listOfTargets(targets) || String(counts?.targets ?? "?")],
    ["fit runs", fitted > 0 ? String(fitted) : "?"],
    [
      "work",
      `${countOf(counts?.cells ?? 0, "cell")} of ${countOf(counts?.tasks ?? 0, "task")}, ${counts?.problems ?? "?"} distinct problems of ` +
        `${counts?.regressions ?? "?"} regressions, ${startsOf(manifest.sweep?.starts)}`,
    ],
    ["solved by", manifest.backend],
    [
      "time",
      `${total.toFixed(1)} s: ${seconds.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ")}`,
    ],
  ];
}

/** The number of starts that a sweep asks for. */
function startsOf(starts: unknown): string {
  return starts === "auto" ? "starts as their ends ask for" : `${String(starts ?? "?")} starts each`;
}

/** The targets, separated by commas; at most `MOST_TARGETS` of them are named. */
export function listOfTargets(targets: readonly string[]): string {
  const more = targets.length - MOST_TARGETS;
  return `${targets.slice(0, MOST_TARGETS).join(", ")}${more > 0 ? `, and ${more} more in table runs` : ""}`;
}
