import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ownValue } from "../collections.ts";
import { headlineOf, type LoadedJob } from "../draw/job.ts";
import { UserError } from "../errors.ts";
import type { DefinedForm } from "../forms/define-form.ts";
import { getForm } from "../forms/registry.ts";
import { readUserForms } from "../forms/user-form.ts";
import { methods } from "../registry.ts";
import { readWhole, resultPath } from "../run/job-directory.ts";
import type { Manifest } from "../run/manifest.ts";
import { withDuckDB } from "../tables/sql/duckdb.ts";
import { queryTableOn } from "../tables/sql/query.ts";
import type { Table } from "../tables/table.ts";

/** The contents of a job directory that its report needs. */
export interface ReportJob extends LoadedJob {
  manifest: Manifest;
}

/** Largest number of rows of a table that the report reads, by table; it does without longer ones. */
const MOST_ROWS: Readonly<Record<string, number>> = { draws: 400_000, parameter_draws: 400_000 };

/**
 * Reads a job directory. Tables that are missing or broken are listed in `missing` and are not an error.
 *
 * @throws UserError where the folder is not a job directory
 */
export async function readJob(directory: string): Promise<ReportJob> {
  return readWhole(directory, (manifest) =>
    withDuckDB((connection) => readTables(connection, directory, manifest)),
  );
}

async function readTables(
  connection: DuckDBConnection,
  directory: string,
  manifest: Manifest,
): Promise<ReportJob> {
  const tables: Record<string, Table> = {};
  const missing = new Map<string, string>();
  for (const [name, rows] of Object.entries(manifest.results)) {
    const path = await resultPath(directory, name);
    const most = ownValue(MOST_ROWS, name);
    if ((await stat(path).catch(() => undefined)) === undefined) missing.set(name, "the file is missing");
    else if (most !== undefined && rows > most) missing.set(name, `${rows} rows are too many for a report`);
    else {
      try {
        tables[name] = await queryTableOn(connection, path);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        missing.set(name, error.message);
      }
    }
  }
  return jobOf(directory, manifest, tables, missing);
}

/** A job whose tables are at hand. @param missing names of tables that are not, with the reasons */
export function jobOf(
  directory: string,
  manifest: Manifest,
  tables: Readonly<Record<string, Table>>,
  missing: ReadonlyMap<string, string> = new Map(),
): ReportJob {
  const method = methods.get(String(manifest.sweep.method));
  const columns = new Set(tables.cells?.columns.map(({ name }) => name));
  const given = method?.extension?.pairs;
  const pairs = given?.between.every((axis) => columns.has(axis)) ? given : undefined;
  const between: readonly string[] = pairs?.between ?? [];
  const axes = (method?.axes ?? []).filter(({ name }) => columns.has(name) && !between.includes(name));
  const job = {
    ...{ directory, manifest, tables, missing, axes, pairs },
    headline: headlineOf(tables.cells, axes).filter((cell) => !pairs?.isTrivial(cell)),
    form: formReader(manifest),
  };
  return { ...job, opening: method?.extension?.opening?.(job) };
}

function formReader(manifest: Manifest): ReportJob["form"] {
  const userForms =
    manifest.sweep.forms === undefined ? undefined : readUserForms(manifest.sweep.forms, "manifest.json");
  const forms = new Map<string, DefinedForm | undefined>();
  return (name) => {
    if (!forms.has(name)) forms.set(name, tryForm(name, userForms));
    return forms.get(name);
  };
}

function tryForm(name: string, user: ReturnType<typeof readUserForms> | undefined): DefinedForm | undefined {
  try {
    return getForm(name, user);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
