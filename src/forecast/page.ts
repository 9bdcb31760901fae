import { roundInterval, roundTo, shortNumber } from "../draw/numbers.ts";
import { formatNumber, markdownTable, markdownText, percent } from "../text.ts";
import type { Forecast, ForecastInterval, ForecastQuantity } from "./document.ts";

/** A forecast as a Markdown page for an issue or a paper, which names the seal of the JSON file. */
export function forecastPage(forecast: Forecast, file: string): string {
  const { targets, sealed, by, seal, version, quantities } = forecast;
  const title = targets.map(({ name }) => markdownText(name)).join(", ");
  return [
    `# Forecast of ${title}`,
    "",
    `Sealed ${sealed.slice(0, 10)} by lawfit ${version}; to be known by ${by}. SHA-256 of the canonical JSON (RFC 8785) of \`${file}\`:`,
    "",
    `\`${seal.sha256}\``,
    "",
    ...targets.map(
      ({ name, budget_multiple: multiple }) =>
        `- ${markdownText(name)}: ${multiple === null ? "compute not known" : `${formatNumber(multiple, 3)} times the compute of the largest run that was fitted`}`,
    ),
    "",
    "## Forecast",
    "",
    ...markdownTable(
      ["quantity", "forecast", "interval", "", "held in back-tests"],
      quantities.flatMap(intervalRows),
    ),
    "",
    ...undetermined(quantities),
    "## Sensitivity",
    "",
    ...sensitivityLines(quantities),
    "## Forecasts without a law",
    "",
    ...markdownTable(
      ["quantity", "rival", "forecast"],
      quantities.flatMap(({ name, rivals }) =>
        rivals.map((rival) => [
          markdownText(name),
          rival.name,
          rival.value === null ? markdownText(rival.reason ?? "") : shortNumber(rival.value),
        ]),
      ),
    ),
    "",
    "## The largest run predicted from smaller ones",
    "",
    ...historyLines(forecast),
    "## Law and data",
    "",
    ...lawLines(forecast),
  ].join("\n");
}

function kindOf({
  interval,
  level,
  purpose,
}: Pick<ForecastInterval, "interval" | "level" | "purpose">): string {
  return `${percent(level, 4)} ${interval}, for ${purpose === "curve" ? "the curve" : `a ${purpose}`}`;
}

function intervalRows({ name, value, intervals }: ForecastQuantity): string[][] {
  if (intervals.length === 0) return [[markdownText(name), shortNumber(value), "none", "", ""]];
  return intervals.map((one) => {
    const [lower, upper] = [one.lower ?? Number.NaN, one.upper ?? Number.NaN];
    const { backtest_rate: rate, backtest_count: count } = one;
    return [
      markdownText(name),
      roundTo(value, lower, upper),
      roundInterval(lower, upper) || one.status,
      kindOf(one),
      rate === null ? "" : `${percent(rate)} of ${count}`,
    ];
  });
}

function undetermined(quantities: readonly ForecastQuantity[]): string[] {
  const lines = quantities.flatMap(({ name, determined, determined_reason: reason }) =>
    determined === null || determined === "yes"
      ? []
      : [
          `- ${markdownText(name)} is not determined by the data (${determined}): ${markdownText(reason ?? "")}`,
        ],
  );
  return lines.length === 0 ? [] : [...lines, ""];
}

function sensitivityLines(quantities: readonly ForecastQuantity[]): string[] {
  const rows = quantities.flatMap(({ name, value, sensitivity }) =>
    sensitivity.map(({ to, choice, value: other, difference, reason }) => [
      markdownText(name),
      to,
      markdownText(choice),
      other === null ? markdownText(reason ?? "") : shortNumber(other),
      difference === null ? "" : `${shortNumber(difference, 2)} (${percent(difference / value)})`,
    ]),
  );
  if (rows.length === 0) return ["No other law, link or asymptote could be tried.", ""];
  return [...markdownTable(["quantity", "to", "choice", "forecast", "difference"], rows), ""];
}

function historyLines({ history: { rows, reason } }: Forecast): string[] {
  if (rows.length === 0) return [`None: ${markdownText(reason ?? "no run was measured")}.`, ""];
  const [first] = rows;
  const shown = rows.filter(
    ({ interval, level, purpose }) =>
      interval === first!.interval && level === first!.level && purpose === first!.purpose,
  );
  const severalTasks = new Set(shown.map(({ task }) => task)).size > 1;
  const number = (value: number | null, digits = 4) => shortNumber(value ?? Number.NaN, digits);
  return [
    ...markdownTable(
      [
        ...(severalTasks ? ["task"] : []),
        "runs up to",
        "run",
        "budget",
        "forecast",
        "actual",
        "error",
        kindOf(first!),
        "held",
      ],
      shown.map(({ task, cut, target, ratio, predicted, actual, error, lower, upper, hit }) => [
        ...(severalTasks ? [markdownText(task)] : []),
        number(cut, 3),
        markdownText(target),
        `${number(ratio, 3)} x`,
        number(predicted),
        number(actual),
        percent((error ?? Number.NaN) / (actual ?? Number.NaN)),
        roundInterval(lower ?? Number.NaN, upper ?? Number.NaN),
        hit === null ? "" : hit ? "yes" : "no",
      ]),
    ),
    "",
  ];
}

function lawLines({ method, settings, laws, source }: Forecast): string[] {
  const chosen = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [
    `Method ${method}: ${markdownText(chosen.join(", "))}.`,
    "",
    ...laws.flatMap(({ task, stage, form, expression, points, parameters }) => [
      `- ${markdownText(`${stage} of ${task}, ${points} points: ${expression ?? form}`)}; ${parameters
        .map(({ name, value, standard_error: error }) => {
          const shown = shortNumber(value ?? Number.NaN);
          return markdownText(`${name} = ${shown}${error === null ? "" : ` ± ${shortNumber(error, 2)}`}`);
        })
        .join(", ")}`,
    ]),
    "",
    ...source.tables.map(
      ({ path, rows, sha256 }) => `- table ${markdownText(path)}, ${rows} rows, SHA-256 \`${sha256}\``,
    ),
    ...(source.sweep_file === null
      ? []
      : [`- sweep file ${markdownText(source.sweep_file.path)}, SHA-256 \`${source.sweep_file.sha256}\``]),
    "",
  ];
}
