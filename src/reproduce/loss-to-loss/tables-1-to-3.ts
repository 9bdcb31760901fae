import { type Design, type PublishedTable, readRows } from "../paper.ts";
import {
  CORPUS_NAMES,
  type CorpusName,
  composed,
  EQUATION_3,
  HELD_OUT,
  scalingLaw,
  TASKS,
  TRAIN,
  trainToTest,
  trainToTrain,
} from "./designs.ts";
import { meanError, ofStage, type PredictedCells } from "./quantities.ts";

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

const columns = ["scaling law", "loss-to-loss"];

/** Table 1: errors at the large held-out runs. */
export const table1: PublishedTable = {
  name: "table 1",
  title: "mean relative error at the runs that are not fitted (%)",
  columns,
  rows: readRows(
    columns,
    `
    train-to-train       5.00  0.61
    train-to-test        3.64  1.17
    train-to-downstream  9.53  5.02
    `,
    (row, column) => {
      const cells = SETTINGS[row]![column]!;
      return { design: cells[0]!.design, quantity: meanError(cells) };
    },
  ),
  needsTargets: true,
};

interface Column {
  title: string;
  /** From the parameters of the fitted form. */
  value(of: (name: string) => number): number;
}

/** Equation 3; the form has ln(A^r), ln B and r = alpha/beta. */
const THIRD: readonly Column[] = [
  { title: "A", value: (of) => Math.exp(of("a") / of("r")) },
  { title: "B", value: (of) => Math.exp(of("b")) },
  { title: "E", value: (of) => of("E") },
  { title: "alpha", value: (of) => of("r") * of("beta") },
  { title: "beta", value: (of) => of("beta") },
  { title: "a", value: (of) => 1 / (1 + of("r")) },
];

/** Equation 1; the form has ln A and ln B. */
const FIRST: readonly Column[] = [
  { title: "A", value: (of) => Math.exp(of("a")) },
  { title: "B", value: (of) => Math.exp(of("b")) },
  { title: "E", value: (of) => of("E") },
  { title: "alpha", value: (of) => of("alpha") },
  { title: "beta", value: (of) => of("beta") },
  { title: "a", value: (of) => of("beta") / (of("alpha") + of("beta")) },
];

function lawsOf(
  name: string,
  title: string,
  kinds: readonly Column[],
  design: Design,
  text: string,
): PublishedTable {
  const columns = kinds.map((kind) => kind.title);
  const rows = readRows(columns, text, (row, column) => {
    const { value } = kinds[column]!;
    return {
      design: scalingLaw(row as CorpusName, design),
      quantity: ofStage(TRAIN, "law_destination", (parameters) =>
        value((parameter) => parameters.get(parameter) ?? Number.NaN),
      ),
    };
  });
  return { name, title: `${title}; a = beta/(alpha + beta)`, columns, rows };
}

/** Table 2: the law with cross terms. */
export const table2 = lawsOf(
  "table 2",
  "parameters of E + ((A/N)^(alpha/beta) + B/D)^beta",
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
export const table3 = lawsOf(
  "table 3",
  "parameters of E + A/N^alpha + B/D^beta",
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
