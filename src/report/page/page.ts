import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { visibleLine } from "../../visible-text.ts";
import { checklist, checklistMarkdown } from "../checklist.ts";
import { escapeLines, escapeText } from "../escape.ts";
import type { DrawnFigure } from "../report.ts";
import type { ReportRun } from "../run.ts";
import { summarise } from "../summary.ts";
import { answerTable, cautions, factTable } from "./answer-section.ts";
import { client } from "./client.ts";
import { figureSection, notDrawn } from "./figure-section.ts";
import { style } from "./style.ts";
import { tablesSection } from "./tables-section.ts";

/** Characters that a page has at most, of which the tables get what the figures leave. */
const MOST_CHARACTERS = 4_700_000;

/** All that runs in the page. */
const script = `(${client.toString()})(${visibleLine.toString()})`;

/** The report as one HTML page that needs nothing else. */
export function reportPage(run: ReportRun, drawn: readonly DrawnFigure[]): string {
  const summary = summarise(run);
  const name = runName(run.directory);
  const items = checklist(run);
  const head = pageHead(name);
  const body =
    `<h1>${escapeText(name)}</h1>${summary.lines.map((line) => `<p>${escapeText(line)}</p>`).join("")}` +
    `<nav><a href="#figures">figures</a><a href="#tables">tables</a><a href="#checklist">checklist</a></nav>` +
    `${answerTable(summary)}${cautions(summary)}<h2>What was run</h2>${factTable(summary.facts)}` +
    `<h2 id="figures">Figures</h2>${drawn.map(figureSection).join("")}${notDrawn(drawn)}` +
    `<h2 id="checklist">Reporting checklist</h2><p class="quiet">What a paper should say of its fits, of the headline configuration.</p>` +
    `<div class="scroll"><table><tbody>${items.map(({ item, said }) => `<tr><td>${escapeText(item)}</td><td class="wrap">${escapeText(said)}</td></tr>`).join("")}</tbody></table></div>` +
    `<button class="plain" id="save-checklist">Markdown for an appendix</button>` +
    `<pre hidden id="checklist-markdown">\n${escapeLines(checklistMarkdown(items))}</pre>`;
  const tail = `<script>${script}</script></body></html>\n`;
  const left = MOST_CHARACTERS - head.length - body.length - tail.length;
  return head + body + tablesSection(run, left) + tail;
}

/**
 * What a page begins with. Its policy lets the browser run the page's own script and no other, load nothing and send
 * nothing, whatever text got into the page.
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

/** Name of a run: that of its folder. */
export function runName(directory: string): string {
  return basename(resolve(directory)) || "run";
}
