import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { demandFile } from "../store/places.ts";
import { didYouMean } from "./nearest.ts";
import { quoteText } from "./sql/duckdb.ts";

/** What a table file holds, by the end of its name. */
export type TableFormat = "parquet" | "csv" | "json" | "arrow";

const FORMATS: readonly (readonly [ending: RegExp, format: TableFormat])[] = [
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(csv|tsv)(\.gz)?$/i, "csv"],
  [/\.(jsonl|ndjson|json)(\.gz)?$/i, "json"],
  [/\.(arrow|arrows|feather|ipc)$/i, "arrow"],
];

/** The format of a table file by the end of its name, or undefined. */
export function tableFormat(path: string): TableFormat | undefined {
  return FORMATS.find(([ending]) => ending.test(path))?.[1];
}

/** The format of a table file that is to be read. @throws UserError for an unknown ending */
export function readableFormat(path: string): TableFormat {
  const format = tableFormat(path);
  if (format !== undefined) return format;
  throw new UserError(
    `${path}: cannot tell the format of a table from this name; allowed endings are .parquet, .csv, .tsv, ` +
      ".jsonl, .ndjson, .json (these also with .gz), .arrow, .feather and .ipc",
  );
}

/**
 * The files that the paths name: a path that exists is taken as it stands, any other one that holds `*`,
 * `?` or `[` is a glob, whose files come sorted by name.
 *
 * @throws UserError for a missing file, a folder or anything else that is no file, an address, and a glob that matches nothing
 */
export async function resolveFiles(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) {
      throw new UserError(
        `${path}: is a folder; give a table file or a glob such as ${join(path, await globOf(path))}`,
      );
    }
    if (found !== undefined) files.push(path);
    else if (isAddress(path)) {
      throw new UserError(
        `${path}: is an address; allowed: files of this machine, so download it and give its path`,
      );
    } else if (/[*?[]/.test(path)) files.push(...(await expandGlob(connection, path)));
    else throw new UserError(`${path}: no such file${didYouMean(basename(path), await siblings(path))}`);
  }
  // Tables are read more than once: to tell their columns, their rows, and their checksums.
  for (const file of files) await demandFile(file);
  return files;
}

/** Whether a path is a URL. */
export function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

async function expandGlob(connection: DuckDBConnection, pattern: string): Promise<string[]> {
  const reader = await connection.runAndReadAll(`SELECT file FROM glob(${quoteText(pattern)}) ORDER BY file`);
  const files = reader.getRows().map(([file]) => String(file));
  if (files.length === 0) throw new UserError(`${pattern}: no file matches`);
  return files;
}

/** A glob of the table files of a folder, or of the folders in it. */
async function globOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const ending = (names: readonly string[]): string | undefined =>
    names.find((name) => tableFormat(name) !== undefined)?.replace(/^.*?(\.[^.]+(\.gz)?)$/i, "$1");
  const own = ending(entries.map(({ name }) => name));
  if (own !== undefined) return `*${own}`;
  for (const entry of entries.filter((entry) => entry.isDirectory())) {
    const inner = ending(await readdir(join(folder, entry.name)).catch(() => []));
    if (inner !== undefined) return `**/*${inner}`;
  }
  return "*.parquet";
}

/** Names of the table files in the folder of a path. */
async function siblings(path: string): Promise<string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter((name) => tableFormat(name) !== undefined);
}
