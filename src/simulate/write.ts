import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { schemaLine } from "../spec/schema-line.ts";
import { writeAtomically } from "../store/atomic.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { demandFolderPlace } from "../store/places.ts";
import { checkpointTableToTable } from "../tables/checkpoint-table.ts";
import { demandFree, writeTable } from "../tables/write.ts";
import { countOf } from "../text.ts";
import {
  FLP_M_OPTIONS,
  type FlpMOptions,
  type FlpMTruth,
  type SimulatedFlpM,
  simulateFlpM,
} from "./flp-m.ts";
import {
  LADDER_OPTIONS,
  type LadderOptions,
  type LadderTruth,
  type SimulatedLadder,
  simulateLadder,
} from "./ladder.ts";
import {
  LOSS_TO_LOSS_OPTIONS,
  type LossToLossOptions,
  type LossToLossTruth,
  type SimulatedLossToLoss,
  simulateLossToLoss,
} from "./loss-to-loss.ts";
import type { OptionRecords } from "./options.ts";
import type { Simulated } from "./simulated.ts";

export const SIMULATED_FORMATS = ["parquet", "arrow", "csv"] as const;
export type SimulatedFormat = (typeof SIMULATED_FORMATS)[number];

/** A design that can be simulated and written. A new one is a record here and an entry in `DESIGNS`. */
export interface SimulatedDesign<Options extends object, Truth> {
  /** Name on the command line. */
  name: string;
  /** What it is, for the help of the command line. */
  describe: string;
  options: OptionRecords<Options>;
  /** Formats that the table is written in by default. */
  formats: readonly SimulatedFormat[];
  /** @param name how an option is called in messages */
  simulate(options: Options | undefined, name?: (key: string) => string): Simulated<Truth>;
  /** The text of the sweep file below the line of its schema, given the name of the table beside it. It runs as it is, and is short to change. */
  sweepFile(truth: Truth, table: string): string;
  /** What was simulated beside the rows: `18 runs, 6 subjects`. */
  summary(truth: Truth): string;
}

export interface WriteSimulatedOptions {
  /** Files of the same checkpoint table to write; the sweep file reads the first. @default those of the design */
  formats?: readonly SimulatedFormat[];
  /** Replace files that are there. @default false */
  force?: boolean;
}

/** What was simulated and where it lies. */
export type Written<S> = S & {
  /** The files written, in order. */
  files: string[];
};

/**
 * Simulates a design and writes `checkpoints.<format>` for each format, `truth.json` and `sweep.yaml` into a folder, which is made if
 * it is not there.
 *
 * @param name how an option is called in messages
 * @throws UserError for a bad option, a folder that is a file, or a file that already exists (unless `force`); nothing is written
 * then
 */
export async function writeSimulated<Options extends object, Truth>(
  design: SimulatedDesign<Options, Truth>,
  folder: string,
  options: Options | undefined,
  { formats = design.formats, force = false }: WriteSimulatedOptions = {},
  name?: (key: string) => string,
): Promise<Written<Simulated<Truth>>> {
  const tableFiles = [...new Set(formats)].map((format) => `checkpoints.${format}`);
  const [first] = tableFiles;
  if (first === undefined) {
    throw new UserError(`formats: none given; allowed: one or more of ${SIMULATED_FORMATS.join(", ")}`);
  }
  const names = [...tableFiles, "truth.json", "sweep.yaml"];
  await demandFolderPlace(folder);
  if (!force) for (const file of names) await demandFree(join(folder, file), "another folder");
  const simulated = design.simulate(options, name);
  await makeFolder(folder);
  const table = checkpointTableToTable(simulated.table);
  for (const file of tableFiles) await writeTable(join(folder, file), table);
  await writeText(join(folder, "truth.json"), `${JSON.stringify(simulated.truth, null, 2)}\n`);
  const sweepFile = join(folder, "sweep.yaml");
  await writeText(sweepFile, schemaLine(sweepFile) + design.sweepFile(simulated.truth, first));
  return { ...simulated, files: names.map((file) => join(folder, file)) };
}

function writeText(path: string, text: string): Promise<void> {
  return writeAtomically(path, (temporary) => writeFile(temporary, text));
}

const flow = (names: readonly string[]): string => `[${names.join(", ")}]`;

const targetsOf = ({ runs }: { runs: readonly { run: string; role: string }[] }): string[] =>
  runs.filter(({ role }) => role === "target").map(({ run }) => run);

const ladder: SimulatedDesign<LadderOptions, LadderTruth> = {
  name: "ladder",
  describe: "small runs, two targets, tasks with loss and accuracy, domains with loss",
  options: LADDER_OPTIONS,
  formats: ["parquet", "arrow"],
  simulate: simulateLadder,
  summary: ({ runs, subjects }) => `${countOf(runs.length, "run")}, ${countOf(subjects.length, "subject")}`,
  sweepFile: (truth, table) => `# Run it with: lawfit sweep sweep.yaml --out run
# The true parameters and target values are in truth.json.

# The checkpoint table, beside this file.
table: ${table}

# Loss from model size and tokens, then accuracy from loss (Bhagia et al. 2024).
method: ladder

# Subjects with loss and accuracy. Leave it out for all of them.
tasks: ${flow(truth.subjects.filter(({ sigmoid }) => sigmoid !== undefined).map(({ subject }) => subject))}

# Runs to predict. Leave it out for every run whose role is target.
targets: ${flow(targetsOf(truth))}

# Initial vectors of each fit (auto: as many as their ends ask for), and the seed they are drawn with.
starts: auto
seed: 0

# Design choices: a list of values is crossed with the other lists.
# axes: {link: [sigmoid, log-sigmoid], drop_early: [0.1, 0.5]}
`,
};

const flpM: SimulatedDesign<FlpMOptions, FlpMTruth> = {
  name: "flp-m",
  describe: "runs on mixtures of general text and code, as in the FLP-M paper, with the best mixtures",
  options: FLP_M_OPTIONS,
  // Its Arrow file would be ten times as large.
  formats: ["parquet"],
  simulate: simulateFlpM,
  summary: ({ runs, tasks, domains }) =>
    `${countOf(runs.length, "run")}, ${countOf(tasks.length + domains.length, "subject")}`,
  sweepFile: (truth, table) => `# Run it with: lawfit sweep sweep.yaml --out run
# The true parameters, target values and best shares of code are in truth.json.

# The checkpoint table, beside this file. Its columns mix.general and mix.code hold the shares of the sources, its
# metric chance the score of guessing.
table: ${table}

# FLOPs on each source to the losses of the domains, then score from those losses (Chen et al. 2025, FLP-M).
method: flp-m

# Subjects with an accuracy. Leave it out for all of them.
tasks: ${flow(truth.tasks.map(({ subject }) => subject))}

# Runs to predict. Leave it out for every run whose role is target.
targets: ${flow(targetsOf(truth))}

# The best share of code at the FLOPs of the largest target, and what it gains over the share that this has.
mixtures: {targets: ${flow(targetsOf(truth).slice(-1))}, baseline: {general: 0.7, code: 0.3}}

# What the initial vectors of each fit are drawn with.
seed: 0
`,
};

const lossToLoss: SimulatedDesign<LossToLossOptions, LossToLossTruth> = {
  name: "loss-to-loss",
  describe: "the same grid of runs on four corpora, whose losses are shifted power laws of each other",
  options: LOSS_TO_LOSS_OPTIONS,
  formats: ["parquet"],
  simulate: simulateLossToLoss,
  summary: ({ runs, corpora }) => `${countOf(runs.length, "run")} on ${corpora.length} corpora`,
  sweepFile(truth, table) {
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

# What the initial vectors of each fit are drawn with.
seed: 0
`;
  },
};

/** All designs. */
export const DESIGNS: readonly SimulatedDesign<object, unknown>[] = [ladder, flpM, lossToLoss];

export type WriteLadderOptions = WriteSimulatedOptions;
export type WrittenLadder = Written<SimulatedLadder>;
export type WrittenFlpM = Written<SimulatedFlpM>;
export type WrittenLossToLoss = Written<SimulatedLossToLoss>;

/** Writes a design as `writeSimulated` does, all options at their defaults unless given. */
function writerOf<Options extends object, Truth>(design: SimulatedDesign<Options, Truth>) {
  return (
    folder: string,
    options?: Options,
    how?: WriteSimulatedOptions,
  ): Promise<Written<Simulated<Truth>>> => writeSimulated(design, folder, options, how);
}

/** Simulates a model ladder and writes it, as Parquet and Arrow by default. Files and errors: `writeSimulated`. */
export const writeLadder = writerOf(ladder);

/** Simulates FLP-M's mixing design and writes it, as Parquet by default. Files and errors: `writeSimulated`. */
export const writeFlpM = writerOf(flpM);

/** Simulates runs on several corpora and writes them, as Parquet by default. Files and errors: `writeSimulated`. */
export const writeLossToLoss = writerOf(lossToLoss);
