import { closeSync } from "node:fs";
import { isatty } from "node:tty";
import { reasonFor } from "../store/disk-errors.ts";
import { hasNohup } from "./nohup.ts";

let isWatched = false;

/**
 * Keeps a process at its work when nobody takes what it prints: under nohup, whose terminal may go, too. A reader of standard output that has seen enough (`| head`)
 * ends the output and nothing else. Output that a disk does not take is lost, which is said, with exit code 1. Who closed
 * standard error does not want to be told.
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
    // Node sets terminals back when it ends, and aborts where one is gone.
    for (const stream of terminals) if (!isatty(stream)) closeSync(stream);
    if (isLost && (process.exitCode ?? 0) === 0) process.exitCode = 1;
  });
}
