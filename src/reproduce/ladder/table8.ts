import type { PublishedTable } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import { DESIGNS } from "./designs.ts";
import { pointsOff, relativeOff, type Target } from "./quantities.ts";
import { taskNamed } from "./tasks.ts";

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
