import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { messageOf } from "../temporary.ts";
import { layoutFolder } from "./imported.ts";

const { put, path, imported } = layoutFolder();

const DATE = "2026-01-02T03-04-05.678901";
const LATER = "2026-02-02T03-04-05.678901";
/** A question with two choices, as the harness writes it: values of resps are texts, and so is the target. */
const question = (id: number, right: number, logProbabilities: number[], texts: string[], acc: number) => ({
  doc_id: id,
  doc: { question: "?" },
  target: String(right),
  arguments: Object.fromEntries(
    texts.map((text, i) => [`gen_args_${i}`, { arg_0: "Q:", arg_1: ` ${text}` }]),
  ),
  resps: logProbabilities.map((value) => [[String(value), "False"]]),
  filtered_resps: logProbabilities.map((value) => [String(value), "False"]),
  filter: "none",
  metrics: ["acc"],
  acc,
  doc_hash: `h${id}`,
});

const results = (revision: string, acc: number, more: object = {}) => ({
  results: {
    piqa: {
      alias: "piqa",
      "acc,none": acc,
      "acc_stderr,none": 0.25,
      "acc_norm,none": 0.5,
      "acc_norm_stderr,none": "N/A",
    },
    ...more,
  },
  "n-shot": { piqa: 0 },
  "n-samples": { piqa: { original: 2, effective: 2 } },
  higher_is_better: { piqa: { acc: true, acc_norm: true } },
  config: {
    model: "hf",
    model_args: `pretrained=org/tiny-10M,revision=${revision}`,
    model_num_parameters: 12_000_000,
  },
});

put({
  [`new/org__tiny-10M/results_${DATE}.json`]: results("step100-tokens200M", 0.5),
  [`new/org__tiny-10M/samples_piqa_${DATE}.jsonl`]: [
    // 4 bytes, 8 bits: 2 bits a byte; probability 1/2 of two choices that are equally likely.
    question(0, 1, [-8 * Math.LN2, -8 * Math.LN2], ["b", "abcd"], 1),
    // "é" has 2 bytes: 4 bits a byte; its choice has 1/5 of the probability.
    question(1, 0, [-8 * Math.LN2, -6 * Math.LN2], ["é", "x"], 0),
  ],
  [`new/org__tiny-10M/results_${LATER}.json`]: results("step0", 0.25),
  "new/org__tiny-10M/results_2026-03-02T03-04-05.678901.json": '{\n  "results": {"piqa": {\n',
  "new/org__tiny-10M/samples_boolq_2025-01-01T00-00-00.000000.jsonl": [
    question(0, 1, [-1, -2], ["a", "b"], 0),
  ],
  "new/org__tiny-10M/notes.json": { text: "not results" },
});

test("results with their questions: bits per byte of the right answers, counts and standard errors", async () => {
  const { lines, notes } = await imported("lm-eval", "new");
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,loss,loss_stderr,accuracy,accuracy_stderr,chance,questions,acc_norm,ce,ce_stderr,soft,soft_stderr",
    expect.stringMatching(
      /^org\/tiny-10M,fit,12000000,200000000,14400000000000000,100,piqa,3\.?0*\d*,1\.?0*\d*,0\.5,0\.25,0\.5,2\.?0?,0\.5,1\.15129/,
    ),
  ]);
  // ce: the mean of ln 2 and ln 5.
  const cells = lines[1]!.split(",").map(Number);
  expect(cells[7]).toBeCloseTo(3, 12);
  expect(cells[8]).toBeCloseTo(1, 12);
  expect(cells[14]).toBeCloseTo((Math.log(2) + Math.log(5)) / 2, 12);
  expect(notes).toEqual([
    "1 file left out: not a results file of lm-evaluation-harness (notes.json)",
    `1 file left out: ends too early: it has been cut (${path("new/org__tiny-10M/results_2026-03-02T03-04-05.678901.json")}, line 2)`,
    "1 file left out: samples without the results file of the same date, which says the model (samples_boolq_2025-01-01T00-00-00.000000.jsonl)",
    "1 row left out: no tokens seen (step 0) (org/tiny-10M@step0)",
    "n is model_num_parameters where the files have it, which counts embeddings too",
    "d of 1 model is from the names: org/tiny-10M",
    "loss is answer_bpb (1 subject: piqa)",
    "accuracy is acc (1 subject: piqa)",
  ]);
});

test("files of before 0.4, of Pythia: keys without filters, steps of known tokens, numbers of examples as subjects of their own", async () => {
  const old = (shots: number, acc: number) =>
    `{"results": {"arc_easy": {"acc": ${acc}, "acc_stderr": NaN}, "lambada_openai": {"ppl": 10, "ppl_stderr": 0.5, "acc": 0.5}},
      "versions": {"arc_easy": 0},
      "config": {"model_args": "pretrained=EleutherAI/pythia-v1.1-160m,revision=step1000", "num_fewshot": ${shots}, "limit": null}}`;
  put({ "old/zero-shot/160m_step1000.json": old(0, 0.25), "old/five-shot/160m_step1000.json": old(5, 0.75) });
  const { lines, notes } = await imported("lm-eval", "old");
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,loss,loss_stderr,accuracy,chance",
    "EleutherAI/pythia-v1.1-160m,fit,160000000,2097152000,2013265920000000000,1000,arc_easy_5shot,,,0.75,0.25",
    expect.stringMatching(/,1000,lambada_openai_5shot,2\.302585\d+,0\.05,0\.5,$/),
    "EleutherAI/pythia-v1.1-160m,fit,160000000,2097152000,2013265920000000000,1000,arc_easy_0shot,,,0.25,0.25",
    expect.stringMatching(/,1000,lambada_openai_0shot,2\.302585\d+,0\.05,0\.5,$/),
  ]);
  expect(notes).toContain(
    "n of 1 model is from the names of models, rounded as they are there: EleutherAI/pythia-v1.1-160m",
  );
  expect(notes).toContain("d of 1 model is from steps of 2097152 tokens: EleutherAI/pythia-v1.1-160m");
  expect(notes).toContain("ppl is read as its logarithm, in nats");
});

test("what files do not say is in a side table or a pattern; what stays unknown is left out with its reason", async () => {
  const bare = (model: string, acc: unknown) => ({
    results: { t: { "acc,none": acc } },
    config: { model_args: { pretrained: model } },
  });
  put({
    [`side/a/results_${DATE}.json`]: bare("org/alpha", 0.5),
    [`side/a/results_${LATER}.json`]: bare("org/alpha", 0.75),
    [`side/b/results_${DATE}.json`]: bare("org/beta-n20M-d1B", 0.5),
    [`side/c/results_${DATE}.json`]: bare("org/gamma", "high"),
    [`side/e/results_${DATE}.json`]: bare("org/delta", 0.5),
    "models.csv": "model,n,d,role\nalpha,410M,6B,target\nalpa,1B,2B,\n",
  });
  const { lines, notes } = await imported("lm-eval", "side", {
    models: path("models.csv"),
    pattern: /n(?<n>\d+M)-d(?<d>\d+B)/,
  });
  expect(lines).toEqual([
    "run,role,n,d,c,subject,accuracy",
    "org/alpha,target,410000000,6000000000,14760000000000000000,t,0.75",
    "org/beta-n20M-d1B,fit,20000000,1000000000,120000000000000000,t,0.5",
  ]);
  expect(notes).toContain(
    "1 row left out: the number of parameters is not known; give it in the column n of --models (org/delta)",
  );
  expect(notes).toContain(
    `1 value left out: not a number (${path(`side/c/results_${DATE}.json`)}: results.t.acc,none: "high")`,
  );
  expect(notes).toContain(
    "1 checkpoint and subject of 1 run are there more than once (org/alpha): the last is kept (--keep last); 1 differ in value",
  );
  expect(notes).toContainEqual(expect.stringContaining("models.csv: names no model of the files: alpa"));
  const options = { models: path("models.csv"), keep: "refuse" } as const;
  expect(await messageOf(imported("lm-eval", "side", options))).toContain(
    'acc of "org/alpha" on "t" at the same checkpoint was already given in',
  );
});

test("a standard error is of the same filter as its score, and a score of another filter than in other files is said", async () => {
  const model = (size: string, values: object) => ({
    results: { gsm8k: values },
    config: { model_args: `pretrained=m-${size}-tokens1B` },
  });
  put({
    [`filters/a/results_${DATE}.json`]: model("10M", {
      "exact_match,strict-match": 0.25,
      "exact_match_stderr,strict-match": "N/A",
      "exact_match,flexible-extract": 0.5,
      "exact_match_stderr,flexible-extract": 0.125,
    }),
    [`filters/b/results_${DATE}.json`]: model("20M", {
      "exact_match,get-answer": 0.5,
      "exact_match_stderr,get-answer": 0.125,
    }),
  });
  const { lines, notes } = await imported("lm-eval", "filters");
  expect(lines.map((line) => line.split(",").slice(6).join())).toEqual([
    "accuracy,accuracy_stderr",
    "0.25,",
    "0.5,0.125",
  ]);
  expect(notes).toContain(
    "1 metric: of another filter in some files than in others (gsm8k: exact_match: strict-match, get-answer)",
  );
});

test("a group is asked with as many examples as its tasks; versions of tasks that differ are said", async () => {
  const mmlu = (size: string, shots: number, version: number) => ({
    results: { mmlu: { " ": " ", alias: "mmlu" }, mmlu_law: { alias: " - law", "acc,none": 0.25 } },
    groups: { mmlu: { "acc,none": 0.25, alias: "mmlu" } },
    group_subtasks: { mmlu: ["mmlu_law"], mmlu_law: [] },
    versions: { mmlu: 2, mmlu_law: version },
    "n-shot": { mmlu_law: shots },
    config: { model_args: `pretrained=m-${size}-tokens1B`, num_fewshot: null },
  });
  put({
    [`groups/a/results_${DATE}.json`]: mmlu("10M", 0, 0),
    [`groups/b/results_${DATE}.json`]: mmlu("20M", 5, 1),
  });
  const { lines, notes } = await imported("lm-eval", "groups");
  expect(lines.slice(1).map((line) => line.split(",")[5])).toEqual([
    "mmlu_0shot",
    "mmlu_law_0shot",
    "mmlu_5shot",
    "mmlu_law_5shot",
  ]);
  expect(notes).toContain(
    "1 subject: of several versions of the task, whose scores need not be comparable (mmlu_law: 0, 1)",
  );
  expect(notes).toContain(
    "means of other tasks of the table, so a mean over all tasks counts those twice: mmlu",
  );
});

test("the folder of a checkpoint goes before the branch main; compressed results and values that are not finite count", async () => {
  put({
    [`main/results_${DATE}.json`]:
      '{"results": {"piqa": {"acc,none": 0.5, "acc_norm,none": NaN}}, "config": {"model_args": "pretrained=/c/7B-4T/step1000,revision=main"}}',
    [`main/results_${LATER}.json.gz`]: gzipSync(
      JSON.stringify({
        results: { piqa: { "acc,none": 0.75 } },
        config: { model_args: "pretrained=/c/7B-4T/step2000,revision=main" },
      }),
    ),
    "main/results_2026-03-02T03-04-05.678901.json.gz": "no gzip",
  });
  const { lines, notes } = await imported("lm-eval", "main", { tokensPerStep: 1e6 });
  expect(lines.slice(1)).toEqual([
    "/c/7B-4T,fit,7000000000,1000000000,42000000000000000000,1000,piqa,0.5,0.5",
    "/c/7B-4T,fit,7000000000,2000000000,84000000000000000000,2000,piqa,0.75,0.5",
  ]);
  expect(notes).toContainEqual(expect.stringMatching(/^1 file left out: is no whole file of gzip/));
  expect(notes).toContainEqual(
    expect.stringMatching(/^1 value left out: NaN, infinite or None .*acc_norm,none/),
  );
});

test("choices asked again for acc_mutual_info are none, and what target and accuracy say otherwise is said", async () => {
  const twice = (id: number, target: number, acc: number) => {
    const asked = question(
      id,
      target,
      [-2, -3, -1, -9].map((x) => x * Math.LN2),
      ["ab", "c", "ab", "c"],
      acc,
    );
    const again = { arg_0: "" };
    const { gen_args_2: third, gen_args_3: fourth } = asked.arguments;
    Object.assign(third!, again);
    Object.assign(fourth!, again);
    return asked;
  };
  const shared = question(
    0,
    0,
    [-4, -1].map((x) => x * Math.LN2),
    ["ab", "c"],
    0.25,
  );
  const listed = (id: number, acc: number) => ({
    ...question(id, 0, [-1, -2, -3], ["a", "b", "c"], acc),
    target: [0, 2],
  });
  put({
    [`again/results_${DATE}.json`]: {
      results: { csqa: { "acc,none": 0.5 }, truthfulqa_mc2: { "acc,none": 0.25 }, many: { "acc,none": 0.5 } },
      config: { model_args: "pretrained=m-10M-tokens1B" },
    },
    [`again/samples_csqa_${DATE}.jsonl`]: [twice(0, 0, 1), twice(1, 1, 1)],
    [`again/samples_truthfulqa_mc2_${DATE}.jsonl`]: [shared],
    [`again/samples_many_${DATE}.jsonl`]: [listed(0, 1), listed(1, 0)],
  });
  const { lines, notes } = await imported("lm-eval", "again");
  const [names, ...rows] = lines.map((line) => line.split(","));
  const value = (row: number, name: string) => rows[row]![names!.indexOf(name)];
  // 2 bits over 2 bytes and 3 bits over 1 byte; probabilities 2/3 and 1/3 of two choices, not of four.
  expect(Number(value(0, "loss"))).toBeCloseTo(2, 12);
  expect(Number(value(0, "soft"))).toBeCloseTo(0.5, 12);
  expect(value(0, "chance")).toBe("0.5");
  expect([value(1, "loss"), value(1, "chance")]).toEqual(["2", ""]);
  // Which choice is right would be known of the questions answered rightly alone.
  expect(value(2, "loss")).toBe("");
  expect(notes).toContainEqual(
    expect.stringMatching(/^2 questions left out: which choice is right is not said/),
  );
  expect(notes).toContain(
    `1 question: target and accuracy say different choices, target counts (samples_csqa_${DATE}.jsonl, line 2)`,
  );
});

test("a folder of another layout says which it looks like", async () => {
  put({ "other/metrics-all.jsonl": [{ task_name: "t", metrics: { primary_score: 0.5 } }] });
  expect(await messageOf(imported("lm-eval", "other"))).toMatch(
    /no results file of lm-evaluation-harness .* among 1 files.*; it looks like olmes \(metrics-all\.jsonl\): lawfit import olmes /,
  );
  expect(await messageOf(imported("lm-eval", "none"))).toContain("none: no such file or folder");
});
