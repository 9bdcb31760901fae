import { groupBy } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { AxisInfo } from "../methods/axis.ts";
import type { FitTables } from "../results/result-tables.ts";
import { numberAt, rowsOf, type Table, textAt } from "../tables/table.ts";
import type { Design, Quantity } from "./paper.ts";

/** Start of the names of the columns of table `cells` that have the keys of problems. */
const PROBLEM_OF = "problem_";

/** A prediction, as the table `predictions` has it. What is not known is NaN. */
export interface PredictedScore {
  predicted: number;
  actual: number;
  featurePredicted: number;
  featureActual: number;
  linkPredicted: number;
}

/** The fit of one stage. */
export interface StageFit {
  stage: string;
  objective: number;
  /** Points that it could have had and does not use, in words; empty where there are none. */
  leftOut: string;
  /** Value and whether it sits on a bound, by parameter. */
  parameters: ReadonlyMap<string, { value: number; atBound: boolean }>;
}

/** The result tables of a sweep by design, task and target. */
export interface Results {
  /** Whether there is a prediction at all. */
  hasPredictions: boolean;
  /** @throws UserError where the table that was swept lacks what the prediction needs */
  prediction(design: Design, task: string, target: string): PredictedScore;
  /** All predictions of a cell, a target each. */
  predictions(design: Design, task: string): PredictedScore[];
  /** The fits behind a cell, a stage each. */
  fits(design: Design, task: string): StageFit[];
  /**
   * A number of the one row of a result table that has the given texts in the given columns.
   *
   * @throws UserError where there is none
   */
  number(table: keyof FitTables, row: Readonly<Record<string, string>>, column: string): number;
}

/**
 * Makes the result tables of a sweep searchable.
 *
 * @param axes of the sweep's method
 * @param source the checkpoint table, for messages
 */
export function indexResults(tables: FitTables, axes: readonly AxisInfo[], source: string): Results {
  // A rare axis that the sweep does not use has no column, and a design of it no cell.
  const isColumn = new Set(tables.cells.columns.map(({ name }) => name));
  const used = axes.filter(({ name }) => isColumn.has(name));
  const unused = axes.filter(({ name }) => !isColumn.has(name));
  const cells = new Map<string, number>();
  for (const row of rowsOf(tables.cells)) {
    const values = used.map(({ name }) => textAt(tables.cells, name, row));
    cells.set(JSON.stringify([textAt(tables.cells, "task", row), ...values]), row);
  }
  const predictions = rowsByText(tables.predictions, "cell", "target");
  const predictionsOf = rowsByText(tables.predictions, "cell");
  const fits = rowsByText(tables.fits, "problem", "stage");
  const parameters = rowsByText(tables.parameters, "problem");

  const cellRow = (design: Design, task: string): number => {
    const chosen = ({ name, default: usual }: AxisInfo) => String(design[name] ?? usual);
    const row = cells.get(JSON.stringify([task, ...used.map(chosen)]));
    if (row === undefined || unused.some((axis) => chosen(axis) !== String(axis.default)))
      throw new Error(`the sweep has no cell of ${task} with ${describeDesign(design)}`);
    return row;
  };

  const predictionAt = (row: number): PredictedScore => {
    const number = (column: string) => numberAt(tables.predictions, column, row);
    return {
      predicted: number("predicted"),
      actual: number("actual"),
      featurePredicted: number("feature_predicted"),
      featureActual: number("feature_actual"),
      linkPredicted: number("link_predicted"),
    };
  };

  return {
    hasPredictions: tables.predictions.rows > 0,
    prediction(design, task, target) {
      const cell = textAt(tables.cells, "cell", cellRow(design, task));
      const row = predictions(cell, target)[0];
      if (row === undefined) {
        const skipped = matchingRow(tables.problems_skipped, { cell });
        const why = skipped === undefined ? "" : `: ${textAt(tables.problems_skipped, "reason", skipped)}`;
        throw new UserError(
          `${source}: no prediction of ${task} for ${target} with ${describeDesign(design)}${why}`,
        );
      }
      return predictionAt(row);
    },
    predictions: (design, task) =>
      predictionsOf(textAt(tables.cells, "cell", cellRow(design, task))).map(predictionAt),
    fits(design, task) {
      const row = cellRow(design, task);
      const stages = tables.cells.columns.flatMap(({ name }) =>
        name.startsWith(PROBLEM_OF) ? [name.slice(PROBLEM_OF.length)] : [],
      );
      return stages.flatMap((stage) => {
        const key = textAt(tables.cells, `${PROBLEM_OF}${stage}`, row);
        // A problem may be several stages, of this cell or of others.
        return fits(key, stage)
          .slice(0, 1)
          .map((fit) => {
            return {
              stage,
              objective: numberAt(tables.fits, "objective", fit),
              leftOut: textAt(tables.fits, "left_out", fit),
              parameters: new Map(
                parameters(key).map((parameter) => [
                  textAt(tables.parameters, "parameter", parameter),
                  {
                    value: numberAt(tables.parameters, "value", parameter),
                    atBound: textAt(tables.parameters, "at_bound", parameter) !== "",
                  },
                ]),
              ),
            };
          });
      });
    },
    number(table, wanted, column) {
      const searched = tables[table];
      const row = searched && matchingRow(searched, wanted);
      if (searched === undefined || row === undefined) {
        throw new UserError(`${source}: no ${column} in ${table} with ${describeDesign(wanted)}`);
      }
      return numberAt(searched, column, row);
    },
  };
}

/** `feature=ce, anchor=false`; `the defaults` of an empty design. */
export function describeDesign(design: Design): string {
  const parts = Object.entries(design).map(([axis, value]) => `${axis}=${value}`);
  return parts.length === 0 ? "the defaults" : parts.join(", ");
}

/** Rows by the text of some columns. */
function rowsByText(table: Table, ...columns: readonly string[]): (...texts: string[]) => readonly number[] {
  const rows = groupBy(rowsOf(table), (row) =>
    JSON.stringify(columns.map((column) => textAt(table, column, row))),
  );
  return (...texts) => rows.get(JSON.stringify(texts)) ?? [];
}

/** The first row that has the given texts in the given columns. */
function matchingRow(table: Table, wanted: Readonly<Record<string, string>>): number | undefined {
  return rowsOf(table).find((row) =>
    Object.entries(wanted).every(([column, text]) => textAt(table, column, row) === text),
  );
}

/** A number made of the parameters of a stage of one task, each asked for by its name. */
export function ofStage(
  task: string,
  stage: string,
  value: (parameter: (name: string) => number) => number,
): Quantity {
  return {
    tasks: [task],
    value(results, designOf) {
      const fit = results.fits(designOf(task), task).find((candidate) => candidate.stage === stage);
      return value((name) => fit?.parameters.get(name)?.value ?? Number.NaN);
    },
  };
}
