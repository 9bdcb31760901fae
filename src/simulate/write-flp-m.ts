import { type FlpMTruth, type SimulatedFlpM, simulateFlpM } from "./flp-m.ts";
import type { FlpMOptions } from "./flp-m-options.ts";
import { flpMSweepFile } from "./flp-m-sweep.ts";
import {
  type SimulatedFormat,
  type WriteSimulatedOptions,
  type Written,
  writeSimulated,
} from "./write-simulated.ts";

/** Formats that the design is written in by default: its Arrow file would be ten times as large. */
export const FLP_M_FORMATS: readonly SimulatedFormat[] = ["parquet"];

export type WrittenFlpM = Written<SimulatedFlpM>;

/**
 * Simulates FLP-M's mixing design and writes `checkpoints.parquet`, `truth.json` and `sweep.yaml` into a folder, which is
 * made if it is not there.
 *
 * @throws UserError for a bad option, a folder that is a file, or a file that is there already (unless
 * `force`); nothing is written then
 */
export function writeFlpM(
  folder: string,
  options: FlpMOptions = {},
  { formats = FLP_M_FORMATS, force = false }: WriteSimulatedOptions = {},
): Promise<WrittenFlpM> {
  return writeSimulated<FlpMTruth, SimulatedFlpM>(folder, () => simulateFlpM(options), flpMSweepFile, {
    formats,
    force,
  });
}
