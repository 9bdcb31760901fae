import type { Table } from "../../tables/table.ts";
import { checklist, checklistMarkdown } from "../checklist.ts";
import { escapeText, signOf } from "../draw/compose.ts";
import type { Drawing, Figure, Panel } from "../figure.ts";
import type { DrawnFigure } from "../report.ts";
import type { ReportRun } from "../run.ts";
import { type Summary, summarise } from "../summary.ts";
import { client } from "./client.ts";
import { type Embedded, embedAll, embedTable } from "./embed.ts";
import { style } from "./style.ts";

/** Characters that a page has at most, of which the tables get what the figures leave. */
const MOST_CHARACTERS = 4_700_000;

/** Characters that a table takes beside its data. */
const ROOM_BESIDE = 1000;

/** Panels wider than this keep their size on a narrow screen. */
const WIDE = 520;

/** Digits of the data of figures: what a drawing can show, and more. */
const FIGURE_DIGITS = 7;

/** Tables in the order in which they are wanted; the rest follow. Those that figures show whole are left to `lawfit show`. */
const FIRST = [
  ...[
    "predictions",
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

/** The report as one HTML page that needs nothing else. */
export function reportPage(run: ReportRun, drawn: readonly DrawnFigure[]): string {
  const summary = summarise(run);
  const name = run.directory.replace(/\/+$/, "").split("/").at(-1) ?? "run";
  const items = checklist(run);
  const head =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<link rel="icon" href="data:,"><title>lawfit: ${escapeText(name)}</title><style>${style}</style></head><body>`;
  const body =
    `<h1>${escapeText(name)}</h1>${summary.lines.map((line) => `<p>${escapeText(line)}</p>`).join("")}` +
    `<nav><a href="#figures">figures</a><a href="#tables">tables</a><a href="#checklist">checklist</a></nav>` +
    `${answerTable(summary)}${cautions(summary)}<h2>What was run</h2>${factTable(summary.facts)}` +
    `<h2 id="figures">Figures</h2>${drawn.map(figureSection).join("")}${notDrawn(drawn)}` +
    `<h2 id="checklist">Reporting checklist</h2><p class="quiet">What a paper should say of its fits, of the headline configuration.</p>` +
    `<div class="scroll"><table><tbody>${items.map(({ item, said }) => `<tr><td>${escapeText(item)}</td><td class="wrap">${escapeText(said)}</td></tr>`).join("")}</tbody></table></div>` +
    `<button class="plain" id="save-checklist">Markdown for an appendix</button>` +
    `<pre hidden id="checklist-markdown">\n${escapeText(checklistMarkdown(items))}</pre>`;
  const tail = `<script>(${client.toString()})()</script></body></html>\n`;
  const left = MOST_CHARACTERS - head.length - body.length - tail.length;
  return head + body + tablesSection(run, left) + tail;
}

/** Heads over numbers, which stand at the right. */
const NUMBERS = new Set(["predicted", "measured", "error"]);

function answerTable({ rows, intervalKind }: Summary): string {
  if (rows.length === 0) return "";
  const hasHeld = rows.some(({ held }) => held !== "");
  const heads = [
    "task",
    "target",
    "predicted",
    intervalKind,
    "measured",
    "error",
    ...(hasHeld ? ["held before"] : []),
    "",
  ];
  const lines = rows.map(({ task, target, predicted, interval, actual, error, held, mark }) => {
    const cells = [
      `<td>${escapeText(task)}</td><td>${escapeText(target)}</td><td class="number">${predicted}</td>`,
      `<td>${escapeText(interval)}</td><td class="number">${actual}</td><td class="number error">${error}</td>`,
      hasHeld ? `<td>${held}</td>` : "",
      `<td class="quiet">${mark}</td>`,
    ];
    return `<tr class="${mark}">${cells.join("")}</tr>`;
  });
  return (
    `<div class="scroll"><table id="answer"><thead><tr>${heads.map((head) => `<th${NUMBERS.has(head) ? ' class="number"' : ""}>${escapeText(head)}</th>`).join("")}</tr></thead>` +
    `<tbody>${lines.join("")}</tbody></table></div>`
  );
}

function cautions({ cautions: lines }: Summary): string {
  return lines.map((line) => `<p class="warning quiet">${escapeText(line)}</p>`).join("");
}

function factTable(facts: readonly (readonly [string, string])[]): string {
  return `<div class="scroll"><table><tbody>${facts.map(([name, value]) => `<tr><td>${name}</td><td class="wrap">${escapeText(value)}</td></tr>`).join("")}</tbody></table></div>`;
}

function figureSection({ figure, drawing }: DrawnFigure): string {
  return "missing" in drawing ? "" : drawnFigure(figure, drawing);
}

function drawnFigure({ name, title }: Figure, { panels, legend, caption, data }: Drawing): string {
  const items = legend.map(
    (item) =>
      `<span><svg width="20" height="14" aria-hidden="true">${signOf(item)}</svg>${escapeText(item.label)}</span>`,
  );
  return (
    `<figure data-figure="${name}" id="figure-of-${name}"><h3>${escapeText(title)}</h3><div class="panels">${panels.map(shownPanel).join("")}</div>` +
    `<div class="legend">${items.join("")}</div><figcaption>${escapeText(caption)}</figcaption>` +
    `<button class="plain csv">data (CSV)</button><button class="plain svg">SVG</button></figure>` +
    packed(`figure-${name}`, embedTable(data, data.rows, FIGURE_DIGITS).text)
  );
}

/** A panel shrinks with the screen down to what can be read; a wide one scrolls instead. */
function shownPanel({ svg, width }: Panel): string {
  return width > WIDE ? `<div class="scroll">${svg}</div>` : svg;
}

function notDrawn(drawn: readonly DrawnFigure[]): string {
  const lines = drawn.flatMap(({ figure, drawing }) =>
    "missing" in drawing ? [`${figure.title}: ${drawing.missing}`] : [],
  );
  if (lines.length === 0) return "";
  return `<p class="quiet">Not drawn:</p><ul class="quiet">${lines.map((line) => `<li>${escapeText(line)}</li>`).join("")}</ul>`;
}

function tablesSection(run: ReportRun, characters: number): string {
  const names = Object.keys(run.tables);
  const order = [
    ...FIRST.filter((name) => names.includes(name)),
    ...names.filter((name) => !FIRST.includes(name)),
  ];
  const shown = order.filter((name) => NOT_SHOWN[name] === undefined);
  const packedTables = embedAll(
    shown.map((name) => run.tables[name]!),
    characters - ROOM_BESIDE * order.length,
  );
  const found = new Map(shown.map((name, i) => [name, packedTables[i]]));
  const parts = order.map((name) => {
    const table = run.tables[name]!;
    const own = found.get(name);
    if (own !== undefined) return tableBox(run, name, table, own);
    return noteOf(run, name, table, NOT_SHOWN[name] ?? "too long for this page");
  });
  return (
    `<h2 id="tables">Tables</h2><p class="quiet">A click on a head sorts. The columns: docs/results.md. CSV holds the rows that the filter leaves, ` +
    `with all digits where no note says otherwise.</p>${parts.join("")}`
  );
}

function tableBox(
  { directory }: ReportRun,
  name: string,
  table: Table,
  { rows, digits, text }: Embedded,
): string {
  const less = [
    ...(rows < table.rows ? [`the first ${rows} of ${table.rows} rows`] : []),
    ...(digits === undefined ? [] : [`numbers to ${digits} digits`]),
  ];
  const cut =
    less.length > 0
      ? `<p class="quiet">Here ${less.join(", ")}; all of it: <code>lawfit show ${escapeText(directory)} ${name} --format csv</code></p>`
      : "";
  return (
    `<details data-table="${name}"${name === "predictions" ? " open" : ""}><summary>${name} <span class="quiet">${table.rows} rows</span></summary>${cut}` +
    `<input type="search" aria-label="filter ${name}" placeholder="filter: words, column=word, column&lt;1"><span class="count quiet"></span> ` +
    `<button class="plain csv">CSV</button><div class="scroll"><table><thead></thead><tbody></tbody></table></div>` +
    `<button class="plain more" hidden>more rows</button></details>${packed(`data-${name}`, text)}`
  );
}

function noteOf({ directory }: ReportRun, name: string, { rows }: Table, reason: string): string {
  return `<p class="quiet">${name}, ${rows} rows: ${reason}; <code>lawfit show ${escapeText(directory)} ${name}</code></p>`;
}

function packed(id: string, text: string): string {
  return `<script type="text/plain" id="${id}">${text}</script>`;
}
