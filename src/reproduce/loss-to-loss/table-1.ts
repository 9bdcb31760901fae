import type { PublishedTable } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import { CORPUS_NAMES, HELD_OUT, TASKS, TRAIN } from "./corpora.ts";
import { scalingLaw, trainToTest, trainToTrain } from "./designs.ts";
import { meanError, type PredictedCells } from "./quantities.ts";

const pairs = CORPUS_NAMES.flatMap((source) =>
  CORPUS_NAMES.filter((destination) => destination !== source).map((destination) => ({
    source,
    destination,
  })),
);

/** Losses of every corpus's runs on several tasks. */
const onTasks = (tasks: readonly string[], designOf: typeof trainToTest): PredictedCells[] =>
  CORPUS_NAMES.flatMap((corpus) => tasks.map((task) => ({ task, design: designOf(corpus) })));

/** By setting: cells of the scaling laws, and of the translations. */
const SETTINGS: Readonly<Record<string, readonly [PredictedCells[], PredictedCells[]]>> = {
  "train-to-train": [
    pairs.map(({ destination }) => ({ task: TRAIN, design: scalingLaw(destination) })),
    pairs.map(({ source, destination }) => ({ task: TRAIN, design: trainToTrain(source, destination) })),
  ],
  "train-to-test": [onTasks(HELD_OUT, (corpus) => scalingLaw(corpus)), onTasks(HELD_OUT, trainToTest)],
  "train-to-downstream": [onTasks(TASKS, (corpus) => scalingLaw(corpus)), onTasks(TASKS, trainToTest)],
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
