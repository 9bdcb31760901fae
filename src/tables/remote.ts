import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { shellWord } from "../text.ts";
import { isAddress, tableFormat } from "./files.ts";
import { duckdbMessage, quoteText, withDuckDB } from "./sql/duckdb.ts";

/** Addresses that DuckDB's httpfs reads. */
const READABLE = /^(hf|https?|s3|gs|gcs|r2):\/\//i;
const ALLOWED = "hf://datasets/USER/NAME/PATH, https://, s3:// with globs, or files on this machine";

/**
 * The paths with copies on this machine in place of addresses. Files are fetched whole by DuckDB's extension httpfs, as often as this is
 * called; a copy keeps its place in the folder, so that a run finds the table where its manifest says.
 *
 * Only what a user gives on the command line may come here: sweep files and SQL of others must open no connection.
 *
 * @param folder where the copies go
 * @throws UserError for an address of another kind, where httpfs is not installed, and for what cannot be fetched
 */
export async function localCopies(paths: readonly string[], folder: string): Promise<string[]> {
  if (!paths.some(isAddress)) return [...paths];
  const odd = paths.find((path) => isAddress(path) && !READABLE.test(path));
  if (odd !== undefined)
    throw new UserError(`${odd}: an address of a kind that is not read; allowed: ${ALLOWED}`);
  return withDuckDB(async (connection) => {
    await loadHttpfs(connection, paths.find(isAddress)!);
    const local: string[] = [];
    for (const path of paths) {
      if (!isAddress(path)) local.push(path);
      else
        for (const address of await addressesOf(connection, path))
          local.push(await fetched(connection, address, folder));
    }
    return local;
  });
}

async function loadHttpfs(connection: DuckDBConnection, path: string): Promise<void> {
  try {
    await connection.run("LOAD httpfs");
  } catch (error) {
    const reader = await connection.runAndReadAll("SELECT library_version FROM pragma_version()");
    const bundle = fileURLToPath(new URL("../../dist/packages/duckdb.cjs", import.meta.url));
    const code = `require(${JSON.stringify(bundle)}).DuckDBInstance.create().then(d => d.connect()).then(c => c.run("INSTALL httpfs"))`;
    throw new UserError(
      `${path}: an address is read by DuckDB's extension httpfs, which is not there for DuckDB ${reader.getRowsJS()[0]![0]} (${duckdbMessage(error)}); ` +
        `this downloads and installs it once: node -e ${shellWord(code)}; allowed without it: files on this machine`,
    );
  }
}

/** The files of an address: those that its glob matches, or that lie under it where it is no file's. */
async function addressesOf(connection: DuckDBConnection, address: string): Promise<string[]> {
  const isGlob = /[*?[]/.test(address);
  if (!isGlob && (tableFormat(address) !== undefined || !/^(hf|s3|gs|gcs|r2):/i.test(address)))
    return [address];
  const pattern = isGlob ? address : `${address.replace(/\/$/, "")}/**`;
  const reader = await connection
    .runAndReadAll(`SELECT file FROM glob(${quoteText(pattern)}) ORDER BY file`)
    .catch((error: unknown) => {
      throw new UserError(`${address}: cannot be listed: ${duckdbMessage(error)}`);
    });
  const files = reader.getRowsJS().map(([file]) => String(file));
  if (files.length === 0) throw new UserError(`${address}: no file there; allowed: ${ALLOWED}`);
  return files;
}

/** Fetches a file whole. @returns its place on this machine */
async function fetched(connection: DuckDBConnection, address: string, folder: string): Promise<string> {
  const key = createHash("sha256").update(dirname(address)).digest("hex").slice(0, 16);
  const name = decodeURIComponent(basename(address.replace(/[?#].*$/, "")));
  const place = join(folder, key, name);
  const reader = await connection
    .runAndReadAll(`SELECT content FROM read_blob(${quoteText(address)})`)
    .catch((error: unknown) => {
      throw new UserError(`${address}: cannot be fetched: ${duckdbMessage(error)}`);
    });
  const { bytes } = reader.getRows()[0]![0] as unknown as { bytes: Uint8Array };
  await mkdir(dirname(place), { recursive: true });
  await writeFile(`${place}.part`, bytes);
  await rename(`${place}.part`, place);
  return place;
}
