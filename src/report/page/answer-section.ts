import { escapeText } from "../escape.ts";
import type { Summary } from "../summary.ts";

/** Heads over numbers, which stand at the right. */
const NUMBERS = new Set(["predicted", "measured", "error"]);

/** The predictions, a line each. */
export function answerTable({ head, rows, intervalKind }: Summary): string {
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

/** What should be known before the run is trusted. */
export function cautions({ cautions: lines }: Summary): string {
  return lines.map((line) => `<p class="warning quiet">${escapeText(line)}</p>`).join("");
}

/** Names and values. */
export function factTable(facts: readonly (readonly [string, string])[]): string {
  return `<div class="scroll"><table><tbody>${facts.map(([name, value]) => `<tr><td>${escapeText(name)}</td><td class="wrap">${escapeText(value)}</td></tr>`).join("")}</tbody></table></div>`;
}
