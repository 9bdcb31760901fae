import { type FlpMTruth, type SimulatedFlpM, simulateFlpM } from "./flp-m.ts";
import type { FlpMOptions } from "./flp-m-options.ts";
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

/** The sweep file of a simulated mixing design: the paper's method on every task. Runs as it is, and is short to change. */
function flpMSweepFile(truth: FlpMTruth, table: string): string {
  const flow = (names: readonly string[]) => `[${names.join(", ")}]`;
  const targets = truth.runs.filter(({ role }) => role === "target").map(({ run }) => run);
  return `# Run it with: lawfit sweep sweep.yaml --out run
# The true parameters, target values and best shares of code are in truth.json.

# The checkpoint table, beside this file. Its columns mix.general and mix.code hold the shares of the sources, its
# metric chance the score of guessing.
table: ${table}

# FLOPs on each source to the losses of the domains, then score from those losses (Chen et al. 2025, FLP-M).
method: flp-m

# Subjects with an accuracy. Leave it out for all of them.
tasks: ${flow(truth.tasks.map(({ subject }) => subject))}

# Runs to predict. Leave it out for every run whose role is target.
targets: ${flow(targets)}

# The best share of code at the FLOPs of the largest target, and what it gains over the share that this has.
mixtures: {targets: ${flow([truth.runs.findLast(({ role }) => role === "target")!.run])}, baseline: {general: 0.7, code: 0.3}}

# Starts of each fit. Intervals of a network (lawfit mix, lawfit bootstrap) want as many for each resample: --fresh-starts 15.
starts: 16

# What the initial vectors of each fit are drawn with.
seed: 0
`;
}
