import { ownValue } from "../../own-value.ts";
import { shellWord } from "../../shell-word.ts";
import type { Table } from "../../tables/table.ts";
import { escapeText } from "../escape.ts";
import type { ReportRun } from "../run.ts";
import { type Embedded, embedAll, packed } from "./embed.ts";

/** Tables in the order in which they are wanted; the rest follow. Those that figures show whole are left to `lawfit show`. */
const FIRST = [
  ...[
    "relations",
    "predictions",
    "translations",
    "configurations",
    "choices",
    "axis_importance",
    "fits",
    "parameters",
    "problems_skipped",
    "runs",
  ],
  ...["curves", "selection", "backtest_rates", "mixture_optima", "comparisons", "intervals"],
];
const NOT_SHOWN: Readonly<Record<string, string>> = {
  points: "the figures have those of the headline configuration",
  draws: "the figures have those of the headline configuration",
};

/** Characters that a table takes beside its data. */
const ROOM_BESIDE = 1000;

/** The tables of a run, in so many characters together. */
export function tablesSection(run: ReportRun, characters: number): string {
  const names = Object.keys(run.tables);
  const order = [
    ...FIRST.filter((name) => names.includes(name)),
    ...names.filter((name) => !FIRST.includes(name)),
  ];
  const shown = order.filter((name) => ownValue(NOT_SHOWN, name) === undefined);
  const packedTables = embedAll(
    shown.map((name) => run.tables[name]!),
    characters - ROOM_BESIDE * order.length,
  );
  const found = new Map(shown.map((name, i) => [name, packedTables[i]]));
  const parts = order.map((name) => {
    const table = run.tables[name]!;
    const own = found.get(name);
    if (own !== undefined) return tableBox(run, name, table, own);
    return noteOf(run, name, table, ownValue(NOT_SHOWN, name) ?? "too long for this page");
  });
  return (
    `<h2 id="tables">Tables</h2><p class="quiet">A click on a head sorts. The columns: docs/results.md. CSV holds the rows that the filter leaves, ` +
    `with all digits where no note says otherwise.</p>${parts.join("")}`
  );
}

function tableBox(
  { directory }: ReportRun,
  given: string,
  table: Table,
  { rows, digits, text }: Embedded,
): string {
  const name = escapeText(given);
  const less = [
    ...(rows < table.rows ? [`the first ${rows} of ${table.rows} rows`] : []),
    ...(digits === undefined ? [] : [`numbers to ${digits} digits`]),
  ];
  const cut =
    less.length > 0
      ? `<p class="quiet">Here ${less.join(", ")}; all of it: <code>lawfit show ${escapeText(shellWord(directory))} ${escapeText(shellWord(given))} --format csv</code></p>`
      : "";
  return (
    `<details data-table="${name}"${name === "predictions" ? " open" : ""}><summary>${name} <span class="quiet">${table.rows} rows</span></summary>${cut}` +
    `<input type="search" aria-label="filter ${name}" placeholder="filter: words, column=word, column&lt;1"><span class="count quiet"></span> ` +
    `<button class="plain csv">CSV</button><div class="scroll"><table><thead></thead><tbody></tbody></table></div>` +
    `<button class="plain more" hidden>more rows</button></details>${packed(`data-${name}`, text)}`
  );
}

function noteOf({ directory }: ReportRun, given: string, { rows }: Table, reason: string): string {
  const name = escapeText(given);
  return `<p class="quiet">${name}, ${rows} rows: ${reason}; <code>lawfit show ${escapeText(shellWord(directory))} ${escapeText(shellWord(given))}</code></p>`;
}
