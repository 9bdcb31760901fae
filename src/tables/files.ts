import { createReadStream, readFileSync } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { didYouMean, UserError } from "../errors.ts";
import { demandFile } from "../store/places.ts";
import { quoteText } from "./sql/duckdb.ts";

/** The format of a table file, by the end of its name. */
export type TableFormat = "parquet" | "csv" | "json" | "arrow";

const FORMATS: readonly (readonly [ending: RegExp, format: TableFormat])[] = [
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(csv|tsv)(\.gz)?$/i, "csv"],
  [/\.(jsonl|ndjson|json)(\.gz)?$/i, "json"],
  [/\.(arrow|arrows|feather|ipc)$/i, "arrow"],
];

const ENDINGS =
  ".parquet, .csv, .tsv, .jsonl, .ndjson, .json (these also with .gz), .arrow, .feather and .ipc";

/** The format of a table file by the end of its name, or undefined. */
export function tableFormat(path: string): TableFormat | undefined {
  return FORMATS.find(([ending]) => ending.test(path))?.[1];
}

/** A path without the ending that says its format. */
function withoutEnding(path: string): string {
  return FORMATS.reduce((name, [ending]) => name.replace(ending, ""), path);
}

/**
 * Names of the runs of files that hold one run each: the files' names without folders and endings. Where two files have the same,
 * names say the folders in which they differ too: `70M/metrics`, or `70M` where every file is called so.
 */
export function fileNames(paths: readonly string[]): string[] {
  const whole = paths.map((path) => resolve(path));
  const count = new Set(whole).size;
  const folders = whole.map((path) => dirname(path).split(sep));
  const shared = folders[0]!.findIndex((name, i) => folders.some((other) => other[i] !== name));
  const inner = folders.map((names) => names.slice(shared < 0 ? folders[0]!.length : shared));
  const bare = whole.map((path) => withoutEnding(basename(path)));
  const withFolders = inner.map((names, i) => [...names, bare[i]!].join("/"));
  const candidates = [
    bare,
    ...(new Set(bare).size === 1 ? [inner.map((names) => names.join("/"))] : []),
    withFolders,
    whole.map((path, i) => [...inner[i]!, basename(path)].join("/")),
  ];
  return candidates.find((names) => new Set(names).size === count) ?? whole;
}

/** The format of a table file that is to be read. @throws UserError for an unknown ending */
export function readableFormat(path: string): TableFormat {
  const format = tableFormat(path);
  if (format !== undefined) return format;
  throw new UserError(
    `${path}: cannot tell the format of a table from this name; allowed endings are ${ENDINGS}`,
  );
}

/**
 * The files that the paths name: a path that exists is taken literally, any other one that holds `*`,
 * `?` or `[` is a glob. Files of a glob and of a folder come sorted by name.
 *
 * @throws UserError for a missing file, a folder without table files or with tables of several formats, anything else that is not a
 * file, a URL, and a glob that matches nothing
 */
export async function resolveFiles(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory()) files.push(...(await filesOf(path)));
    else if (stats !== undefined) files.push(path);
    else if (isAddress(path)) {
      throw new UserError(
        `${path}: is a URL; allowed here: files on this machine; --table of a sweep and lawfit import read addresses`,
      );
    } else if (/[*?[]/.test(path)) files.push(...(await expandGlob(connection, path)));
    else throw new UserError(`${path}: no such file${didYouMean(basename(path), await siblings(path))}`);
  }
  // Tables are read more than once: for their columns, their rows, and their checksums.
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
  if (files.length > 0) return files;
  const beside = await siblings(pattern);
  const there = beside.length === 0 ? "" : `; its folder has ${beside.slice(0, 3).join(", ")}`;
  throw new UserError(`${pattern}: no file matches${there}; allowed: a glob that matches table files`);
}

/** The table files of a folder, or where it has none of the folders in it, sorted by name. Hidden files are left out. */
async function filesOf(folder: string): Promise<string[]> {
  const found = async (recursive: boolean): Promise<string[]> => {
    const names = await readdir(folder, { recursive });
    return names.filter((name) => tableFormat(name) !== undefined && !/(^|[/\\])[._]/.test(name)).sort();
  };
  const inFolder = await found(false);
  const names = inFolder.length > 0 ? inFolder : await found(true);
  const formats = new Set(names.map(tableFormat));
  if (formats.size === 1) return names.map((name) => join(folder, name));
  const prefix = join(folder, inFolder.length > 0 ? "*" : "**/*");
  const globs = [...new Set(names.map((name) => `${prefix}${name.slice(withoutEnding(name).length)}`))];
  throw new UserError(
    names.length === 0
      ? `${folder}: is a folder without table files; allowed endings are ${ENDINGS}`
      : `${folder}: has tables of several formats; allowed: one of the globs ${globs.join(", ")}`,
  );
}

/** Names of the table files in the folder of a path. */
async function siblings(path: string): Promise<string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter((name) => tableFormat(name) !== undefined);
}

const ZIPPED = /\.gz$/i;

/** The bytes of a text file (.gz too); none where they do not fit into memory. */
export function textBytes(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    return ZIPPED.test(path) ? gunzipSync(bytes, { maxOutputLength: 2 ** 31 }) : bytes;
  } catch {
    return new Uint8Array();
  }
}

/** A .gz file that unzips to more than so many bytes must not unzip to more than so many times its size: tables of numbers compress 3 to 10 times. */
const MOST_UNZIPPED = { bytes: 2 ** 30, ratio: 100 };

/**
 * Reads a .gz file to its end.
 *
 * @throws UserError where it has been cut, is not what its checksum says, or is made to fill the memory
 */
async function demandWhole(path: string): Promise<void> {
  if (!ZIPPED.test(path)) return;
  const file = createReadStream(path);
  let bytes = 0;
  const counted = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      const isBomb = bytes > MOST_UNZIPPED.bytes && bytes > MOST_UNZIPPED.ratio * file.bytesRead;
      done(
        isBomb
          ? new UserError(
              `${path}: unzips to more than ${MOST_UNZIPPED.ratio} times its size, and to more than 1 GiB; allowed: less (unzip it yourself where it is a table)`,
            )
          : null,
      );
    },
  });
  try {
    // Large pieces: five times as fast as zlib's own of 16 KiB.
    await pipeline(file, createGunzip({ chunkSize: 2 ** 18 }), counted);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    const damage =
      code === "Z_BUF_ERROR" ? "has been cut: it ends within the compressed data" : `is broken: ${message}`;
    throw new UserError(`${path}: ${damage}; allowed: a whole gzip file (gzip -t checks one)`);
  }
}

/** The first bytes of a text file (.gz too); fewer where it has fewer, or cannot be unzipped. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = createReadStream(path);
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of ZIPPED.test(path) ? file.pipe(createGunzip()) : file) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      if (bytes.length >= count) break;
    }
  } catch {
    // The reader of the file reports what is wrong with it.
  } finally {
    file.destroy();
  }
  return bytes.subarray(0, count);
}

/**
 * Demands that a text does not begin as UTF-16: with one of its byte order marks, or with a sign of ASCII in two bytes.
 *
 * @throws UserError
 */
export function demandNoUtf16([first, second]: Uint8Array, path: string): void {
  if (first === undefined || second === undefined) return;
  const isMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!isMark && (first === 0) === (second === 0)) return;
  throw new UserError(`${path}: is UTF-16; allowed: UTF-8 (iconv -f UTF-16 -t UTF-8 converts)`);
}

/**
 * Demands that a file is not empty, not UTF-16, and Parquet where its name says so, because DuckDB's messages about these are unclear. A
 * .gz file is read to its end, because DuckDB checks neither the end nor the checksum.
 *
 * @throws UserError
 */
export async function checkContent(path: string, format: TableFormat): Promise<void> {
  const handle = await open(path).catch((error: Error) => {
    throw new UserError(`${path}: cannot be opened: ${error.message}`);
  });
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new UserError(`${path}: the file is empty (0 bytes)`);
    if (format !== "parquet") {
      demandNoUtf16(await firstBytes(path, 2), path);
      await demandWhole(path);
      return;
    }
    const magic = Buffer.alloc(8);
    await handle.read(magic, 0, 4, 0);
    await handle.read(magic, 4, 4, Math.max(0, size - 4));
    if (size >= 12 && magic.toString("latin1") === "PAR1PAR1") return;
    throw new UserError(
      `${path}: not a Parquet file: it starts with ${JSON.stringify(magic.toString("latin1", 0, 4))} and ends with ` +
        `${JSON.stringify(magic.toString("latin1", 4))}, where a Parquet file has "PAR1" at both ends` +
        (magic.toString("latin1", 0, 4) === "PAR1" ? ": it has been cut" : ""),
    );
  } finally {
    await handle.close();
  }
}
