import { formatTable } from "../tables/format.ts";
import type { Table } from "../tables/table.ts";
import { countOf } from "../text.ts";
import type { BenchReport } from "./run-bench.ts";
import type { BenchRow } from "./score.ts";

/** One requirement, and whether a run of the benchmark met it. */
export interface Check {
  series: string;
  requirement: string;
  /** NaN where the run has not measured it. */
  measured: number;
  required: number;
  verdict: "pass" | "FAIL" | "not measured";
}

/** Good fits/s that lawfit must reach on one core, by series and program. */
const speeds: readonly { series: string; program: string; required: number }[] = [
  ["hellaswag_val", 100_000] as const,
  ["hellaswag_val_sigmoid", 30_000] as const,
].flatMap(([series, speed]) => [
  { series, program: "lawfit-avx512", required: speed },
  { series, program: "lawfit-avx2", required: speed / 2 },
  { series, program: "lawfit-wasm", required: speed / 6 },
]);

const timesScipy = 150;
const timesCeres = 50;

/**
 * Holds a run of the benchmark against what lawfit is to reach. On every loss series: good fits/s against SciPy's
 * L-BFGS-B, and Ceres's where one of its starts was good; the share of good fits not below that of L-BFGS-B from the
 * same starts. On HellaSwag's loss and on its sigmoid: good fits/s of each backend.
 */
export function checkRows(rows: readonly BenchRow[]): Check[] {
  const series = [...new Set(rows.filter(({ kind }) => kind === "loss").map(({ series }) => series))];
  const find = (name: string, program: string) =>
    rows.find((row) => row.series === name && row.program === program);
  return [
    ...series.flatMap((name) => {
      const scipy = find(name, "scipy-lbfgsb");
      const ceres = find(name, "ceres");
      return [
        check(name, "times the good fits/s of scipy-lbfgsb", scipy?.lawfitRatio, timesScipy),
        check(
          name,
          "share of good fits, at least that of scipy-lbfgsb from the same starts",
          scipy?.lawfitShareOfSameStarts,
          scipy?.goodShare ?? Number.NaN,
        ),
        ...(ceres?.goodShare === 0
          ? []
          : [check(name, "times the good fits/s of ceres", ceres?.lawfitRatio, timesCeres)]),
      ];
    }),
    ...speeds.map(({ series: name, program, required }) =>
      check(name, `good fits/s of ${program}`, find(name, program)?.goodFitsPerSecond, required),
    ),
  ];
}

function check(series: string, requirement: string, measured = Number.NaN, required: number): Check {
  const verdict = Number.isNaN(measured) ? "not measured" : measured >= required ? "pass" : "FAIL";
  return { series, requirement, measured, required, verdict };
}

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

/** The rows as a table for people: numbers short enough to compare. */
function rowsTable(rows: readonly BenchRow[]): Table {
  const text = (name: string, of: (row: BenchRow) => string) =>
    ({ name, type: "string", values: rows.map(of) }) as const;
  const number = (name: string, of: (row: BenchRow) => number) =>
    ({ name, type: "float64", values: Float64Array.from(rows, (row) => significant(of(row))) }) as const;
  return {
    rows: rows.length,
    columns: [
      text("series", (row) => row.series),
      text("program", (row) => row.program),
      number("threads", (row) => row.threads),
      number("starts", (row) => row.starts),
      number("fits/s", (row) => row.fitsPerSecond),
      number("good", (row) => row.goodShare),
      number("good fits/s", (row) => row.goodFitsPerSecond),
      number("iterations", (row) => row.iterations),
      number("points/s", (row) => row.pointsPerSecond),
      number("lawfit/this", (row) => row.lawfitRatio),
    ],
  };
}

/** The checks as a table for people. */
function checksTable(checks: readonly Check[]): Table {
  const number = (of: (check: Check) => number) =>
    Float64Array.from(checks, (check) => significant(of(check)));
  return {
    rows: checks.length,
    columns: [
      { name: "verdict", type: "string", values: checks.map(({ verdict }) => verdict) },
      { name: "series", type: "string", values: checks.map(({ series }) => series) },
      { name: "measured", type: "float64", values: number(({ measured }) => measured) },
      { name: "required", type: "float64", values: number(({ required }) => required) },
      { name: "requirement", type: "string", values: checks.map(({ requirement }) => requirement) },
    ],
  };
}

/** Three significant digits; whole numbers below a million keep all of theirs. */
function significant(value: number): number {
  if (!Number.isFinite(value)) return value;
  return Math.abs(value) >= 1000 && Math.abs(value) < 1e6 ? Math.round(value) : Number(value.toPrecision(3));
}
