import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { ownValue } from "../../collections.ts";
import { signOf } from "../../draw/compose.ts";
import { escapeLines, escapeText } from "../../draw/escape.ts";
import type { Drawing, Figure, Panel } from "../../draw/figure.ts";
import { colourStyle } from "../../draw/theme.ts";
import type { Table } from "../../tables/table.ts";
import { shellWord, visibleLine } from "../../text.ts";
import { checklist, checklistMarkdown } from "../checklist.ts";
import type { ReportJob } from "../read-job.ts";
import type { DrawnFigure } from "../report.ts";
import { type Summary, summarise } from "../summary.ts";
import { client } from "./client.ts";
import { type Embedded, embedAll, embedTable, packed } from "./embed.ts";

/** Headings of numeric columns, which are aligned to the right. */
const NUMBERS = new Set(["predicted", "measured", "error"]);

/** The table of predictions, with one row for each. */
function answerTable({ head, rows, intervalKind }: Summary): string {
  if (rows.length === 0) return "";
  const hasHeld = rows.some(({ held }) => held !== "");
  const heads = [
    head,
    "target",
    "predicted",
    intervalKind,
    "measured",
    "error",
    ...(hasHeld ? ["held before"] : []),
    "",
  ];
  const lines = rows.map(({ task, target, predicted, interval, actual, error, held, mark }) => {
    const td = (text: string, kind = "") => `<td${kind}>${escapeText(text)}</td>`;
    const cells = [
      ...[td(task), td(target), td(predicted, ' class="number"'), td(interval)],
      ...[td(actual, ' class="number"'), td(error, ' class="number error"')],
      ...(hasHeld ? [td(held)] : []),
      td(mark, ' class="quiet"'),
    ];
    return `<tr class="${mark}">${cells.join("")}</tr>`;
  });
  return (
    `<div class="scroll"><table id="answer"><thead><tr>${heads.map((name) => `<th${NUMBERS.has(name) ? ' class="number"' : ""}>${escapeText(name)}</th>`).join("")}</tr></thead>` +
    `<tbody>${lines.join("")}</tbody></table></div>`
  );
}

/** The table that the method opens its reports with; empty where it has none. */
function openingTable({ opening }: ReportJob): string {
  if (opening === undefined || opening.rows.length === 0) return "";
  const row = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll"><table id="opening"><thead>${row(opening.head, "th")}</thead><tbody>${opening.rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>`;
}

/** The warnings that a reader should see before trusting the job's results. */
function cautions({ cautions: lines }: Summary): string {
  return lines.map((line) => `<p class="warning quiet">${escapeText(line)}</p>`).join("");
}

/** A table of names and values. */
export function factTable(facts: readonly (readonly [string, string])[]): string {
  return `<div class="scroll"><table><tbody>${facts.map(([name, value]) => `<tr><td>${escapeText(name)}</td><td class="wrap">${escapeText(value)}</td></tr>`).join("")}</tbody></table></div>`;
}

/** Panels wider than this, in pixels, keep their size on a narrow screen. */
const WIDE = 520;

/** Significant digits of the figures' data: more than a drawing can show. */
const FIGURE_DIGITS = 7;

/** A figure with legend, caption and downloads; empty where the figure is not drawn. */
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

/** A panel shrinks with the screen while it stays legible; a wide panel scrolls instead. */
function shownPanel({ svg, width }: Panel): string {
  return width > WIDE ? `<div class="scroll">${svg}</div>` : svg;
}

/** The figures that are not drawn, with the reasons. */
function notDrawn(drawn: readonly DrawnFigure[]): string {
  const lines = drawn.flatMap(({ figure, drawing }) =>
    "missing" in drawing ? [`${figure.title}: ${drawing.missing}`] : [],
  );
  if (lines.length === 0) return "";
  return `<p class="quiet">Not drawn:</p><ul class="quiet">${lines.map((line) => `<li>${escapeText(line)}</li>`).join("")}</ul>`;
}

/** The style sheet of the page. */
const style = `${colourStyle()}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:0 16px 48px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:24px;margin:28px 0 4px}h2{font-size:19px;margin:36px 0 8px;border-bottom:1px solid var(--grid);padding-bottom:4px}
h3{font-size:15px;margin:0 0 6px}p{margin:6px 0}.quiet,figcaption{color:var(--muted);font-size:13px}
nav{font-size:13px;margin:8px 0}nav a{margin-right:14px}a{color:var(--fit)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:3px 9px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--grid)}
td.number,th.number{text-align:right}td.wrap{white-space:normal;min-width:200px}
tr.best td.error{color:var(--good);font-weight:bold}tr.worst td.error{color:var(--bad);font-weight:bold}
th button{all:unset;cursor:pointer;font-weight:bold}th button:focus-visible{outline:2px solid var(--fit)}
figure{margin:22px 0;padding:0;break-inside:auto}
.panels{display:flex;flex-wrap:wrap;align-items:flex-start;gap:14px;color:var(--muted)}
svg.panel{max-width:100%;height:auto;font-family:inherit;break-inside:avoid}svg text{white-space:pre}
.panels>.scroll{max-width:100%}.scroll>svg.panel{max-width:none;width:auto}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12px;margin:6px 0}
.legend span{display:inline-flex;align-items:center;gap:4px}.legend svg{flex:none}
button.plain{font:inherit;font-size:12px;color:var(--fit);background:none;border:1px solid var(--grid);border-radius:4px;
padding:2px 8px;cursor:pointer;margin:4px 6px 4px 0}
details{border-bottom:1px solid var(--grid);padding:4px 0}summary{cursor:pointer}
details .scroll{max-height:70vh;overflow:auto}details thead th{position:sticky;top:0;background:var(--paper)}
input{font:inherit;font-size:13px;color:var(--ink);background:var(--paper);border:1px solid var(--muted);border-radius:4px;
padding:2px 8px;margin:4px 8px 4px 0;width:min(320px,100%)}
pre{white-space:pre-wrap;font-size:12px;color:var(--ink)}
.warning{border-left:3px solid var(--bad);padding-left:10px}
@media (max-width:560px){body{padding:0 10px 32px}h1{font-size:20px}svg.panel{width:100%}.scroll>svg.panel{width:auto}}
@media print{button,input,nav{display:none!important}details:not([open]){display:none}body{max-width:none}a{color:inherit}}
`;

/** Tables that come first on the page, in order; the others follow. `NOT_SHOWN` lists those that only `lawfit show` prints. */
const FIRST = [
  ...["relations", "predictions", "translations", "configurations", "choices", "axis_importance"],
  ...["fits", "parameters", "problems_skipped", "runs"],
  ...["curves", "selection", "backtest_rates", "mixture_optima", "comparisons", "intervals"],
];
const NOT_SHOWN: Readonly<Record<string, string>> = {
  points: "the figures have those of the headline configuration",
  draws: "the figures have those of the headline configuration",
  parameter_draws: "the figures have those of the headline configuration",
};

/** Characters of the page that a table takes in addition to its data. */
const ROOM_BESIDE = 1000;

/** The tables of a job, whose texts together have at most `characters` characters. */
function tablesSection(job: ReportJob, characters: number): string {
  const names = Object.keys(job.tables);
  const order = [
    ...FIRST.filter((name) => names.includes(name)),
    ...names.filter((name) => !FIRST.includes(name)),
  ];
  const shown = order.filter((name) => ownValue(NOT_SHOWN, name) === undefined);
  const packedTables = embedAll(
    shown.map((name) => job.tables[name]!),
    characters - ROOM_BESIDE * order.length,
  );
  const embeddedTables = new Map(shown.map((name, i) => [name, packedTables[i]]));
  const parts = order.map((name) => {
    const table = job.tables[name]!;
    const embedded = embeddedTables.get(name);
    if (embedded !== undefined) return tableBox(job, name, table, embedded);
    return noteOf(job, name, table, ownValue(NOT_SHOWN, name) ?? "too long for this page");
  });
  return (
    `<h2 id="tables">Tables</h2><p class="quiet">A click on a head sorts. The columns: docs/results.md. CSV holds the rows that the filter leaves, ` +
    `with all digits where no note says otherwise.</p>${parts.join("")}`
  );
}

function tableBox(
  { directory }: ReportJob,
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

function noteOf({ directory }: ReportJob, given: string, { rows }: Table, reason: string): string {
  const name = escapeText(given);
  return `<p class="quiet">${name}, ${rows} rows: ${reason}; <code>lawfit show ${escapeText(shellWord(directory))} ${escapeText(shellWord(given))}</code></p>`;
}

/** Most characters of a page; the tables get what the figures and the other parts leave. */
const MOST_CHARACTERS = 4_700_000;

/** The page's only script. */
const script = `(${client.toString()})(${visibleLine.toString()})`;

/** The report as one HTML page that loads no other files. */
export function reportPage(job: ReportJob, drawn: readonly DrawnFigure[]): string {
  const summary = summarise(job);
  const name = jobName(job.directory);
  const items = checklist(job);
  const head = pageHead(name);
  const body =
    `<h1>${escapeText(name)}</h1>${summary.lines.map((line) => `<p>${escapeText(line)}</p>`).join("")}` +
    `<nav><a href="#figures">figures</a><a href="#tables">tables</a><a href="#checklist">checklist</a></nav>` +
    `${openingTable(job)}${answerTable(summary)}${cautions(summary)}<h2>What was run</h2>${factTable(summary.facts)}` +
    `<h2 id="figures">Figures</h2>${drawn.map(figureSection).join("")}${notDrawn(drawn)}` +
    `<h2 id="checklist">Reporting checklist</h2><p class="quiet">What a paper should say of its fits, of the headline configuration.</p>` +
    `<div class="scroll"><table><tbody>${items.map(({ item, said }) => `<tr><td>${escapeText(item)}</td><td class="wrap">${escapeText(said)}</td></tr>`).join("")}</tbody></table></div>` +
    `<button class="plain" id="save-checklist">Markdown for an appendix</button>` +
    `<pre hidden id="checklist-markdown">\n${escapeLines(checklistMarkdown(items))}</pre>`;
  const tail = `<script>${script}</script></body></html>\n`;
  const left = MOST_CHARACTERS - head.length - body.length - tail.length;
  return head + body + tablesSection(job, left) + tail;
}

/**
 * The head of a page. Its content security policy lets the browser run only the page's own script and forbids loading and
 * sending of anything, whatever text the page contains.
 */
export function pageHead(name: string): string {
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<link rel="icon" href="data:,"><title>lawfit: ${escapeText(name)}</title><style>${style}</style></head><body>`
  );
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** The name of a job, which is the name of its directory. */
export function jobName(directory: string): string {
  return basename(resolve(directory)) || "run";
}
