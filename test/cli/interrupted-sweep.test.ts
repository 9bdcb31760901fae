import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
let sweepFile: string;

beforeAll(async () => {
  const spec = await smallSweep(path("table.parquet"));
  sweepFile = file("sweep.yaml", stringify(spec));
  await lawfit("sweep", sweepFile, "--out", path("whole"), "--quiet");
});

/** Runs `lawfit sweep` as a process of its own; ends it by a signal at the first line that matches, or after a while. */
function sweep(
  out: string,
  signal?: NodeJS.Signals,
  when: RegExp | number = 0,
  ...more: string[]
): Promise<{ code: number | null; signal: string | null; lines: string[] }> {
  const program = join(packageFolder, "bin", "lawfit.js");
  const child = spawn(process.execPath, [program, "sweep", sweepFile, "--out", out, ...more], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: string[] = [];
  if (signal !== undefined && typeof when === "number") setTimeout(() => child.kill(signal), when);
  createInterface(child.stderr).on("line", (line) => {
    lines.push(line);
    if (signal !== undefined && when instanceof RegExp && when.test(line)) child.kill(signal);
  });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code, killedBy) => done({ code, signal: killedBy, lines }));
  });
}

test("killed again and again, at any moment, a sweep comes to the same tables, bit for bit", async () => {
  const out = path("killed");
  // Each attempt lives a little longer than the one before, so that the sweep is cut in all of its parts.
  for (const life of wholeCrosses ? [500, 800, 1000, 1300] : [900]) await sweep(out, "SIGKILL", life);
  expect(await lawfit("sweep", sweepFile, "--out", out)).toMatchObject({ code: 0 });
  expect(tablesOf(out)).toEqual(tablesOf(path("whole")));
  expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
});

describe("a sweep that is asked to stop", () => {
  /** Stops a sweep by a signal, which says how to go on. @returns its run directory */
  async function stopped(signal: NodeJS.Signals, code: number): Promise<string> {
    const out = path(signal);
    const { lines, ...ended } = await sweep(out, signal, /^solved from/);
    expect(ended).toEqual({ code, signal: null });
    expect(lines).toContainEqual(expect.stringContaining("stopping: finished work is kept"));
    expect(lines.at(-1)).toBe(
      `lawfit: interrupted: finished work is kept in ${out}; repeat the command to continue`,
    );
    const status = await lawfit("status", out);
    expect(status.stdout).toContain(`${out}: stopped before it was finished; repeat the command`);
    return out;
  }

  // interrupted-planning.test.ts has this signal too, while kernels are compiled.
  test.runIf(wholeCrosses)("by SIGTERM says how to go on, with exit code 143", async () => {
    await stopped("SIGTERM", 143);
  });

  test("by SIGINT says how to go on, with exit code 130; then it goes on", async () => {
    const out = await stopped("SIGINT", 130);
    const again = await lawfit("sweep", sweepFile, "--out", out);
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/continuing with \d+ results finished before/);
    expect(tablesOf(out)).toEqual(tablesOf(path("whole")));
  });

  test.each(wholeCrosses ? ["", "--quiet"] : ["--quiet"])(
    "while it waits for another's lock says that it waits, and stops at once: %s",
    async (option) => {
      const more = option === "" ? [] : [option];
      const out = path(`locked${more}`);
      cpSync(path("whole"), out, { recursive: true });
      rmSync(join(out, "manifest.json"));
      writeFileSync(join(out, ".lock"), "garbage");
      const waiting = "warning: waiting to see whether another process, which has the lock, is alive";
      const { code, lines } = await sweep(out, "SIGINT", new RegExp(waiting), ...more);
      expect(code).toBe(130);
      expect(lines).toContain(waiting);
      // Had it waited to the end, it would have taken the lock.
      expect(readFileSync(join(out, ".lock"), "utf8")).toBe("garbage");
    },
  );

  // interrupted-planning.test.ts has a sweep that is being planned.
  test.runIf(wholeCrosses)(
    "before anything is solved leaves nothing, and does not say that something is kept",
    async () => {
      const out = path("planned");
      const { lines, signal } = await sweep(out, "SIGINT", /^read /);
      // While it is planned the signal ends the process itself.
      expect(signal ?? lines.at(-1)).toMatch(
        /^(SIGINT|lawfit: interrupted before anything was solved; nothing was written)$/,
      );
      expect(existsSync(out)).toBe(false);
    },
  );
});
