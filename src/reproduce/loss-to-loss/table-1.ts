import type { Design, PublishedTable } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import { CORPUS_NAMES, type CorpusName, HELD_OUT, TASKS, TRAIN } from "./corpora.ts";
import { composed, scalingLaw, trainToTest, trainToTrain } from "./designs.ts";
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
