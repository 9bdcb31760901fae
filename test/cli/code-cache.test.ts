import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageFolder } from "../../src/solve/paths.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

let number = 0;
const newCache = (): string => join(folder, `cache${number++}`);

function lawfit(cache: string, words: readonly string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageFolder, "bin", "lawfit.js"), ...words],
    {
      encoding: "utf8",
      env: { ...process.env, NODE_V8_COVERAGE: undefined, LAWFIT_CACHE: cache, ...environment },
    },
  );
  return { status, stdout, stderr };
}

/** The paths of the kept code; none where there is no cache. */
function kept(cache: string): string[] {
  try {
    return readdirSync(cache).map((name) => join(cache, name));
  } catch {
    return [];
  }
}

test("compiled code is kept by the first run and used as it is by the next", () => {
  const cache = newCache();
  // Of Arrow files the reader is a package that is imported late.
  const words = ["inspect", join(packageFolder, "data-samples", "ladder", "checkpoints.arrow")];
  const first = lawfit(cache, words);
  expect(first).toMatchObject({ status: 0, stderr: "" });
  const [path, ...more] = kept(cache);
  expect(path).toMatch(/inspect-[0-9a-f]{32}\.code$/);
  expect(more).toEqual([]);
  const { ino } = statSync(path!);
  expect(lawfit(cache, words)).toEqual(first);
  expect(statSync(path!).ino).toBe(ino);
});

test("kept code that is damaged, or that others can write, is not used but made anew", () => {
  const cache = newCache();
  const first = lawfit(cache, ["forms"]);
  const [path] = kept(cache);
  const whole = readFileSync(path!);
  const broken = Buffer.from(whole);
  broken.fill(0, 20_000, 21_000);
  for (const bytes of [broken, whole.subarray(0, 1000), Buffer.alloc(0)]) {
    writeFileSync(path!, bytes);
    expect(lawfit(cache, ["forms"])).toEqual(first);
    expect(readFileSync(path!)).not.toEqual(bytes);
  }
  if (process.platform === "win32") return;
  const { ino } = statSync(path!);
  chmodSync(path!, 0o666);
  expect(lawfit(cache, ["forms"])).toEqual(first);
  expect(statSync(path!).ino).not.toBe(ino);
  expect(statSync(path!).mode & 0o077).toBe(0);
});

test("runs that fail, and those with Node's own cache switched off, keep none", () => {
  const cache = newCache();
  expect(lawfit(cache, ["forms", "--nonsense"]).status).toBe(2);
  expect(lawfit(cache, ["../forms"]).status).toBe(2);
  expect(lawfit(cache, ["forms"], { NODE_DISABLE_COMPILE_CACHE: "1" }).status).toBe(0);
  expect(kept(cache)).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "a folder that cannot be made ends no run, and no run waits for it",
  () => {
    expect(lawfit("/proc/none/cache", ["forms"])).toMatchObject({ status: 0, stderr: "" });
  },
);
