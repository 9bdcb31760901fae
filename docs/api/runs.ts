// Fifteen runs whose law is known, which the examples fit: Chinchilla's, with a deviation of 0.4 % that repeats.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The law behind the runs, by the parameters of the form `chinchilla`: a and b are the logarithms of A and B. */
export const truth = {
  a: Math.log(480),
  alpha: 0.34,
  b: Math.log(2000),
  beta: 0.37,
  E: 1.8,
};

const runs = [1e8, 2e8, 4e8, 8e8, 1.6e9].flatMap((n) =>
  [5, 20, 80].map((k) => ({ n, d: k * n })),
);
export const N = runs.map(({ n }) => n);
export const D = runs.map(({ d }) => d);
export const L = runs.map(
  ({ n, d }, i) =>
    (1.8 + 480 / n ** 0.34 + 2000 / d ** 0.37) *
    (1 + 0.004 * Math.sin(2.3 * i * i + i)),
);

/** A folder for what the examples write. */
export const folder = await mkdtemp(join(tmpdir(), "lawfit-examples-"));

/** The same runs as a CSV file. */
export const csv = join(folder, "runs.csv");
await writeFile(
  csv,
  `N,D,loss\n${runs.map(({ n, d }, i) => `${n},${d},${L[i]}\n`).join("")}`,
);
