import { expect, test } from "vitest";
import { readModelName, splitCheckpointPath } from "../../../src/tables/importers/model-names.ts";

test.each<[model: string, revision: string, expected: object]>([
  ["EleutherAI/pythia-410m", "step3000", { n: 410e6, step: 3000 }],
  ["org/run-1.3B", "step10-tokens6B", { n: 1.3e9, step: 10, d: 6e9 }],
  ["allenai/OLMo-2-1124-7B", "stage1-step1610000-tokens3377B", { n: 7e9, step: 1610000, d: 3377e9 }],
  [
    "allenai/OLMo-2-1124-7B",
    "stage2-ingredient1-step1000-tokens5B",
    { n: 7e9, step: 1000, d: 5e9, stage: "stage2-ingredient1", rest: "stage2-ingredient1" },
  ],
  ["190M-5xC", "", { n: 190e6, chinchilla: 5 }],
  // Tokens in the name of a run are those at its end, not those of a checkpoint.
  ["my-70M-1.4B", "step10", { n: 70e6, step: 10, endD: 1.4e9 }],
  ["org/m-1B-300B-tokens", "main", { n: 1e9, endD: 300e9 }],
  ["m-160m-step5-tokens10M", "", { n: 160e6, step: 5, d: 10e6 }],
  ["pythia-v1.1-1.4b-1MtokBS", "step5", { n: 1.4e9, step: 5 }],
  ["org/m-1B", "seed3-step20", { n: 1e9, step: 20, rest: "seed3" }],
  ["org/llama-2-7b-hf", "main", { n: 7e9 }],
  ["gpt-2", "", {}],
])("%s at %s", (model, revision, expected) => {
  expect(readModelName(model, revision)).toEqual({ rest: "", ...expected });
});

test("a pattern of the user goes first", () => {
  const pattern = /w(?<n>\d+M)_t(?<d>\d+B)_(?<step>\d+)/;
  expect(readModelName("w12M_t3B_7-99B", "", pattern)).toMatchObject({ n: 12e6, d: 3e9, step: 7 });
});

test("the last folder of a path may be the checkpoint", () => {
  expect(splitCheckpointPath("/runs/410M/step3000-hf/")).toEqual(["/runs/410M", "step3000-hf"]);
  expect(splitCheckpointPath("/runs/410M")).toEqual(["/runs/410M", ""]);
  expect(splitCheckpointPath("org/checkpoint-12")).toEqual(["org", "checkpoint-12"]);
});
