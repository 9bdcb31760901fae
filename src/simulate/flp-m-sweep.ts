import type { FlpMTruth } from "./flp-m.ts";

/** The sweep file of a simulated mixing design: the paper's method on every task. Runs as it is, and is short to change. */
export function flpMSweepFile(truth: FlpMTruth, table: string): string {
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
