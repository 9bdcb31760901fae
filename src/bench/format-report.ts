import { countOf, formatTable } from "../tables/format.ts";
import type { Check } from "./check.ts";
import { checksTable, rowsTable } from "./report-table.ts";
import type { BenchReport } from "./run-bench.ts";

/** The report as text: the table, then the programs and what was absent. */
export function formatBench(report: BenchReport): string {
  const { machine, data, starts, seconds, repetitions, seed } = report;
  const programs = report.programs.map(({ name, version }) => `${name}: ${version}`);
  const absent = report.absent.map(({ name, reason }) => `${name}: not measured: ${reason}`);
  const series = data === null ? "" : `, series of the ${data} ladder`;
  return [
    formatTable(rowsTable(report.rows)),
    `${machine.processor}, ${countOf(machine.cores, "core")}, ${machine.system}, Node ${machine.node}; one thread each`,
    `${countOf(starts, "start")} a problem, seed ${seed}${series}; peers ${seconds} s a problem, lawfit the median of ${repetitions}`,
    ...programs,
    ...absent,
    "",
  ].join("\n");
}

/** The checks as text, with a summary line. */
export function formatChecks(checks: readonly Check[]): string {
  const count = (verdict: Check["verdict"]) => checks.filter((check) => check.verdict === verdict).length;
  return (
    `\n${formatTable(checksTable(checks))}` +
    `${countOf(checks.length, "check")}: ${count("pass")} passed, ${count("FAIL")} failed, ${count("not measured")} not measured\n`
  );
}

/** The report as JSON; what is not finite is null. */
export function benchJson(report: BenchReport, checks?: readonly Check[]): string {
  return `${JSON.stringify({ ...report, ...(checks && { checks }) }, null, 2)}\n`;
}
