import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Libraries, type Making } from "../../src/solve/compiled-library.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import { cxx } from "../kernels/toolchains.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { compiles, fakeCompiler } from "./fake-compilers.ts";

const { folder } = temporaryFolder();

let number = 0;
let cache: string;
let loader: string;
let calls: string;
let making: Making;

/** A compiler of libraries that never end to load; the process that loads one leaves its number. */
beforeEach(() => {
  const place = `${number++}`;
  cache = join(folder, `cache${place}`);
  loader = join(folder, `loader${place}`);
  calls = join(folder, `calls${place}`);
  vi.stubEnv("LAWFIT_CACHE", cache);
  vi.stubEnv("TMPDIR", folder);
  const text = `#include <cstdio>
#include <unistd.h>
__attribute__((constructor)) static void hang() {
  FILE* file = fopen("${loader}", "w");
  fprintf(file, "%d\\n", getpid());
  fclose(file);
  for (volatile int i = 0;; i = 0) {}
}`.replaceAll("\\\\", "\\");
  const command = fakeCompiler(folder, `hangs${place}`, `echo call >> ${calls}\n${compiles(text)}`);
  const compiler = { command, program: command, words: [], version: "any" };
  making = ["0".repeat(32), compiler, "processor.cpp", []];
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const loading = (): Promise<void> =>
  vi.waitFor(() => expect(readFileSync(loader, "utf8")).toMatch(/^\d+\n$/), {
    timeout: 120_000,
    interval: 50,
  });

/** Waits until the process that loaded the library is no more. */
async function expectEnd(): Promise<void> {
  const pid = Number(readFileSync(loader, "utf8"));
  await vi.waitFor(
    () => {
      // A process that is killed and not yet reaped, in a container without an init, is still listed.
      const stat = `/proc/${pid}/stat`;
      if (existsSync(stat) && readFileSync(stat, "utf8").split(") ")[1]![0] === "Z") return;
      expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    },
    { timeout: 120_000 },
  );
}

const kept = (): string[] => readdirSync(cache).filter((name) => name.endsWith(".so"));

describe.skipIf(cxx === undefined || process.platform === "win32")(
  "a library that never ends to load (skipped without a C++ compiler)",
  () => {
    test("is given up after a while, and not compiled again", async () => {
      const libraries = new Libraries({ loadSeconds: 1 });
      const message =
        /^the compiled test of the processor faults \(loading did not end within 1 s\); to try it again, remove \S+\.faulted$/;
      await expect(libraries.instructionSet(...making)).rejects.toThrow(message);
      await libraries.close();
      // A busy machine may not have come to load it.
      if (existsSync(loader)) await expectEnd();
      expect(readdirSync(cache)).toEqual([`${making[0]}.so.faulted`]);
      const next = new Libraries();
      await expect(next.instructionSet(...making)).rejects.toThrow(message);
      await next.close();
      expect(readFileSync(calls, "utf8")).toBe("call\n");
    });

    test("ends at a signal", async () => {
      const interrupt = new AbortController();
      const libraries = new Libraries({ signal: interrupt.signal });
      const set = libraries.instructionSet(...making);
      set.catch(() => {});
      await loading();
      interrupt.abort(new Error("enough"));
      await expect(set).rejects.toThrow(/^enough$/);
      await expectEnd();
      expect(readdirSync(cache)).toEqual([]);
      await libraries.close();
    });

    test("ends with the run that is killed, and the next run does not find it", async () => {
      const program = `
import { Libraries } from "${pathToFileURL(join(packageFolder, "dist", "solve", "compiled-library.js"))}";
await new Libraries().instructionSet(...${JSON.stringify(making)});`;
      const run = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "ignore" });
      try {
        await loading();
        expect(kept()).toEqual([]);
      } finally {
        run.kill("SIGKILL");
      }
      await expectEnd();
      expect(kept()).toEqual([]);
    });
  },
);
