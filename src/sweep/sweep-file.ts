import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { parseDocument } from "yaml";
import { UserError } from "../errors.ts";
import { type CheckedSpec, checkSpec } from "./spec.ts";

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
 * @throws UserError for a missing file, text that is not YAML (with the line), and keys or values that are not
 * allowed
 */
export async function readSweepFile(path: string): Promise<SweepFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `${path}: ${error.code === "ENOENT" ? "no such file" : `cannot be read (${error.code})`}`,
    );
  });
  // Mappings of axes share most of their choices: `<<: *base` takes them over.
  const document = parseDocument(text, { merge: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new UserError(`${path}: not valid YAML: ${problem.message.split("\n")[0]!.replace(/:$/, "")}`);
  }
  const spec = checkSpec(document.toJS(), path);
  const folder = dirname(path);
  const table = spec.table?.map((name) => (isAbsolute(name) ? name : join(folder, name)));
  return { path, text, spec: table === undefined ? spec : { ...spec, table } };
}
