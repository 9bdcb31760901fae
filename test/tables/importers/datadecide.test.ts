import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { parquetOf } from "../parquet-files.ts";
import { layoutFolder } from "./imported.ts";

const { path, imported } = layoutFolder();

test("results with metrics as Python text, perplexities, and a file that is neither", async () => {
  mkdirSync(path("data/data"), { recursive: true });
  await parquetOf(
    path("data/data"),
    "train-00000-of-00001.parquet",
    `SELECT * FROM (VALUES
      ('4M', 'C4', 'piqa', 100, 'default', 6553600, $$ {'predicted_index_raw': 1, 'acc_raw': 0.5, 'acc_per_char': 0.25, 'primary_metric': 0.25, 'logits_per_byte_corr': 1.5, 'no_answer': nan, 'x': None} $$),
      ('1B', 'Dolma1.7 (no math, code)', 'piqa', 200, 'large aux 2', 288358400, $$ {'acc_raw': nan, 'acc_per_char': 0.5, 'primary_metric': 0.5, 'logits_per_byte_corr': 1.25} $$),
      ('4M', 'C4', 'boolq', 100, 'default', 6553600, 'broken {')
    ) AS t(params, data, task, step, seed, tokens, metrics)`,
  );
  await parquetOf(
    path("data/data"),
    "ppl.parquet",
    `SELECT '4M' AS params, 'C4' AS data, 'default' AS seed, 100 AS step, exp(3) AS "eval/c4_en-validation/Perplexity"`,
  );
  await parquetOf(
    path("data/data"),
    "scaling_law_fit-00000-of-00001.parquet",
    "SELECT 'x' AS task, 1 AS step_1_pred",
  );
  const { lines, notes } = await imported("auto", "data");
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,family,loss,accuracy,chance,acc_raw,acc_per_char",
    expect.stringMatching(/^4M-C4-default,fit,3744832,6553600,\d+,100,c4_en,C4,3(\.0+\d)?,,,,$/),
    "4M-C4-default,fit,3744832,6553600,147254786051276.8,100,piqa,C4,1.5,0.25,0.5,0.5,0.25"
      .replace(/,\d+\.8,/, ",147254745292800,")
      .replace("147254745292800", String(6 * 3744832 * 6553600)),
    `"1B-Dolma1.7 (no math, code)-large aux 2",target,1176832000,288358400,${6 * 1176832000 * 288358400},200,piqa,"Dolma1.7 (no math, code)",1.25,0.5,0.5,,0.5`,
  ]);
  expect(notes).toContain(
    "1 row left out: metrics are no dictionary of numbers (train-00000-of-00001.parquet, row 3)",
  );
  expect(notes).toContain(
    "1 file left out: no table of DataDecide (params, data, seed, step, with task and metrics or perplexities) (scaling_law_fit-00000-of-00001.parquet)",
  );
});
