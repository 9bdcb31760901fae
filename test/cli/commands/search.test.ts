import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const rows = Array.from({ length: 20 }, (_, i) => `${1e7 * 1.5 ** i},${1e9 * 1.4 ** i},${2 + 3 / (i + 2)}`);
const table = file("runs.csv", ["N,D,loss", ...rows].join("\n"));

test("a search can be done in shards", async () => {
  const out = join(folder, "found");
  const told = await lawfit("search", table, "--tries", "40", "--out", out, "--shard", "2/8", "--dry-run");
  expect(told).toMatchObject({ code: 0 });
  expect(told.stdout).toMatch(/shard +2\/8/);
  expect(await lawfit("search", table, "--shard", "9/8")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--shard: "9/8": allowed: 1/n to n/n'),
  });
});

test("columns may be inputs by their own names, without a law that is named", async () => {
  const own = file("own.csv", ["params,tokens,loss", ...rows].join("\n"));
  const told = await lawfit("search", own, "--x", "params,tokens", "--tries", "40", "--dry-run");
  expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining("fits") });
});

test.each([
  ["an unknown key", "foo: 3", 'unknown key "foo"; allowed: factors, links'],
  ["a value that is none", "terms: 9", "terms: 9; allowed: a whole number from 1 to 6"],
  ["a factor without an input", 'factors: ["p*q"]', 'factors: "p*q" has no x; allowed: an expression in x'],
])("of a grammar with %s the file is named, before anything is solved", async (_, text, message) => {
  const grammar = file("grammar.yaml", text);
  const { code, stderr } = await lawfit("search", table, "--grammar", grammar);
  expect(code).toBe(2);
  expect(stderr).toContain(`lawfit: ${grammar}: ${message}`);
  expect(stderr).not.toContain("backend");
});
