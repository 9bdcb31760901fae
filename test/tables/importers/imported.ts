import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { importTable } from "../../../src/tables/import.ts";
import type { ImportOptions } from "../../../src/tables/importers/importer.ts";
import { temporaryFolder } from "../temporary.ts";

/** A folder of files of some layout, and what an import makes of it. */
export function layoutFolder() {
  const { folder } = temporaryFolder();
  let count = 0;
  const path = (name: string) => join(folder, name);
  return {
    path,
    /** Writes files by their names within the folder; objects as JSON, lists of objects as JSON lines, bytes as they are. */
    put(files: Readonly<Record<string, unknown>>): void {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(path(name)), { recursive: true });
        const text = Array.isArray(content)
          ? content.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("")
          : typeof content === "string" || content instanceof Uint8Array
            ? content
            : JSON.stringify(content, null, 2);
        writeFileSync(path(name), text);
      }
    },
    /** The table as the lines of a CSV file, and the notes. */
    async imported(importer: string, name: string | readonly string[], options: ImportOptions = {}) {
      const out = path(`out-${count++}.csv`);
      const paths = typeof name === "string" ? [name] : name;
      const { notes } = await importTable(importer, paths.map(path), out, options);
      return { lines: readFileSync(out, "utf8").trimEnd().split(/\r?\n/), notes };
    },
  };
}
