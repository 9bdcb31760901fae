import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import yargs from "yargs";
import { importCommand } from "../../../src/cli/commands/import.ts";
import { messageOf, temporaryFolder } from "../../tables/temporary.ts";

const { folder, file } = temporaryFolder();
file("190M-1xC.csv", "_step,batch_size_in_tokens,eval/pile-validation/CrossEntropyLoss\n1,10,3\n");

const run = async (...words: string[]) =>
  yargs(words).command(importCommand).strict().exitProcess(false).fail(false).parseAsync();

test("writes the table and says what it holds", async () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const out = join(folder, "ladder.parquet");
  await run("import", "olmo-ladder", folder, "--out", out);
  const text = write.mock.calls.map(([line]) => line).join("");
  write.mockRestore();
  expect(text).toContain(`wrote ${out}: 1 row, 1 run (0 targets), 1 checkpoint, 1 subject, metrics loss\n`);
  expect(existsSync(out)).toBe(true);
});

test("wants to be told where to write", async () => {
  expect(await messageOf(run("import", "olmo-ladder", folder))).toContain("Missing required argument: out");
});
