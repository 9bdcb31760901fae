import { type LossToLossTruth, type SimulatedLossToLoss, simulateLossToLoss } from "./loss-to-loss.ts";
import type { LossToLossOptions } from "./loss-to-loss-options.ts";
import { lossToLossSweepFile } from "./loss-to-loss-sweep.ts";
import {
  type SimulatedFormat,
  type WriteSimulatedOptions,
  type Written,
  writeSimulated,
} from "./write-simulated.ts";

/** Formats that the design is written in by default. */
export const LOSS_TO_LOSS_FORMATS: readonly SimulatedFormat[] = ["parquet"];

export type WrittenLossToLoss = Written<SimulatedLossToLoss>;

/**
 * Simulates runs on several corpora and writes `checkpoints.parquet`, `truth.json` and `sweep.yaml` into a folder, which is
 * made if it is not there.
 *
 * @throws UserError for a bad option, a folder that is a file, or a file that is there already (unless
 * `force`); nothing is written then
 */
export function writeLossToLoss(
  folder: string,
  options: LossToLossOptions = {},
  { formats = LOSS_TO_LOSS_FORMATS, force = false }: WriteSimulatedOptions = {},
): Promise<WrittenLossToLoss> {
  return writeSimulated<LossToLossTruth, SimulatedLossToLoss>(
    folder,
    () => simulateLossToLoss(options),
    lossToLossSweepFile,
    { formats, force },
  );
}
