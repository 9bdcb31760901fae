import { upTo } from "../family.ts";

/** Most sources or inputs that a form can have: its kernel's state must fit a processor's caches. */
export const MOST_SOURCES = 32;

/** C1, C2, ...: what is spent on each source. */
export function sourceVariables(sources: number): Record<string, string> {
  return Object.fromEntries(upTo(sources).map((s) => [`C${s}`, `compute on source ${s}, FLOPs`]));
}
