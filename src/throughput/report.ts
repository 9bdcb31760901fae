import { formatTable } from "../tables/format.ts";
import { type Table, textColumn } from "../tables/table.ts";
import { countOf } from "../text.ts";
import type { BenchReport } from "./run-bench.ts";
import type { BenchRow } from "./score.ts";
import type { FormsSpeed } from "./search-forms.ts";

/** One requirement, and whether a run of the benchmark met it. */
export interface Check {
  series: string;
  requirement: string;
  /** NaN where the run has not measured it. */
  measured: number;
  required: number;
  verdict: "pass" | "FAIL" | "not measured";
}

/** What lawfit must reach on one core, by series and program: good fits/s, and problems/s of its search under `starts: auto`. */
const speeds: readonly { series: string; program: string; goodFits: number; problems: number }[] = [
  { series: "hellaswag_val", goodFits: 100_000, problems: 2_000 },
  { series: "hellaswag_val_sigmoid", goodFits: 30_000, problems: 400 },
].flatMap(({ series, goodFits, problems }) =>
  [
    { program: "lawfit-avx512", part: 1 },
    { program: "lawfit-avx2", part: 2 },
    { program: "lawfit-wasm", part: 6 },
  ].map(({ program, part }) => ({ series, program, goodFits: goodFits / part, problems: problems / part })),
);

/** How many times the problems/s of a peer each instruction set must reach. */
const times: readonly { program: string; peer: string; required: number }[] = [
  { program: "lawfit-avx512", peer: "scipy-lbfgsb", required: 150 },
  { program: "lawfit-avx2", peer: "scipy-lbfgsb", required: 75 },
  { program: "lawfit-avx512", peer: "ceres", required: 50 },
  { program: "lawfit-avx2", peer: "ceres", required: 25 },
];

/**
 * Holds a run of the benchmark against what lawfit is to reach. On every loss series: problems/s at a chance below 1e-6 of missing the
 * optimum against SciPy's L-BFGS-B, and Ceres's where one of its starts was good, with AVX-512 and with AVX2; the share of good fits not
 * below that of L-BFGS-B from the same starts; the best found by lawfit's own search. On HellaSwag's loss and on its sigmoid: good fits/s
 * and problems/s of the search with each backend.
 */
export function checkRows(rows: readonly BenchRow[]): Check[] {
  const series = [...new Set(rows.filter(({ kind }) => kind === "loss").map(({ series }) => series))];
  const find = (name: string, program: string) =>
    rows.find((row) => row.series === name && row.program === program);
  return [
    ...series.flatMap((name) => {
      const scipy = find(name, "scipy-lbfgsb");
      const searches = rows.filter((row) => row.series === name && row.search !== null);
      return [
        ...times.flatMap(({ program, peer, required }) => {
          const other = find(name, peer);
          if (peer === "ceres" && other?.goodShare === 0) return [];
          const ratio =
            (find(name, program)?.problemsPerSecond ?? Number.NaN) / (other?.problemsPerSecond ?? Number.NaN);
          return [check(name, `problems/s of ${program}, times those of ${peer}`, ratio, required)];
        }),
        check(
          name,
          "share of good fits, at least that of scipy-lbfgsb from the same starts",
          scipy?.lawfitShareOfSameStarts,
          scipy?.goodShare ?? Number.NaN,
        ),
        ...searches.map(({ program, search }) =>
          check(
            name,
            `search of ${program} with starts: auto that found the best`,
            search?.isGood ? 1 : 0,
            1,
          ),
        ),
      ];
    }),
    ...speeds.flatMap(({ series: name, program, goodFits, problems }) => {
      const row = find(name, program);
      return [
        check(name, `good fits/s of ${program}`, row?.goodFitsPerSecond, goodFits),
        check(name, `problems/s of ${program} with starts: auto`, row?.search?.problemsPerSecond, problems),
      ];
    }),
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
    ...(report.search === null ? [] : [searchLine(report.search)]),
    ...programs,
    ...absent,
    "",
  ].join("\n");
}

function searchLine({ forms, formsPerSecond }: FormsSpeed): string {
  return `lawfit search: ${significant(formsPerSecond)} forms/s of one core (${forms} forms among the first of each number of parameters from 1 to 7; 200 rows, 3 cuts, 64 starts)`;
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
  const text = (name: string, of: (row: BenchRow) => string) => textColumn(name, rows, of);
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
      number("wall fits/s", (row) => row.wallFitsPerSecond),
      number("good", (row) => row.goodShare),
      number("good fits/s", (row) => row.goodFitsPerSecond),
      number("starts needed", (row) => row.startsNeeded),
      number("problems/s", (row) => row.problemsPerSecond),
      number("auto starts", (row) => row.search?.starts ?? Number.NaN),
      number("auto problems/s", (row) => row.search?.problemsPerSecond ?? Number.NaN),
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
      textColumn("verdict", checks, ({ verdict }) => verdict),
      textColumn("series", checks, ({ series }) => series),
      { name: "measured", type: "float64", values: number(({ measured }) => measured) },
      { name: "required", type: "float64", values: number(({ required }) => required) },
      textColumn("requirement", checks, ({ requirement }) => requirement),
    ],
  };
}

/** Three significant digits; whole numbers below a million keep all of theirs. */
function significant(value: number): number {
  if (!Number.isFinite(value)) return value;
  return Math.abs(value) >= 1000 && Math.abs(value) < 1e6 ? Math.round(value) : Number(value.toPrecision(3));
}
