import { expect, test } from "vitest";
import { layoutFolder } from "./imported.ts";

const { put, path, imported } = layoutFolder();

const task = (name: string, metrics: object, more: object = {}) => ({
  task_name: name,
  task_config: { primary_metric: "acc_per_char", metadata: { alias: `${name}:rc::olmes` } },
  model_config: {
    model: "ladder-190M-2xC",
    model_path: "/ckpt/ladder-190M-2xC/step100-unsharded-hf",
    revision: null,
  },
  num_instances: 4,
  metrics,
  ...more,
});

test("metrics-all.jsonl: means, bits per byte, steps of folders, and a broken line", async () => {
  put({
    "all/step100/metrics-all.jsonl": [
      task(
        "mmlu",
        { primary_score: 0.25 },
        { task_config: { primary_metric: "macro", metadata: { alias: "mmlu" } } },
      ),
      task("piqa", {
        primary_score: 0.75,
        acc_raw: 0.5,
        acc_per_char: 0.75,
        bits_per_byte_corr: 1.5,
        extra: { a: 1 },
      }),
      '{"task_name": "cut',
      task("boolq", { primary_score: "?" }),
    ],
  });
  const { lines, notes } = await imported("olmes", "all", { tokensPerStep: 1e6 });
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,loss,accuracy,chance,questions,acc_raw,acc_per_char",
    "ladder-190M-2xC,fit,190000000,100000000,114000000000000000,100,mmlu,,0.25,0.25,4,,",
    "ladder-190M-2xC,fit,190000000,100000000,114000000000000000,100,piqa:rc,1.5,0.75,0.5,4,0.5,0.75",
    "ladder-190M-2xC,fit,190000000,100000000,114000000000000000,100,boolq:rc,,,,4,,",
  ]);
  expect(notes[0]).toBe(
    `1 row left out: ends too early: it has been cut (${path("all/step100/metrics-all.jsonl")}, line 3)`,
  );
  expect(notes).toContainEqual(expect.stringContaining('metrics.primary_score: "?"'));
  expect(notes).toContain(
    "means of other tasks of the table, so a mean over all tasks counts those twice: mmlu",
  );
});

test("task files with predictions: bits per byte of the right answers", async () => {
  const model = { model_config: { model: "m-10M", revision: "step5-tokens1B" } };
  put({
    "tasks/task-000-arc_easy-metrics.json": task("arc_easy", { primary_score: 0.5 }, model),
    "tasks/task-000-arc_easy-predictions.jsonl": [
      { doc_id: 0, label: 1, model_output: [{ logits_per_byte: -9 }, { logits_per_byte: -Math.LN2 }] },
      { doc_id: 1, label: 0, model_output: [{ bits_per_byte: 3 }, { bits_per_byte: 9 }] },
      { doc_id: 2, label: 7, model_output: [{ bits_per_byte: 3 }] },
      { doc_id: 3, label: 7, model_output: [{ bits_per_byte: 3 }, {}] },
    ],
  });
  const { lines, notes } = await imported("auto", "tasks");
  const cells = lines[1]!.split(",");
  expect(cells.slice(0, 7)).toEqual([
    "m-10M",
    "fit",
    "10000000",
    "1000000000",
    "60000000000000000",
    "5",
    "arc_easy:rc",
  ]);
  // 1, 3 and 3 bits: their mean, and their standard deviation over the root of 3.
  expect(Number(cells[7])).toBeCloseTo(7 / 3, 12);
  expect(Number(cells[8])).toBeCloseTo(Math.sqrt(4 / 3) / Math.sqrt(3), 12);
  expect(notes[0]).toBe("recognised as olmes, by task-000-arc_easy-metrics.json");
  expect(notes[1]).toBe(
    "1 question left out: without the log-probability of the right answer (task-000-arc_easy-predictions.jsonl, line 4)",
  );
});

test("a task that models were asked with different numbers of examples is as many subjects", async () => {
  const asked = (model: string, shots: number) =>
    task(
      "piqa",
      { primary_score: 0.5 },
      {
        task_config: { num_shots: shots, metadata: { alias: "piqa" } },
        model_config: { model, revision: "tokens1B" },
      },
    );
  put({ "shots/metrics-all.jsonl": [asked("a-10M", 0), asked("b-20M", 5)] });
  const { lines, notes } = await imported("olmes", "shots");
  expect(lines.slice(1).map((line) => line.split(",")[5])).toEqual(["piqa_0shot", "piqa_5shot"]);
  expect(notes.join()).toMatch(/asked with several numbers of examples.*: piqa/);
});
