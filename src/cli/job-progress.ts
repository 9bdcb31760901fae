import { fittingAnalyses } from "../registry.ts";
import type { JobProgress } from "../run/meter.ts";
import { duration, type ProgressStream, whole } from "./progress.ts";

/** The phases of a sweep in words. */
const verbs: Readonly<Record<string, string>> = {
  solve: "solving",
  profiles: "profiles",
  bootstrap: "resampling",
  ...Object.fromEntries(fittingAnalyses.map(({ key, fitting }) => [key, fitting.verb])),
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
