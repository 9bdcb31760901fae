import { join } from "node:path";
import { expect, test } from "vitest";
import { readInspected } from "../../../src/cli/read-inspected.ts";
import { inspectTable } from "../../../src/tables/inspect.ts";
import { messageOf, temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const tidy = file("tidy.csv", "run,n,d,subject,loss\na,1,1,c4,3\na,1,2,c4,2\n");
const wide = file("wide.csv", "run,size,d,c4_loss\na,1,1,3\na,1,2,2\n");
const sweep = file("sweep.yaml", "method: ladder\ncolumns:\n  n: size\n  subjects: {c4: {loss: c4_loss}}\n");

/** What a command line prints. */
async function printed(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await lawfit(...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

test("prints runs, metrics, ranges and findings", async () => {
  const text = await printed("inspect", tidy);
  expect(text).toContain(`${tidy}: 2 rows, 1 run (1 to fit, 0 targets), 1 subject\n`);
  expect(text).toMatch(/^run .* first d +last d +checkpoints +phase checkpoints$/m);
  expect(text).toContain("  few-runs: ");
});

test("prints json", async () => {
  const inspection = JSON.parse(await printed("inspect", tidy, "--format", "json"));
  expect(inspection.runs[0]).toMatchObject({ run: "a", firstD: 1, lastD: 2 });
});

test("takes the mapping of columns from a sweep file", async () => {
  expect(await printed("inspect", wide, "--layout", sweep)).toContain("2 rows, 1 run");
  expect(inspectTable((await readInspected([wide], sweep)).table).metrics[0]).toMatchObject({
    subject: "c4",
    count: 2,
    min: 2,
    max: 3,
  });
});

test("errors of the table and of the mapping", async () => {
  const sizeless = file("sizeless.csv", "run,d,c4_loss\na,1,3\na,2,2\n");
  expect(await messageOf(readInspected([sizeless]))).toContain('no column "n"');
  expect(await messageOf(readInspected([wide], join(folder, "gone.yaml")))).toContain(
    "gone.yaml: no such file",
  );
  const broken = file("broken.yaml", "columns: {n: [\n");
  expect(await messageOf(readInspected([wide], broken))).toMatch(
    /^UserError: .*broken\.yaml: not valid YAML: [^\n]+$/,
  );
  const without = file("without.yaml", "method: ladder\n");
  expect(await messageOf(readInspected([wide], without))).toContain(
    'without.yaml: no key "columns" or "decimal" at its top level',
  );
  const unknown = file("unknown.yaml", "columns: {sise: size}\n");
  expect(await messageOf(readInspected([wide], unknown))).toContain(
    'unknown.yaml: columns: unknown key "sise"',
  );
});

test("several tables are one, by the whole command line; an option given twice with two values is refused", async () => {
  const other = file("other.csv", "run,n,d,subject,loss\nb,2,1,c4,3\n");
  const { code, stdout } = await lawfit("inspect", tidy, other, "--format", "text", "--format", "text");
  expect(code).toBe(0);
  expect(stdout).toContain(`${tidy}, ${other}: 3 rows, 2 runs (2 to fit, 0 targets), 1 subject\n`);
  const refused = await lawfit("inspect", tidy, other, "--format", "json", "--format", "text");
  expect([refused.code, refused.stderr]).toEqual([
    2,
    "lawfit: --format is given twice: json, text; allowed: once\n",
  ]);
});
