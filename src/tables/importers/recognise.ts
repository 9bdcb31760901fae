import { open } from "node:fs/promises";
import { basename, relative } from "node:path";
import { createGunzip } from "node:zlib";
import { UserError } from "../../errors.ts";
import { shellWord } from "../../text.ts";
import { tableFormat } from "../files.ts";
import { quotePath, withDuckDB } from "../sql/duckdb.ts";
import { describe } from "../sql/relation.ts";
import type { Importer, Listing } from "./importer.ts";
import { filesUnder } from "./json-files.ts";

/** Files of a folder that are looked at by name. */
const MOST_NAMES = 5000;
const HEAD_BYTES = 65_536;

/** What the paths look like: an importer, and the file that it was seen from. */
interface Seen {
  importer: Importer;
  by: string;
}

/** The importers whose layout the paths look like, in the order of the list. */
async function seenIn(
  paths: readonly string[],
  importers: readonly Importer[],
): Promise<{ seen: Seen[]; files: string[] }> {
  const files = (await filesUnder(paths)).slice(0, MOST_NAMES);
  const nameOf = (file: string): string => {
    const base = paths.find((path) => file.startsWith(path) && file !== path);
    return (base === undefined ? basename(file) : relative(base, file)).replaceAll("\\", "/");
  };
  const byName = new Map(files.map((file) => [nameOf(file), file]));
  const listing: Listing = {
    names: [...byName.keys()],
    head: (name) => headOf(byName.get(name)!),
    columns: (name) => columnsOf(byName.get(name)!),
  };
  const seen: Seen[] = [];
  for (const importer of importers) {
    const by = await importer.looksLike(listing);
    if (by !== undefined) seen.push({ importer, by });
  }
  return { seen, files: listing.names as string[] };
}

async function columnsOf(path: string): Promise<string[]> {
  const format = tableFormat(path);
  if (format === "csv") {
    const [header = ""] = (await headOf(path)).split(/\r?\n/);
    return header.split(/[,;\t](?=(?:[^"]*"[^"]*")*[^"]*$)/).map((name) => name.replace(/^"|"$/g, ""));
  }
  if (format !== "parquet") return [];
  return withDuckDB(async (connection) => {
    const { columns } = await describe(
      connection,
      `read_parquet(${quotePath(path)}, hive_partitioning = false)`,
    );
    return columns.map(({ name }) => name);
  }).catch(() => []);
}

async function headOf(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(size, HEAD_BYTES));
    await handle.read(bytes, 0, bytes.length, 0);
    if (!path.endsWith(".gz")) return bytes.toString("utf8");
    const gunzip = createGunzip();
    gunzip.end(bytes);
    const parts: Buffer[] = [];
    try {
      for await (const part of gunzip) parts.push(part as Buffer);
    } catch {
      // The beginning of a compressed file ends too early.
    }
    return Buffer.concat(parts).toString("utf8");
  } finally {
    await handle.close();
  }
}

/**
 * The importer whose layout some paths look like.
 *
 * @throws UserError where they look like none
 */
export async function recognise(paths: readonly string[], importers: readonly Importer[]): Promise<Seen> {
  const { seen, files } = await seenIn(paths, importers);
  const [first] = seen;
  if (first !== undefined) return first;
  const there =
    files.length === 0 ? "no file" : `${files.slice(0, 4).join(", ")}${files.length > 4 ? ", ..." : ""}`;
  throw new UserError(
    `${paths.join(", ")}: looks like none of the layouts that are read (it has ${there}); allowed: ` +
      `${importers.map(({ name }) => name).join(", ")}; a table of your own is read as it is (lawfit inspect TABLE)`,
  );
}

/** The end of a message about paths of the wrong layout: what they look like, and the command that reads it. Empty where unknown. */
export async function otherLayout(
  paths: readonly string[],
  importers: readonly Importer[],
  not: Importer,
): Promise<string> {
  const { seen } = await seenIn(paths, importers).catch(() => ({ seen: [] as Seen[] }));
  const [other] = seen;
  if (other === undefined || seen.some(({ importer }) => importer === not)) return "";
  const words = paths.map(shellWord).join(" ");
  return `; it looks like ${other.importer.name} (${other.by}): lawfit import ${other.importer.name} ${words}`;
}
