import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { packageFolder } from "../src/solve/paths.ts";
import { version } from "../src/version.ts";
import { temporaryFolder } from "./tables/temporary.ts";

const python = findPython();

/** A Python of the machine that the package takes, or undefined. */
function findPython(): string | undefined {
  const isNew = "import sys; sys.exit(sys.version_info < (3, 9))";
  return ["python3", "python"].find((name) => {
    try {
      execFileSync(name, ["-c", isNew], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

const { folder } = temporaryFolder();

/** Runs Python with the package. */
const run = (...words: string[]) =>
  promisify(execFile)(python!, words, {
    cwd: folder,
    env: {
      ...process.env,
      ...{ PYTHONPATH: join(packageFolder, "python"), PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
      LAWFIT: join(packageFolder, "bin/lawfit.js"),
    },
  });

const textOf = (path: string): string => readFileSync(join(packageFolder, path), "utf8");

test("the Python package has the version of lawfit", () => {
  expect(/^version = "(.*)"$/m.exec(textOf("python/pyproject.toml"))?.[1]).toBe(version);
  expect(/^__version__ = "(.*)"$/m.exec(textOf("python/lawfit/__init__.py"))?.[1]).toBe(version);
});

// A machine without Python 3.9 skips these.
describe.skipIf(python === undefined).concurrent("Python", () => {
  test("the tests of the package pass; those of libraries that are not installed are skipped", async () => {
    const { stderr } = await run(
      "-m",
      "unittest",
      "discover",
      "-v",
      "-s",
      join(packageFolder, "python/tests"),
    );
    expect(stderr).toMatch(/^OK/m);
    for (const [, what] of stderr.matchAll(/skipped '(.*)'$/gm)) console.info(`not tested: ${what}`);
  });

  test("the code of docs/python.md prints what the page says", async () => {
    const blocks = Array.from(textOf("docs/python.md").matchAll(/^```(\w*)\n(.*?)^```$/gms));
    const of = (language: string) => blocks.flatMap((block) => (block[1] === language ? [block[2]!] : []));
    const printed = of("");
    const { stdout } = await run("-c", of("python").join(""));
    expect(printed).toHaveLength(2);
    for (const block of printed) expect(stdout).toContain(block);
  });
});
