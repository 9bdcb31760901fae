import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { packageFolder } from "../../src/solve/paths.ts";
import { smallSweep, tablesOf } from "../run/small-sweep.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { lawfit } from "./command-line.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);
const program = join(packageFolder, "bin", "lawfit.js");
const whole = path("whole");
let sweepFile: string;
/** A device that is always full: Linux has one. */
const hasFull = existsSync("/dev/full");

beforeAll(async () => {
  const spec = await smallSweep(path("table.parquet"));
  sweepFile = file(
    "sweep.yaml",
    stringify({
      ...spec,
      bootstrap: { resamples: 10, intervals: "percentile" },
      backtest: undefined,
      profiles: false,
    }),
  );
  expect((await lawfit("sweep", sweepFile, "--out", whole, "--quiet")).code).toBe(0);
});

/** Runs lawfit in bash. @returns what bash printed */
function inShell(line: string): { code: number | null; stdout: string; stderr: string } {
  const environment = { ...process.env, LAWFIT: `${process.execPath} ${program}`, S: sweepFile, W: whole };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", line], {
    cwd: folder,
    env: environment,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

/** Whether a sweep wrote the tables that it writes undisturbed. */
function expectWhole(out: string): void {
  expect(tablesOf(path(out))).toEqual(tablesOf(whole));
  expect(existsSync(path(`${out}/manifest.json`))).toBe(true);
}

describe("a sweep whose output nobody takes does its work", () => {
  // Each is a process: `npm run test:all` has those too that differ little from another.
  test.each([
    ["json", "$LAWFIT sweep $S --out json --json | head -1; echo $PIPESTATUS", /^\{"event".*\}\n0\n$/],
    ...(wholeCrosses
      ? [["both", "{ $LAWFIT sweep $S --out both 2>&1; echo $? > code; } | true; cat code", /^0\n$/] as const]
      : []),
    ["closed", "$LAWFIT sweep $S --out closed >&- 2>&- <&-; echo $?", /^0\n$/],
  ] as const)("%s", (out, line, said) => {
    expect(inShell(line).stdout).toMatch(said);
    expectWhole(out);
  });

  test.skipIf(!hasFull)("on a full disk", () => {
    if (wholeCrosses) {
      expect(inShell("$LAWFIT sweep $S --out errors-full 2>/dev/full >/dev/null").code).toBe(0);
      expectWhole("errors-full");
    }
    // What was to be printed is lost.
    expect(inShell("$LAWFIT sweep $S --out full >/dev/full 2>/dev/null").code).toBe(1);
    expectWhole("full");
  });

  // The reader of "json" above has gone too.
  test.runIf(wholeCrosses)("SIGPIPE is no reason to end", async () => {
    const { child, ended } = started("sigpipe");
    atLine(child, /^solved from/, () => child.kill("SIGPIPE"));
    expect(await ended).toEqual({ code: 0, signal: null });
    expectWhole("sigpipe");
  });
});

describe("output that was asked for", () => {
  test("to a reader that has seen enough ends quietly", () => {
    expect(inShell("$LAWFIT show $W points --format csv | head -1; echo $PIPESTATUS")).toMatchObject({
      stdout: expect.stringMatching(/^problem,stage,.*\n0\n$/),
      stderr: "",
    });
  });

  test
    .skipIf(!hasFull)
    .each([
      "show $W points --format csv",
      ...(wholeCrosses ? ["--help", "show $W predictions", "status $W", "forms"] : []),
    ])("to a full disk is lost, with a line and exit code 1: %s", (words) => {
    expect(inShell(`$LAWFIT ${words} > /dev/full`)).toEqual({
      code: 1,
      stdout: "",
      stderr: "lawfit: standard output: cannot be written: no space is left on the disk\n",
    });
  });

  test.skipIf(!hasFull)("a mistake has its own code, whatever becomes of the line", () => {
    if (wholeCrosses) expect(inShell("$LAWFIT show none > /dev/full 2> /dev/full").code).toBe(2);
    expect(inShell("$LAWFIT show none >&- 2>&-").code).toBe(2);
  });
});

interface Started {
  child: ChildProcess;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

function started(out: string, stdin: "ignore" | number = "ignore"): Started {
  const child = spawn(process.execPath, [program, "sweep", sweepFile, "--out", path(out)], {
    stdio: [stdin, "ignore", "pipe"],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((done, failed) => {
    child.on("error", failed);
    child.on("close", (code, signal) => done({ code, signal }));
  });
  return { child, ended };
}

function atLine(child: ChildProcess, wanted: RegExp, act: () => void): void {
  createInterface(child.stderr!).on("line", (line) => {
    if (wanted.test(line)) act();
  });
}

describe("SIGHUP", () => {
  test("of a terminal that was closed ends a sweep in order, and it goes on", async () => {
    const { child, ended } = started("hangup");
    atLine(child, /^solved from/, () => {
      // The terminal takes no lines any more.
      child.stderr!.destroy();
      child.kill("SIGHUP");
      setTimeout(() => child.kill("SIGHUP"), 10);
    });
    expect(await ended).toEqual({ code: 129, signal: null });
    expect(existsSync(path("hangup/manifest.json"))).toBe(false);
    expect(readdirSync(path("hangup"))).not.toContain(".lock");
    expect((await lawfit("sweep", sweepFile, "--out", path("hangup"), "--quiet")).code).toBe(0);
    expectWhole("hangup");
  });

  test("under nohup, which gives /dev/null for writing as standard input, is nothing", async () => {
    const { child, ended } = started("nohup", openSync("/dev/null", "w"));
    atLine(child, /^solved from/, () => child.kill("SIGHUP"));
    expect(await ended).toEqual({ code: 0, signal: null });
    expectWhole("nohup");
  });

  const hasScript = wholeCrosses && spawnSync("script", ["--version"]).status === 0;
  test.runIf(hasScript)(
    "of which nothing reaches a run: it ends as if the terminal were there (only in test:all, with script)",
    async () => {
      const run = `${process.execPath} ${program} sweep ${sweepFile} --out ${path("gone")} >${path("log")} 2>&1`;
      file("gone.sh", `trap true HUP\n${run}\necho $? >${path("gone-code")}\n`);
      // With exec, because a shell between them that ends with the terminal would pass the signal on.
      const terminal = spawn("script", ["-qec", `exec bash ${path("gone.sh")}`, "/dev/null"], {
        stdio: "ignore",
      });
      await until(() => existsSync(path("log")) && readFileSync(path("log"), "utf8").includes("solved from"));
      terminal.kill("SIGKILL");
      await until(() => existsSync(path("gone-code")) && readFileSync(path("gone-code"), "utf8") !== "");
      expect(readFileSync(path("gone-code"), "utf8")).toBe("0\n");
      expectWhole("gone");
    },
  );
});

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((done) => setTimeout(done, 20));
}
