import { expect, test } from "vitest";
import { ladderColumn, MMLU_WEIGHTS } from "../../../src/tables/importers/olmo-ladder.ts";

test.each([
  ["eval/downstream_bpb/hellaswag_val_rc_5shot_bpb", "hellaswag_val", "loss", 1],
  ["eval/downstream_soft_log/csqa_val_rc_5shot_soft_log", "csqa_val", "ce", -1],
  ["eval/downstream/piqa_val_rc_5shot_len_norm", "piqa_val", "accuracy", 1],
  ["eval/downstream/boolq_val_rc_5shot_acc", "boolq_val", "accuracy", 1],
  ["eval/downstream/arc_easy_test_mc_5shot_acc", "arc_easy_test", "mc_accuracy", 1],
  [
    "eval/downstream/mmlu_social_sciences_val_mc_5shot_len_norm",
    "mmlu_social_sciences_val",
    "mc_accuracy",
    1,
  ],
  ["eval/downstream_soft/piqa_val_rc_5shot_soft", "piqa_val", "soft", 1],
  ["eval/c4_en-validation/CrossEntropyLoss", "c4", "loss", 1],
  ["eval/dolma_common-crawl-validation/CrossEntropyLoss", "dolma_common-crawl", "loss", 1],
])("%s", (column, subject, metric, sign) => {
  expect(ladderColumn(column)).toEqual({ column, subject, metric, sign });
});

test("bookkeeping is no metric", () => {
  expect(ladderColumn("_step")).toBeUndefined();
  expect(ladderColumn("throughput/total_tokens")).toBeUndefined();
});

test("the parts of MMLU make a whole", () => {
  expect(Object.values(MMLU_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
});
