import { expect, test } from "vitest";
import { layoutFolder } from "./imported.ts";

const { put, imported } = layoutFolder();

const evaluation = (time: string, score: number) => ({
  schema_version: "0.3.0",
  evaluation_id: `e/${time}`,
  evaluation_timestamp: time,
  retrieved_timestamp: time,
  model_info: {
    name: "pythia-70m",
    id: "EleutherAI/pythia-70m",
    additional_details: { revision: "step1000" },
  },
  evaluation_results: [
    {
      evaluation_name: "piqa",
      metric_config: { metric_id: "acc", metric_name: "accuracy", lower_is_better: false },
      score_details: {
        score,
        uncertainty: { standard_error: { value: 0.125, method: "analytic" }, num_samples: 16 },
      },
    },
    {
      evaluation_name: "wikitext",
      metric_config: { metric_name: "Bits per byte", lower_is_better: true },
      score_details: { score: 1.5 },
    },
    {
      evaluation_name: "broken",
      metric_config: { metric_name: "accuracy" },
      score_details: { score: "high" },
    },
  ],
});

test("files of the schema, the newest last; questions and standard errors", async () => {
  put({
    "data/c/EleutherAI/pythia-70m/a.json": evaluation("2", 0.75),
    "data/c/EleutherAI/pythia-70m/b.json": evaluation("1", 0.5),
    "data/c/EleutherAI/pythia-70m/c.json": { some: "thing" },
  });
  const { lines, notes } = await imported("auto", "data");
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,loss,accuracy,accuracy_stderr,chance,questions",
    `EleutherAI/pythia-70m,fit,70000000,2097152000,${6 * 70000000 * 2097152000},1000,piqa,,0.75,0.125,0.5,16`,
    `EleutherAI/pythia-70m,fit,70000000,2097152000,${6 * 70000000 * 2097152000},1000,wikitext,1.5,,,,`,
  ]);
  expect(notes).toContain("1 file left out: without evaluation_results (c.json)");
  expect(notes.join("\n")).toContain('evaluation_results[2].score_details.score: "high"');
});

test("a score that its metric_config has from 0 to 100 is in per cent, however small it is", async () => {
  const config = { metric_name: "accuracy", lower_is_better: false, min_score: 0, max_score: 100 };
  const details = { score: 0.5, uncertainty: { standard_error: { value: 0.25 } } };
  put({
    "cent/a.json": {
      schema_version: "0.3.0",
      model_info: { id: "m-10M-1B" },
      evaluation_results: [{ evaluation_name: "piqa", metric_config: config, score_details: details }],
    },
  });
  const { lines, notes } = await imported("every-eval-ever", "cent");
  expect(lines[1]).toBe("m-10M-1B,fit,10000000,1000000000,60000000000000000,piqa,0.005,0.0025,0.5");
  expect(notes).toContain("scores from 0 to 100 by their metric_config are divided by 100");
});
