import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { spaceWarning } from "../../src/run/needs.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

test("a run that needs more than is free is told before it is solved, what is finished counted", async () => {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  expect(await spaceWarning(folder, free / 2)).toBeUndefined();
  expect(await spaceWarning(folder, 1e17)).toMatch(
    new RegExp(`^${folder}: the sweep will need about 1\\.00e\\+11 MB more, and only [\\d.e+]+ MB are free$`),
  );
  mkdirSync(join(folder, "shards"));
  writeFileSync(join(folder, "shards", "a.shard"), "x".repeat(2e6));
  expect(await spaceWarning(folder, 1e6)).toBeUndefined();
});
