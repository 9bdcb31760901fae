// Makes a folder of results of lm-evaluation-harness for models that do not exist, with laws that are known, and imports it.
//
//   node bench/lm-eval-folder.mjs FILES [QUESTIONS [FOLDER]]
//
// FILES results files of 20 tasks (10,000 by default), each with samples of QUESTIONS questions of one task (0 by default: no samples).
// Prints the seconds that the import takes, and removes the folder unless it is named.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importTable } from "../dist/index.js";

const [files = 10_000, questions = 0] = process.argv.slice(2, 4).map(Number);
const folder = process.argv[4] ?? mkdtempSync(join(tmpdir(), "lawfit-lm-eval-"));
const tasks = Array.from({ length: 20 }, (_, i) => `task_${i + 1}`);
const sizes = [70, 160, 410, 1000];

for (let file = 0; file < files; file++) {
  const size = sizes[file % sizes.length];
  const step = 1000 * (1 + Math.floor(file / sizes.length));
  const directory = join(folder, `org__model-${size}M`);
  mkdirSync(directory, { recursive: true });
  const date = `2026-01-${String(1 + (file % 28)).padStart(2, "0")}T00-00-00.${String(file).padStart(6, "0")}`;
  const exact = 1 - 0.75 * (size * step) ** -0.05;
  const score = questions > 0 ? Math.ceil(exact * questions) / questions : exact;
  const document = {
    results: Object.fromEntries(
      tasks.map((task) => [
        task,
        {
          alias: task,
          "acc,none": score,
          "acc_stderr,none": 0.01,
          "acc_norm,none": score,
          "acc_norm_stderr,none": 0.01,
        },
      ]),
    ),
    group_subtasks: Object.fromEntries(tasks.map((task) => [task, []])),
    configs: Object.fromEntries(
      tasks.map((task) => [
        task,
        { task, description: "x".repeat(400), metric_list: [{ metric: "acc" }], repeats: 1 },
      ]),
    ),
    "n-shot": Object.fromEntries(tasks.map((task) => [task, 0])),
    "n-samples": Object.fromEntries(
      tasks.map((task) => [task, { original: questions || 1000, effective: questions || 1000 }]),
    ),
    config: {
      model: "hf",
      model_args: `pretrained=org/model-${size}M,revision=step${step}`,
      model_num_parameters: size * 1e6,
      limit: null,
    },
    pretty_env_info: "y".repeat(5000),
  };
  writeFileSync(join(directory, `results_${date}.json`), JSON.stringify(document, null, 2));
  if (questions === 0) continue;
  const lines = Array.from({ length: questions }, (_, id) => {
    const loss = 1 + 20 * (size * step) ** -0.3 + 0.1 * Math.sin(id);
    return JSON.stringify({
      doc_id: id,
      doc: { text: "z".repeat(300) },
      target: "0",
      arguments: {
        gen_args_0: { arg_0: "q".repeat(600), arg_1: " right" },
        gen_args_1: { arg_0: "q".repeat(600), arg_1: " wrong" },
      },
      filtered_resps: [
        [String(-loss * 5 * Math.LN2), "False"],
        ["-5", "False"],
      ],
      acc: Number(id < questions * score),
    });
  });
  writeFileSync(join(directory, `samples_task_1_${date}.jsonl`), `${lines.join("\n")}\n`);
}

const out = join(folder, "table.parquet");
const before = process.cpuUsage();
const begin = performance.now();
const summary = await importTable("lm-eval", folder, out, { tokensPerStep: 2_097_152, force: true });
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  `${summary.rows} rows; ${summary.notes.join("; ")}\n${files} results files with ${tasks.length} tasks each: ` +
    `${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of a processor\n`,
);
if (process.argv[4] === undefined) rmSync(folder, { recursive: true });
