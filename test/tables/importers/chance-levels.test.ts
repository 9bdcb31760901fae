import { expect, test } from "vitest";
import { addChance, chanceLevel } from "../../../src/tables/importers/importer.ts";

test.each([
  ["mmlu_avg_test", 0.25],
  ["mmlu_social_sciences_val", 0.25],
  ["hellaswag_val", 0.25],
  ["arc_challenge_test", 0.25],
  ["openbookqa_test", 0.25],
  ["csqa_val", 0.2],
  ["socialiqa_val", 1 / 3],
  ["piqa_val", 0.5],
  ["boolq_val", 0.5],
  ["winogrande_val", 0.5],
  ["sciq", 0.25],
  ["imbue_gsm8k", undefined],
  ["piqaresque", undefined],
])("guessing at %s scores %s", (subject, chance) => {
  expect(chanceLevel(subject)).toBe(chance);
});

test("chance stands beside a measured accuracy of either format, and nowhere else", () => {
  const subjects = new Map([
    [
      "piqa_val",
      new Map([
        ["loss", Float64Array.of(1, 1, 1)],
        ["accuracy", Float64Array.of(0.6, Number.NaN, Number.NaN)],
        ["mc_accuracy", Float64Array.of(Number.NaN, 0.7, Number.NaN)],
      ]),
    ],
    ["c4", new Map([["loss", Float64Array.of(3, 3, 3)]])],
    ["riddles", new Map([["accuracy", Float64Array.of(0.1, 0.2, 0.3)]])],
  ]);
  expect(addChance(subjects)).toEqual(["riddles"]);
  expect(subjects.get("piqa_val")?.get("chance")).toEqual(Float64Array.of(0.5, 0.5, Number.NaN));
  expect([...subjects.get("c4")!.keys()]).toEqual(["loss"]);
  expect([...subjects.get("riddles")!.keys()]).toEqual(["accuracy"]);
});
