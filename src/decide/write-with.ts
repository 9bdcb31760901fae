import type { ReportJob } from "../report/read-job.ts";
import type { ResultTables } from "../results/result-tables.ts";
import { tablePath } from "../run/job-directory.ts";
import { rowCounts } from "../run/manifest.ts";
import { claimDirectory } from "../run/open-job.ts";
import { writeJobDirectory } from "../run/write-directory.ts";
import type { LockOptions } from "../store/lock.ts";
import type { Table } from "../tables/table.ts";

/**
 * Writes a run directory that has the tables of a job and more.
 *
 * @param isSame whether the directory is the job's own: tables that were not read stay there as they are
 * @throws UserError for a folder that is no place for a run directory, is in use, or takes no more
 */
export async function writeWith(
  directory: string,
  { manifest, tables }: ReportJob,
  added: Readonly<Record<string, Table>>,
  { isSame, ...waiting }: { isSame: boolean } & Pick<LockOptions, "signal">,
): Promise<void> {
  const release = await claimDirectory(directory, waiting);
  try {
    const all = { ...tables, ...added } as unknown as ResultTables;
    const left = Object.keys(manifest.results).filter((name) => isSame && !Object.hasOwn(all, name));
    const rows = manifest.results as Readonly<Record<string, number>>;
    const results = { ...rowCounts(all), ...Object.fromEntries(left.map((name) => [name, rows[name]!])) };
    const files = Object.fromEntries(left.map((name) => [name, tablePath(directory, name)]));
    await writeJobDirectory(
      directory,
      all,
      { ...manifest, created: new Date().toISOString(), results },
      files,
    );
  } finally {
    await release();
  }
}
