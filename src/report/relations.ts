import { isIdentity } from "../methods/loss-to-loss/choices.ts";
import { findColumn, type Table } from "../tables/table.ts";
import { configurationKey } from "./headline.ts";
import { type Row, recordsOf, str } from "./records.ts";
import type { ReportRun } from "./run.ts";

/** Whether cells relate losses of corpora to each other (method loss-to-loss). */
export function relatesLosses({ tables }: { tables: Readonly<Record<string, Table>> }): boolean {
  const { cells } = tables;
  return cells !== undefined && findColumn(cells, "relation") !== undefined;
}

/** Whether a row is of train losses predicted from themselves, which says nothing. */
export function isTrivial(row: Row): boolean {
  return row.source !== undefined && isIdentity((axis) => row[axis]);
}

/** The corpora of a row, `web → code` or `web`; empty where a row has none. */
export function pairOf(row: Row): string {
  const [source, destination] = [str(row, "source"), str(row, "destination")];
  return source === destination ? source : `${source} → ${destination}`;
}

/** Rows of a table whose axes, but for the relation, are those of the headline. */
export function ofHeadlineRecipe(run: ReportRun, table: Table | undefined): Row[] {
  const axes = run.axes.filter(({ name }) => name !== "relation");
  const key = configurationKey(run.headline[0] ?? {}, axes);
  return recordsOf(table).filter((row) => configurationKey(row, axes) === key && !isTrivial(row));
}
