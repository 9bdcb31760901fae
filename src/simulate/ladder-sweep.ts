import type { LadderTruth } from "./ladder.ts";

/** The sweep file of a simulated ladder: the paper's method on every task. Runs as it is, and is short to change. */
export function ladderSweepFile(truth: LadderTruth, table: string): string {
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
