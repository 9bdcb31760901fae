import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { runSweep } from "../../src/run/run-sweep.ts";
import { fakeCompiler } from "../solve/fake-compilers.ts";

const folder = mkdtempSync(join(tmpdir(), "lawfit-test-"));

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(process.platform === "win32")("the compiler is at work before the table is read", async () => {
  const asked = join(folder, "asked");
  vi.stubEnv("CXX", fakeCompiler(folder, "noting", `touch ${asked}; exit 1`));
  vi.stubEnv("LAWFIT_CACHE", join(folder, "cache"));
  const sweep = runSweep({ method: "ladder", table: [join(folder, "none.csv")], backend: "native" });
  await expect(sweep).rejects.toThrow(/none\.csv/);
  await vi.waitFor(() => expect(existsSync(asked)).toBe(true), { timeout: 60_000 });
});
