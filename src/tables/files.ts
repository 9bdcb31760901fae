import { createReadStream, readFileSync } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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
 * The files that the paths name: a path that exists is taken literally, any other one that holds `*`,
 * `?` or `[` is a glob, whose files come sorted by name.
 *
 * @throws UserError for a missing file, a folder or anything else that is not a file, a URL, and a glob that matches nothing
 */
export async function resolveFiles(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory()) {
      throw new UserError(
        `${path}: is a folder; give a table file or a glob such as ${join(path, await globOf(path))}`,
      );
    }
    if (stats !== undefined) files.push(path);
    else if (isAddress(path)) {
      throw new UserError(
        `${path}: is a URL; allowed: files on this machine, so download it and give its path`,
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
  if (files.length === 0) throw new UserError(`${pattern}: no file matches`);
  return files;
}

/** A glob of the table files of a folder, or of the folders in it. */
async function globOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const ending = (names: readonly string[]): string | undefined =>
    names.find((name) => tableFormat(name) !== undefined)?.replace(/^.*?(\.[^.]+(\.gz)?)$/i, "$1");
  const inFolder = ending(entries.map(({ name }) => name));
  if (inFolder !== undefined) return `*${inFolder}`;
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
