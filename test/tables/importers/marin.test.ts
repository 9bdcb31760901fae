import { expect, test } from "vitest";
import { layoutFolder } from "./imported.ts";

const { put, path, imported } = layoutFolder();

test("a line for each run, named as its folder", async () => {
  put({
    "runs/isoflop-1e18-d512-L6-B32-x/tracker_metrics.jsonl": [
      {
        config: { "trainer.train_batch_size": 32 },
        summary: {
          parameter_count: 1e7,
          "throughput/total_tokens": 1e9,
          "throughput/total_gflops": 7e7,
          "eval/paloma/c4_en/bpb": 1.25,
          "eval/paloma/c4_en/loss": 3,
          "eval/loss": "NaN",
          "train/loss": 9,
        },
      },
      "not json",
    ],
  });
  const { lines, notes } = await imported("auto", "runs");
  expect(lines).toEqual([
    "run,role,n,d,c,subject,loss,bpb",
    "isoflop-1e18-d512-L6-B32-x,fit,10000000,1000000000,70000000000000000,paloma/c4_en,3,1.25",
  ]);
  expect(notes).toContain(
    "1 value left out: NaN, infinite or None (" +
      `${path("runs/isoflop-1e18-d512-L6-B32-x/tracker_metrics.jsonl")}, line 1: eval/loss)`,
  );
  expect(notes).toContainEqual(expect.stringContaining("1 row left out: is no JSON ("));
});
