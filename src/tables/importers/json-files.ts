import { createReadStream, readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip, gunzipSync } from "node:zlib";
import { UserError } from "../../errors.ts";
import { resolveFiles } from "../files.ts";
import { withDuckDB } from "../sql/duckdb.ts";
import { mistakeIn } from "./json-mistake.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value where it is an object; an empty object otherwise. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A text that is not JSON. */
export class BrokenJson extends Error {
  /** Line, from 1. */
  readonly line: number;

  constructor(problem: string, line: number) {
    super(problem);
    this.line = line;
  }
}

/**
 * Reads JSON as Python writes it: NaN and infinities become texts of these names, so that who reads them can count them.
 *
 * @throws BrokenJson with the line of the mistake
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (/\b(NaN|Infinity)\b/.test(text)) {
      // Texts are matched whole, so that those words within them stay.
      const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
        part.startsWith('"') ? part : `"${part}"`,
      );
      if (plain !== text) return parseJson(plain);
    }
    throw brokenIn(text);
  }
}

/** What is wrong with a text that is no JSON: it ends too early, or is something else from some place on. */
function brokenIn(text: string): BrokenJson {
  const place = mistakeIn(text);
  const line = text.slice(0, place).split("\n").length;
  return new BrokenJson(
    place >= text.trimEnd().length ? "ends too early: it has been cut" : "is no JSON",
    line,
  );
}

/** Reads a JSON file (.gz too). @throws BrokenJson */
export function readJson(path: string): unknown {
  // Thousands of small files are read faster one by one than by promises.
  const bytes = readFileSync(path);
  if (!path.endsWith(".gz")) return parseJson(bytes.toString("utf8"));
  try {
    return parseJson(gunzipSync(bytes).toString("utf8"));
  } catch (error) {
    if (error instanceof BrokenJson) throw error;
    throw new BrokenJson("is no whole file of gzip", 1);
  }
}

/**
 * Reads a file of JSON lines (.gz too) line by line.
 *
 * @param use gets each object with its line, from 1
 * @param broken gets the lines that are no JSON
 * @returns the number of lines
 */
export async function eachJsonLine(
  path: string,
  use: (object: JsonObject, line: number) => void,
  broken: (problem: BrokenJson) => void,
): Promise<number> {
  const file = createReadStream(path);
  const input = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === "") continue;
    try {
      use(objectOf(parseJson(text)), line);
    } catch (error) {
      if (!(error instanceof BrokenJson)) throw error;
      broken(new BrokenJson(error.message, line));
    }
  }
  return line;
}

/**
 * The files under the paths (folders, files and globs) whose names hold, sorted within each path. Hidden files and folders are left out.
 *
 * @param holds by the name without folders
 * @throws UserError for a path that is not there
 */
export async function filesUnder(
  paths: readonly string[],
  holds: (name: string) => boolean = () => true,
): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory()) {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      const names = entries
        .filter((entry) => entry.isFile() && holds(entry.name))
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        .filter((name) => !/(^|[\\/])\.[^.\\/]/.test(name.slice(path.length)));
      found.push(...names.sort());
    } else if (stats?.isFile()) {
      found.push(path);
    } else if (/[*?[]/.test(path)) {
      const files = await withDuckDB((connection) => resolveFiles(connection, [path]));
      found.push(...files.filter((name) => holds(basename(name))));
    } else throw new UserError(`${path}: no such file or folder`);
  }
  return found;
}
