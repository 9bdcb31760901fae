import { type LadderTruth, type SimulatedLadder, simulateLadder } from "./ladder.ts";
import type { LadderOptions } from "./ladder-options.ts";
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

/** The sweep file of a simulated ladder: the paper's method on every task. Runs as it is, and is short to change. */
function ladderSweepFile(truth: LadderTruth, table: string): string {
  const flow = (names: readonly string[]) => `[${names.join(", ")}]`;
  const tasks = truth.subjects.filter(({ sigmoid }) => sigmoid !== undefined).map(({ subject }) => subject);
  const targets = truth.runs.filter(({ role }) => role === "target").map(({ run }) => run);
  return `# Run it with: lawfit sweep sweep.yaml --out run
# The true parameters and target values are in truth.json.

# The checkpoint table, beside this file.
table: ${table}

# Loss from model size and tokens, then accuracy from loss (Bhagia et al. 2024).
method: ladder

# Subjects with loss and accuracy. Leave it out for all of them.
tasks: ${flow(tasks)}

# Runs to predict. Leave it out for every run whose role is target.
targets: ${flow(targets)}

# Initial vectors of each fit, and the seed they are drawn with.
starts: 256
seed: 0

# Design choices: a list of values is crossed with the other lists.
# axes: {link: [sigmoid, log-sigmoid], drop_early: [0.1, 0.5]}
`;
}
