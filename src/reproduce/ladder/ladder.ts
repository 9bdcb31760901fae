import { ladderAblations } from "../../spec/presets.ts";
import {
  type Column,
  type Design,
  type Paper,
  type PublishedTable,
  publishedTable,
  type Quantity,
} from "../paper.ts";
import {
  DESIGNS,
  explanations,
  RECIPE,
  SHORT_NAMES,
  TARGETS,
  TASK_NAMES,
  type TaskName,
  taskNamed,
  VARIANCE_TASKS,
} from "./designs.ts";
import {
  actual,
  correlation,
  featureOff,
  linkOff,
  meanQuantity,
  type OfTask,
  parameter,
  pointsOff,
  predicted,
  relativeOff,
  signedLinkError,
  spread,
  type Target,
} from "./quantities.ts";

const { main, flops, taskce, c4, single, mc, firstNine } = DESIGNS;

/** A column of a table whose rows are tasks. */
const column = (title: string, quantity: (name: TaskName) => Quantity, design: Design = main): Column => ({
  title,
  cell: (row) => ({ design, quantity: quantity(taskNamed(row)) }),
});

/** The table in figure 2, whose last row is a mean over the tasks. */
const figure2 = (target: Target, numbers: string): PublishedTable => {
  const orMean = (title: string, quantity: OfTask): Column => ({
    title,
    cell: (row) => ({
      design: main,
      quantity: row === "Average" ? overTasks(quantity)([target]) : quantity(taskNamed(row), target),
    }),
  });
  const columns = [
    orMean("predicted", predicted),
    orMean("actual", actual),
    orMean("error", pointsOff),
    orMean("error (%)", relativeOff),
  ];
  const title = "accuracy in points, predicted and measured";
  return publishedTable(`figure 2, ${target}`, title, columns, numbers);
};

/** Table 4: variance analysis. */
const table4 = publishedTable(
  "table 4",
  "standard deviation of loss and accuracy over the last 10 checkpoints of 1B-10xC, and errors for 7B-4T",
  [
    column("loss SD", (name) => spread(name, "loss", "sd")),
    column("loss SD (%)", (name) => spread(name, "loss", "rel_sd")),
    column("acc. SD", (name) => spread(name, "accuracy", "sd")),
    column("acc. SD (%)", (name) => spread(name, "accuracy", "rel_sd")),
    column("step 1 (%)", (name) => featureOff(name, "7B-4T")),
    column("step 2 (%)", (name) => linkOff(name, "7B-4T")),
    column("chained (%)", (name) => relativeOff(name, "7B-4T")),
  ],
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
);

/** Designs by the names of the rows of tables 5 and 6. */
const ROW_DESIGNS: ReadonlyMap<string, Design> = new Map<string, Design>([
  ["(N, D) to task loss", main],
  ["FLOPs to task loss", flops],
  ["task loss over all choices", taskce],
  ["C4 loss", c4],
  ["single step", single],
]);

/** Table 5 or 6: errors in per cent of designs (rows) on tasks (columns), a half for each target. */
function tablesByDesign(
  name: string,
  title: string,
  quantity: OfTask,
  [upper, lower]: readonly [upper: string, lower: string],
): PublishedTable[] {
  const half = (which: string, target: Target, numbers: string) => {
    const columns = SHORT_NAMES.map((title, i): Column => {
      return {
        title,
        cell: (row) => ({ design: ROW_DESIGNS.get(row)!, quantity: quantity(TASK_NAMES[i]!, target) }),
      };
    });
    return publishedTable(`${name}, ${which}`, `${title} for ${target} (%)`, columns, numbers);
  };
  return [half("upper", "7B-4T", upper), half("lower", "13B-5T", lower)];
}

/** Step 1 from size and tokens, and from compute. */
const table5 = tablesByDesign("table 5", "error of step 1", featureOff, [
  `
    (N, D) to task loss  1.3 0.3 7.0 13.3 2.0 11.7 4.3 1.3
    FLOPs to task loss   4.3 2.1 2.4  5.3 2.0 12.5 5.7 0.5
    `,
  `
    (N, D) to task loss  0.2 1.2 9.4 16.0 2.7 18.5 3.6 0.9
    FLOPs to task loss   5.2 2.6 3.5  7.0 2.6 18.8 5.7 1.4
    `,
]);

/** The design choices. */
const table6 = tablesByDesign("table 6", "error of the prediction", relativeOff, [
  `
    (N, D) to task loss          1.3 1.4 16.9 9.4 1.0 4.2 2.0 10.6
    task loss over all choices  18.3 7.2 21.3 5.4 3.1 2.6 0.7  7.1
    C4 loss                      2.2 4.5  1.4 1.2 0.7 5.8 6.2  2.0
    single step                  5.6 0.5 21.7 6.1 0.7 5.1 5.4  9.0
    `,
  `
    (N, D) to task loss          0.7  2.5 17.5 11.4 1.1 4.7 2.7  7.8
    task loss over all choices  20.2 10.5 19.5  6.2 2.9 2.7 1.2  0.2
    C4 loss                      5.0  5.7  3.9  1.9 1.5 7.0 7.6 10.4
    single step                  7.1  0.8 22.6  7.9 0.6 6.6 6.8  4.7
    `,
]);

/** Table 7: parameters of the fitted functions. The forms hold the logarithms of A and B. */
const table7: readonly PublishedTable[] = [
  publishedTable(
    "table 7, step 1",
    "parameters of A/N^alpha + B/D^beta + E",
    [
      column("A", (name) => parameter(name, "step1", "a", true)),
      column("alpha", (name) => parameter(name, "step1", "alpha")),
      column("B", (name) => parameter(name, "step1", "b", true)),
      column("beta", (name) => parameter(name, "step1", "beta")),
      column("E", (name) => parameter(name, "step1", "E")),
    ],
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
  publishedTable(
    "table 7, step 2",
    "parameters of a/(1 + exp(-k(L - L0))) + b",
    ["a", "k", "L0", "b"].map((symbol) => column(symbol, (name) => parameter(name, "step2", symbol))),
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

/** Table 8: the task's loss against its cross-entropy. */
const table8 = (target: Target, numbers: string): PublishedTable =>
  publishedTable(
    `table 8, ${target}`,
    "errors with the task's loss (BPB) and its cross-entropy (TaskCE), in points and in %",
    [
      column("BPB error", (name) => pointsOff(name, target)),
      column("BPB error (%)", (name) => relativeOff(name, target)),
      column("TaskCE error", (name) => pointsOff(name, target), taskce),
      column("TaskCE error (%)", (name) => relativeOff(name, target), taskce),
    ],
    numbers,
  );

/** A quantity of one target, or of all targets together. */
type OfTargets = (targets: readonly Target[]) => Quantity;

const overTasks =
  (quantity: OfTask, names: readonly TaskName[] = TASK_NAMES): OfTargets =>
  (targets) =>
    meanQuantity(targets.flatMap((target) => names.map((name) => quantity(name, target))));

const ofTask =
  (quantity: OfTask, name: TaskName): OfTargets =>
  ([target]) =>
    quantity(name, target!);

/** The tasks that the abstract sets apart from those that are predicted within 2 points. */
const HARDER = ["ARC-Challenge", "ARC-Easy", "CommonsenseQA", "OpenBookQA"] as const;

/** Numbers of the text, by section: one for each target and one for both together, a dash where it gives none. */
const TEXT: readonly (readonly [name: string, design: Design, numbers: string, quantity: OfTargets])[] = [
  ["1: four harder tasks, mean (points)", main, "- - 6.9", overTasks(pointsOff, HARDER)],
  ["3.1: step 1, mean (%)", main, "5.2 6.6 -", overTasks(featureOff)],
  ["3.2: step 2, mean (%)", main, "3.7 3.5 -", overTasks(linkOff)],
  ["4: step 2, Social IQa, signed (%)", main, "4.7 2.9 -", ofTask(signedLinkError, "Social IQa")],
  ["4: step 2, ARC-Challenge, signed (%)", main, "-7.6 -5.5 -", ofTask(signedLinkError, "ARC-Challenge")],
  ["4: step 2, ARC-Easy, signed (%)", main, "-4.5 -6.0 -", ofTask(signedLinkError, "ARC-Easy")],
  ["4: step 2, OpenBookQA, signed (%)", main, "-8.2 -6.0 -", ofTask(signedLinkError, "OpenBookQA")],
  ["5.1: r of loss SD, step 2 error", main, "0.821 0.855 -", ([target]) => correlation(target!, "pearson_r")],
  ["5.1: p of loss SD, step 2 error", main, "0.004 0.002 -", ([target]) => correlation(target!, "p_value")],
  ["5.2, figure 6: MMLU at 0.1 % of the compute (%)", firstNine, "12 - -", ofTask(relativeOff, "MMLU")],
  ["B.2: MMLU, multiple choice, step 2 (%)", mc, "3.0 1.0 -", ofTask(linkOff, "MMLU")],
  ["B.2: MMLU, multiple choice, chained (points)", mc, "0.3 0.4 -", ofTask(pointsOff, "MMLU")],
  ["C.2: task loss, step 2, mean (%)", main, "- - 3.6", overTasks(linkOff)],
  ["C.2: TaskCE, step 2, mean (%)", taskce, "- - 2.75", overTasks(linkOff)],
  ["C.2: TaskCE, step 1, MMLU (%)", taskce, "4.2 - -", ofTask(featureOff, "MMLU")],
  ["C.2: TaskCE, step 1, ARC-Challenge (%)", taskce, "4.8 4.7 -", ofTask(featureOff, "ARC-Challenge")],
  ["C.2: TaskCE, step 1, PIQA (%)", taskce, "- 0.6 -", ofTask(featureOff, "PIQA")],
  ["C.2: TaskCE, step 2, PIQA (%)", taskce, "- 0.9 -", ofTask(linkOff, "PIQA")],
  ["C.3: C4 loss, step 1 (%)", c4, "2.0 3.8 -", ofTask(featureOff, "MMLU")],
];

function textTable(): PublishedTable {
  const rows = new Map(TEXT.map(([name, design, , quantity]) => [name, { design, quantity }]));
  const columnOf = (title: string, targets: readonly Target[]): Column => ({
    title,
    cell(row) {
      const { design, quantity } = rows.get(row)!;
      return { design, quantity: quantity(targets) };
    },
  });
  return publishedTable(
    "text",
    "numbers of the text that no table has",
    [...TARGETS.map((target) => columnOf(target, [target])), columnOf("both", TARGETS)],
    TEXT.map(([name, , numbers]) => `${name} ${numbers}`).join("\n"),
  );
}

/** The model ladder. Its sweep is the preset of all its variants with the bounds of its code, and the witnesses of the explanations. */
export const ladderPaper: Paper = {
  name: "ladder",
  title: "Establishing Task Scaling Laws via Compute-Efficient Model Ladders",
  source: "Bhagia et al., 2024, arXiv 2412.04403",
  sweep: {
    ...ladderAblations.spec,
    tasks: Object.values(VARIANCE_TASKS),
    targets: [...TARGETS],
    axes: [
      ...[ladderAblations.spec.axes ?? []].flat().map((axes) => ({ ...RECIPE, ...axes })),
      ...explanations.map(({ witness }) => ({ ...witness })),
    ],
  },
  tables: [
    figure2(
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
    figure2(
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
    table4,
    ...table5,
    ...table6,
    ...table7,
    table8(
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
    table8(
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
    textTable(),
  ],
  explanations,
};
