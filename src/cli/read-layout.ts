import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { UserError } from "../errors.ts";
import { type ColumnMapping, parseColumns } from "../tables/columns.ts";
import type { Decimal } from "../tables/csv-dialect.ts";

/** How a table of a user's own layout is read. */
export interface OwnLayout {
  columns?: ColumnMapping;
  decimal?: Decimal;
}

/**
 * The keys `columns:` and `decimal:` of a YAML file; a sweep file will do.
 *
 * @throws UserError for a file that is missing, no YAML, without either key, or with a value that is not valid
 */
export async function readLayout(path: string): Promise<OwnLayout> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new UserError(`${path}: no such file`);
  });
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new UserError(`${path}: not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  const { columns, decimal } = (typeof document === "object" && document !== null ? document : {}) as Record<
    string,
    unknown
  >;
  if (columns === undefined && decimal === undefined) {
    throw new UserError(`${path}: no key "columns" or "decimal" at its top level`);
  }
  if (decimal !== undefined && decimal !== "." && decimal !== ",") {
    throw new UserError(`${path}: decimal: ${JSON.stringify(decimal)}; allowed: "." or ","`);
  }
  return {
    ...(columns !== undefined && { columns: parseColumns(columns, `${path}: columns`) }),
    ...((decimal === "." || decimal === ",") && { decimal }),
  };
}
