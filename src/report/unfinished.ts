import { stat } from "node:fs/promises";
import { join } from "node:path";
import { escapeText } from "../draw/escape.ts";
import { readJobState } from "../run/job-state.ts";
import { type JobStatus, jobStatuses } from "../run/job-status.ts";
import { countOf, formatNumber, markdownText } from "../text.ts";
import { factTable, jobName, pageHead } from "./page/page.ts";

/** The description of a job that has no results yet. */
export interface UnfinishedJob {
  name: string;
  line: string;
  facts: readonly (readonly [name: string, value: string])[];
}

/** Describes a job directory that has no manifest yet; undefined where it has one or the folder is not a job directory. */
export async function unfinishedJob(directory: string): Promise<UnfinishedJob | undefined> {
  if ((await stat(join(directory, "manifest.json")).catch(() => undefined)) !== undefined) return undefined;
  const state = await readJobState(directory);
  if (state === undefined) return undefined;
  const [status] = (await jobStatuses(directory)).slice(-1);
  const { sweep, tables, tasks, targets, configurations, begun, version, backend } = state;
  return {
    name: jobName(directory),
    line: "This sweep is not finished: it has no results yet. Repeat the command that started it to continue.",
    facts: [
      ["method", String(sweep.method)],
      ["begun", `${begun}, lawfit ${version}, seed ${sweep.seed}, backend ${backend}`],
      ["table", tables.map(({ path, rows }) => `${path} (${countOf(rows, "row")})`).join(", ")],
      ["work", `${countOf(configurations.length, "configuration")} of ${countOf(tasks.length, "task")}`],
      ["targets", targets.join(", ") || "none"],
      ...progressOf(status),
    ],
  };
}

function progressOf(status: JobStatus | undefined): [string, string][] {
  if (status === undefined) return [];
  const { standing, progress, message, updated } = status;
  const how =
    standing === "running" ? "running" : `${standing}${message === undefined ? "" : `: ${message}`}`;
  if (progress === undefined) return [["state", how]];
  const { phase, done, total, fits, fitsFound } = progress;
  return [
    ["state", how],
    [
      "progress",
      `${phase}: ${done} of ${countOf(total, "problem")}; ${formatNumber(fits + fitsFound)} fits, as of ${updated ?? "an unknown time"}`,
    ],
  ];
}

/** The HTML page that describes an unfinished job. */
export function unfinishedPage({ name, line, facts }: UnfinishedJob): string {
  return (
    pageHead(name) +
    `<h1>${escapeText(name)}</h1><p>${escapeText(line)}</p><h2>What it does</h2>${factTable(facts)}</body></html>\n`
  );
}

/** The description of an unfinished job in Markdown. */
export function unfinishedMarkdown({ name, line, facts }: UnfinishedJob): string {
  const list = facts.map(([what, value]) => `- ${what}: ${markdownText(value)}`);
  return [`# ${markdownText(name)}`, "", line, "", ...list, ""].join("\n");
}
