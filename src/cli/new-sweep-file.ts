import { writeFile } from "node:fs/promises";
import { dirname, isAbsolute, relative } from "node:path";
import { stringify } from "yaml";
import { schemaLine } from "../spec/schema-line.ts";
import { writeAtomically } from "../store/atomic.ts";
import { approximateFlops, type CheckpointTable } from "../tables/checkpoint-table.ts";
import { formatBlock } from "../tables/guess/block.ts";
import type { Guess } from "../tables/guess/guess.ts";
import { formatCount } from "../tables/numbers.ts";
import type { OwnLayout } from "./read-layout.ts";

/** A table, and how it was read. */
interface InspectedTable extends OwnLayout {
  paths: readonly string[];
  table: CheckpointTable;
  /** What was guessed of its columns; undefined where they are those of the schema or were given. */
  guess: Guess | undefined;
}

/**
 * Writes a sweep file for a table: the ladder, with the table's columns, and a size to predict where the table has no target. Columns
 * of which one is in doubt are comments, so that nothing is read by them before a user has made them right.
 *
 * @returns whether no column is in doubt
 */
export async function writeSweepFile(path: string, given: InspectedTable): Promise<boolean> {
  const { paths, table, guess, written, decimal } = given;
  const tables = paths.map((name) => (isAbsolute(name) ? name : relative(dirname(path), name)));
  const columns = { ...guess?.columns, ...written };
  const isSure = !guess?.remarks.some(({ isDoubt }) => isDoubt);
  const block =
    Object.keys(columns).length > 0 ? formatBlock({ remarks: [], unused: [], ...guess, columns }) : "";
  const lines = [
    schemaLine(path),
    stringify({
      table: tables.length === 1 ? tables[0] : tables,
      ...(decimal && { decimal }),
      method: "ladder",
    }),
    isSure
      ? block
      : `## To be made right where it says UNSURE; then remove the first "# " of these lines.\n${commented(block)}`,
    table.role.includes("target")
      ? ""
      : `targets: [${largerSize(table)}]  # parameters@tokens: what to predict\n`,
  ];
  await writeAtomically(path, (temporary) => writeFile(temporary, lines.join("")));
  return isSure;
}

const commented = (block: string): string => block.replace(/^(?=.)/gm, "# ");

/** A size of 10 times the FLOPs of the largest run, with parameters and tokens growing alike, to two digits: `5.1B@510B`. */
function largerSize({ n, d }: CheckpointTable): string {
  const largest = n.reduce(
    (best, _, row) =>
      approximateFlops(n[row]!, d[row]!) > approximateFlops(n[best]!, d[best]!) ? row : best,
    0,
  );
  return [n, d].map((size) => formatCount(Number((size[largest]! * Math.sqrt(10)).toPrecision(2)))).join("@");
}
