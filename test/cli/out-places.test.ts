import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { checkJobDirectory } from "../../src/run/write-directory.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { smallSweep, tablesOf } from "../run/small-sweep.ts";
import { mounted } from "../store/mounted.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { lawfit } from "./command-line.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);
const table = path("small.parquet");
const server = createServer();
const canMount =
  mounted(path("read-only"), "size=1m,ro") &&
  mounted(path("64k"), "size=64k") &&
  mounted(path("disk"), "size=32m");

beforeAll(async () => {
  await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
  execFileSync("mkfifo", [path("fifo"), path("fifo.csv")]);
  symlinkSync(path("nowhere"), path("dangling"));
  symlinkSync(path("round"), path("round"));
  symlinkSync("/dev/zero", path("zero.csv"));
  mkdirSync(path("foreign"));
  writeFileSync(path("foreign/notes.txt"), "mine");
  await new Promise<void>((done) => server.listen(path("socket"), done));
});
afterAll(() => server.close());

const sweep = (...words: string[]) => lawfit("sweep", "ladder", "--table", table, ...words);

/** One line with exit code 2, before the table was read. */
async function refused(out: string): Promise<string> {
  const { code, stdout, stderr } = await sweep("--out", out);
  expect(stderr).toMatch(/^lawfit: [^\n]*\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

describe("a place that cannot be a run directory is refused in one line, before the work", () => {
  test.each([
    ["a FIFO", () => path("fifo"), "fifo: is a FIFO; allowed: a folder, existing or new"],
    ["a socket", () => path("socket"), "socket: is a socket; allowed: a folder"],
    ["a file", () => table, "small.parquet: is a file; allowed: a folder"],
    ["below a file", () => join(table, "run"), "cannot be written: a part of its path is not a folder"],
    ["/dev/zero", () => "/dev/zero", "/dev/zero: is a device; allowed: a folder"],
    ["/dev/null", () => "/dev/null", "/dev/null: is a device; allowed: a folder"],
    ["a dangling link", () => path("dangling"), "nowhere, which does not exist"],
    ["below a dangling link", () => path("dangling/run"), "dangling: is a link to "],
    ["a link to itself", () => path("round"), "its links form a circle"],
    ["a name that is too long", () => path("x".repeat(300)), "cannot be written: its name is too long"],
    ["no name", () => "", '"": the path is empty'],
    ["a folder of another's", () => path("foreign"), "not a run directory of lawfit (it has notes.txt)"],
  ])("%s", async (_, out, said) => {
    expect(await refused(out())).toContain(said);
    expect(readFileSync(path("foreign/notes.txt"), "utf8")).toBe("mine");
  });

  test.skipIf(process.platform !== "linux")("/proc and /sys", async () => {
    for (const out of ["/proc", "/sys"])
      expect(await refused(out)).toMatch(/the folder is not empty|read-only|permission denied/);
    for (const out of ["/proc/lawfit", "/proc/self/lawfit"]) {
      const { code, stderr } = await sweep("--out", out);
      expect(code).toBe(2);
      expect(stderr).toMatch(/\/lawfit: cannot be written: [^\n]*\n$/);
      expect(stderr).not.toContain("solved from");
    }
  });

  test("a path with NUL, which programs can give", async () => {
    expect(await messageOf(checkJobDirectory("a\0b"))).toBe(
      'UserError: "a\\u0000b": cannot be written: a path cannot contain the character NUL',
    );
  });

  test.skipIf(!canMount)(
    "a read-only disk, and a parent that cannot be written (skipped without the right to mount)",
    async () => {
      for (const out of ["read-only", "read-only/run", "read-only/a/b"])
        expect(await refused(path(out))).toContain("cannot be written: the file system is read-only");
    },
  );

  test.skipIf(process.getuid?.() === 0)("a parent without permission (skipped as root)", async () => {
    mkdirSync(path("locked"), { mode: 0o500 });
    expect(await refused(path("locked/run"))).toContain("cannot be written: permission denied");
  });

  test.skipIf(!canMount)(
    "a disk without room for any run is found before anything is solved (skipped likewise)",
    async () => {
      const { code, stderr } = await sweep("--out", path("64k"));
      expect(code).toBe(2);
      expect(stderr).toContain(`lawfit: ${path("64k")}: cannot be written: no space is left on the disk`);
      expect(stderr).not.toContain("solved from");
      expect(readdirSync(path("64k"))).toEqual([]);
    },
  );
});

test.skipIf(!canMount)(
  "a mount point, a link to another disk and a file system's own folder take a run (skipped without the right to mount)",
  async () => {
    mkdirSync(path("disk/within"));
    mkdirSync(path("disk/within/lost+found"));
    symlinkSync(path("disk/within"), path("link"));
    const { backtest, bootstrap, ...spec } = await smallSweep(path("table.parquet"));
    const own = file("sweep.yaml", stringify(spec));
    const words = ["--starts", "4", "--quiet"];
    await lawfit("sweep", own, "--out", path("plain"), ...words);
    mkdirSync(path("mount"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", path("mount")]);
    try {
      for (const out of [path("mount"), path("link")]) {
        expect(await lawfit("sweep", own, "--out", out, ...words)).toMatchObject({ code: 0 });
        expect(tablesOf(out)).toEqual(tablesOf(path("plain")));
        expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
        // Once more, in the place of the first.
        expect(await lawfit("sweep", own, "--out", out, ...words)).toMatchObject({ code: 0 });
        expect(tablesOf(out)).toEqual(tablesOf(path("plain")));
      }
    } finally {
      execFileSync("umount", [path("mount")]);
    }
    expect(existsSync(path("link"))).toBe(true);
  },
);

describe("files that are written are files", () => {
  beforeAll(async () => {
    await sweep("--out", path("run"), "--quiet");
  });

  test.each([
    ["a FIFO", () => path("fifo"), "cannot be written: it is a FIFO; allowed: a file, existing or new"],
    ["/dev/null", () => "/dev/null", "/dev/null: cannot be written: it is a device"],
    ["a dangling link", () => path("dangling"), "is a link to "],
    ["a folder that is missing", () => path("none/report.html"), "there is no folder "],
    ["a folder", () => path("foreign"), "cannot be written: it is a folder"],
    ["no name", () => "", '"": the path is empty'],
  ])("%s as a report", async (_, out, said) => {
    const { code, stderr } = await lawfit("report", path("run"), "--out", out(), "--format", "html");
    expect(stderr).toMatch(/^lawfit: [^\n]*\n$/);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });
});

describe("tables are files", () => {
  test.each([
    ["a FIFO", () => path("fifo.csv"), "fifo.csv: is a FIFO; allowed: a file"],
    ["a link to a device", () => path("zero.csv"), "zero.csv: is a device; allowed: a file"],
    ["a device", () => "/dev/zero", "/dev/zero: is a device; allowed: a file"],
  ])("%s", async (_, given, said) => {
    for (const words of [
      ["sweep", "ladder", "--table", given(), "--out", path("never")],
      ["inspect", given()],
    ]) {
      const { code, stderr } = await lawfit(...words);
      expect(stderr).toMatch(/^lawfit: [^\n]*\n$/);
      expect(stderr).toContain(said);
      expect(code).toBe(2);
    }
  });
});
