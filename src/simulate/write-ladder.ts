import { type LadderTruth, type SimulatedLadder, simulateLadder } from "./ladder.ts";
import type { LadderOptions } from "./ladder-options.ts";
import { ladderSweepFile } from "./ladder-sweep.ts";
import {
  type SimulatedFormat,
  type WriteSimulatedOptions,
  type Written,
  writeSimulated,
} from "./write-simulated.ts";

/** Formats that a ladder is written in by default. */
export const LADDER_FORMATS: readonly SimulatedFormat[] = ["parquet", "arrow"];

/** Formats are parquet and arrow by default. */
export type WriteLadderOptions = WriteSimulatedOptions;

export type WrittenLadder = Written<SimulatedLadder>;

/**
 * Simulates a ladder and writes `checkpoints.parquet`, `checkpoints.arrow`, `truth.json` and `sweep.yaml`
 * into a folder, which is made if it is not there.
 *
 * @throws UserError for a bad option, a folder that is a file, or a file that is there already (unless
 * `force`); nothing is written then
 */
export function writeLadder(
  folder: string,
  options: LadderOptions = {},
  { formats = LADDER_FORMATS, force = false }: WriteLadderOptions = {},
): Promise<WrittenLadder> {
  return writeSimulated<LadderTruth, SimulatedLadder>(
    folder,
    () => simulateLadder(options),
    ladderSweepFile,
    { formats, force },
  );
}
