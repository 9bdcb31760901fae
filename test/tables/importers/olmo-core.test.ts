import { expect, test } from "vitest";
import { messageOf } from "../temporary.ts";
import { layoutFolder } from "./imported.ts";

const { put, path, imported } = layoutFolder();

const metrics = (tokens: number, multiple: number, acc: number) => ({
  "throughput/total tokens": tokens,
  "throughput/chinchilla multiple": multiple,
  "train/CE loss": 3,
  "eval/lm/pile/CE loss": 2.5,
  "eval/lm/pile/PPL": 12.18,
  "eval/downstream/arc_easy (length-normalized accuracy)": acc,
  "eval/downstream/arc_easy (length-normalized accuracy v2)": 0.99,
  "eval/downstream/arc_easy_gold_bpb_5shot (BPB)": 1.5,
  "eval/downstream/arc_easy_gold_bpb_5shot (BPB v2)": 9,
});

test("decays of a trunk are runs of one family; checkpoints before a decay have a phase", async () => {
  put({
    "ladder/10M/metrics_step9.json": metrics(95e6, 0.475, 0.25),
    "ladder/10M/metrics_step10.json": metrics(100e6, 0.5, 0.375),
    "ladder/10M/metrics_step20.json": metrics(200e6, 1.001, 0.5),
    "ladder/10M/metrics.json": metrics(200e6, 1, 0.5),
    "ladder/10M/metrics_step30.json": '{"throughput/total tokens": 3,\n "x": }',
  });
  const { lines, notes } = await imported("olmo-core", "ladder");
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,family,phase,loss,accuracy,chance",
    "10M,fit,10000000,95000000,5700000000000000,9,pile,10M,pre-decay,2.5,,",
    "10M,fit,10000000,95000000,5700000000000000,9,arc_easy,10M,pre-decay,,0.25,0.25",
    "10M,fit,10000000,95000000,5700000000000000,9,arc_easy_gold_bpb_5shot,10M,pre-decay,1.5,,",
    "10M-0.5xC,fit,10000000,100000000,6000000000000000,10,pile,10M,,2.5,,",
    "10M-0.5xC,fit,10000000,100000000,6000000000000000,10,arc_easy,10M,,,0.375,0.25",
    "10M-0.5xC,fit,10000000,100000000,6000000000000000,10,arc_easy_gold_bpb_5shot,10M,,1.5,,",
    "10M-1xC,fit,10000000,200000000,12000000000000000,20,pile,10M,,2.5,,",
    "10M-1xC,fit,10000000,200000000,12000000000000000,20,arc_easy,10M,,,0.5,0.25",
    "10M-1xC,fit,10000000,200000000,12000000000000000,20,arc_easy_gold_bpb_5shot,10M,,1.5,,",
  ]);
  expect(notes).toContain("1 file left out: metrics.json repeats the last metrics_step<N>.json");
  expect(notes).toContain(`1 file left out: is no JSON (${path("ladder/10M/metrics_step30.json")}, line 2)`);
  expect(notes).toContain("evaluators log two versions of a metric: the first is taken everywhere");
  expect(notes).toContain(
    "runs of one family are decays of one trunk, so they are not independent: --cluster family (bootstrap: {cluster: family}) draws them together",
  );
});

test("a pickle is not read, and the message says what is", async () => {
  put({ "pickled/metrics_10M.pkl": "x" });
  expect(await messageOf(imported("olmo-core", "pickled"))).toContain(
    "a pickle of Python, which lawfit does not read",
  );
});
