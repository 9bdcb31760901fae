import type { PublishedTable } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import { DESIGNS } from "./designs.ts";
import { actual, mean, pointsOff, predicted, relativeOff, type Target } from "./quantities.ts";
import { TASK_NAMES, taskNamed } from "./tasks.ts";

const KINDS = [
  { title: "predicted", quantity: predicted },
  { title: "actual", quantity: actual },
  { title: "error", quantity: pointsOff },
  { title: "error (%)", quantity: relativeOff },
];
const columns = KINDS.map(({ title }) => title);

function predictionsOf(target: Target, text: string): PublishedTable {
  const rows = readRows(columns, text, (row, column) => {
    const { quantity } = KINDS[column]!;
    const isMean = row === "Average";
    return {
      design: DESIGNS.main,
      quantity: isMean
        ? mean(TASK_NAMES.map((name) => quantity(name, target)))
        : quantity(taskNamed(row), target),
    };
  });
  return { name: `figure 2, ${target}`, title: "accuracy in points, predicted and measured", columns, rows };
}

/** The table in figure 2. */
export const figure2: readonly PublishedTable[] = [
  predictionsOf(
    "7B-4T",
    `
    MMLU           48.4  49.0   0.6   1.3
    HellaSwag      82.5  81.3   1.2   1.4
    ARC-Challenge  51.5  61.9  10.4  16.9
    ARC-Easy       76.6  84.6   8.0   9.4
    PIQA           81.2  82.0   0.8   1.0
    CommonsenseQA  75.7  72.6   3.1   4.2
    Social IQa     58.7  59.9   1.2   2.0
    OpenBookQA     44.2  49.4   5.2  10.6
    Average           -     -   3.8   5.9
    `,
  ),
  predictionsOf(
    "13B-5T",
    `
    MMLU           51.3  51.6   0.3   0.7
    HellaSwag      85.3  83.2   2.1   2.5
    ARC-Challenge  52.7  63.8  11.1  17.5
    ARC-Easy       77.2  87.2  10.0  11.4
    PIQA           82.1  83.0   0.9   1.1
    CommonsenseQA  77.6  74.1   3.5   4.7
    Social IQa     59.9  61.6   1.7   2.7
    OpenBookQA     44.9  48.6   3.7   7.8
    Average           -     -   4.2   6.1
    `,
  ),
];
