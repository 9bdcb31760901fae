import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plan } from "../../src/decide/plan.ts";
import { UserError } from "../../src/errors.ts";
import type { AxisInfo } from "../../src/methods/axis.ts";
import type { Method } from "../../src/methods/method.ts";
import { candidatesTable } from "../../src/next/table.ts";
import { recipeTables } from "../../src/recipes/tables.ts";
import { extensions, methods } from "../../src/registry.ts";
import { predictionAnalyses } from "../../src/results/analysis/analysis-tables.ts";
import { drawsTable, noDraws } from "../../src/results/draws-table.ts";
import { bootstrapTables, fitTables } from "../../src/results/result-tables.ts";
import { AXES, SHARES, SHOWN, VERDICTS } from "../../src/results/shown-columns.ts";
import { compareJobs } from "../../src/run/compare-jobs.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { searchTables } from "../../src/search-laws/tables.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import type { Table } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { expectDocumented } from "../documented-table.ts";
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
  return { ...tables };
}

const ladder = {
  method: methods.get("ladder")!,
  tables: await tablesOf("ladder", smallLadder(), {
    method: "ladder",
    bootstrap: { resamples: 2 },
    backtest: {},
    isoflop: {},
    derived: {},
    ranking: { by: "link" },
  }),
};
const batched = mixedRows().map((row) => ({ ...row, metrics: { ...row.metrics, size: 512 } }));
const { runs, mixtures, mixture_optima } = await tablesOf("mixed", batched, {
  method: "flp-m",
  columns: { inputs: { batch: "size" } },
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
// Only a table of mixtures and inputs has all columns of `runs`.
delete ladder.tables.runs;
ladder.tables.draws = drawsTable({ id: 0, task: "t" }, "big", noDraws, 0);
// A fit by itself has more columns.
const { parameters, fits, points, predictions, ...fitted } = await fittedTables();
delete ladder.tables.predictions;
const { covariance, laws } = fitted;
const free = {
  method: methods.get("fit")!,
  tables: {
    ...{ predictions: predictions!, covariance: covariance!, laws: laws! },
    parameter_draws: fitted.parameter_draws!,
    plans: fitted.plans!,
    candidates: fitted.candidates!,
    recipes: fitted.recipes!,
    recipe_pairs: fitted.recipe_pairs!,
    recipe_decisions: fitted.recipe_decisions!,
    ...searchTables([]),
  },
};
// Where steps have different runs, the table says which.
const { fits: filtered } = await tablesOf("filtered", smallLadder(), {
  method: "ladder",
  axes: { runs1: "n <= 4e8" },
});
const columnsOfFits = [...filtered!.columns, ...fits!.columns].filter(
  ({ name }, i, all) => all.findIndex((other) => other.name === name) === i,
);
Object.assign(ladder.tables, { parameters, fits: { ...fits!, columns: columnsOfFits }, points });
const all = [ladder, mixed, related, free].flatMap(({ method, tables }) =>
  Object.entries(tables).map(([name, table]) => ({ name, table, method })),
);

/** A law on a table of its own columns, resampled. */
async function fittedTables(): Promise<Record<string, Table>> {
  const table = join(folder, "free.csv");
  const rows = smallLadder().map(({ n, d }, i) => `${n},${d},${2 + 3 / (i + 1)}`);
  writeFileSync(table, `n,d,loss\n${rows.join("\n")}\n`);
  const fit = { x: { N: "n", D: "d" }, test: "loss < 2.1" };
  const axes = { priors: "alpha=0.34+-0.05" };
  const spec: SweepSpec = { table, method: "fit", fit, axes, bootstrap: { resamples: 2, draws: true } };
  const { fitted } = await plan(spec, { budgets: [1e24], solver: fakeSolver().solver });
  const ofRun = methods.get("fit")!.axes.map(({ name }) => ({ name, type: "string" as const }));
  const asked = { names: [], columns: new Map(), error: () => new UserError("none") };
  const held = { at: {}, uniqueTokens: undefined };
  const candidates = candidatesTable([], ofRun as AxisInfo[], { candidates: asked, cost: "6*N*D", held });
  return { ...fitted!.tables, candidates, ...recipeTables([], { axes: ofRun as AxisInfo[], tables: {} }) };
}

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

/** Rows of the documented table: columns of axes, of stages' problems, of sources and of variables are a row each. */
function documentedRows({ axes, stages }: Method, { columns }: Table): string[][] {
  const general = new Map<string, string>([
    ...axes.map((axis) => [axis.name, "AXIS"] as const),
    ...stages.map((stage) => [`problem_${stage}`, "problem_STAGE"] as const),
  ]);
  const rows = new Map<string, string>();
  for (const { name, description = "" } of columns) {
    const known =
      general.get(name) ??
      name
        .replace(/^mix\.(general|code)(?=_|$)/, "mix.SOURCE")
        .replace(/^input\.batch$/, "input.NAME")
        .replace(/^variable_\d+$/, "variable_1");
    expect(description, `description of ${name}`).not.toBe("");
    expect(rows.get(known) ?? description, name).toBe(description);
    rows.set(known, description);
  }
  return Array.from(rows, ([name, description]) => [`\`${name}\``, description]);
}

const HEAD = ["column", "what it holds"];

test.each(all)("docs/results.md has table $name as the code describes it", ({ name, method, table }) => {
  expect(page.split(/^## /m).find((part) => part.startsWith(`${name}\n`))).toContain(`<!-- ${name} -->`);
  expectDocumented("results.md", name, HEAD, documentedRows(method, table));
});

test("docs/cluster.md has the table of a comparison as the code describes it", async () => {
  const { changed } = await compareJobs(join(folder, "ladder"), join(folder, "ladder"));
  expectDocumented("cluster.md", "comparison", HEAD, documentedRows(ladder.method, changed));
});

test("docs/results.md lists every table, and the sweeps above make each", () => {
  const rowOf = [fitTables, predictionAnalyses, bootstrapTables, ...extensions.map(({ tables }) => tables)];
  const listed = rowOf.flatMap((rows) => Object.entries(rows));
  expect(listed.map(([name]) => name).toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  const rows = listed.map(([name, row]) => [`\`${name}\``, row]);
  expectDocumented("results.md", "tables", ["table", "a row for each"], rows);
});

test.each(all)("what lawfit show prints of $name fits on a screen", ({ name, table }) => {
  const names = table.columns.map((column) => column.name);
  const shown = SHOWN[name]?.columns ?? (name === "predictions" ? [] : names);
  // Verdicts are shown where something is wrong.
  expect(shown.filter((column) => !(column in VERDICTS)).length).toBeLessThanOrEqual(13);
  expect(shown.filter((column) => ![AXES, SHARES, ...names].includes(column))).toEqual([]);
});
