import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { UserError } from "../errors.ts";
import { type ColumnMapping, parseColumns } from "../tables/columns.ts";

/**
 * The mapping of columns under `columns:` of a YAML file; a sweep file will do.
 *
 * @throws UserError for a file that is missing, no YAML, without the key, or with a mapping that is not valid
 */
export async function readColumns(path: string): Promise<ColumnMapping> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new UserError(`${path}: no such file`);
  });
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new UserError(`${path}: not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  if (typeof document !== "object" || document === null || !("columns" in document)) {
    throw new UserError(`${path}: no key "columns" at its top level`);
  }
  return parseColumns(document.columns, `${path}: columns`);
}
