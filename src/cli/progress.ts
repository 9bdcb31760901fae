import type { JobProgress } from "../plan/meter.ts";
import { messageLine, printData } from "./output.ts";

/** The phases of a sweep in words. */
const verbs: Readonly<Record<JobProgress["phase"], string>> = {
  solve: "solving",
  profiles: "profiles",
  bootstrap: "resampling",
  backtest: "back-testing",
  tables: "writing tables",
};

/**
 * How far a sweep is, in a line: `resampling 210 of 478 problems, 1,700 of 3,868 cells, 52,000 fits/s, 6 min left`, or
 * `estimating the time left`.
 *
 * @param kind `short` leaves problems out where cells say as much; of work that stands `still` there is no speed
 */
export function progressLine(progress: JobProgress, kind: "whole" | "short" | "still" = "whole"): string {
  const { phase, done, total, cells, cellsTotal, fitsPerSecond, secondsLeft } = progress;
  const hasCells = phase === "bootstrap" && cells > 0;
  const parts = [
    total === 0 || (kind === "short" && hasCells) ? "" : `${whole(done)} of ${whole(total)} problems`,
    hasCells ? `${whole(cells)} of ${whole(cellsTotal)} cells` : "",
    fitsPerSecond > 0 && kind !== "still" ? `${whole(Number(fitsPerSecond.toPrecision(3)))} fits/s` : "",
    phase === "tables" || kind === "still" ? "" : timeLeft(secondsLeft),
  ];
  return [verbs[phase], parts.filter((part) => part !== "").join(", ")].join(" ").trimEnd();
}

function timeLeft(seconds: number | undefined): string {
  return seconds === undefined ? "estimating the time left" : `${duration(seconds)} left`;
}

/** `45 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 12,345. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Characters of the bar. */
const BAR = 16;
/** Milliseconds between two lines where there is no terminal: longer as the job goes on. */
const FIRST_INTERVAL = 5000;
const LAST_INTERVAL = 60_000;

/**
 * Shows how far a sweep is: a bar on a terminal, elsewhere a line with the date every five seconds, then every minute.
 *
 * @param now milliseconds, rising
 * @param date as lines begin
 */
export function jobReporter(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
  date: () => string = () => new Date().toISOString().slice(0, 19),
): (progress: JobProgress) => void {
  const first = now();
  let last = stream.isTTY ? Number.NEGATIVE_INFINITY : first;
  let width = 0;
  return (progress) => {
    const time = now();
    const { done, total, phase } = progress;
    if (stream.isTTY) {
      if (phase === "tables") {
        stream.write(`\r${" ".repeat(width)}\r`);
        width = 0;
        return;
      }
      if (time - last < 100) return;
      last = time;
      const filled = total === 0 ? 0 : Math.round((BAR * done) / total);
      const bar = `[${"#".repeat(filled)}${" ".repeat(BAR - filled)}]`;
      // A line that is wrapped cannot be drawn over.
      const line = `${bar} ${progressLine(progress, "short")}`.slice(0, (stream.columns ?? 80) - 1);
      stream.write(`\r${line.padEnd(width)}`);
      width = line.length;
      return;
    }
    const interval = time - first < LAST_INTERVAL ? FIRST_INTERVAL : LAST_INTERVAL;
    if (time - last < interval || phase === "tables") return;
    last = time;
    stream.write(`${date()} ${progressLine(progress)}\n`);
  };
}

/** Milliseconds between two events of progress. */
const INTERVAL = 1000;

/** Writes what happens as lines of JSON, for programs: `{"event": "progress", ...}`. */
export function jsonEvents(write: (text: string) => unknown = printData) {
  let last = Number.NEGATIVE_INFINITY;
  let phase = "";
  const emit = (event: string, content: object): void => {
    write(`${JSON.stringify({ event, time: new Date().toISOString(), ...content })}\n`);
  };
  return {
    onStatus: (message: string) => emit("status", { message }),
    onWarning: (message: string) => emit("warning", { message }),
    onRunProgress: (progress: JobProgress) => {
      const now = performance.now();
      if (now - last < INTERVAL && progress.phase === phase) return;
      last = now;
      phase = progress.phase;
      emit("progress", progress);
    },
    onEnd: (content: object) => emit("done", content),
  };
}

/** A stream that lines are written to, such as `process.stderr`. */
export interface ProgressStream {
  isTTY?: boolean | undefined;
  /** Width of the terminal. */
  columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Shows how far long work is: a bar on a terminal, elsewhere a plain line at most every few seconds.
 *
 * @param now milliseconds, rising
 */
export function progressReporter(
  what: string,
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): (done: number, total: number) => void {
  const interval = stream.isTTY ? 100 : 5000;
  let last = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
  return (done, total) => {
    const time = now();
    const isEnd = done === total;
    if (time - last < interval && !(isEnd && stream.isTTY)) return;
    last = time;
    if (!stream.isTTY) {
      stream.write(`${what} ${done} of ${total}\n`);
      return;
    }
    const filled = Math.round((24 * done) / total);
    const bar = `\r${what} [${"#".repeat(filled)}${" ".repeat(24 - filled)}] ${done} of ${total}`;
    stream.write(isEnd ? `\r${" ".repeat(bar.length)}\r` : bar);
  };
}

/**
 * Prints a line that stays; a progress bar on the terminal's last line makes room for it. Control characters
 * in the line are written out, so that they do nothing to the terminal.
 */
export function printLine(line: string, stream: ProgressStream = process.stderr): void {
  stream.write(`${stream.isTTY ? "\r\u001B[K" : ""}${messageLine(line)}\n`);
}
