import {
  type Design,
  type PublishedCell,
  type PublishedTable,
  printed,
  type Quantity,
  readRows,
} from "../paper.ts";
import { DESIGNS, TARGETS, TASK_NAMES, type TaskName, taskNamed } from "./designs.ts";
import {
  actual,
  correlation,
  featureOff,
  linkOff,
  meanQuantity,
  pointsOff,
  predicted,
  relativeOff,
  signedLinkError,
  type Target,
} from "./quantities.ts";

type Row = PublishedTable["rows"][number];

/** A number for each target; undefined where the text gives none. */
function targetsRow(
  name: string,
  design: Design,
  numbers: readonly [string | undefined, string | undefined],
  quantity: (target: Target) => Quantity,
): Row {
  const cells = TARGETS.map((target, i): PublishedCell | undefined => {
    const number = numbers[i];
    return number === undefined
      ? undefined
      : { printed: printed(number), design, quantity: quantity(target) };
  });
  return { name, cells: [...cells, undefined] };
}

/** A number for both targets together. */
function bothRow(name: string, design: Design, number: string, quantity: Quantity): Row {
  return { name, cells: [undefined, undefined, { printed: printed(number), design, quantity }] };
}

type OfTask = (name: TaskName, target: Target) => Quantity;

const overTasks = (quantity: OfTask, ...targets: readonly Target[]): Quantity =>
  meanQuantity(targets.flatMap((target) => TASK_NAMES.map((name) => quantity(name, target))));

/** The tasks that the abstract sets apart from those that are predicted within 2 points. */
const HARDER = ["ARC-Challenge", "ARC-Easy", "CommonsenseQA", "OpenBookQA"] as const;

const bothTargets = (name: TaskName): Quantity[] => TARGETS.map((target) => pointsOff(name, target));

const { main, taskce, c4, mc, firstNine } = DESIGNS;

/** Numbers that the text gives and the tables do not, by section. */
export const text: PublishedTable = {
  name: "text",
  title: "numbers of the text that no table has",
  columns: [...TARGETS, "both"],
  rows: [
    bothRow("1: four harder tasks, mean (points)", main, "6.9", meanQuantity(HARDER.flatMap(bothTargets))),
    targetsRow("3.1: step 1, mean (%)", main, ["5.2", "6.6"], (target) => overTasks(featureOff, target)),
    targetsRow("3.2: step 2, mean (%)", main, ["3.7", "3.5"], (target) => overTasks(linkOff, target)),
    signedRow("Social IQa", ["4.7", "2.9"]),
    signedRow("ARC-Challenge", ["-7.6", "-5.5"]),
    signedRow("ARC-Easy", ["-4.5", "-6.0"]),
    signedRow("OpenBookQA", ["-8.2", "-6.0"]),
    targetsRow("5.1: r of loss SD, step 2 error", main, ["0.821", "0.855"], (target) =>
      correlation(target, "pearson_r"),
    ),
    targetsRow("5.1: p of loss SD, step 2 error", main, ["0.004", "0.002"], (target) =>
      correlation(target, "p_value"),
    ),
    targetsRow("5.2, figure 6: MMLU at 0.1 % of the compute (%)", firstNine, ["12", undefined], (target) =>
      relativeOff("MMLU", target),
    ),
    targetsRow("B.2: MMLU, multiple choice, step 2 (%)", mc, ["3.0", "1.0"], (target) =>
      linkOff("MMLU", target),
    ),
    targetsRow("B.2: MMLU, multiple choice, chained (points)", mc, ["0.3", "0.4"], (target) =>
      pointsOff("MMLU", target),
    ),
    bothRow("C.2: task loss, step 2, mean (%)", main, "3.6", overTasks(linkOff, ...TARGETS)),
    bothRow("C.2: TaskCE, step 2, mean (%)", taskce, "2.75", overTasks(linkOff, ...TARGETS)),
    taskceRow("step 1", "MMLU", ["4.2", undefined], featureOff),
    taskceRow("step 1", "ARC-Challenge", ["4.8", "4.7"], featureOff),
    taskceRow("step 1", "PIQA", [undefined, "0.6"], featureOff),
    taskceRow("step 2", "PIQA", [undefined, "0.9"], linkOff),
    targetsRow("C.3: C4 loss, step 1 (%)", c4, ["2.0", "3.8"], (target) => featureOff("MMLU", target)),
  ],
};

function signedRow(name: TaskName, numbers: [string, string]): Row {
  return targetsRow(`4: step 2, ${name}, signed (%)`, main, numbers, (target) =>
    signedLinkError(name, target),
  );
}

function taskceRow(
  step: string,
  name: TaskName,
  numbers: [string | undefined, string | undefined],
  quantity: OfTask,
): Row {
  return targetsRow(`C.2: TaskCE, ${step}, ${name} (%)`, taskce, numbers, (target) => quantity(name, target));
}

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
        ? meanQuantity(TASK_NAMES.map((name) => quantity(name, target)))
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
