import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { packageFolder } from "../solve/paths.ts";

/** The JSON Schema of sweep files, within the package. */
export const SCHEMA = "sweep.schema.json";

/**
 * The first line of a sweep file, which tells editors its JSON Schema: relative to the file where the schema is in the same project (lawfit
 * is in `node_modules` beside or above, or the file lies in a clone), as the project may move; else the address of the schema of this
 * installation.
 *
 * @param path of the file that is written
 */
export function schemaLine(path: string): string {
  return `# yaml-language-server: $schema=${schemaFrom(dirname(resolve(path)))}\n`;
}

function schemaFrom(folder: string): string {
  const within = schemasAround(folder).find((schema) => existsSync(schema));
  // Nothing but ".." and fixed names: no blank, at which editors would end the path.
  if (within !== undefined) return relative(folder, within).replaceAll("\\", "/");
  return pathToFileURL(join(packageFolder, SCHEMA)).href;
}

/** Where the schema may be in the project that a folder belongs to, the nearest first. */
function schemasAround(folder: string): string[] {
  const places = join(folder, "node_modules", "lawfit", SCHEMA);
  const own = folder === resolve(packageFolder) ? [join(folder, SCHEMA)] : [];
  const above = dirname(folder);
  return [...own, places, ...(above === folder ? [] : schemasAround(above))];
}
