import { UserError } from "../errors.ts";
import { readYamlFile } from "../spec/sweep-file.ts";
import { type ColumnMapping, type ColumnMappingInput, parseColumns } from "../tables/columns.ts";
import type { Decimal } from "../tables/csv.ts";

/** How a table of a user's own layout is read. */
export interface OwnLayout {
  columns?: ColumnMapping;
  /** The same as it stands in the file. */
  written?: ColumnMappingInput;
  decimal?: Decimal;
}

/**
 * The keys `columns:` and `decimal:` of a YAML file; a sweep file will do.
 *
 * @throws UserError as `readYamlFile` does, for a file without either key, and for a value that is not valid
 */
export async function readLayout(path: string): Promise<OwnLayout> {
  const { content } = await readYamlFile(path);
  const { columns, decimal } = (typeof content === "object" && content !== null ? content : {}) as Record<
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
    ...(columns !== undefined && {
      columns: parseColumns(columns, `${path}: columns`),
      written: columns as ColumnMappingInput,
    }),
    ...((decimal === "." || decimal === ",") && { decimal }),
  };
}
