import { stat } from "node:fs/promises";
import { ownValue } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { DefinedForm } from "../forms/define-form.ts";
import { getForm } from "../forms/registry.ts";
import { readUserForms } from "../forms/user-form.ts";
import type { AxisInfo } from "../methods/axis.ts";
import { BETWEEN } from "../methods/loss-to-loss/choices.ts";
import { methods } from "../methods/registry.ts";
import { readWhole, resultPath } from "../run/job-directory.ts";
import type { Manifest } from "../run/manifest.ts";
import { queryTable } from "../tables/sql/query.ts";
import type { Table } from "../tables/table.ts";
import { headlineOf } from "./headline.ts";
import type { Row } from "./records.ts";
import { isTrivial } from "./relations.ts";

/** A job directory, read for its report. */
export interface ReportJob {
  directory: string;
  manifest: Manifest;
  /** Result tables by name; those of `missing` are not there. */
  tables: Readonly<Record<string, Table>>;
  /** Tables that the manifest names and that cannot be read, with the reason. */
  missing: ReadonlyMap<string, string>;
  /** The method's axes, those with a column; but not those that say between what a relation of losses is. */
  axes: readonly AxisInfo[];
  /**
   * The cells that the report opens with: those of the configuration with the most axes at their defaults, the first of
   * several. Of relations of losses all pairs of corpora, but a train loss predicted from itself.
   */
  headline: readonly Row[];
  /** The form of a name, of the sweep's own or built in; undefined where this version has none. */
  form(name: string): DefinedForm | undefined;
}

/** Tables of which the report reads at most so many rows. */
const MOST_ROWS: Readonly<Record<string, number>> = { draws: 400_000 };

/**
 * Reads a job directory. Tables that are missing or broken are listed, not an error.
 *
 * @throws UserError where the folder is no job directory
 */
export async function readJob(directory: string): Promise<ReportJob> {
  return readWhole(directory, (manifest) => readTables(directory, manifest));
}

async function readTables(directory: string, manifest: Manifest): Promise<ReportJob> {
  const tables: Record<string, Table> = {};
  const missing = new Map<string, string>();
  for (const [name, rows] of Object.entries(manifest.results)) {
    const path = await resultPath(directory, name);
    const most = ownValue(MOST_ROWS, name);
    if ((await stat(path).catch(() => undefined)) === undefined) missing.set(name, "the file is not there");
    else if (most !== undefined && rows > most) missing.set(name, `${rows} rows are too many for a report`);
    else {
      try {
        tables[name] = await queryTable(path);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        missing.set(name, error.message);
      }
    }
  }
  const method = methods.get(String(manifest.sweep.method));
  const columns = new Set(tables.cells?.columns.map(({ name }) => name));
  const axes = (method?.axes ?? []).filter(({ name }) => columns.has(name) && !BETWEEN.includes(name));
  return {
    ...{ directory, manifest, tables, missing, axes },
    headline: headlineOf(tables.cells, axes).filter((cell) => !isTrivial(cell)),
    form: formReader(manifest),
  };
}

function formReader(manifest: Manifest): ReportJob["form"] {
  const own =
    manifest.sweep.forms === undefined ? undefined : readUserForms(manifest.sweep.forms, "manifest.json");
  const known = new Map<string, DefinedForm | undefined>();
  return (name) => {
    if (!known.has(name)) known.set(name, tryForm(name, own));
    return known.get(name);
  };
}

function tryForm(name: string, own: ReturnType<typeof readUserForms> | undefined): DefinedForm | undefined {
  try {
    return getForm(name, own);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
