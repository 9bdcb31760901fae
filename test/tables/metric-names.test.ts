import { expect, test } from "vitest";
import { isAccuracy, isLoss } from "../../src/tables/checkpoint-table.ts";

test("metrics are told by the end of their names", () => {
  expect(["accuracy", "mc_accuracy", "acc", "Acc"].every(isAccuracy)).toBe(true);
  expect(["loss", "bpb", "ce", "val_loss"].every(isLoss)).toBe(true);
  expect(["err", "acc_norm_stderr", "space", "soft"].some((name) => isAccuracy(name) || isLoss(name))).toBe(
    false,
  );
});
