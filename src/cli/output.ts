import { closeSync, fstatSync, readSync, statSync } from "node:fs";
import { isatty } from "node:tty";
import { UserError } from "../errors.ts";
import { reasonFor } from "../store/disk-errors.ts";
import { visibleLine, visibleText } from "../text.ts";

let isWatched = false;

/**
 * Lets a process continue when nobody reads its output, also under nohup, whose terminal may be closed. A reader of standard output that has seen enough (`| head`)
 * ends the output and nothing else. Output that the disk cannot store is lost, which is reported, with exit code 1. Errors of
 * standard error itself are ignored.
 */
export function watchOutputStreams(): void {
  if (isWatched) return;
  isWatched = true;
  if (hasNohup()) process.on("SIGHUP", () => {});
  let isLost = false;
  process.stderr.on("error", () => {});
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (isLost || code === "EPIPE" || code === "ERR_STREAM_DESTROYED") return;
    isLost = true;
    process.stderr.write(`lawfit: standard output: cannot be written: ${reasonFor(code) ?? message}\n`);
  });
  const terminals = [0, 1, 2].filter((stream) => isatty(stream));
  process.on("exit", () => {
    // Node sets terminals back when it ends, and aborts if a terminal is gone.
    for (const stream of terminals) if (!isatty(stream)) closeSync(stream);
    if (isLost && (process.exitCode ?? 0) === 0) process.exitCode = 1;
  });
}

/** A message in one line, even if a text that it quotes has several. */
export function messageLine(message: string): string {
  return visibleLine(message.replace(/\s*\n\s*/g, "; "));
}

/** Prints a text for people: what a name of a table could do to a terminal is written out instead. */
export function printText(text: string): void {
  process.stdout.write(visibleText(text));
}

/** Prints JSON or CSV: for programs as it is, on a terminal as a text for people. */
export function printData(text: string): void {
  process.stdout.write(process.stdout.isTTY ? visibleText(text) : text);
}

/** Prints a table in the requested format. */
export function printFormatted(text: string, format: string): void {
  (format === "json" || format === "csv" ? printData : printText)(text);
}

/**
 * Whether nohup started this process. That it ignores SIGHUP is not passed on: Node sets all signals to their defaults when it
 * starts. But nohup puts /dev/null, for writing alone, in the place of a terminal as standard input.
 */
export function hasNohup(): boolean {
  try {
    if (fstatSync(0).rdev !== statSync("/dev/null").rdev) return false;
    readSync(0, Buffer.alloc(1));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EBADF";
  }
}

/**
 * Says what went wrong in one line and sets the exit code: 2 for the user's mistakes, 1 for ours. With
 * LAWFIT_DEBUG set, the stack too.
 */
export function failWith(error: unknown): void {
  const isTheirs = error instanceof UserError;
  const message = error instanceof Error ? error.message : String(error);
  const hint =
    isTheirs || process.env.LAWFIT_DEBUG ? "" : " (an error of lawfit itself; LAWFIT_DEBUG=1 shows where)";
  process.stderr.write(`lawfit: ${messageLine(message.trim())}${hint}\n`);
  if (process.env.LAWFIT_DEBUG && error instanceof Error) {
    process.stderr.write(`${visibleText(error.stack ?? "")}\n`);
  }
  process.exitCode = isTheirs ? 2 : 1;
}
