import { constants } from "node:os";
import { hasNohup } from "./nohup.ts";
import { printLine } from "./progress.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How a command is asked to stop. */
export interface Interrupts {
  signal: AbortSignal;
  /** 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP: 128 and the signal's number, as shells have it. */
  exitCode(): number;
  /** Gives the signals back to the system. */
  end(): void;
}

/**
 * Takes the first SIGINT, SIGTERM or SIGHUP (the terminal was closed) as a wish to stop in order; a second SIGINT or SIGTERM ends the
 * process at once, as ever. Under nohup SIGHUP is none.
 */
export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  const signals = SIGNALS.filter((name) => !(name === "SIGHUP" && hasNohup()));
  let received: (typeof SIGNALS)[number] = "SIGINT";
  const stop = (name: NodeJS.Signals): void => {
    received = name as typeof received;
    end();
    // A shell and the system each tell of the same terminal.
    if (name === "SIGHUP") process.on("SIGHUP", () => {});
    printLine("stopping: what is being solved is given up, what is finished is kept (once more: at once)");
    controller.abort();
  };
  const end = (): void => {
    for (const name of signals) process.off(name, stop);
  };
  for (const name of signals) process.on(name, stop);
  return { signal: controller.signal, exitCode: () => 128 + constants.signals[received], end };
}
