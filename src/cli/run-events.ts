import type { RunProgress } from "../sweep/meter.ts";
import { printData } from "./print.ts";

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
    onRunProgress: (progress: RunProgress) => {
      const now = performance.now();
      if (now - last < INTERVAL && progress.phase === phase) return;
      last = now;
      phase = progress.phase;
      emit("progress", progress);
    },
    onEnd: (content: object) => emit("done", content),
  };
}
