import { type LossToLossTruth, type SimulatedLossToLoss, simulateLossToLoss } from "./loss-to-loss.ts";
import type { LossToLossOptions } from "./loss-to-loss-options.ts";
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

/** The sweep file of a simulated table of runs on several corpora. Runs as it is, and is short to change. */
function lossToLossSweepFile(truth: LossToLossTruth, table: string): string {
  const corpora = truth.corpora.map(({ corpus }) => corpus).join(", ");
  return `# Run it with: lawfit sweep sweep.yaml --out run
# The true laws and the true relations between the losses are in truth.json.

# The checkpoint table, beside this file. The family of a run is the corpus that it was trained on (${corpora}); its loss
# on that corpus is the subject own_corpus.
table: ${table}

# Shifted power laws between losses, and scaling laws beside them (Brandfonbrener et al. 2024).
method: loss-to-loss
axes:
  relation: [train-to-train, train-to-test, test-to-test, scaling-law]

  # The form of the law that the irreducible losses are of: equation 1 or 3.
  law: [chinchilla, kaplan-offset]

# The best model size of each budget of FLOPs, and how it grows.
isoflop: {subjects: own_corpus}

# Starts of each fit.
starts: 64

# What the initial vectors of each fit are drawn with.
seed: 0
`;
}
