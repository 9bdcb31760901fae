import { z } from "zod";
import { valueAtPath } from "../collections.ts";
import { describeValue, UserError } from "../errors.ts";
import type { AnalysisKey } from "../registry.ts";
import type { ResultTables } from "../results/result-tables.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import { readOwnBytes } from "../store/places.ts";
import type { Table } from "../tables/table.ts";
import { version } from "../version.ts";

/** Largest size of a JSON file of a job directory, in bytes: a hundred thousand tables of a glob take a third of it. */
const MOST_BYTES = 64 << 20;

/** Numbers and names that files of a job directory have. */
const count = z.int().nonnegative();
export const tableChecksums = z.array(z.object({ path: z.string(), rows: count, sha256: z.string() }));
export const sweepFileCopy = z.object({ path: z.string(), text: z.string() }).nullable();
/** Number and count of a shard. */
export const shardSchema = z
  .object({ index: z.int().positive(), count: z.int().positive().max(1_000_000) })
  .refine(({ index, count: all }) => index <= all, "allowed: an index from 1 to count");

/**
 * Reads a JSON file of a job directory. What it says may come from anywhere, so all of it is checked before any of it is used.
 *
 * @returns undefined where the file is missing, or says that it is another program's
 * @throws UserError naming file, key and value where it is damaged, not what lawfit writes, or of a later version of lawfit
 */
export async function readJobJson<Content>(
  path: string,
  schema: z.ZodType<Content>,
): Promise<Content | undefined> {
  const bytes = await readOwnBytes(path, MOST_BYTES);
  if (bytes === undefined) return undefined;
  const content = parseJson(bytes, path);
  const { program = "lawfit", version: writer } =
    typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
  if (program !== "lawfit") return undefined;
  if (typeof writer === "string" && isLater(writer)) {
    throw new UserError(
      `${path}: written by lawfit ${writer}, and this is ${version}; allowed: no later version`,
    );
  }
  const { data, error } = schema.safeParse(content);
  if (error === undefined) return data;
  const { path: keys, message } = error.issues[0]!;
  const value = describeValue(valueAtPath(content, keys));
  const place = keys.length === 0 ? "" : `${JSON.stringify(keys.join(".")).slice(1, -1)}: `;
  throw new UserError(`${path}: ${place}${value}: ${message}; it was damaged, or not written by lawfit`);
}

function parseJson(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    const reason = bytes.length === 0 ? "it is empty" : (error as Error).message.split("\n")[0];
    throw new UserError(
      `${path}: not valid JSON: ${reason}; it was cut short, damaged, or not written by lawfit`,
    );
  }
}

/** Whether a version comes after this program's. */
function isLater(other: string): boolean {
  const [theirs, ours] = [other, version].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const i = theirs!.findIndex((number, place) => number !== ours![place]);
  return i >= 0 && theirs![i]! > ours![i]!;
}

/** The amount of work of a sweep. */
interface SweepCounts {
  cells: number;
  tasks: number;
  targets: number;
  /** Regressions of all cells, before de-duplication. */
  regressions: number;
  /** Distinct problems, each solved once. */
  problems: number;
  problems_solved: number;
  /** Distinct kernels that the problems need: one for each form, kind of residual and loss (with WebAssembly, for each form). */
  kernels: number;
  /** Kernels that were compiled for this sweep because neither the cache nor the package had them. */
  kernels_compiled: number;
  /** Stages of cells without a solution. */
  stages_skipped: number;
  predictions: number;
}

/** `manifest.json` of a job directory: the sweep, its table, and the program and machine that executed it. */
export interface Manifest {
  program: "lawfit";
  version: string;
  /** When the sweep ended, ISO 8601. */
  created: string;
  /** The sweep with preset and defaults filled in; saved as a sweep file it gives the same tables. */
  sweep: Readonly<Record<string, unknown>>;
  /** The text of the sweep file, if there was one. */
  sweep_file: { path: string; text: string } | null;
  seed: number;
  tables: TableChecksum[];
  /** The backend in words: device, compiler, instruction set, threads. */
  backend: string;
  /** What did not go as planned but lost no result, such as a GPU that failed or batches that were halved. */
  warnings: string[];
  counts: SweepCounts;
  /** Fits of the last process that executed the job, counting each random start and replicate, and fits that were finished before. */
  work: { fits: number; fits_found: number };
  /** Wall seconds of each part of the work. */
  seconds: Record<"read" | "plan" | "solve" | "score" | "bootstrap" | AnalysisKey, number>;
  /** Result tables in the directory: rows of `<name>.parquet`. */
  results: { [Name in keyof ResultTables]: number } & { draws?: number };
}

const numbers = z.record(z.string(), z.number());

/** Checks a file against `Manifest`; the names of its tables become names of files. */
export const manifestSchema = z.looseObject({
  program: z.literal("lawfit"),
  version: z.string(),
  created: z.string(),
  sweep: z.record(z.string(), z.unknown()),
  sweep_file: sweepFileCopy,
  seed: count,
  tables: tableChecksums,
  backend: z.string(),
  warnings: z.array(z.string()),
  counts: numbers,
  work: z.looseObject({ fits: count, fits_found: count }),
  seconds: numbers,
  results: z.record(z.string(), count).superRefine((results, context) => {
    const name = Object.keys(results).find((tableName) => !/^[a-z][a-z0-9_]*$/.test(tableName));
    if (name === undefined) return;
    context.addIssue(
      `the table ${JSON.stringify(name)}: allowed: names of small letters, digits and underscores`,
    );
  }),
});

/** The rows of each result table. */
export function rowCounts(tables: ResultTables): Manifest["results"] {
  const rows = Object.entries(tables).map(([name, table]: [string, Table]) => [name, table.rows]);
  return Object.fromEntries(rows) as Manifest["results"];
}
