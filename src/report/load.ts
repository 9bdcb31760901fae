import type { ReportOptions, WrittenReport } from "./report.ts";

/**
 * Writes the report of a job directory. What draws is loaded with the first report: programs that make none do not pay for it.
 *
 * @throws UserError where the folder is no job directory, the job has nothing for the one figure asked for, or the file
 * cannot be written
 */
export async function writeReport(directory: string, options: ReportOptions = {}): Promise<WrittenReport> {
  const report = await import("./report.ts");
  return report.writeReport(directory, options);
}
