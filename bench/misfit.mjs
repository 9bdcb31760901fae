// How often a misfit is named where the forms are right and where the link is not: simulated ladders whose scores follow the sigmoid, or
// Gompertz's curve with its ends, steepest point and slope there.
//
//     npm run build && node bench/misfit.mjs [--tables N] [--tasks N] [--seed N] [--links sigmoid,gompertz] [--ends "as drawn,1"]
//
// A table is 16 runs with 40 checkpoints, as `lawfit simulate ladder` draws them, swept by method ladder with the anchor (the default) and
// without. Counted are the tables of which the warning names anything, and a link (step 2). All tables are swept as one, each with runs and
// tasks of its own, and the warning's rule is applied to each.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runSweep } from "../dist/index.js";
import { randomStream } from "../dist/random.js";
import { countDiscoveries } from "../dist/results/misfits.js";
import { simulateLadder } from "../dist/simulate/ladder.js";
import { checkpointTableToTable } from "../dist/tables/checkpoint-table.js";
import { findColumn } from "../dist/tables/table.js";
import { writeTable } from "../dist/tables/write.js";

const { values } = parseArgs({
  options: {
    tables: { type: "string", default: "200" },
    tasks: { type: "string", default: "4" },
    seed: { type: "string", default: "1" },
    links: { type: "string", default: "sigmoid,gompertz" },
    ends: { type: "string", default: "as drawn,1" },
  },
});
const [tables, tasks, seed] = [values.tables, values.tasks, values.seed].map(Number);
const QUESTIONS = 1000;

/** Share of right answers at a loss. */
const LINKS = {
  sigmoid: ({ a, b, L0, k }, loss) => b + a / (1 + Math.exp(-k * (loss - L0))),
  gompertz: ({ a, b, L0, k }, loss) => a + b - a * Math.exp(-Math.exp(((k * Math.E) / 4) * (loss - L0))),
};

const folder = await mkdtemp(join(tmpdir(), "lawfit-misfit-"));
console.log(`${tables} tables of 16 runs and ${tasks} tasks each, seed ${seed}`);
console.log(
  "| link of the truth | its upper end | anchor | a link is named | anything is named | links with p <= 0.05 |",
);
console.log("| --- | --- | --- | --- | --- | --- |");
for (const link of values.links.split(",")) {
  for (const end of values.ends.split(",")) {
    const file = join(folder, `${link}-${end}.parquet`);
    await writeTable(file, checkpointTableToTable(allTables(link, end)));
    for (const anchor of end === "1" ? [true] : [true, false]) {
      const spec = { table: file, method: "ladder", axes: { anchor }, targets: ["7B@4T"] };
      const { tables: found } = await runSweep(spec);
      const shown = end === "1" ? end : "0.96 to 1";
      console.log(`| ${link} | ${shown} | ${anchor ? "yes" : "no"} | ${counted(found.fits).join(" | ")} |`);
    }
  }
}
await rm(folder, { recursive: true });

/** All tables as one, whose runs and tasks have the number of their table before their name. */
function allTables(link, end) {
  const parts = Array.from({ length: tables }, (_, t) =>
    onlyTasks(simulateLadder({ seed: seed * 1e6 + t, tasks, questions: 0 }), t, link, end),
  );
  const joined = (pick) => parts.flatMap((part) => Array.from(pick(part)));
  const numbers = (pick) => Float64Array.from(joined(pick));
  const { source, mixes } = parts[0];
  return {
    ...{ source, mixes, rows: parts.reduce((sum, { rows }) => sum + rows, 0) },
    ...Object.fromEntries(
      ["run", "role", "subject", "family", "phase"].map((name) => [name, joined((part) => part[name])]),
    ),
    ...Object.fromEntries(["n", "d", "c", "step"].map((name) => [name, numbers((part) => part[name])])),
    metrics: new Map(["loss", "accuracy"].map((name) => [name, numbers((part) => part.metrics.get(name))])),
  };
}

/** The runs to fit of a table, on its tasks. */
function onlyTasks({ table, truth: { subjects } }, t, link, end) {
  const truths = new Map(
    subjects.map(({ subject, sigmoid, chance }) => {
      return [subject, end === "1" && sigmoid ? { ...sigmoid, a: chance - 1, b: 1 } : sigmoid];
    }),
  );
  const kept = table.run.flatMap((_, row) =>
    table.role[row] === "fit" && truths.get(table.subject[row]) ? [row] : [],
  );
  const stream = randomStream(`misfit/${seed}/${t}`);
  const loss = kept.map((row) => table.metrics.get("loss")[row]);
  // As many right answers as the normal distribution says: thousand answers each would take longer than the fits.
  const accuracy = kept.map((row, i) => {
    const p = LINKS[link](truths.get(table.subject[row]), loss[i]);
    return Math.min(1, Math.max(0, p + Math.sqrt((p * (1 - p)) / QUESTIONS) * stream.normal()));
  });
  const of = (name) => kept.map((row) => table[name][row]);
  return {
    ...{ source: table.source, mixes: table.mixes, rows: kept.length },
    ...Object.fromEntries(["role", "family", "phase", "n", "d", "c", "step"].map((name) => [name, of(name)])),
    run: of("run").map((run) => `${t}/${run}`),
    subject: of("subject").map((subject) => `${t}/${subject}`),
    metrics: new Map([
      ["loss", loss],
      ["accuracy", accuracy],
    ]),
  };
}

/** Shares of the tables of which the warning names a link, and anything; and of the links with p <= 0.05. */
function counted(fits) {
  const [stage, task, misfit] = ["stage", "task", "misfit"].map((name) => findColumn(fits, name).values);
  const byTable = new Map();
  for (let row = 0; row < fits.rows; row++) {
    const t = task[row].split("/")[0];
    byTable.set(t, [...(byTable.get(t) ?? []), { isLink: stage[row] === "step2", p: misfit[row] }]);
  }
  const named = [...byTable.values()].map((tests) => {
    const ranked = tests.toSorted((a, b) => a.p - b.p);
    return ranked.slice(0, countDiscoveries(ranked.map(({ p }) => p)));
  });
  const links = [...byTable.values()].flat().filter(({ isLink }) => isLink);
  const share = (part, all) => `${((100 * part.length) / all.length).toFixed(1)} %`;
  return [
    share(
      named.filter((some) => some.some(({ isLink }) => isLink)),
      named,
    ),
    share(
      named.filter((some) => some.length > 0),
      named,
    ),
    share(
      links.filter(({ p }) => p <= 0.05),
      links,
    ),
  ];
}
