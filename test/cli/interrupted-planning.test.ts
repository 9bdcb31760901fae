import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { packageFolder } from "../../src/solve/paths.ts";
import { cxx } from "../kernels/toolchains.ts";
import { smallSweep } from "../run/small-sweep.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);

/** Runs the program; sends it the signal when the promise says so. Milliseconds from the signal to its end. */
async function interrupted(
  words: readonly string[],
  signal: NodeJS.Signals,
  when: () => Promise<unknown>,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; signal: string | null; after: number; stderr: string }> {
  const child = spawn(process.execPath, [join(packageFolder, "bin", "lawfit.js"), ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environment },
  });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<[number | null, string | null]>((done) => {
    child.on("close", (code, killedBy) => done([code, killedBy]));
  });
  await Promise.race([when(), ended]);
  const sent = performance.now();
  child.kill(signal);
  const [code, killedBy] = await ended;
  return { code, signal: killedBy, after: performance.now() - sent, stderr };
}

test.each([["a sweep", []], ...(wholeCrosses ? [["a dry run", ["--dry-run"]] as const] : [])] as const)(
  "%s that is being planned ends at once, and has written nothing",
  async (_, options) => {
    const spec = await smallSweep(path("table.parquet"));
    const values = Array.from({ length: 360 }, (_, i) => 1e-5 * (i + 1));
    const sweep = file("many.yaml", stringify({ ...spec, axes: { delta1: values, delta2: values } }));
    const { signal, after } = await interrupted(
      ["sweep", sweep, "--out", path("planned"), ...options],
      "SIGINT",
      () => setTimeout(2000),
    );
    expect(signal).toBe("SIGINT");
    expect(after).toBeLessThan(20_000);
    expect(existsSync(path("planned"))).toBe(false);
  },
);

test.skipIf(cxx === undefined)(
  "a sweep whose kernels are being compiled stops in order, and ends the compiler (skipped without a C++ compiler)",
  async () => {
    const sweep = file("sweep.yaml", stringify(await smallSweep(path("table.parquet"))));
    const started = path("started");
    const compiler = file(
      "slow-compiler",
      `#!/bin/sh\ncase "$*" in *form.hpp*) echo $$ > ${started}.new; mv ${started}.new ${started}; exec sleep 100;; esac\nexec ${cxx} "$@"\n`,
    );
    chmodSync(compiler, 0o755);
    const { code, after, stderr } = await interrupted(
      ["sweep", sweep, "--out", path("compiled"), "--backend", "cpu"],
      "SIGTERM",
      async () => {
        while (!existsSync(started)) await setTimeout(50);
      },
      { CXX: compiler, LAWFIT_CACHE: path("cache"), TMPDIR: folder },
    );
    expect(stderr).toContain("stopping: finished work is kept");
    expect(stderr).not.toContain("could not compile");
    expect(code).toBe(143);
    // The compiler would sleep for 100 s.
    expect(after).toBeLessThan(50_000);
    expect(() => process.kill(Number(readFileSync(started, "utf8")), 0)).toThrow("ESRCH");
    expect(readdirSync(folder).filter((name) => name.startsWith("lawfit-kernel-"))).toEqual([]);
  },
);
