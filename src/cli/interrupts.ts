import { fstatSync, readSync, statSync } from "node:fs";
import { constants } from "node:os";
import { printLine } from "./progress.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How a command is asked to stop. */
export interface Interrupts {
  signal: AbortSignal;
  /** Takes the signals from now on; until then they end the process at once, as the system has it. */
  begin(): void;
  /** 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP: 128 and the signal's number, as shells have it. */
  exitCode(): number;
  /** Gives the signals back to the system. */
  end(): void;
}

/**
 * Once begun, takes the first SIGINT, SIGTERM or SIGHUP (the terminal was closed) as a wish to stop in order; the second ends the
 * process at once, as ever. Under nohup SIGHUP is none.
 */
export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  let received: (typeof SIGNALS)[number] = "SIGINT";
  const stop = (name: NodeJS.Signals): void => {
    if (name === "SIGHUP" && hasNohup()) return;
    received = name as typeof received;
    end();
    printLine("stopping: what is being solved is given up, what is finished is kept (once more: at once)");
    controller.abort();
  };
  const end = (): void => {
    for (const name of SIGNALS) process.off(name, stop);
  };
  const begin = (): void => {
    for (const name of SIGNALS) process.on(name, stop);
  };
  return { signal: controller.signal, begin, exitCode: () => 128 + constants.signals[received], end };
}

/**
 * Whether nohup started this process. That it ignores SIGHUP is not passed on: Node sets all signals to their defaults when it
 * starts. But nohup puts /dev/null, for writing alone, in the place of a terminal as standard input.
 */
function hasNohup(): boolean {
  try {
    if (fstatSync(0).rdev !== statSync("/dev/null").rdev) return false;
    readSync(0, Buffer.alloc(1));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EBADF";
  }
}
