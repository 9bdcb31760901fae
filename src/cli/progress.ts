import { messageLine } from "./print.ts";

/** Something that lines can be written to; `process.stderr` is one. */
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
 * Prints a line that stays; a bar that stands on the terminal's last line gives way to it. What a name in the line could do
 * to the terminal is written out instead.
 */
export function printLine(line: string, stream: ProgressStream = process.stderr): void {
  stream.write(`${stream.isTTY ? "\r\u001B[K" : ""}${messageLine(line)}\n`);
}
