import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { Table } from "../tables/table.ts";
import type { ResultTables } from "./result-tables.ts";
import { count, sweepFileCopy, tableChecksums } from "./run-json.ts";

/** A table that a sweep read, by content. */
export interface TableChecksum {
  path: string;
  rows: number;
  /** Of the file's bytes, hexadecimal. */
  sha256: string;
}

/** How much work a sweep was. */
export interface SweepCounts {
  cells: number;
  tasks: number;
  targets: number;
  /** Regressions of all cells, before de-duplication. */
  regressions: number;
  /** Distinct problems, each solved once. */
  problems: number;
  problems_solved: number;
  /** Distinct kernels that they took: one for each form, kind of residual and loss (of WebAssembly, for each form). */
  kernels: number;
  /** Those that were compiled for this sweep, and not found in the cache or the package. */
  kernels_compiled: number;
  /** Stages of cells without a solution. */
  stages_skipped: number;
  predictions: number;
}

/** `manifest.json` of a run directory: what was run, on what, with what. */
export interface Manifest {
  program: "lawfit";
  version: string;
  /** When the sweep ended, ISO 8601. */
  created: string;
  /** The sweep with preset and defaults filled in; saved as a sweep file it gives the same tables. */
  sweep: Readonly<Record<string, unknown>>;
  /** The sweep file as it was, where there was one. */
  sweep_file: { path: string; text: string } | null;
  seed: number;
  tables: TableChecksum[];
  /** What solved: device, compiler, instruction set, threads. */
  backend: string;
  /** What did not go as planned while solving but lost nothing: a GPU given up, batches halved. */
  warnings: string[];
  counts: SweepCounts;
  /** Fits of the last process that ran it, random starts and replicates each, and those that it found finished. */
  work: { fits: number; fits_found: number };
  /** Wall seconds of each part of the work. */
  seconds: Record<
    "read" | "plan" | "solve" | "score" | "bootstrap" | "backtest" | "mixtures" | "isoflop",
    number
  >;
  /** Result tables in the directory: rows of `<name>.parquet`. */
  results: { [Name in keyof ResultTables]: number } & { draws?: number };
}

const numbers = z.record(z.string(), z.number());

/** Demands of a file what `Manifest` says; the names of its tables become names of files. */
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
    const name = Object.keys(results).find((one) => !/^[a-z][a-z0-9_]*$/.test(one));
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

/** SHA-256 of a file's bytes, hexadecimal. */
export async function fileChecksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
