import { dirname, isAbsolute, join } from "node:path";
import { isAddress } from "../tables/files.ts";
import { type CheckedSpec, checkSpec } from "./spec.ts";
import { readYamlFile } from "./yaml-file.ts";

/** A sweep file, read and checked. */
export interface SweepFile {
  path: string;
  /** As it stands in the file; a copy is kept in the run directory. */
  text: string;
  /** Paths of tables are relative to the working folder, not to the file any more. */
  spec: CheckedSpec;
}

/**
 * Reads a sweep file (YAML).
 *
 * @throws UserError as `readYamlFile` does, and for keys or values that are not allowed
 */
export async function readSweepFile(path: string): Promise<SweepFile> {
  const { text, content } = await readYamlFile(path);
  const spec = checkSpec(content, path);
  const folder = dirname(path);
  const table = spec.table?.map((name) => (isAbsolute(name) || isAddress(name) ? name : join(folder, name)));
  return { path, text, spec: table === undefined ? spec : { ...spec, table } };
}
