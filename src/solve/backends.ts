import { availableParallelism } from "node:os";
import { UserError } from "../errors.ts";
import type { Backend } from "./kernel.ts";
import { openNative } from "./native.ts";
import { openPortable } from "./portable.ts";
import type { SolveOptions } from "./problem.ts";

type Opener = (threads: number) => Promise<Backend | { reason: string }>;

/** Backends from the best to the last. */
const openers: readonly (readonly [name: Backend["name"], open: Opener])[] = [
  ["native", openNative],
  ["portable", openPortable],
];

/** Names that `--backend` takes. */
export const backendNames = ["auto", "cpu", ...openers.map(([name]) => name)] as const;

/**
 * Opens the wanted backend; `auto` and `cpu` take the first that works here.
 * @throws UserError with the reasons where none does.
 */
export async function openBackend(
  wanted: NonNullable<SolveOptions["backend"]> = "auto",
  threads: number = availableParallelism(),
): Promise<Backend> {
  if (!backendNames.includes(wanted)) {
    throw new UserError(`backend "${wanted}" is unknown; allowed: ${backendNames.join(", ")}`);
  }
  if (!Number.isInteger(threads) || threads < 1) {
    throw new UserError(`threads: ${threads} is not allowed; a whole number from 1 on`);
  }
  const reasons: string[] = [];
  for (const [name, open] of openers) {
    if (wanted !== "auto" && wanted !== "cpu" && wanted !== name) continue;
    const backend = await open(threads);
    if (!("reason" in backend)) return backend;
    reasons.push(`${name}: ${backend.reason}`);
  }
  throw new UserError(`no backend works here: ${reasons.join("; ")}`);
}

/** Every backend, whether it works here, and with what or why not. */
export async function describeBackends(): Promise<{ name: string; available: boolean; detail: string }[]> {
  const rows = [];
  for (const [name, open] of openers) {
    const backend = await open(availableParallelism());
    if ("reason" in backend) rows.push({ name, available: false, detail: backend.reason });
    else {
      rows.push({ name, available: true, detail: backend.description });
      await backend.close();
    }
  }
  return rows;
}
