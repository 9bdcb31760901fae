// What reading large tables takes: processor time and peak memory of `inspect`, and of `sweep` of one task, on tables that are made for it.
//
//     npm run build && node bench/tables.mjs [--only WORD] [--folder DIR] [--keep]
//
// Each table is a tidy Parquet file of runs, checkpoints and tasks, with losses of a Chinchilla law and three scores made of them, written by
// DuckDB: 10 million rows of 33 tasks (0.3 GB), and a million rows of 33 and of 6,000 tasks, which should take the same time a row. Each command
// runs in a process of its own, which says its processor time and peak memory at its end. Writes a table to standard output.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { DuckDBInstance } = createRequire(import.meta.url)("../dist/packages/duckdb.cjs");
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    folder: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const program = fileURLToPath(new URL("../bin/lawfit.js", import.meta.url));
const folder = values.folder ?? mkdtempSync(join(tmpdir(), "lawfit-tables-"));
mkdirSync(folder, { recursive: true });

const tables = [
  { name: "10M-rows-33-tasks", runs: 303, steps: 1000, tasks: 33 },
  { name: "1M-rows-33-tasks", runs: 30, steps: 1000, tasks: 33 },
  { name: "1M-rows-6000-tasks", runs: 17, steps: 10, tasks: 6000 },
].filter(({ name }) => name.includes(values.only));

console.log("table | command | rows | processor time, s | s per million rows | peak memory, MB");
console.log("--- | --- | ---: | ---: | ---: | ---:");
for (const table of tables) {
  const path = join(folder, `${table.name}.parquet`);
  if (!existsSync(path)) await write(path, table);
  const rows = table.runs * table.steps * table.tasks;
  const commands = {
    inspect: ["inspect", path, "--format", "json"],
    sweep: [
      ...["sweep", "ladder", "--table", path, "--tasks", "task3", "--starts", "8", "--threads", "2"],
      ...["--out", join(folder, "run"), "--fresh", "--quiet"],
    ],
  };
  for (const [command, given] of Object.entries(commands)) {
    const { seconds, megabytes } = measure(given);
    const each = (1e6 * seconds) / rows;
    console.log(
      `${table.name} | ${command} | ${rows} | ${seconds.toFixed(1)} | ${each.toFixed(2)} | ${megabytes.toFixed(0)}`,
    );
    rmSync(join(folder, "run"), { recursive: true, force: true });
  }
}
if (!values.keep && values.folder === undefined) rmSync(folder, { recursive: true });

/** The last two runs are targets, larger than all others. */
async function write(path, { runs, steps, tasks }) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (
    WITH runs AS (SELECT r, r >= ${runs - 2} AS is_target,
        CASE WHEN is_target THEN (7 + 6 * (r - ${runs - 2})) * 1e9 ELSE round(1e8 * pow(1.55, r % 6) * (1 + 1e-3 * (r // 6))) END AS n
      FROM range(${runs}) t(r)),
    points AS (SELECT *, 0.5 + 0.02 * (k % 17) + 400 / pow(n, 0.34) + 410 / pow(round(20 * n * (1 + r % 5) * s / ${steps}), 0.28)
        + 1e-3 * (hash(r, s, k) % 1000 / 500.0 - 1) AS loss
      FROM runs, range(1, ${steps + 1}) u(s), range(${tasks}) v(k))
    SELECT 'run' || r AS run, if(is_target, 'target', 'fit') AS role, n::BIGINT AS n, round(20 * n * (1 + r % 5) * s / ${steps})::BIGINT AS d,
      s * 100 AS step, 'task' || k AS subject, loss, 0.25 + 0.75 / (1 + exp(4 * (loss - 0.85 - 0.02 * (k % 17)))) AS accuracy,
      0.9 * loss AS ce, 0.25 + 0.7 / (1 + exp(5 * (loss - 0.9))) AS mc_accuracy
    FROM points ORDER BY r, s, k) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
  connection.closeSync();
  instance.closeSync();
}

/** Processor time and peak memory of a command's process, which says them at its end. */
function measure(given) {
  const said =
    'process.on("exit", () => { const u = process.resourceUsage(); process.stderr.write("\\n" + ' +
    "JSON.stringify({ seconds: (u.userCPUTime + u.systemCPUTime) / 1e6, megabytes: u.maxRSS / 1024 })); });";
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(said)}`, program, ...given],
    { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] },
  );
  if (status !== 0) throw new Error(`lawfit ${given.join(" ")}: ${stderr}`);
  return JSON.parse(stderr.split("\n").at(-1));
}
