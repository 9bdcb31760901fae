import type { PublishedTable } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import { DESIGNS } from "./designs.ts";
import { parameter } from "./quantities.ts";
import { type TaskName, taskNamed } from "./tasks.ts";

/** The forms hold the logarithms of A and B. */
const STEP1 = [
  { title: "A", of: (name: TaskName) => parameter(name, "step1", "a", true) },
  { title: "alpha", of: (name: TaskName) => parameter(name, "step1", "alpha") },
  { title: "B", of: (name: TaskName) => parameter(name, "step1", "b", true) },
  { title: "beta", of: (name: TaskName) => parameter(name, "step1", "beta") },
  { title: "E", of: (name: TaskName) => parameter(name, "step1", "E") },
];
const STEP2 = ["a", "k", "L0", "b"].map((title) => {
  return { title, of: (name: TaskName) => parameter(name, "step2", title) };
});

/** A half of table 7. */
function parametersOf(name: string, title: string, kinds: typeof STEP1, text: string): PublishedTable {
  const columns = kinds.map((kind) => kind.title);
  const rows = readRows(columns, text, (row, column) => {
    return { design: DESIGNS.main, quantity: kinds[column]!.of(taskNamed(row)) };
  });
  return { name, title, columns, rows };
}

/** ARC-Challenge's A, which is printed to more digits than its search had. */
export const ARC_CHALLENGE_A = 702974.93;

/** Table 7: parameters of the fitted functions. */
export const table7: readonly PublishedTable[] = [
  parametersOf(
    "table 7, step 1",
    "parameters of A/N^alpha + B/D^beta + E",
    STEP1,
    `
    MMLU               38.07  0.23   100.09  0.24  0.45
    HellaSwag          11.23  0.20    60.37  0.26  0.50
    ARC-Challenge  702974.93  0.79    38.45  0.20  0.65
    ARC-Easy        79412.07  0.66  3957.51  0.42  0.56
    PIQA              405.66  0.40    10.16  0.15  0.72
    CommonsenseQA      56.86  0.23    10.91  0.11  0.00
    Social IQa       1200.94  0.45  7897.19  0.48  0.95
    OpenBookQA      86346.32  0.69   137.35  0.26  1.20
    `,
  ),
  parametersOf(
    "table 7, step 2",
    "parameters of a/(1 + exp(-k(L - L0))) + b",
    STEP2,
    `
    MMLU           -0.74   4.83  0.62  1.00
    HellaSwag      -0.73  12.74  0.77  0.99
    ARC-Challenge  -0.78   5.91  0.71  1.00
    ARC-Easy       -0.65   4.13  0.74  1.00
    PIQA           -0.46   5.03  0.96  1.00
    CommonsenseQA  -0.86   2.21  1.13  1.00
    Social IQa     -0.60   7.16  0.89  1.00
    OpenBookQA     -0.79   4.31  1.08  1.00
    `,
  ),
];
