import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { texts } from "./cells.ts";
import { type Column, findColumn, type ReadColumns } from "./table.ts";

/** How Hive writes that a partition has no value. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/**
 * The columns of a file with those that its folders name: of `role=fit/part-0.parquet` the column `role`, text. Writers of partitioned
 * tables leave such columns out of the files.
 *
 * @throws UserError where the file has a column of that name with another value
 */
export function withPartitions(path: string, read: ReadColumns): ReadColumns {
  const added = partitionsOf(path).flatMap(([name, value]): Column[] => {
    const own = findColumn(read, name);
    if (own === undefined) return [{ name, type: "string", values: new Array(read.rows).fill(value) }];
    const other = texts(own).findIndex((text) => text !== value);
    if (other < 0) return [];
    throw new UserError(
      `${path}, row ${other + 1}, column ${JSON.stringify(name)}: ${JSON.stringify(texts(own)[other])}; the folder says ` +
        `${JSON.stringify(value)}; allowed: one value, in the folder's name or in the file`,
    );
  });
  return added.length === 0 ? read : { ...read, columns: [...read.columns, ...added] };
}

function partitionsOf(path: string): [name: string, value: string | null][] {
  // From the root on, as a folder means the same wherever one stands.
  return resolve(path)
    .split(/[\\/]/)
    .slice(0, -1)
    .flatMap((folder): [string, string | null][] => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
      if (name === undefined || value === undefined) return [];
      return [[decoded(name), value === NO_VALUE ? null : decoded(value)]];
    });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
