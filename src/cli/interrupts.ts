import { constants } from "node:os";
import { hasNohup } from "./output.ts";
import { printLine } from "./progress.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The signals that ask a command to stop. */
export interface Interrupts {
  signal: AbortSignal;
  /** Handles the signals from now on; until then they end the process at once, which is their default. */
  begin(): void;
  /** 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP: 128 plus the signal's number, as in shells. */
  exitCode(): number;
  /** Gives the signals back to the system. */
  end(): void;
}

/**
 * Once begun, the first SIGINT, SIGTERM or SIGHUP (the terminal was closed) stops the work in order; a second SIGINT or SIGTERM
 * ends the process at once. Under nohup SIGHUP is ignored from the start.
 */
export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  const isKept = hasNohup();
  if (isKept) process.on("SIGHUP", () => {});
  const signals = SIGNALS.filter((name) => !(name === "SIGHUP" && isKept));
  let received: (typeof SIGNALS)[number] = "SIGINT";
  const stop = (name: NodeJS.Signals): void => {
    received = name as typeof received;
    end();
    // The shell and the system both signal that the same terminal was closed.
    if (name === "SIGHUP") process.on("SIGHUP", () => {});
    printLine("stopping: finished work is kept, work in progress is lost (a second signal ends at once)");
    controller.abort();
  };
  const end = (): void => {
    for (const name of signals) process.off(name, stop);
  };
  const begin = (): void => {
    for (const name of signals) process.on(name, stop);
  };
  return { signal: controller.signal, begin, exitCode: () => 128 + constants.signals[received], end };
}
