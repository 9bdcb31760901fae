import type { PublishedTable } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import { DESIGNS } from "./designs.ts";
import { featureOff, linkOff, relativeOff, spread } from "./quantities.ts";
import { type TaskName, taskNamed } from "./tasks.ts";

const KINDS = [
  { title: "loss SD", quantity: (name: TaskName) => spread(name, "loss", "sd") },
  { title: "loss SD (%)", quantity: (name: TaskName) => spread(name, "loss", "rel_sd") },
  { title: "acc. SD", quantity: (name: TaskName) => spread(name, "accuracy", "sd") },
  { title: "acc. SD (%)", quantity: (name: TaskName) => spread(name, "accuracy", "rel_sd") },
  { title: "step 1 (%)", quantity: (name: TaskName) => featureOff(name, "7B-4T") },
  { title: "step 2 (%)", quantity: (name: TaskName) => linkOff(name, "7B-4T") },
  { title: "chained (%)", quantity: (name: TaskName) => relativeOff(name, "7B-4T") },
];
const columns = KINDS.map(({ title }) => title);

/** Table 4: variance analysis. */
export const table4: PublishedTable = {
  name: "table 4",
  title:
    "standard deviation of loss and accuracy over the last 10 checkpoints of 1B-10xC, and errors for 7B-4T",
  columns,
  rows: readRows(
    columns,
    `
    Winogrande     0.0115  0.75  0.0048  0.77   4.5  23.7   8.9
    BoolQ          0.0068  1.76  0.0186  2.86  11.4   4.3   1.8
    CommonsenseQA  0.0056  0.56  0.0035  0.55  11.7   1.0   4.2
    OpenBookQA     0.0047  0.34  0.0095  2.51   1.3   8.2  10.6
    ARC-Easy       0.0045  0.66  0.0043  0.61  13.3   4.5   9.4
    ARC-Challenge  0.0037  0.40  0.0040  1.00   7.0   7.6  16.9
    MMLU           0.0026  0.26  0.0010  0.28   1.3   0.3   1.3
    Social IQa     0.0024  0.23  0.0032  0.61   4.3   4.7   2.0
    PIQA           0.0019  0.19  0.0024  0.31   2.0   2.3   1.0
    HellaSwag      0.0007  0.09  0.0016  0.25   0.3   1.1   1.4
    `,
    (row, column) => ({ design: DESIGNS.main, quantity: KINDS[column]!.quantity(taskNamed(row)) }),
  ),
};
