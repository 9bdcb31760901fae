import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseColumns } from "../../src/tables/columns.ts";
import { formatBlock } from "../../src/tables/guess/block.ts";
import { guessColumns } from "../../src/tables/guess/guess.ts";
import { readCountName } from "../../src/tables/guess/input-names.ts";
import { readMetricName } from "../../src/tables/guess/metric-names.ts";
import type { Column } from "../../src/tables/table.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

/** The guess at a table in memory: columns of numbers and texts by name, of files with so many rows. */
function guessed(columns: Record<string, readonly (string | number)[]>, ...rowsOfFiles: number[]) {
  const rows = Object.values(columns)[0]!.length;
  const read = Object.entries(columns).map(([name, values]): Column => {
    return values.every((value) => typeof value === "number")
      ? { name, type: "float64", values: Float64Array.from(values) }
      : { name, type: "string", values: values.map(String) };
  });
  const guess = guessColumns({
    rows,
    columns: read,
    files:
      rowsOfFiles.length > 0
        ? rowsOfFiles.map((rows, i) => ({ path: `runs${i + 1}.csv`, rows }))
        : [{ path: "runs.csv", rows }],
    literalNaN: new Map(),
  });
  return {
    ...guess,
    doubts: guess.remarks.filter(({ isDoubt }) => isDoubt).map(({ key, text }) => `${key}: ${text}`),
  };
}

const run = ["a", "b", "c"];
const n = [1e8, 2e8, 4e8];
const d = [2e9, 4e9, 8e9];
const loss = [3.1, 2.9, 2.7];
const acc = [0.25, 0.3, 0.4];

test.each([
  [
    "n",
    1,
    [
      "params",
      "N",
      "model_size",
      "size",
      "model_params",
      "numParams",
      "n_params",
      "num_parameters",
      "parameter_count",
      "config/model.num_params",
      "non_embedding_params",
    ],
  ],
  ["n", 1e9, ["params_b", "#Params (B)", "params_in_billions"]],
  ["n", 1e6, ["size_m"]],
  [
    "d",
    1,
    ["tokens", "D", "train_tokens", "tokens_seen", "throughput/total tokens", "total_tokens", "data_size"],
  ],
  ["d", 1e9, ["tokens (B)", "tokens_b"]],
  ["c", 1, ["flops", "C", "compute", "train_flops", "total_flops"]],
  ["c", 1e9, ["throughput/total_gflops"]],
  ["c", 8.64e19, ["petaflop_days", "PF-days"]],
] as const)("names of %s in units of %d", (key, factor, names) => {
  for (const name of names) expect([name, readCountName(name)]).toEqual([name, { key, factor }]);
});

test.each([
  "batch_size",
  "tokens_per_param",
  "D/N",
  "max_tokens",
  "unique_tokens",
  "flops_per_token",
  "d_model",
  "n_layers",
  "vocab_size",
])("%s is no count of a run", (name) => expect(readCountName(name)).toBeUndefined());

test.each([
  ["hellaswag/acc", "accuracy", "hellaswag"],
  ["acc/hellaswag", "accuracy", "hellaswag"],
  ["hellaswag_acc_norm", "accuracy", "hellaswag"],
  ["acc_norm_hellaswag", "accuracy", "hellaswag"],
  ["eval/arc_easy/acc_norm,none", "accuracy", "arc_easy"],
  ["eval/downstream/piqa (length-normalized accuracy)", "accuracy", "piqa"],
  ["eval/downstream/piqa (BPB v2)", "loss", "piqa"],
  ["eval/downstream_bpb/piqa_rc_5shot_bpb", "loss", "piqa_rc_5shot"],
  ["eval/lm/c4_en/CE loss", "loss", "c4_en"],
  ["eval/c4_en/CrossEntropyLoss", "loss", "c4_en"],
  ["test_loss__c4", "loss", "c4"],
  ["mmlu_0shot_bits_per_byte", "loss", "mmlu_0shot"],
  ["val_loss", "loss", ""],
  ["acc,none", "accuracy", ""],
] as const)("%s is a metric", (name, kind, subject) => {
  expect(readMetricName(name)).toMatchObject({ kind, subject });
});

test.each([
  "hellaswag/acc_stderr,none",
  "train/loss",
  "train_loss",
  "loss_scale",
  "z_loss",
  "lr",
  "_runtime",
  "smooth loss",
  "acc_steps",
])("%s is no metric to predict", (name) => expect(readMetricName(name)).toBeUndefined());

test("two columns that may be n are a doubt, unless one is a rounded label of the other", () => {
  const { columns, doubts } = guessed({
    run,
    params: n,
    total_params: n.map((size) => 1.4 * size),
    tokens: d,
    loss,
    acc,
  });
  expect(columns.n).toBe("params");
  expect(doubts).toEqual(['n: or "total_params": which is meant?']);
  const labelled = guessed({
    run,
    size: ["100M", "200M", "400M"],
    params: n.map((size) => 1.05 * size),
    tokens: d,
    loss,
    acc,
  });
  expect([labelled.columns.n, labelled.doubts]).toEqual(["params", []]);
});

test("sizes in billions are a doubt, unless the name says so", () => {
  const { columns, doubts } = guessed({ run, size: [0.1, 0.2, 7], tokens: [2, 4, 140], loss, acc });
  expect([columns.n, columns.d]).toEqual([{ sql: "size * 1e9" }, { sql: "tokens * 1e9" }]);
  expect(doubts[0]).toBe("n: values up to 7 are no counts; taken as billions: is that the unit?");
  const said = guessed({ run, params_b: [0.1, 0.2, 7], "tokens (B)": [2, 4, 140], loss, acc });
  expect([said.columns.n, said.columns.d, said.doubts]).toEqual([
    { sql: "params_b * 1e9" },
    { sql: '"tokens (B)" * 1e9' },
    [],
  ]);
});

test("accuracies in per cent become shares, perplexities losses; what is neither is a doubt", () => {
  const { columns, remarks, doubts } = guessed({
    run,
    params: n,
    tokens: d,
    ppl: [22, 18, 15],
    acc: [25, 30, 40],
  });
  expect(columns.subjects).toEqual({ task: { loss: { sql: "ln(ppl)" }, accuracy: { sql: "acc / 100" } } });
  expect(doubts).toEqual([]);
  expect(remarks.map(({ text }) => text)).toContain("acc is in per cent: its values are 25 to 40");
  expect(guessed({ run, params: n, tokens: d, loss, acc: [25, 30, 400] }).doubts).toEqual([
    "metrics: acc is left out, as no accuracy: its values are 25 to 400",
  ]);
  expect(guessed({ run, params: n, tokens: d, loss: [-3, -2, -1], acc }).doubts[0]).toContain(
    "loss is left out",
  );
});

test("accuracies in shares in part and in per cent in part are a doubt; low scores in per cent are none", () => {
  const six = {
    run: ["a", "b", "c", "d", "e", "f"],
    params: [1e8, 2e8, 4e8, 1e9, 2e9, 4e9],
    tokens: [2e9, 4e9, 8e9, 2e10, 4e10, 8e10],
    loss: [3, 2.9, 2.8, 2.7, 2.6, 2.5],
  };
  const doubt = /^metrics: acc seems to be in shares in part and in per cent in part: its values are/;
  expect(guessed({ ...six, acc: [0.3, 0.35, 0.4, 50, 60, 70] }).doubts).toEqual([
    expect.stringMatching(doubt),
  ]);
  // Without a gap only the files, or the tasks, tell.
  const noGap = [0.05, 0.5, 0.9, 2, 20, 95];
  expect(guessed({ ...six, acc: noGap }).doubts).toEqual([]);
  expect(guessed({ ...six, acc: noGap }, 3, 3).doubts).toEqual([expect.stringMatching(doubt)]);
  const task = ["x", "x", "x", "y", "y", "y"];
  expect(guessed({ ...six, task, acc: noGap }).doubts).toEqual([expect.stringMatching(doubt)]);
  expect(guessed({ ...six, acc: [0, 0, 0.8, 1.5, 4, 20] }).columns.subjects).toEqual({
    task: { loss: "loss", accuracy: { sql: "acc / 100" } },
  });
});

test("rows with several steps of one size, which no column names, are a doubt; a seed tells them apart", () => {
  const checkpoints = [1, 2, 3, 4, 5, 6, 7, 8];
  const multiples = [1, 2, 4];
  const of = <T>(each: (size: number, multiple: number, i: number) => T): T[] =>
    n.flatMap((size) => multiples.flatMap((multiple) => checkpoints.map((i) => each(size, multiple, i))));
  const table = {
    params: of((size) => size),
    tokens: of((size, multiple, i) => (size * 20 * multiple * i) / 8),
    step: of((_, multiple, i) => 1000 * multiple * i),
    bpb: of((size, multiple, i) => 1 + 1e8 / size + 1 / (multiple * i)),
    acc: of((size, multiple, i) => 0.3 + size / 1e9 + (multiple * i) / 1000),
  };
  expect(guessed(table)).toMatchObject({
    columns: expect.not.objectContaining({ run: expect.anything() }),
    doubts: [expect.stringContaining("those of several runs cannot be told apart")],
  });
  // The same with tokens and steps that never coincide.
  const apart = {
    ...table,
    tokens: of((size, multiple, i) => (size * 20 * multiple * i) / 8 + multiple),
    step: of((_, multiple, i) => 1000 * multiple * i + multiple),
  };
  expect(guessed(apart).doubts).toEqual([expect.stringContaining("several runs of it cannot be told apart")]);
  const seed = of((_, multiple) => String(multiple));
  expect(guessed({ ...apart, seed })).toMatchObject({
    columns: { run: { sql: "params || '-' || seed" } },
    doubts: [],
  });
});

test("a seed tells runs of equal size and tokens apart", () => {
  const twice = <T>(values: readonly T[]) => [...values, ...values];
  const { columns, doubts } = guessed({
    params: twice(n),
    tokens: twice(d),
    seed: ["1", "1", "1", "2", "2", "2"],
    loss: twice(loss),
    acc: twice(acc),
  });
  expect([columns.run, doubts]).toEqual([{ sql: "params || '-' || tokens || '-' || seed" }, []]);
});

test("labels that differ by more than their rounding are another column", () => {
  const sizes = (params: number[], size: string[]) =>
    guessed({ run, size, params, tokens: d, loss, acc }).doubts;
  expect(sizes([0.85e8, 1.7e8, 3.4e8], ["100M", "200M", "400M"])).toEqual(['n: or "size": which is meant?']);
  expect(sizes([1.24e8, 1.36e9, 6.74e9], ["0.1B", "1.4B", "7B"])).toEqual([]);
});

test("counts that no model has in the unit of their name or file are a doubt", () => {
  const inBillions = guessed({ run, params_m: [0.05, 0.6, 3], tokens_m: [1, 12, 60], loss, acc });
  expect(inBillions.doubts).toEqual([
    "n: params_m * 1e6 is 5.00e+4 to 3.00e+6 parameters: are all in that unit?",
    "d: tokens_m * 1e6 is 1.00e+6 to 6.00e+7 tokens: are all in that unit?",
  ]);
  expect(guessed({ run, params: n, tokens: [2e9, 4e9, 8], loss, acc }, 2, 1).doubts).toEqual([
    "d: tokens is 8.00 to 4.00e+9 tokens: are all in that unit?",
    "d: most rows of runs2.csv have fewer tokens than parameters: are the two exchanged, or in other units?",
  ]);
  expect(guessed({ run, params: n, tokens: [2e9, 4e9, 8e5], loss, acc }, 2, 1).doubts).toEqual([
    expect.stringContaining("most rows of runs2.csv"),
  ]);
});

test("of two sizes in a name it is asked which is meant", () => {
  const names = ["ladder-2B-100M", "ladder-4B-200M", "ladder-8B-400M"];
  expect(guessed({ run: names, tokens: d, loss, acc }).doubts[0]).toContain(
    'the first of two sizes in "ladder-2B-100M": which is meant?',
  );
});

test("a count with separators of thousands is said to be that, with what reads it", async () => {
  const path = file("comma.csv", 'run,params,tokens,loss,acc\na,"100,000,000",2e9,3.1,.25\n');
  expect(await messageOf(readCheckpointTable(path))).toMatch(
    /unsure: n: params: 1 of 1 cells are not numbers: 1 with separators of thousands.*\{sql: "regexp_replace/,
  );
});

test("rows without tokens in files of runs are said to need the rows with tokens", () => {
  const { columns, doubts } = guessed(
    {
      params: [1e8, 1e8, 1e8, 1e8, 2e8, 2e8, 2e8, 2e8],
      _step: [1, 1, 2, 2, 1, 1, 2, 2],
      tokens: [2e9, Number.NaN, 4e9, Number.NaN, 4e9, Number.NaN, 8e9, Number.NaN],
      "hs/bpb": [Number.NaN, 3, Number.NaN, 2.9, Number.NaN, 2.8, Number.NaN, 2.7],
    },
    4,
    4,
  );
  expect([columns.run, doubts]).toEqual(["filename", [expect.stringContaining("filename names the runs")]]);
});

test("of several accuracies of a task the plain one is taken, and the others keep their names", () => {
  const { columns, doubts } = guessed({
    run,
    params: n,
    tokens: d,
    "hs/acc_norm": acc,
    "hs/acc": acc.map((a) => a - 0.01),
    "hs/bpb": loss,
  });
  expect(columns.subjects).toEqual({ hs: { loss: "hs/bpb", accuracy: "hs/acc", acc_norm: "hs/acc_norm" } });
  expect(doubts).toEqual([]);
  const rivals = guessed({
    run,
    params: n,
    tokens: d,
    "eval/hs/acc": acc,
    "test/hs/acc": acc.map((a) => a - 0.01),
    "hs/bpb": loss,
  });
  expect(rivals.doubts).toEqual(['hs: accuracy: "eval/hs/acc" or "test/hs/acc": which is meant?']);
});

test("FLOPs, tokens and parameters are compared", () => {
  const c = n.map((size, i) => 6 * size * d[i]!);
  expect(guessed({ run, params: n, tokens: d, flops: c, loss, acc })).toMatchObject({
    columns: { c: "flops" },
    doubts: [],
  });
  expect(
    guessed({ run, params: n, tokens: d, flops: c.map((flops) => flops / 1e9), loss, acc }).doubts[0],
  ).toMatch(/^c: 1.00e-9 times 6/);
  expect(guessed({ run, params: d, tokens: n, loss, acc }).doubts[0]).toMatch(
    /^d: most rows have fewer tokens than parameters/,
  );
  expect(guessed({ run, params: n, flops: c, loss, acc })).toMatchObject({
    columns: { d: { sql: "flops / (6 * params)" } },
    doubts: ["d: made of the FLOPs by 6*n*d, as no column holds it"],
  });
});

test("names that repeat with different seeds are runs by both; one row a size and length is a run", () => {
  const twice = {
    params: [1e8, 1e8, 2e8, 2e8],
    tokens: [2e9, 2e9, 4e9, 4e9],
    loss: [3, 3.01, 2, 2.01],
    acc: [0.2, 0.21, 0.3, 0.31],
  };
  expect(guessed({ model: ["a", "a", "b", "b"], seed: ["1", "2", "1", "2"], ...twice })).toMatchObject({
    columns: { run: { sql: "model || '-' || seed" } },
    doubts: [],
  });
  expect(guessed(twice).doubts).toEqual(["run: no column tells apart the rows of equal size and tokens"]);
  const { columns, doubts } = guessed({ params: n, tokens: d, loss, acc });
  expect([columns.run, doubts]).toEqual([{ sql: "params || '-' || tokens" }, []]);
});

test("few rows of one model may be runs or checkpoints: a doubt", () => {
  const rows = { params: [1e8, 1e8, 2e8], tokens: [2e9, 4e9, 4e9], loss, acc };
  expect(guessed({ model: ["a", "a", "b"], ...rows }).doubts).toEqual([
    "run: rows of one name are the checkpoints of one run",
  ]);
  expect(guessed({ run: ["a", "a", "b"], ...rows }).doubts).toEqual([]);
});

test("steps that begin anew under one model's name are a doubt", () => {
  const of = (step: number[], tokens: number[]) =>
    guessed({
      model: step.map(() => "a"),
      params: step.map(() => 1e8),
      step,
      tokens,
      loss: step.map((i) => 4 - i / 1000),
      acc: step.map((i) => 0.2 + i / 10000),
    }).doubts;
  expect(of([100, 200, 300, 400], [2e9, 4e9, 6e9, 8e9])).toEqual([]);
  expect(of([400, 300, 200, 100], [8e9, 6e9, 4e9, 2e9])).toEqual([]);
  const doubts = ["run: rows of one name are the checkpoints of one run"];
  expect(of([100, 200, 110, 220], [2e9, 4e9, 2.2e9, 4.4e9])).toEqual(doubts);
  expect(of([100, 200, 100, 200], [2e9, 4e9, 3e9, 6e9])).toEqual(doubts);
});

test("the block reads as what was guessed, with doubts in comments", () => {
  const guess = guessed({
    run,
    params: n,
    total_params: d,
    tokens: d,
    "hs/acc": [25, 30, 40],
    "hs/bpb": loss,
    lr: n,
  });
  const block = formatBlock(guess);
  expect(parse(block).columns).toEqual(guess.columns);
  expect(block).toContain('n: params # UNSURE: or "total_params": which is meant?');
  expect(block).toContain("# not used: total_params, lr\n");
});

test("a table with a sure guess is read by it and says so; an unsure guess is in the message", async () => {
  const rows = "a,100M,2B,3.1,.25\nb,.2B,4e9,2.9,0.3\n";
  const table = await readCheckpointTable(file("sure.csv", `name,size,tokens,loss,acc\n${rows}`));
  expect([[...table.n], [...table.d], table.run, table.guessed?.columns.n]).toEqual([
    [1e8, 2e8],
    [2e9, 4e9],
    ["a", "b"],
    "size",
  ]);
  expect(table.guessed?.text).toContain(
    "run: name, n: size, d: tokens, subjects: {task: {loss: loss, accuracy: acc}}",
  );
  const unsure = file("unsure.csv", "name,size,tokens,loss,acc\na,0.1,2,3.1,.25\nb,.2,4,2.9,.3\n");
  const said = await messageOf(readCheckpointTable(unsure));
  expect(said).toMatch(
    /: no column "run"; the columns are .*; a guess is columns: \{run: name, n: \{sql: size \* 1e9\}, /,
  );
  expect(said).toContain("unsure: n: values up to 0.2 are no counts; taken as billions: is that the unit?");
  expect(said).toContain(`; lawfit inspect ${unsure} prints it, ready for a sweep file`);
});

test("cells that are no numbers are told by their place, in columns that are guessed", async () => {
  const head = "name,size,tokens,loss,acc\n";
  const size = file("size.csv", `${head}a,100M,2B,3.1,.25\nb,200Q,4B,2.9,.3\nc,400M,8B,2.7,.35\n`);
  expect(await messageOf(readCheckpointTable(size))).toContain(
    'size.csv, row 2 (line 3), column "size": "200Q"',
  );
  const zero = file("zero.csv", `${head}a,1e8,0,3.1,.25\nb,2e8,4e9,2.9,.3\n`);
  expect(await messageOf(readCheckpointTable(zero))).toContain(
    'zero.csv, row 1 (line 2), column "tokens": 0',
  );
  const signs = file("signs.csv", `${head}a,1e8,2e9,3.1,25%\nb,2e8,4e9,2.9,30%\n`);
  expect(await messageOf(readCheckpointTable(signs))).toMatch(/column "acc": .*with a percent sign.*\{sql: /);
  const words = await readCheckpointTable(
    file("words.csv", `${head}a,1e8,2e9,3.1,None\nb,2e8,4e9,2.9,0.3\n`),
  );
  expect([...words.metrics.get("accuracy")!]).toEqual([Number.NaN, 0.3]);
});

test("tasks share the only loss of a table, which is said", () => {
  const { columns, remarks, doubts } = guessed({
    run,
    params: n,
    tokens: d,
    val_loss: loss,
    piqa_acc: acc,
    arc_acc: acc,
  });
  expect(columns.subjects).toMatchObject({
    piqa: { loss: "val_loss", accuracy: "piqa_acc" },
    arc: { loss: "val_loss", accuracy: "arc_acc" },
  });
  expect(doubts).toEqual([]);
  expect(remarks.map(({ text }) => text)).toContain(
    "val_loss, the only loss, is taken as the loss of each task",
  );
});

test("a mapping that was given is never replaced by a guess, which the message has", async () => {
  const path = file("given.csv", "name,size,tokens,loss,acc\na,100M,2B,3.1,.25\n");
  const said = await messageOf(
    readCheckpointTable(path, { columns: parseColumns({ n: "sise", subjects: { x: { loss: "loss" } } }) }),
  );
  expect(said).toMatch(/no column "run".*; a guess is columns: \{run: name, d: tokens\}; lawfit inspect/);
});

test("names of files are runs; the same name twice is told apart, a file twice is an error", async () => {
  const rows = (size: string) => `params,tokens,loss,acc\n${size},2e9,3.1,.25\n${size},4e9,3,.26\n`;
  file("410M.csv", rows("410e6"));
  file("1B.csv", rows("1e9"));
  const paths = ["410M", "1B"].map((name) => `${folder}/${name}.csv`);
  expect((await readCheckpointTable(paths)).run).toEqual(["410M", "410M", "1B", "1B"]);
  expect(await messageOf(readCheckpointTable([paths[0]!, paths[0]!]))).toContain(
    "no column tells apart the rows",
  );
});
