import type { JobProgress } from "../run/meter.ts";
import { messageLine, printData } from "./output.ts";

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
