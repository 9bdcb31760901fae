import { getHeapStatistics } from "node:v8";
import { UserError } from "../errors.ts";

/** Bytes of a cell, about: 11,000 planned, measured on the ladder of 24 runs and 2 targets, and room for what it gives. */
const bytesOfCell = 16_000;

/** Most cells of a sweep: as many as the memory that Node lets this process have will hold. */
export function mostCells(): number {
  return Math.floor(getHeapStatistics().heap_size_limit / bytesOfCell);
}

/**
 * Demands that a sweep is not larger than memory; for before it is made.
 *
 * @param count cells, or configurations, each of which is a cell at least
 * @param what how they come about, which begins with their number: `9000000 configurations (delta1 3000 x delta2 3000)`
 * @param where file and key, for messages
 * @throws UserError with the number, how it comes about and what is allowed
 */
export function checkCells(count: number, what: string, where: string): void {
  const most = mostCells();
  if (count <= most) return;
  const heap = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
  throw new UserError(
    `${where}: ${what}; allowed: at most ${most} cells, which the ${heap} MB of this process will hold ` +
      "(NODE_OPTIONS=--max-old-space-size=MB gives it more)",
  );
}
