import { UserError } from "../errors.ts";
import { visibleText } from "../visible-text.ts";
import { messageLine } from "./print.ts";

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
