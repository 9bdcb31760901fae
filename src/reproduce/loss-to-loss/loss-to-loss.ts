import { type Column, type Design, type Paper, type PublishedTable, publishedTable } from "../paper.ts";
import { ofStage } from "../results.ts";
import {
  CORPORA,
  CORPUS_NAMES,
  type CorpusName,
  composed,
  EQUATION_3,
  explanations,
  FAMILIES,
  HELD_OUT,
  PRINTED_TASKS,
  SOURCE,
  scalingLaw,
  TASKS,
  TRAIN,
  trainToTest,
  trainToTrain,
} from "./designs.ts";
import { meanError, type PredictedCells } from "./quantities.ts";

const pairs = CORPUS_NAMES.flatMap((source) =>
  CORPUS_NAMES.filter((destination) => destination !== source).map((destination) => ({
    source,
    destination,
  })),
);

/** Losses on several tasks, of each pair's destination. */
const onTasks = (
  tasks: readonly string[],
  designOf: (source: CorpusName, destination: CorpusName) => Design,
): PredictedCells[] =>
  pairs.flatMap(({ source, destination }) =>
    tasks.map((task) => ({
      task,
      design: designOf(source, destination),
      translation: trainToTest(destination),
    })),
  );

const lawOf = (_: CorpusName, destination: CorpusName): Design => scalingLaw(destination);

/**
 * By setting: cells of the scaling laws, and of the translations. To a test loss those are two, one after the other (section 5): to the
 * train loss of the destination, and from there, fitted to the destination's runs.
 */
const SETTINGS: Readonly<Record<string, readonly [PredictedCells[], PredictedCells[]]>> = {
  "train-to-train": [
    pairs.map(({ destination }) => ({ task: TRAIN, design: scalingLaw(destination) })),
    pairs.map(({ source, destination }) => ({ task: TRAIN, design: trainToTrain(source, destination) })),
  ],
  "train-to-test": [onTasks(HELD_OUT, lawOf), onTasks(HELD_OUT, composed)],
  "train-to-downstream": [onTasks(TASKS, lawOf), onTasks(TASKS, composed)],
};

const errorColumn = (title: string, setting: 0 | 1): Column => ({
  title,
  cell(row) {
    const cells = SETTINGS[row]![setting];
    return { design: cells[0]!.design, quantity: meanError(cells) };
  },
});

/** Table 1: errors at the large held-out runs. */
const table1: PublishedTable = {
  ...publishedTable(
    "table 1",
    "mean relative error at the runs that are not fitted (%)",
    [errorColumn("scaling law", 0), errorColumn("loss-to-loss", 1)],
    `
    train-to-train       5.00  0.61
    train-to-test        3.64  1.17
    train-to-downstream  9.53  5.02
    `,
  ),
  needsTargets: true,
};

/** A parameter by its name. */
type Parameter = (name: string) => number;

/** Parameters of a fitted law as the paper prints them, made of those of the form. */
type Printed = readonly (readonly [title: string, value: (of: Parameter) => number])[];

/** Equation 3; the form has ln(A^r), ln B and r = alpha/beta. */
const THIRD: Printed = [
  ["A", (of) => Math.exp(of("a") / of("r"))],
  ["B", (of) => Math.exp(of("b"))],
  ["E", (of) => of("E")],
  ["alpha", (of) => of("r") * of("beta")],
  ["beta", (of) => of("beta")],
  ["a", (of) => 1 / (1 + of("r"))],
];

/** Equation 1; the form has ln A and ln B. */
const FIRST: Printed = [
  ["A", (of) => Math.exp(of("a"))],
  ["B", (of) => Math.exp(of("b"))],
  ["E", (of) => of("E")],
  ["alpha", (of) => of("alpha")],
  ["beta", (of) => of("beta")],
  ["a", (of) => of("beta") / (of("alpha") + of("beta"))],
];

function lawsOf(
  name: string,
  law: string,
  parameters: Printed,
  design: Design,
  text: string,
): PublishedTable {
  const columns = parameters.map(([title, value]): Column => {
    const quantity = ofStage(TRAIN, "law_destination", value);
    return { title, cell: (row) => ({ design: scalingLaw(row as CorpusName, design), quantity }) };
  });
  return publishedTable(name, `parameters of ${law}; a = beta/(alpha + beta)`, columns, text);
}

/** Table 2: the law with cross terms. */
const table2 = lawsOf(
  "table 2",
  "E + ((A/N)^(alpha/beta) + B/D)^beta",
  THIRD,
  EQUATION_3,
  `
  SmolLM Corpus  7.00e+07  9.68e+08  1.57  0.43  0.48  0.53
  FineWeb-Edu    5.96e+07  8.20e+08  2.00  0.43  0.48  0.53
  SlimPajama     6.33e+07  8.97e+08  2.02  0.42  0.47  0.53
  FineWeb        6.41e+07  8.84e+08  2.19  0.41  0.47  0.53
  ProofPile 2    1.94e+07  3.09e+08  1.35  0.47  0.50  0.51
  StarCoder      2.09e+07  3.49e+08  0.89  0.49  0.52  0.51
  `,
);

/** Table 3: the law of Hoffmann et al. */
const table3 = lawsOf(
  "table 3",
  "E + A/N^alpha + B/D^beta",
  FIRST,
  {},
  `
  SmolLM Corpus  3.02e+03  1.19e+04  1.59  0.46  0.47  0.51
  FineWeb-Edu    2.83e+03  1.17e+04  2.03  0.46  0.47  0.51
  SlimPajama     2.34e+03  1.16e+04  2.04  0.45  0.47  0.51
  FineWeb        1.83e+03  5.32e+03  2.17  0.43  0.43  0.50
  ProofPile 2    3.52e+03  5.31e+03  1.33  0.50  0.45  0.48
  StarCoder      8.38e+03  1.01e+04  0.89  0.55  0.48  0.47
  `,
);

/** Parameters of the translations; the form has ln K. */
const TRANSLATION: readonly (readonly [title: string, stage: string, value: (of: Parameter) => number])[] = [
  ["kappa", "translation", (of) => of("kappa")],
  ["K", "translation", (of) => Math.exp(of("k"))],
  ["E0", "law_source", (of) => of("E")],
  ["E1", "law_destination", (of) => of("E")],
];

function translationsTo(
  name: string,
  setting: string,
  cellOf: (row: string) => { task: string; design: Design },
  text: string,
): PublishedTable {
  const columns = TRANSLATION.map(([title, stage, value]): Column => {
    return {
      title,
      cell(row) {
        const { task, design } = cellOf(row);
        return { design, quantity: ofStage(task, stage, value) };
      },
    };
  });
  const title = `${setting}: parameters of K (L0 - E0)^kappa + E1, from ${SOURCE}`;
  return publishedTable(name, title, columns, text);
}

/** Table 6: to the train losses of all corpora. */
const table6 = translationsTo(
  "table 6",
  "train-to-train",
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
const table7 = translationsTo(
  "table 7",
  "train-to-test",
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
const table8 = translationsTo(
  "table 8",
  "train-to-downstream",
  (row) => ({ task: PRINTED_TASKS[row as keyof typeof PRINTED_TASKS], design: trainToTest(SOURCE) }),
  `
  Hellaswag        1.08  0.93  2.03  2.18
  ARC-Easy         0.33  4.85  2.03  0.00
  MMLU-Humanities  0.87  1.23  2.03  2.76
  MMLU-STEM        0.54  2.24  2.03  1.59
  `,
);

/** Corpora that axes list by name: the witnesses of one corpus are of no other. */
const within = FAMILIES.map((family) => ({ source: family, destination: family }));

/** Loss-to-loss prediction. Its sweep has the cells of the tables and the witnesses of the explanations. */
export const lossToLossPaper: Paper = {
  name: "loss-to-loss",
  title: "Loss-to-Loss Prediction: Scaling Laws for All Datasets",
  source: "Brandfonbrener et al., 2024, arXiv 2411.12925",
  sweep: {
    method: "loss-to-loss",
    tasks: [TRAIN, ...HELD_OUT, ...TASKS],
    axes: [
      { relation: ["train-to-train", "composed"], source: FAMILIES, destination: FAMILIES },
      ...within.map((corpus) => ({ relation: ["train-to-test", "scaling-law"], ...corpus })),
      ...within.map((corpus) => ({ relation: "scaling-law", ...corpus, ...EQUATION_3 })),
      ...explanations.map(({ witness }) => ({ ...witness })),
    ],
  },
  tables: [table1, table2, table3, table6, table7, table8],
  explanations,
};
