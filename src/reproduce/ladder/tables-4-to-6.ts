import { type Design, type PublishedTable, type Quantity, readRows } from "../paper.ts";
import { DESIGNS, SHORT_NAMES, TASK_NAMES, type TaskName, taskNamed } from "./designs.ts";
import { featureOff, linkOff, relativeOff, spread, type Target } from "./quantities.ts";

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

const main = { name: "(N, D) to task loss", design: DESIGNS.main };
const flops = { name: "FLOPs to task loss", design: DESIGNS.flops };

/** Table 5: step 1 from size and tokens, and from compute. */
export const table5: readonly PublishedTable[] = [
  tableByDesign("table 5, upper", "error of step 1", "7B-4T", featureOff, [
    { ...main, numbers: "1.3 0.3 7.0 13.3 2.0 11.7 4.3 1.3" },
    { ...flops, numbers: "4.3 2.1 2.4 5.3 2.0 12.5 5.7 0.5" },
  ]),
  tableByDesign("table 5, lower", "error of step 1", "13B-5T", featureOff, [
    { ...main, numbers: "0.2 1.2 9.4 16.0 2.7 18.5 3.6 0.9" },
    { ...flops, numbers: "5.2 2.6 3.5 7.0 2.6 18.8 5.7 1.4" },
  ]),
];

const taskce = { name: "task loss over all choices", design: DESIGNS.taskce };
const c4 = { name: "C4 loss", design: DESIGNS.c4 };
const single = { name: "single step", design: DESIGNS.single };

/** Table 6: the design choices. */
export const table6: readonly PublishedTable[] = [
  tableByDesign("table 6, upper", "error of the prediction", "7B-4T", relativeOff, [
    { ...main, numbers: "1.3 1.4 16.9 9.4 1.0 4.2 2.0 10.6" },
    { ...taskce, numbers: "18.3 7.2 21.3 5.4 3.1 2.6 0.7 7.1" },
    { ...c4, numbers: "2.2 4.5 1.4 1.2 0.7 5.8 6.2 2.0" },
    { ...single, numbers: "5.6 0.5 21.7 6.1 0.7 5.1 5.4 9.0" },
  ]),
  tableByDesign("table 6, lower", "error of the prediction", "13B-5T", relativeOff, [
    { ...main, numbers: "0.7 2.5 17.5 11.4 1.1 4.7 2.7 7.8" },
    { ...taskce, numbers: "20.2 10.5 19.5 6.2 2.9 2.7 1.2 0.2" },
    { ...c4, numbers: "5.0 5.7 3.9 1.9 1.5 7.0 7.6 10.4" },
    { ...single, numbers: "7.1 0.8 22.6 7.9 0.6 6.6 6.8 4.7" },
  ]),
];

/** A row of tables 5 and 6 with its design. */
interface DesignRow {
  name: string;
  design: Design;
  /** As printed, a number a task. */
  numbers: string;
}

/** A half of tables 5 and 6: errors for one target, in per cent, of designs (rows) on tasks (columns). */
function tableByDesign(
  name: string,
  title: string,
  target: Target,
  quantity: (name: TaskName, target: Target) => Quantity,
  rows: readonly DesignRow[],
): PublishedTable {
  return {
    name,
    title: `${title} for ${target} (%)`,
    columns: SHORT_NAMES,
    rows: rows.flatMap((row) =>
      readRows(SHORT_NAMES, `${row.name} ${row.numbers}`, (_, column) => {
        return { design: row.design, quantity: quantity(TASK_NAMES[column]!, target) };
      }),
    ),
  };
}
