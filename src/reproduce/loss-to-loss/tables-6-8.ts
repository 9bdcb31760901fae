import { type Design, type PublishedTable, readRows } from "../paper.ts";
import {
  CORPORA,
  type CorpusName,
  PRINTED_TASKS,
  SOURCE,
  TRAIN,
  trainToTest,
  trainToTrain,
} from "./designs.ts";
import { ofStage, plain } from "./quantities.ts";

/** The columns of the three tables; the form has ln K. */
const COLUMNS = [
  { title: "kappa", stage: "translation", value: plain("kappa") },
  { title: "K", stage: "translation", value: (of: ReadonlyMap<string, number>) => Math.exp(of.get("k")!) },
  { title: "E0", stage: "law_source", value: plain("E") },
  { title: "E1", stage: "law_destination", value: plain("E") },
];

function translationsTo(
  name: string,
  title: string,
  cellOf: (row: string) => { task: string; design: Design },
  text: string,
): PublishedTable {
  const columns = COLUMNS.map((column) => column.title);
  const rows = readRows(columns, text, (row, column) => {
    const { task, design } = cellOf(row);
    const { stage, value } = COLUMNS[column]!;
    return { design, quantity: ofStage(task, stage, value) };
  });
  return { name, title: `${title} of K (L0 - E0)^kappa + E1, from ${SOURCE}`, columns, rows };
}

/** Table 6: to the train losses of all corpora. */
export const table6 = translationsTo(
  "table 6",
  "train-to-train: parameters",
  (row) => ({ task: TRAIN, design: trainToTrain(SOURCE, row as CorpusName) }),
  `
  FineWeb        0.93  1.08  2.03  2.17
  FineWeb-Edu    1.00  1.00  2.03  2.03
  ProofPile 2    1.02  0.63  2.03  1.33
  SlimPajama     0.98  1.04  2.03  2.04
  SmolLM Corpus  1.00  1.08  2.03  1.59
  StarCoder      1.11  0.63  2.03  0.89
  `,
);

/** Table 7: to the losses on the held-out splits of all corpora. */
export const table7 = translationsTo(
  "table 7",
  "train-to-test: parameters",
  (row) => ({ task: CORPORA[row as CorpusName].heldOut, design: trainToTest(SOURCE) }),
  `
  FineWeb        0.96  1.02  2.03  2.42
  FineWeb-Edu    1.00  1.00  2.03  2.03
  ProofPile 2    1.44  1.37  2.03  4.12
  SlimPajama     1.08  1.05  2.03  2.57
  SmolLM Corpus  1.08  1.11  2.03  2.25
  StarCoder      1.32  1.49  2.03  2.91
  `,
);

/** Table 8: to the losses on tasks. */
export const table8 = translationsTo(
  "table 8",
  "train-to-downstream: parameters",
  (row) => ({ task: PRINTED_TASKS[row as keyof typeof PRINTED_TASKS], design: trainToTest(SOURCE) }),
  `
  Hellaswag        1.08  0.93  2.03  2.18
  ARC-Easy         0.33  4.85  2.03  0.00
  MMLU-Humanities  0.87  1.23  2.03  2.76
  MMLU-STEM        0.54  2.24  2.03  1.59
  `,
);
