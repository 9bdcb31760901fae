import type { Method, Translated } from "../methods/method.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { axisColumns, cellIdentity, ofCell } from "./cell-columns.ts";
import { describeLeftOut, rSquared } from "./fit-tables.ts";
import type { Cell } from "./plan-sweep.ts";
import { fittedParameters } from "./score.ts";
import { type ColumnOf, tableOf, via } from "./table-of.ts";

interface Row {
  cell: Cell;
  one: Translated;
}

/**
 * Table `translations`: one row for each fitted relation between two losses of a cell; undefined where the method has none.
 */
export function translationsTable(
  method: Method,
  cells: readonly Cell[],
  results: ReadonlyMap<string, SolveResult>,
): Table | undefined {
  if (!cells.some(({ plan }) => plan.translations !== undefined)) return undefined;
  const rows = cells.flatMap((cell): Row[] => {
    const found = cell.plan.translations?.(fittedParameters(cell, results)) ?? [];
    return found.map((one) => ({ cell, one }));
  });
  const number = (name: string, value: (row: Row) => number): ColumnOf<Row> => ({
    name,
    type: "float64",
    value,
  });
  const text = (name: string, value: (row: Row) => string | null): ColumnOf<Row> => ({
    name,
    type: "string",
    value,
  });
  const problemOf = ({ cell, one }: Row) => {
    const stage = cell.plan.stages[one.place]!;
    const result = results.get(cell.keys[one.place]!)!;
    if (!("problem" in stage) || !("solution" in result)) throw new Error("a translation without a fit");
    return {
      problem: { ...stage.problem, key: "" },
      solution: result.solution,
      leftOut: stage.leftOut ?? [],
    };
  };
  return tableOf<Row>(rows, [
    ...cellIdentity(method).map(ofCell),
    ...axisColumns(method).map((column) => via(column, ({ cell }: Row) => cell.configuration)),
    text("stage", ({ one }) => one.stage),
    text("from_loss", ({ one }) => one.from),
    text("to_loss", ({ one }) => one.to),
    number("kappa", ({ one }) => one.kappa),
    number("K", ({ one }) => one.K),
    number("E0", ({ one }) => one.E0),
    number("E1", ({ one }) => one.E1),
    { name: "E0_fixed", type: "boolean", value: ({ one }) => one.isFixed[0] },
    { name: "E1_fixed", type: "boolean", value: ({ one }) => one.isFixed[1] },
    { name: "points", type: "int64", value: (row) => problemOf(row).solution.points },
    text("left_out", (row) => describeLeftOut(problemOf(row).leftOut)),
    number("r_squared", (row) => {
      const { problem, solution } = problemOf(row);
      return rSquared(problem, solution.parameters);
    }),
    text("problem", ({ cell, one }) => cell.keys[one.place]!),
  ]);
}
