import { type Row, recordsOf } from "../draw/records.ts";
import { UserError } from "../errors.ts";
import { type ReportJob, readJob } from "../report/read-job.ts";
import { queryJob } from "../run/job-directory.ts";

/** A finished run, and the cells of it that are asked about. */
export interface AskedRun {
  job: ReportJob;
  /** Rows of table `cells`. */
  cells: readonly Row[];
}

/**
 * Reads a finished run.
 *
 * @param where SQL predicate on the columns of table `cells`: the cells that are asked about
 * @throws UserError where there is no such run, and for a predicate that is not SQL or that no cell has
 */
export async function readRun(directory: string, where?: string): Promise<AskedRun> {
  const job = await readJob(directory);
  const cells = where === undefined ? job.tables.cells : await queryJob(directory, "cells", { where });
  if (where !== undefined && cells?.rows === 0)
    throw new UserError(`${directory}: no cell has ${JSON.stringify(where)}`);
  return { job, cells: recordsOf(cells) };
}
