import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
file("190M-1xC.csv", "_step,batch_size_in_tokens,eval/pile-validation/CrossEntropyLoss\n1,10,3\n");

test("writes the table and says what it holds", async () => {
  const out = join(folder, "ladder.parquet");
  const { stdout } = await lawfit("import", "olmo-ladder", folder, "--out", out);
  expect(stdout).toContain(`wrote ${out}: 1 row, 1 run (0 targets), 1 checkpoint, 1 subject, metrics loss\n`);
  expect(existsSync(out)).toBe(true);
});

test("wants to be told where to write", async () => {
  const { code, stderr } = await lawfit("import", "olmo-ladder", folder);
  expect(code).toBe(2);
  expect(stderr).toContain("--out is missing: where to write the table");
});

test("several files are read in the order given, by the whole command line", async () => {
  const header = "params,data,iso_flop,tokens,val_loss";
  const small = file("small.csv", `${header}\n1e7,web,6e15,1e8,4\n`);
  const large = file("large.csv", `${header}\n1e8,web,6e17,1e9,3\n`);
  const out = join(folder, "corpora.csv");
  const { code, stdout } = await lawfit("import", "loss-to-loss", small, large, "--out", out);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `wrote ${out}: 2 rows, 2 runs (1 target), 2 checkpoints, 1 subject, metrics loss\n`,
  );
});

test("an importer says what it takes", async () => {
  expect((await lawfit("import", "--help")).stdout).toContain("data-mixing (");
  const { code, stderr } = await lawfit("import", "data-mixing", "a.csv", "b.csv", "--out", "x.csv");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "lawfit: data-mixing: 2 paths (a.csv, b.csv); allowed: one file\n",
  });
});
