import type { ReportOptions, WrittenReport } from "./report.ts";

/**
 * Writes the report of a run directory. The drawing code is loaded with the first report, so other programs do not load it.
 *
 * @throws UserError where the folder is not a run directory, the job has no data for the requested figure, a file exists that
 * is not this job's report (without `force`), or a file cannot be written
 */
export async function writeReport(directory: string, options: ReportOptions = {}): Promise<WrittenReport> {
  const report = await import("./report.ts");
  return report.writeReport(directory, options);
}
