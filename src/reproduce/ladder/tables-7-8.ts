import { type PublishedTable, readRows } from "../paper.ts";
import { DESIGNS, type TaskName, taskNamed } from "./designs.ts";
import { parameter, pointsOff, relativeOff, type Target } from "./quantities.ts";

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

const KINDS = [
  { title: "BPB error", design: DESIGNS.main, quantity: pointsOff },
  { title: "BPB error (%)", design: DESIGNS.main, quantity: relativeOff },
  { title: "TaskCE error", design: DESIGNS.taskce, quantity: pointsOff },
  { title: "TaskCE error (%)", design: DESIGNS.taskce, quantity: relativeOff },
];
const columns = KINDS.map(({ title }) => title);

function errorsOf(target: Target, text: string): PublishedTable {
  const rows = readRows(columns, text, (row, column) => {
    const { design, quantity } = KINDS[column]!;
    return { design, quantity: quantity(taskNamed(row), target) };
  });
  const title = "errors with the task's loss (BPB) and its cross-entropy (TaskCE), in points and in %";
  return { name: `table 8, ${target}`, title, columns, rows };
}

/** Table 8: the task's loss against its cross-entropy. */
export const table8: readonly PublishedTable[] = [
  errorsOf(
    "7B-4T",
    `
    MMLU            0.6   1.3   9.0  18.3
    HellaSwag       1.2   1.4   5.9   7.2
    ARC-Challenge  10.4  16.9  13.1  21.3
    ARC-Easy        8.0   9.4   4.5   5.4
    PIQA            0.8   1.0   2.5   3.1
    CommonsenseQA   3.1   4.2   1.9   2.6
    Social IQa      1.2   2.0   0.5   0.7
    OpenBookQA      5.2  10.6   3.5   7.1
    `,
  ),
  errorsOf(
    "13B-5T",
    `
    MMLU            0.3   0.6  10.4  20.2
    HellaSwag       2.1   2.5   8.7  10.5
    ARC-Challenge  11.1  17.5  12.3  19.5
    ARC-Easy       10.0  11.4   5.4   6.2
    PIQA            0.9   1.1   2.4   2.9
    CommonsenseQA   3.5   4.7   2.0   2.7
    Social IQa      1.7   2.7   0.8   1.2
    OpenBookQA      3.7   7.8   0.1   0.2
    `,
  ),
];
