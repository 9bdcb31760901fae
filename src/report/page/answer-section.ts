import { escapeText } from "../draw/compose.ts";
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
    const cells = [
      `<td>${escapeText(task)}</td><td>${escapeText(target)}</td><td class="number">${predicted}</td>`,
      `<td>${escapeText(interval)}</td><td class="number">${actual}</td><td class="number error">${error}</td>`,
      hasHeld ? `<td>${held}</td>` : "",
      `<td class="quiet">${mark}</td>`,
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
  return `<div class="scroll"><table><tbody>${facts.map(([name, value]) => `<tr><td>${name}</td><td class="wrap">${escapeText(value)}</td></tr>`).join("")}</tbody></table></div>`;
}
