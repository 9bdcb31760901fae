import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Method } from "../../src/methods/method.ts";
import { methods } from "../../src/registry.ts";
import { AXES, SHARES, SHOWN } from "../../src/results/shown-columns.ts";
import { queryJob } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import type { Table } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { type Row, smallLadder, tableOfRows } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { fakeSolver } from "./fake-solver.ts";

const page = readFileSync(new URL("../../docs/results.md", import.meta.url), "utf8");
const { folder } = temporaryFolder();
/** Runs a sweep over rows made by hand, and gives its tables. */
async function tablesOf(name: string, rows: readonly Row[], spec: SweepSpec): Promise<Record<string, Table>> {
  const table = join(folder, `${name}.parquet`);
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  const out = join(folder, name);
  const { tables } = await runSweep({ ...spec, table }, { out, solver: fakeSolver().solver });
  return { ...tables, ...(spec.bootstrap?.draws && { draws: await queryJob(out, "draws") }) };
}

const ladder = {
  method: methods.get("ladder")!,
  tables: await tablesOf("ladder", smallLadder(), {
    method: "ladder",
    bootstrap: { resamples: 2, draws: true },
    backtest: {},
    isoflop: {},
  }),
};
const { runs, mixtures, mixture_optima } = await tablesOf("mixed", mixedRows(), {
  method: "flp-m",
  axes: { law: "m1", link: "average" },
  mixtures: {},
});
const mixed = {
  method: methods.get("flp-m")!,
  tables: { runs: runs!, mixtures: mixtures!, mixture_optima: mixture_optima! },
};
const { translations, relations } = await tablesOf("related", relatedRows(), {
  method: "loss-to-loss",
  tasks: ["own_corpus"],
});
const related = {
  method: methods.get("loss-to-loss")!,
  tables: { translations: translations!, relations: relations! },
};
// Only a table of mixtures has all columns of `runs`.
delete ladder.tables.runs;
const all = [ladder, mixed, related].flatMap(({ method, tables }) =>
  Object.entries(tables).map(([name, table]) => ({ name, table, method })),
);

/** Eight runs of the same sizes on each of two corpora, with their train losses. */
function relatedRows(): Row[] {
  return ["web", "code"].flatMap((family) =>
    Array.from({ length: 8 }, (_, i): Row => {
      const size = { n: 1e8 * (i + 1), d: 2e9 * (i + 1) };
      return {
        run: `${family}-${i}`,
        family,
        ...size,
        subject: "own_corpus",
        metrics: { loss: 3 - 0.1 * i },
      };
    }),
  );
}

/** The first cells of the rows of the section's table. */
function documented(section: string): string[] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  return Array.from((text ?? "").matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name!);
}

/** Columns of a table, those of axes, of stages' problems and of sources as the page names them together. */
function columnsOf({ axes, stages }: Method, table: Table): string[] {
  const general = new Map<string, string>([
    ...axes.map((axis) => [axis.name, "AXIS"] as const),
    ...stages.map((stage) => [`problem_${stage}`, "problem_STAGE"] as const),
  ]);
  const nameOf = (column: string) =>
    general.get(column) ??
    column.replace(/^mix\.(general|code)(?=_|$)/, "mix.SOURCE").replace(/^variable_\d+$/, "variable_1");
  return [...new Set(table.columns.map(({ name }) => nameOf(name)))];
}

test.each(all)("docs/results.md has every column of $name, in order", ({ name, method, table }) => {
  expect(documented(name)).toEqual(columnsOf(method, table));
});

test("docs/results.md lists every table at its top", () => {
  const top = page.split(/^## /m)[0]!;
  const listed = Array.from(top.matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name);
  expect(listed.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
});

test.each(all)("what lawfit show prints of $name fits on a screen", ({ name, table }) => {
  const names = table.columns.map((column) => column.name);
  const shown = SHOWN[name]?.columns ?? (name === "predictions" ? [] : names);
  expect(shown.length).toBeLessThanOrEqual(13);
  expect(shown.filter((column) => ![AXES, SHARES, ...names].includes(column))).toEqual([]);
});
