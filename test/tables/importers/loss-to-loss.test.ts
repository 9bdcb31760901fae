import { expect, test } from "vitest";
import { lossToLoss, lossToLossColumn } from "../../../src/tables/importers/loss-to-loss.ts";
import { messageOf, temporaryFolder } from "../temporary.ts";

const { file } = temporaryFolder();

const HEADER =
  "id,params,flops,data,iso_flop,tokens,steps,eval/c4_val/CrossEntropyLoss,eval/downstream/piqa_test_len_norm," +
  "eval/downstream_ce_loss/piqa_test_ce_loss,val_loss";
const LINES = [
  "a,19534080,9,starcoder,2e+17,1.5e9,3000,4.5,0.6,3.25,1.5",
  "b,26630720,9,starcoder,4.37344829577312e+17,2e9,4000,4.25,0.625,,1.25",
  "c,19534080,9,fineweb-100b,2e+17,1.5e9,3000,4,0.65,3,3.5",
];
const LARGE = ["d,3300000000,9,starcoder,1e21,5e10,90000,3,0.7,2,1"];
const put = (name: string, lines: readonly string[], header = HEADER) =>
  file(name, `${[header, ...lines].join("\n")}\n`);

test.each([
  ["eval/fineweb_edu_100b_val/CrossEntropyLoss", "fineweb_edu_100b", "loss"],
  ["eval/downstream_ce_loss/arc_easy_test_ce_loss", "arc_easy_test", "loss"],
  ["eval/downstream/arc_easy_test_acc", "arc_easy_test", "accuracy"],
  ["eval/downstream/hellaswag_test_len_norm", "hellaswag_test", "accuracy"],
  ["eval/downstream_ce_loss/mmlu_stem_mc_5shot_test_ce_loss", "mmlu_stem_test", "mc_loss"],
  ["eval/downstream/mmlu_stem_mc_5shot_test_len_norm", "mmlu_stem_test", "mc_accuracy"],
  ["mmlu_suite_ce_loss", "mmlu_suite", "loss"],
  ["olmo_suite_acc", "olmo_suite", "accuracy"],
  ["val_loss", "own_corpus", "loss"],
])("%s", (column, subject, metric) => {
  expect(lossToLossColumn(column)).toEqual({ column, subject, metric });
});

test.each([
  "eval/c4_val/Perplexity",
  "eval/downstream/piqa_test_ctx_ce_loss",
  "train/CrossEntropyLoss",
  "train_loss_20",
  "flops",
])("%s is no metric", (column) => {
  expect(lossToLossColumn(column)).toBeUndefined();
});

test("one file: a run a row, all to fit; the family is the corpus, the FLOPs are the budget", async () => {
  const { table, notes } = await lossToLoss.read([put("sweep.csv", LINES)]);
  expect([...new Set(table.run)]).toEqual([
    "starcoder-19.53M-2e17",
    "starcoder-26.63M-4.37e17",
    "fineweb-100b-19.53M-2e17",
  ]);
  expect(new Set(table.role)).toEqual(new Set(["fit"]));
  expect(table.family[0]).toBe("starcoder");
  expect([table.n[0], table.d[0], table.c[0], table.step[0]]).toEqual([19534080, 1.5e9, 2e17, 3000]);
  expect(table.subject.slice(0, 3)).toEqual(["c4", "piqa_test", "own_corpus"]);
  expect(table.metrics.get("loss")!.slice(0, 5)).toEqual(Float64Array.of(4.5, 3.25, 1.5, 4.25, Number.NaN));
  expect(table.metrics.get("accuracy")![1]).toBe(0.6);
  expect(table.metrics.get("chance")!.slice(0, 3)).toEqual(Float64Array.of(Number.NaN, 0.5, Number.NaN));
  expect(notes).toEqual([
    "column eval/downstream_ce_loss/piqa_test_ce_loss: 1 of 3 values missing",
    "2 columns left out (not a metric of any subject): id, flops",
    "all runs are to fit: a second file would hold targets",
  ]);
});

test("the runs of further files are targets", async () => {
  const { table, notes } = await lossToLoss.read([put("small.csv", LINES), put("large.csv", LARGE)]);
  const roles = new Map(table.run.map((run, row) => [run, table.role[row]]));
  expect(roles.size).toBe(4);
  expect(roles.get("starcoder-3300M-1e21")).toBe("target");
  expect([...roles.values()].filter((role) => role === "fit")).toHaveLength(3);
  expect(notes.some((note) => note.includes("second file"))).toBe(false);
  expect(notes).toContain("2 columns left out (not a metric of any subject): id, flops");
});

test("a task whose chance level is not known is named", async () => {
  const header = HEADER.replaceAll("piqa_test", "imbue_gsm8k");
  const { table, notes } = await lossToLoss.read([put("unknown.csv", LINES, header)]);
  expect(notes).toContain("chance level not known, so none given: imbue_gsm8k");
  expect([...table.metrics.keys()]).toEqual(["loss", "accuracy"]);
});

test.each<[string, string[], string, string]>([
  ["no corpus", LINES, HEADER.replace("data", "corpus"), 'no column "data"'],
  ["no budget", LINES, HEADER.replace("iso_flop", "budget"), 'no column "iso_flop"'],
  [
    "no metric",
    LINES,
    HEADER.replaceAll("eval/", "x/").replace("val_loss", "x"),
    'no column "eval/c4_val/CrossEntropyLoss"',
  ],
  [
    "text in a number",
    [...LINES, "d,1e7,9,smollm,1e17,many,1,4,0.5,3,3"],
    HEADER,
    'row 4 (line 5), column "tokens": "many" is not a number; allowed: a number > 0',
  ],
  [
    "a run twice",
    [...LINES, LINES[0]!.replace("4.5", "5")],
    HEADER,
    "row 4 (line 5): the run starcoder-19.53M-2e17 was already given in ",
  ],
])("%s", async (name, lines, header, message) => {
  const path = put(`${name}.csv`, lines, header);
  const error = await messageOf(lossToLoss.read([path]));
  expect(error).toContain(`UserError: ${path}`);
  expect(error).toContain(message);
});

test("a run is either to fit or a target", async () => {
  const path = put("both.csv", LINES);
  expect(await messageOf(lossToLoss.read([path, path]))).toBe(
    "UserError: loss-to-loss: the run starcoder-19.53M-2e17 is in the first file and in a further one; allowed: either " +
      "a run to fit or a target",
  );
});
